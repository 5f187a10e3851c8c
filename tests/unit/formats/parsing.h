/* For the tests of formats: a sink that counts, and a parse in one call. */
#ifndef TESTS_FORMATS_PARSING_H
#define TESTS_FORMATS_PARSING_H

#include "formats/format.h"
#include "kit.h"
#include "model/value.h"

enum { PARSING_BUDGET = 64 << 20, MEMBERS_KEPT = 8 };

struct parsing {
    const char *path;
    uint64_t arena_budget, scratch_budget; /* 0: PARSING_BUDGET */
    uint64_t stop_after;                   /* events; 0: never */
    usec modified;
    const char *log_format;

    uint64_t heads, events, fields;
    uint64_t notes[NOTE_COUNT];
    uint64_t members, whole_members, member_bytes;
    str member_names[MEMBERS_KEPT];
    usec last_time;
    uint64_t last_record, last_offset, last_len;
    str last_channel, last_host, last_value; /* of the field called `look_for` */
    str look_for;
    void (*with_head)(const struct event *head);
    void (*with_member)(bytes content);

    struct arena kept; /* what the strings above live in */
    uint8_t *content;  /* of the member being given, when with_member is there */
    size_t content_len, content_cap;
};

static bool parsing_head(void *ctx, const struct event *head)
{
    struct parsing *r = ctx;
    r->heads++;
    r->last_time = head->time;
    r->last_record = head->record;
    r->last_offset = head->offset;
    r->last_len = head->len;
    if (r->with_head) {
        r->with_head(head);
    }
    return r->look_for.len > 0 || r->stop_after;
}

static bool parsing_event(void *ctx, const struct event *e)
{
    struct parsing *r = ctx;
    r->events++;
    r->fields += e->nfields;
    r->last_channel = arena_str(&r->kept, e->origin->channel);
    r->last_host = arena_str(&r->kept, e->origin->host);
    for (size_t i = 0; i < e->nfields; i++) {
        if (str_eq(e->fields[i].name, r->look_for)) {
            r->last_value = arena_str(&r->kept, value_text(&e->fields[i], &r->kept));
        }
    }
    return !r->stop_after || r->events < r->stop_after;
}

static void parsing_note(void *ctx, const struct note *n)
{
    ((struct parsing *)ctx)->notes[n->id]++;
}

static bool parsing_member(void *ctx, const struct member *m)
{
    struct parsing *r = ctx;
    if (r->members < MEMBERS_KEPT) {
        r->member_names[r->members] = arena_str(&r->kept, m->path);
    }
    r->members++;
    r->content_len = 0;
    return true;
}

static bool parsing_member_data(void *ctx, bytes piece)
{
    struct parsing *r = ctx;
    r->member_bytes += piece.len;
    if (r->with_member) {
        if (r->content_len + piece.len > r->content_cap) {
            r->content_cap = (r->content_len + piece.len) * 2;
            r->content = realloc(r->content, r->content_cap);
        }
        memcpy(r->content + r->content_len, piece.p, piece.len);
        r->content_len += piece.len;
    }
    return true;
}

static void parsing_member_end(void *ctx, bool whole)
{
    struct parsing *r = ctx;
    r->whole_members += whole;
    if (r->with_member) {
        r->with_member((bytes){r->content, r->content_len});
    }
}

static inline void parsing_part(struct parsing *r, const struct format *f, bytes unit,
                                uint64_t from, uint64_t to)
{
    struct arena arena, scratch, name_arena;
    struct names names;
    arena_init(&arena, r->arena_budget ? r->arena_budget : PARSING_BUDGET);
    arena_init(&scratch, r->scratch_budget ? r->scratch_budget : PARSING_BUDGET);
    arena_init(&name_arena, PARSING_BUDGET);
    if (!r->kept.budget && !r->kept.blocks) {
        arena_init(&r->kept, PARSING_BUDGET);
    }
    CHECK(names_init(&names, &name_arena));
    struct sink sink = {
        .ctx = r,
        .on_head = parsing_head,
        .on_event = parsing_event,
        .on_note = parsing_note,
        .on_member = parsing_member,
        .on_member_data = parsing_member_data,
        .on_member_end = parsing_member_end,
    };
    struct parse p = {
        .unit = unit,
        .from = from,
        .to = to,
        .path = str_of(r->path),
        .names = &names,
        .arena = &arena,
        .scratch = &scratch,
        .sink = &sink,
        .modified = r->modified,
        .log_format = str_of(r->log_format),
    };
    f->parse(&p);
    arena_done(&name_arena);
    arena_done(&scratch);
    arena_done(&arena);
}

static inline void parsing_all(struct parsing *r, const struct format *f, bytes unit)
{
    parsing_part(r, f, unit, 0, unit.len);
}

static inline void parsing_done(struct parsing *r)
{
    arena_done(&r->kept);
    free(r->content);
}

static inline void *room(size_t size)
{
    void *p = malloc(size);
    if (!p) {
        abort();
    }
    return p;
}

static inline bytes literal(const char *text)
{
    return (bytes){(const uint8_t *)text, strlen(text)};
}

/* A file of the shared evidence; free() what it gives. */
static inline bytes shared_file(const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", kit_shared(), name);
    FILE *f = fopen(path, "rb");
    size_t cap = 1 << 20, len = 0;
    uint8_t *p = malloc(cap);
    while (f && p) {
        len += fread(p + len, 1, cap - len, f);
        if (len < cap) {
            break;
        }
        cap *= 2;
        p = realloc(p, cap);
    }
    CHECK(f != NULL);
    if (f) {
        (void)fclose(f);
    }
    return (bytes){p, len};
}

static inline void shared_free(bytes b)
{
    free((void *)(uintptr_t)b.p);
}

#endif
