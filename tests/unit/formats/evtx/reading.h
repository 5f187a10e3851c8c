/* Reads a log with format_evtx and keeps what it emits, as text: for the tests of EVTX. */
#ifndef TESTS_FORMATS_EVTX_READING_H
#define TESTS_FORMATS_EVTX_READING_H

#include "formats/format.h"
#include "kit.h"
#include "model/value.h"

extern const struct format format_evtx;

enum { KEEP_NOTHING, KEEP_HEADS, KEEP_FIELDS };

struct seen_field {
    str name, text;
    field_id id;
    uint8_t type;
};

struct seen {
    struct event head; /* without fields */
    struct seen_field *fields;
    size_t count;
    struct seen *next;
};

/* Zero it, or use READING; reading_done() frees all that it holds. */
struct reading {
    int keep;
    bool carve;
    struct arena arena, parse_arena, scratch, names_arena;
    struct names names;
    uint64_t budget; /* of the parser's arena; 0: plenty */
    struct memory *memory;
    uint64_t events, fields, record_bytes, notes[NOTE_COUNT], stop_after;
    struct seen *first, **last;
};

static inline void reading_done(struct reading *r)
{
    arena_done(&r->arena);
    arena_done(&r->names_arena);
}

static bool reading_head(void *ctx, const struct event *head)
{
    struct reading *r = ctx;
    r->events++;
    r->record_bytes += head->len;
    return r->keep != KEEP_NOTHING;
}

static bool reading_event(void *ctx, const struct event *e)
{
    struct reading *r = ctx;
    struct seen *seen = ARENA_NEW(&r->arena, struct seen);
    struct seen_field *fields = ARENA_ARRAY(&r->arena, struct seen_field, e->nfields + 1);
    if (!seen || !fields) {
        abort();
    }
    *seen = (struct seen){.head = *e, .fields = fields, .count = e->nfields};
    seen->head.fields = NULL;
    struct origin *origin = ARENA_NEW(&r->arena, struct origin);
    *origin = *e->origin;
    origin->channel = arena_str(&r->arena, e->origin->channel);
    origin->provider = arena_str(&r->arena, e->origin->provider);
    origin->host = arena_str(&r->arena, e->origin->host);
    seen->head.origin = origin;
    for (size_t i = 0; i < e->nfields; i++) {
        const struct field *f = &e->fields[i];
        seen->fields[i] = (struct seen_field){
            .name = arena_str(&r->arena, f->name),
            .text = arena_str(&r->arena, value_text(f, &r->arena)),
            .id = f->id,
            .type = f->type,
        };
    }
    r->fields += e->nfields;
    *r->last = seen;
    r->last = &seen->next;
    return r->stop_after == 0 || r->events < r->stop_after;
}

static void reading_note(void *ctx, const struct note *n)
{
    struct reading *r = ctx;
    r->notes[n->id]++;
}

/* Reads what begins in [from, to) and adds it to what was read before. */
static inline void reading_part(struct reading *r, bytes log, uint64_t from, uint64_t to)
{
    if (!r->last) {
        r->last = &r->first;
        arena_init(&r->arena, UINT64_C(1) << 30);
        arena_init(&r->names_arena, UINT64_C(1) << 24);
        CHECK(names_init(&r->names, &r->names_arena));
    }
    arena_init(&r->parse_arena, r->budget ? r->budget : UINT64_C(1) << 28);
    arena_init(&r->scratch, r->budget ? r->budget : UINT64_C(1) << 26);
    struct sink sink = {
        .ctx = r, .on_head = reading_head, .on_event = reading_event, .on_note = reading_note};
    struct parse p = {.unit = log,
                      .from = from,
                      .to = to,
                      .path = STR("test.evtx"),
                      .names = &r->names,
                      .arena = &r->parse_arena,
                      .scratch = &r->scratch,
                      .sink = &sink,
                      .carve = r->carve,
                      .memory = r->memory};
    format_evtx.parse(&p);
    arena_done(&r->parse_arena);
    arena_done(&r->scratch);
}

static inline void reading_all(struct reading *r, bytes log)
{
    reading_part(r, log, 0, log.len);
}

/* The text of the `nth` field with this name, from 0; NULL when there are not so many. */
static inline const str *seen_text(const struct seen *s, const char *name, size_t nth)
{
    for (size_t i = 0; s && i < s->count; i++) {
        if (str_eq(s->fields[i].name, str_of(name)) && nth-- == 0) {
            return &s->fields[i].text;
        }
    }
    return NULL;
}

static inline size_t seen_count(const struct seen *s, const char *name)
{
    size_t count = 0;
    while (seen_text(s, name, count)) {
        count++;
    }
    return count;
}

#define CHECK_FIELD(seen, name, nth, want)                       \
    do {                                                         \
        const str *field_got = seen_text((seen), (name), (nth)); \
        CHECK(field_got != NULL);                                \
        if (field_got) {                                         \
            CHECK_STR(*field_got, (want));                       \
        }                                                        \
    } while (0)

/* A whole file in memory, to be freed; {NULL, 0} when it is not there. */
static inline bytes file_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return (bytes){NULL, 0};
    }
    (void)fseek(f, 0, SEEK_END);
    long len = ftell(f);
    rewind(f);
    uint8_t *p = malloc(len > 0 ? (size_t)len : 1);
    size_t got = p && len > 0 ? fread(p, 1, (size_t)len, f) : 0;
    (void)fclose(f);
    return (bytes){p, got};
}

static inline void file_free(bytes b)
{
    union {
        const uint8_t *in;
        void *out;
    } p = {.in = b.p};
    free(p.out);
}

#endif
