#include "formats/page/worth.h"

#include <string.h>

enum { TEXT_MAX = 4 << 20, ELEMENTS_LOOKED_AT = 4096, TAIL_MAX = 64, PASTE_ROOM = 64 };

bool worth_tainted(const struct worth *v)
{
    bool collection = v->thing == THING_PARAMETERS || v->thing == THING_COOKIES ||
                      v->thing == THING_HEADERS || v->thing == THING_BODY;
    return (v->sources & SOURCE_REQUEST) != 0 || collection;
}

struct worth worth_text(str text)
{
    return (struct worth){.text = text, .known = true};
}

/* A variable that nothing sets is empty text, unless the request could set it. */
static bool worth_unset(const struct worth *v)
{
    return v->sources == SOURCE_UNSET && !v->known;
}

struct worth worth_either(const struct worth *a, const struct worth *b)
{
    if (worth_unset(a) || worth_unset(b)) {
        return worth_unset(a) ? *b : *a;
    }
    uint32_t real = ~(uint32_t)SOURCE_UNSET;
    bool first =
        worth_tainted(a) || (!worth_tainted(b) && a->sources & real) || !(b->sources & real);
    struct worth out = first ? *a : *b;
    const struct worth *other = first ? b : a;
    out.sources |= other->sources;
    out.through |= other->through;
    out.known = a->known && b->known && str_eq(a->text, b->text);
    if (a->known && b->known && !out.text.len) {
        out.text = other->text; /* "" or "cmd /c ": it begins with the second, if with anything */
    }
    out.tail = str_eq(worth_ends(a), worth_ends(b)) ? worth_ends(a) : STR_NONE;
    out.thing = out.thing ? out.thing : other->thing;
    out.word = out.word ? out.word : other->word;
    out.function = out.function ? out.function : other->function;
    out.elements = out.elements ? out.elements : other->elements;
    out.parameter = out.parameter.len ? out.parameter : other->parameter;
    return out;
}

static struct pasted *worth_pasted(struct paste *paste, str text)
{
    for (size_t i = 0; i < ARRAY_LEN(paste->lately); i++) {
        if (paste->lately[i].p == text.p && paste->lately[i].len == text.len) {
            return &paste->lately[i];
        }
    }
    return NULL;
}

/* Room for `a` and more; twice as much where it has grown before. */
static struct pasted *worth_paste_anew(struct paste *paste, struct pasted *grown, str a, size_t len)
{
    size_t cap = grown ? len * 2 : len + PASTE_ROOM;
    char *p = arena_alloc(paste->arena, cap);
    struct pasted *at = grown ? grown : &paste->lately[paste->next++ % ARRAY_LEN(paste->lately)];
    if (!p) {
        return NULL;
    }
    memcpy(p, a.p, a.len);
    *at = (struct pasted){p, a.len, cap};
    return at;
}

static str worth_glue(str a, str b, struct paste *paste)
{
    if (!a.len || !b.len) {
        return a.len ? a : b;
    }
    if (a.len + b.len > TEXT_MAX) {
        return a;
    }
    struct pasted *at = worth_pasted(paste, a);
    if (!at || at->cap - at->len < b.len) {
        at = worth_paste_anew(paste, at, a, a.len + b.len);
    }
    if (!at) {
        return a;
    }
    memcpy(at->p + at->len, b.p, b.len);
    at->len += b.len;
    return (str){at->p, at->len};
}

str worth_ends(const struct worth *v)
{
    return v->known ? v->text : v->tail;
}

struct worth worth_concat(const struct worth *a, const struct worth *b, struct paste *paste)
{
    if (worth_unset(a)) {
        struct worth out = b->known || b->sources ? *b : (struct worth){.text = STR("?")};
        out.sources |= SOURCE_UNSET;
        out.parameter = out.parameter.len ? out.parameter : a->parameter;
        return out;
    }
    struct worth out = {.sources = a->sources | (b->sources & ~(uint32_t)SOURCE_UNSET),
                        .through = a->through | b->through};
    out.known = a->known && b->known;
    out.text = a->known ? worth_glue(a->text, b->text, paste) : a->text;
    bool longer = !out.known && b->known && a->tail.len && a->tail.len + b->text.len <= TAIL_MAX;
    out.tail = longer                     ? worth_glue(a->tail, b->text, paste)
               : b->known && !b->text.len ? worth_ends(a)
                                          : worth_ends(b);
    out.parameter = a->parameter.len ? a->parameter : b->parameter;
    if (out.known && a->text.len && b->text.len) {
        out.through |= THROUGH_PIECES;
    }
    if (!a->known && !a->text.len && !a->sources) {
        out.text = STR("?"); /* begins with something unknown, not with the source */
    }
    return out;
}

struct worth worth_element(const struct worth *array, const struct worth *key)
{
    struct worth all = {
        .sources = array->sources, .through = array->through, .parameter = array->parameter};
    size_t left = ELEMENTS_LOOKED_AT;
    bool any = false;
    for (const struct element *e = array->elements; e && left; e = e->next, left--) {
        if (key->known && str_eq(e->key, key->text)) {
            return e->value;
        }
        if (!key->known) {
            all = any ? worth_either(&all, &e->value) : e->value;
            any = true;
        }
    }
    if (key->known && array->elements && !array->elements->key.len) {
        return array->elements->value; /* $a[] = ...: its place is not counted */
    }
    return all;
}

struct worth worth_joined(const struct worth *array, str glue, struct paste *paste)
{
    struct worth out = worth_text(STR_NONE), between = worth_text(glue);
    size_t count = 0;
    for (const struct element *e = array->elements; e && count < ELEMENTS_LOOKED_AT; e = e->next) {
        count++;
    }
    const struct element **order = ARENA_ARRAY(paste->arena, const struct element *, count + 1);
    if (!count || !order) {
        return (struct worth){.sources = array->sources,
                              .through = array->through,
                              .parameter = array->parameter,
                              .thing = array->thing};
    }
    const struct element *e = array->elements;
    for (size_t i = count; i > 0; i--, e = e->next) { /* the newest stands first */
        order[i - 1] = e;
    }
    for (size_t i = 0; i < count; i++) {
        out = i && glue.len ? worth_concat(&out, &between, paste) : out;
        out = worth_concat(&out, &order[i]->value, paste);
    }
    out.through |= THROUGH_PIECES;
    return out;
}
