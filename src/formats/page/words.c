#include "formats/page/words.h"

#include <assert.h>
#include <string.h>

static const struct words *words_of(enum language language)
{
    switch (language) {
    case LANGUAGE_PHP:
        return &words_php;
    case LANGUAGE_JAVA:
        return &words_java;
    case LANGUAGE_CFML:
        return &words_cfml;
    case LANGUAGE_PERL:
        return &words_perl;
    case LANGUAGE_PYTHON:
        return &words_python;
    default:
        return &words_microsoft;
    }
}

static bool words_same(const struct word *w, str name)
{
    return str_eq_nocase(str_of(w->name), name);
}

static uint32_t words_length(str name)
{
    return 1U << (name.len < 31 ? name.len : 31);
}

/* By its first letter and its length: most names are told at once. */
static bool words_may_have(const struct vocabulary *v, str name)
{
    return name.len && (v->lengths[name.p[0] & 31] & words_length(name));
}

void vocabulary_init(struct vocabulary *v, enum language language)
{
    *v = (struct vocabulary){.words = words_of(language)};
    assert(v->words->count < WORD_SLOTS / 2);
    for (size_t i = 0; i < v->words->count; i++) {
        str name = str_of(v->words->list[i].name);
        uint32_t slot = lex_hash(name) % WORD_SLOTS;
        v->lengths[name.p[0] & 31] |= words_length(name);
        while (v->slots[slot]) {
            slot = (slot + 1) % WORD_SLOTS;
        }
        v->slots[slot] = (uint16_t)(i + 1);
    }
}

static int words_fit(const struct word *w, int receiver)
{
    if (w->on == receiver) {
        return 3;
    }
    if (w->on == ON_SOME && receiver != ON_FREE) {
        return 2;
    }
    return w->on == ON_ANY;
}

const struct word *vocabulary_find(const struct vocabulary *v, str name, int receiver)
{
    const struct word *best = NULL;
    int fit = 0;
    if (!words_may_have(v, name)) {
        return NULL;
    }
    for (uint32_t slot = lex_hash(name) % WORD_SLOTS; v->slots[slot];
         slot = (slot + 1) % WORD_SLOTS) {
        const struct word *w = &v->words->list[v->slots[slot] - 1];
        if (words_fit(w, receiver) > fit && words_same(w, name)) {
            best = w;
            fit = words_fit(w, receiver);
        }
    }
    return best;
}
