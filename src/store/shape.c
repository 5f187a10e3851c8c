#include "store/shape.h"

#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const text_suffix[LANG_COUNT] = {"", "_fr"};

/* ---- writing */

void shape_write_time(struct buf *b, usec t)
{
    if (t == TIME_NONE) {
        buf_add(b, STR("null"));
        return;
    }
    struct arena a;
    arena_init(&a, 1 << 12);
    buf_json(b, time_text(&a, t));
    arena_done(&a);
}

static const void *member_at(const void *object, size_t at)
{
    return (const char *)object + at;
}

static size_t member_count(const struct member *m, const void *object)
{
    return *(const size_t *)member_at(object, m->count_at);
}

static void write_strs(struct buf *b, const str *items, size_t count)
{
    buf_char(b, '[');
    for (size_t i = 0; i < count; i++) {
        if (i) {
            buf_char(b, ',');
        }
        buf_json(b, items[i]);
    }
    buf_char(b, ']');
}

void shape_write_list(struct buf *b, const struct shape *s, const void *items, size_t count)
{
    buf_char(b, '[');
    for (size_t i = 0; i < count; i++) {
        if (i) {
            buf_char(b, ',');
        }
        shape_write(b, s, member_at(items, i * s->size));
    }
    buf_char(b, ']');
}

static void write_value(struct buf *b, const struct member *m, const void *object)
{
    const void *p = member_at(object, m->at);
    switch (m->kind) {
    case MEMBER_STR:
        buf_json(b, *(const str *)p);
        break;
    case MEMBER_STRS:
        write_strs(b, *(const str *const *)p, member_count(m, object));
        break;
    case MEMBER_BOOL:
        buf_add(b, *(const bool *)p ? STR("true") : STR("false"));
        break;
    case MEMBER_INT:
        buf_i64(b, *(const int *)p);
        break;
    case MEMBER_U32:
        buf_u64(b, *(const uint32_t *)p);
        break;
    case MEMBER_U64:
        buf_u64(b, *(const uint64_t *)p);
        break;
    case MEMBER_I64:
        buf_i64(b, *(const int64_t *)p);
        break;
    case MEMBER_REAL:
        buf_printf(b, "%.6f", *(const double *)p);
        break;
    case MEMBER_TIME:
        shape_write_time(b, *(const usec *)p);
        break;
    case MEMBER_ENUM:
        buf_json(b, str_of(m->names->name(*(const int *)p)));
        break;
    case MEMBER_STRUCT:
        shape_write(b, m->shape, p);
        break;
    case MEMBER_LIST:
        shape_write_list(b, m->shape, *(const void *const *)p, member_count(m, object));
        break;
    case MEMBER_FEW:
        shape_write_list(b, m->shape, p, member_count(m, object));
        break;
    case MEMBER_TEXT: /* two members: write_text */
        break;
    }
}

static void write_text(struct buf *b, const struct member *m, const void *object)
{
    const struct text *t = member_at(object, m->at);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        buf_printf(b, "%s\"%s%s\":", lang ? "," : "", m->name, text_suffix[lang]);
        buf_json(b, t->in[lang]);
    }
}

void shape_write_members(struct buf *b, const struct shape *s, const void *object)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct member *m = &s->members[i];
        if (i) {
            buf_char(b, ',');
        }
        if (m->kind == MEMBER_TEXT) {
            write_text(b, m, object);
        } else {
            buf_printf(b, "\"%s\":", m->name);
            write_value(b, m, object);
        }
    }
}

void shape_write(struct buf *b, const struct shape *s, const void *object)
{
    buf_char(b, '{');
    shape_write_members(b, s, object);
    buf_char(b, '}');
}

/* ---- reading */

struct reading {
    struct json json;
    struct arena *arena;
};

static bool read_object(struct reading *r, const struct shape *s, void *object);

static void *member_in(void *object, size_t at)
{
    return (char *)object + at;
}

static bool read_number(struct reading *r, enum json_token t, const struct member *m, void *p)
{
    int64_t i = 0;
    uint64_t u = 0;
    str text = r->json.raw;
    bool negative = str_starts(text, STR("-"));
    if (t != JSON_NUMBER || (negative ? !str_i64(text, &i) : !str_u64(text, &u))) {
        return false;
    }
    i = negative ? i : (int64_t)u;
    if (m->kind == MEMBER_INT) {
        *(int *)p = (int)i;
    } else if (m->kind == MEMBER_U32) {
        *(uint32_t *)p = (uint32_t)u;
    } else if (m->kind == MEMBER_U64) {
        *(uint64_t *)p = u;
    } else {
        *(int64_t *)p = i;
    }
    return true;
}

static bool read_real(struct reading *r, enum json_token t, double *out)
{
    char text[32] = "";
    bool ok = t == JSON_NUMBER && r->json.raw.len < sizeof text;
    if (ok) {
        memcpy(text, r->json.raw.p, r->json.raw.len);
        *out = strtod(text, NULL);
    }
    return ok;
}

static bool read_time(struct reading *r, enum json_token t, usec *out)
{
    *out = t == JSON_STRING ? time_parse(json_text(&r->json, r->arena)) : TIME_NONE;
    return t == JSON_STRING || t == JSON_NULL;
}

