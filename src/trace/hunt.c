#include "match/matcher.h"
#include "model/value.h"
#include "trace/sieve.h"

#include <stdlib.h>

struct hunt {
    struct matcher *matcher;
    const struct sieve *sieve;
    const struct quarry *quarries;
    size_t count, shortest; /* shortest needle, in bytes */
};

struct hunt_scratch {
    struct match_scratch *match;
};

const struct rule_info rule_trail = {
    .id = STR_INIT("limier-trail"),
    .title = STR_INIT("Something of the intrusion is named here"),
    .titles = {{[LANG_FR] = STR_INIT("Un élément de l’intrusion est nommé ici")}},
    .author = STR_INIT("limier"),
    .status = STR_INIT("stable"),
    .engine = STR_INIT("trail"),
    .source = STR_INIT("builtin:trail"),
    .level = LEVEL_INFORMATIONAL,
    .rung = RUNG_NONE,
    .weight = WEIGHT_CONTEXT,
    .summary = {{
        [LANG_EN] = STR_INIT("This record names something that belongs to the intrusion."),
        [LANG_FR] = STR_INIT("Cet enregistrement nomme un élément de l’intrusion."),
    }},
};

/* Paths are written with both slashes, in logs of web servers and of Windows. */
static str with_slashes(struct arena *a, str s, char slash)
{
    str made = arena_str(a, s);
    char *p = arena_alloc(a, s.len + 1);
    for (size_t i = 0; p && i < made.len; i++) {
        bool any = made.p[i] == '/' || made.p[i] == '\\';
        p[i] = any ? slash : made.p[i];
    }
    return p ? (str){p, made.len} : made;
}

static bool add_needle(struct hunt *h, struct arena *a, str needle, uint32_t id, struct err *err)
{
    static const char slashes[] = {'\\', '/'};
    bool two = str_find_char(needle, '/') < needle.len || str_find_char(needle, '\\') < needle.len;
    for (size_t i = 0; i < (two ? 2u : 1u); i++) {
        str form = two ? with_slashes(a, needle, slashes[i]) : needle;
        str glob = arena_printf(a, "%c%.*s%c", GLOB_ANY, STR_ARG(form), GLOB_ANY);
        if (!matcher_add(h->matcher, &(struct pattern){.text = glob}, id, err)) {
            return false;
        }
    }
    return true;
}

struct hunt *hunt_new(struct arena *arena, const struct quarry *quarries, size_t count,
                      struct err *err)
{
    struct hunt *h = ARENA_NEW(arena, struct hunt);
    struct matcher *m = h ? matcher_new(arena) : NULL;
    if (!m) {
        (void)err_set(err, ERR_FULL, "the trail: out of memory");
        return NULL;
    }
    *h = (struct hunt){.matcher = m, .quarries = quarries, .count = count, .shortest = SIZE_MAX};
    for (size_t i = 0; i < count; i++) {
        if (!add_needle(h, arena, quarries[i].needle, (uint32_t)i, err)) {
            hunt_done(h);
            return NULL;
        }
        size_t len = quarries[i].needle.len;
        h->shortest = len < h->shortest ? len : h->shortest;
    }
    if (!matcher_build(m, err)) {
        hunt_done(h);
        return NULL;
    }
    h->sieve = sieve_new(arena, quarries, count);
    return h;
}

const struct sieve *hunt_sieve(const struct hunt *h)
{
    return h->sieve;
}

void hunt_done(struct hunt *h)
{
    if (h) {
        matcher_done(h->matcher);
        h->matcher = NULL;
    }
}

struct hunt_scratch *hunt_scratch_new(const struct hunt *h)
{
    struct err err;
    struct hunt_scratch *s = calloc(1, sizeof *s);
    if (s) {
        s->match = match_scratch_new();
    }
    if (!s || !s->match || !match_scratch_fit(s->match, h->matcher, &err)) {
        hunt_scratch_free(s);
        return NULL;
    }
    return s;
}

void hunt_scratch_free(struct hunt_scratch *s)
{
    if (s) {
        match_scratch_free(s->match);
        free(s);
    }
}

static bool same_letter(char a, char b)
{
    bool slashes = (a == '/' || a == '\\') && (b == '/' || b == '\\');
    return slashes || ascii_lower(a) == ascii_lower(b);
}

static bool stands_at(str value, size_t at, str needle)
{
    for (size_t i = 0; i < needle.len; i++) {
        if (!same_letter(value.p[at + i], needle.p[i])) {
            return false;
        }
    }
    return true;
}

/* As a whole word: 192.0.2.1 is not in 192.0.2.10, nor x.aspx in max.aspx. */
static bool names(str value, str needle)
{
    for (size_t at = 0; at + needle.len <= value.len; at++) {
        size_t end = at + needle.len;
        bool begins = at == 0 || !ascii_is_alnum(value.p[at - 1]);
        bool ends = end == value.len || !ascii_is_alnum(value.p[end]);
        if (begins && ends && stands_at(value, at, needle)) {
            return true;
        }
    }
    return false;
}

/* The lowest number wins, so that the answer does not depend on the matcher's order. */
static int hunt_value(const struct hunt *h, struct hunt_scratch *s, str value)
{
    int best = -1;
    struct match_ids ids = matcher_run(h->matcher, s->match, value, MATCH_TEXTS);
    for (size_t i = 0; i < ids.count; i++) {
        uint32_t id = ids.id[i];
        bool better = best < 0 || id < (uint32_t)best;
        if (better && id < h->count && names(value, h->quarries[id].needle)) {
            best = (int)id;
        }
    }
    return best;
}

/* What is longer printed than it is held: {...} and 0x... */
static bool is_short_for(const struct field *f, size_t shortest)
{
    bool grows = f->type == VALUE_GUID || f->type == VALUE_HEX || f->type == VALUE_SID;
    return f->len < shortest && !grows;
}

int hunt_event(const struct hunt *h, struct hunt_scratch *s, const struct event *e,
               struct arena *arena)
{
    int best = -1;
    for (size_t i = 0; i < e->nfields; i++) {
        const struct field *f = &e->fields[i];
        if (is_short_for(f, h->shortest)) {
            continue;
        }
        int found = hunt_value(h, s, value_text(f, arena));
        best = found >= 0 && (best < 0 || found < best) ? found : best;
    }
    return best;
}