static bool read_enum(struct reading *r, enum json_token t, const struct enumeration *names,
                      int *out)
{
    str text = t == JSON_STRING ? json_text(&r->json, r->arena) : STR_NONE;
    for (int i = 0; i < names->count; i++) {
        if (str_eq(text, str_of(names->name(i)))) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool read_strs(struct reading *r, enum json_token t, const str **items, size_t *count)
{
    str *list = NULL;
    size_t cap = 0, n = 0;
    if (t != JSON_ARRAY) {
        return false;
    }
    for (t = json_next(&r->json); t == JSON_STRING; t = json_next(&r->json)) {
        list = arena_grow(r->arena, list, &cap, n + 1, sizeof *list);
        if (!list) {
            return false;
        }
        list[n++] = json_text(&r->json, r->arena);
    }
    *items = list;
    *count = n;
    return t == JSON_ARRAY_END;
}

/* `max` 0: as many as there are. */
static bool read_list(struct reading *r, enum json_token t, const struct shape *s, size_t max,
                      void **items, size_t *count)
{
    char *list = max ? *items : NULL;
    size_t cap = 0, n = 0;
    if (t != JSON_ARRAY) {
        return false;
    }
    for (t = json_next(&r->json); t == JSON_OBJECT; t = json_next(&r->json)) {
        list = max ? list : arena_grow(r->arena, list, &cap, n + 1, s->size);
        if (!list || (max && n == max) || !read_object(r, s, list + n * s->size)) {
            return false;
        }
        n++;
    }
    *items = list;
    *count = n;
    return t == JSON_ARRAY_END;
}

static bool read_value(struct reading *r, enum json_token t, const struct member *m, void *object)
{
    void *p = member_in(object, m->at);
    size_t *count = member_in(object, m->count_at);
    switch (m->kind) {
    case MEMBER_STR:
        *(str *)p = json_text(&r->json, r->arena);
        return t == JSON_STRING;
    case MEMBER_STRS:
        return read_strs(r, t, p, count);
    case MEMBER_BOOL:
        *(bool *)p = t == JSON_TRUE;
        return t == JSON_TRUE || t == JSON_FALSE;
    case MEMBER_INT:
    case MEMBER_U32:
    case MEMBER_U64:
    case MEMBER_I64:
        return read_number(r, t, m, p);
    case MEMBER_REAL:
        return read_real(r, t, p);
    case MEMBER_TIME:
        return read_time(r, t, p);
    case MEMBER_ENUM:
        return read_enum(r, t, m->names, p);
    case MEMBER_STRUCT:
        return t == JSON_OBJECT && read_object(r, m->shape, p);
    case MEMBER_LIST:
        return read_list(r, t, m->shape, 0, p, count);
    case MEMBER_FEW:
        return read_list(r, t, m->shape, m->max, &p, count);
    case MEMBER_TEXT:
        break;
    }
    return false;
}

static bool read_text(struct reading *r, enum json_token t, const struct member *m, int lang,
                      void *object)
{
    struct text *text = member_in(object, m->at);
    text->in[lang] = json_text(&r->json, r->arena);
    return t == JSON_STRING;
}

/* The language whose part of the text member `m` is called `key`, or -1. */
static int text_lang(const struct member *m, str key)
{
    str name = str_of(m->name);
    for (int lang = 0; lang < LANG_COUNT && str_starts(key, name); lang++) {
        if (str_eq(str_from(key, name.len), str_of(text_suffix[lang]))) {
            return lang;
        }
    }
    return -1;
}

static bool read_member(struct reading *r, const struct shape *s, str key, void *object)
{
    enum json_token t = json_next(&r->json);
    for (size_t i = 0; i < s->count; i++) {
        const struct member *m = &s->members[i];
        int lang = m->kind == MEMBER_TEXT ? text_lang(m, key) : -1;
        if (lang >= 0) {
            return read_text(r, t, m, lang, object);
        }
        if (m->kind != MEMBER_TEXT && str_eq(key, str_of(m->name))) {
            return read_value(r, t, m, object);
        }
    }
    json_skip(&r->json, t);
    return true;
}

static bool read_object(struct reading *r, const struct shape *s, void *object)
{
    enum json_token t = json_next(&r->json);
    while (t == JSON_KEY) {
        if (!read_member(r, s, json_text(&r->json, r->arena), object)) {
            return false;
        }
        t = json_next(&r->json);
    }
    return t == JSON_OBJECT_END;
}

static struct reading reading_of(str json, struct arena *a)
{
    str kept = arena_str(a, json); /* strings without escapes borrow from it */
    return (struct reading){.json = json_of(bytes_of_str(kept)), .arena = a};
}

bool shape_read(const struct shape *s, str json, struct arena *a, void *object)
{
    struct reading r = reading_of(json, a);
    return json_next(&r.json) == JSON_OBJECT && read_object(&r, s, object);
}

bool shape_read_list(const struct shape *s, str json, struct arena *a, void **items, size_t *count)
{
    struct reading r = reading_of(json, a);
    return read_list(&r, json_next(&r.json), s, 0, items, count);
}
