#include "formats/windows/evtx_compile.h"

#include "base/text.h"
#include "model/value.h"

#include <string.h>

enum token {
    VALUE = 0x05,
    CDATA = 0x07,
    CHARACTER = 0x08,
    ENTITY = 0x09,
    NORMAL_SLOT = 0x0d,
    OPTIONAL_SLOT = 0x0e,
};

void evtx_over_budget(struct evtx_compiler *c)
{
    c->over_budget = true;
    c->r->bad = true;
}

uint8_t evtx_peek(const struct evtx_compiler *c)
{
    return reader_left(c->r) ? c->r->in.p[c->r->at] : 0;
}

static void add_seam(struct evtx_compiler *c, uint64_t at, const uint8_t *name)
{
    if (!c->in_definition || !reader_ok(c->r)) {
        return;
    }
    struct evtx_seam *grown =
        arena_grow(c->arena, c->seams, &c->seams_cap, c->nseams + 1, sizeof *grown);
    if (!grown) {
        evtx_over_budget(c);
        return;
    }
    c->seams = grown;
    c->seams[c->nseams++] = (struct evtx_seam){
        .at = (uint32_t)at - c->seams_from,
        .after = (uint32_t)c->r->at - c->seams_from,
        .name = name,
    };
}

void evtx_skip_size(struct evtx_compiler *c)
{
    uint64_t at = c->r->at;
    reader_skip(c->r, 4);
    add_seam(c, at, NULL);
}

/* A stored name: hash, count and text at `offset`+4 of the chunk; empty when it does not fit. */
static bytes stored_name(bytes chunk, uint64_t offset)
{
    struct reader r = reader_of(chunk);
    reader_seek(&r, offset);
    reader_skip(&r, 6);
    uint16_t units = reader_u16le(&r);
    reader_skip(&r, UINT64_C(2) * units);
    return reader_ok(&r) ? (bytes){chunk.p + offset + 4, 4 + 2u * (size_t)units} : (bytes){NULL, 0};
}

bytes evtx_name(struct reader *r, bytes chunk)
{
    uint32_t offset = reader_u32le(r);
    bytes name = stored_name(chunk, offset);
    if (!name.p) {
        r->bad = true;
    } else if (offset == r->at) {
        reader_skip(r, 4 + name.len + 2);
    }
    return r->bad ? (bytes){NULL, 0} : name;
}

str evtx_read_name(struct evtx_compiler *c)
{
    uint64_t at = c->r->at;
    bytes name = evtx_name(c->r, c->chunk);
    if (!reader_ok(c->r)) {
        return STR_NONE;
    }
    add_seam(c, at, c->in_definition ? arena_bytes(c->arena, name).p : NULL);
    str text = text_utf16le(c->arena, (bytes){name.p + 4, name.len - 4});
    if (text.len == 0 && name.len > 4) {
        evtx_over_budget(c);
    }
    return text;
}

static void add_part(struct evtx_compiler *c, struct evtx_content *to, struct evtx_part part)
{
    if (!reader_ok(c->r)) {
        return;
    }
    struct evtx_part *grown =
        arena_grow(c->arena, to->parts, &to->cap, to->count + 1, sizeof *grown);
    if (!grown) {
        evtx_over_budget(c);
        return;
    }
    to->parts = grown;
    to->parts[to->count++] = part;
}

static struct field text_field(enum value_type type, bytes text)
{
    return (struct field){.type = (uint8_t)type, .data = text.p, .len = (uint32_t)text.len};
}

static void add_text(struct evtx_compiler *c, struct evtx_content *to, enum value_type type,
                     bytes text)
{
    add_part(c, to, (struct evtx_part){.text = text_field(type, text)});
}

static bytes take(struct evtx_compiler *c, uint64_t len)
{
    uint64_t at = c->r->at - c->seams_from;
    bytes text = reader_take(c->r, len);
    return c->copy && text.len ? (bytes){c->copy + at, text.len} : text;
}

/* A literal is UTF-16; the format allows others, and none was ever seen. */
static void literal(struct evtx_compiler *c, struct evtx_content *to)
{
    bool ansi = reader_u8(c->r) == 2;
    uint16_t count = reader_u16le(c->r);
    bytes text = take(c, ansi ? count : UINT64_C(2) * count);
    add_text(c, to, ansi ? VALUE_ANSI : VALUE_UTF16, text);
}

static void cdata(struct evtx_compiler *c, struct evtx_content *to)
{
    uint16_t count = reader_u16le(c->r);
    add_text(c, to, VALUE_UTF16, take(c, UINT64_C(2) * count));
}

static void character(struct evtx_compiler *c, struct evtx_content *to)
{
    add_text(c, to, VALUE_UTF16, take(c, 2));
}

static void entity(struct evtx_compiler *c, struct evtx_content *to)
{
    static const struct {
        str name, text;
    } known[] = {
        {STR_INIT("lt"),   STR_INIT("<") },
        {STR_INIT("gt"),   STR_INIT(">") },
        {STR_INIT("amp"),  STR_INIT("&") },
        {STR_INIT("quot"), STR_INIT("\"")},
        {STR_INIT("apos"), STR_INIT("'") },
    };
    str name = evtx_read_name(c);
    str text = arena_printf(c->arena, "&%.*s;", STR_ARG(name));
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        text = str_eq(name, known[i].name) ? known[i].text : text;
    }
    add_text(c, to, VALUE_TEXT, bytes_of_str(text));
}

static void slot(struct evtx_compiler *c, struct evtx_content *to, bool optional)
{
    uint16_t number = reader_u16le(c->r);
    reader_skip(c->r, 1); /* the type: that of the instance counts */
    add_part(c, to, (struct evtx_part){.is_slot = true, .optional = optional, .slot = number});
}

bool evtx_read_text(struct evtx_compiler *c, struct evtx_content *to)
{
    uint8_t token = evtx_peek(c) & (uint8_t)~EVTX_MORE;
    if (token != VALUE && token != CDATA && token != CHARACTER && token != ENTITY &&
        token != NORMAL_SLOT && token != OPTIONAL_SLOT) {
        return false;
    }
    reader_skip(c->r, 1);
    switch (token) {
    case VALUE:
        literal(c, to);
        break;
    case CDATA:
        cdata(c, to);
        break;
    case CHARACTER:
        character(c, to);
        break;
    case ENTITY:
        entity(c, to);
        break;
    default:
        slot(c, to, token == OPTIONAL_SLOT);
        break;
    }
    return reader_ok(c->r);
}

bool evtx_text_add(struct evtx_text *t, struct arena *arena, str more)
{
    char *grown = arena_grow(arena, t->p, &t->cap, t->len + more.len + 1, 1);
    if (!grown) {
        return false;
    }
    t->p = grown;
    if (more.len) {
        memcpy(t->p + t->len, more.p, more.len);
    }
    t->len += more.len;
    return true;
}

/* Several constant parts are one constant. */
static struct field joined(struct evtx_compiler *c, const struct evtx_content *from)
{
    struct evtx_text text = {0};
    for (size_t i = 0; i < from->count; i++) {
        str more = value_text(&from->parts[i].text, c->arena);
        if (!evtx_text_add(&text, c->arena, more)) {
            evtx_over_budget(c);
        }
    }
    return text_field(VALUE_TEXT, bytes_of_str((str){text.p, text.len}));
}

struct evtx_item evtx_content_item(struct evtx_compiler *c, const struct evtx_content *from)
{
    bool any_slot = false;
    for (size_t i = 0; i < from->count; i++) {
        any_slot |= from->parts[i].is_slot;
    }
    struct evtx_item item = {.head = EVTX_HEAD_COUNT, .count = (uint32_t)from->count};
    if (from->count == 1 && any_slot) {
        item.kind = EVTX_SLOT;
        item.slot = from->parts[0].slot;
        item.optional = from->parts[0].optional;
    } else if (from->count == 1) {
        item.field = from->parts[0].text;
    } else if (any_slot) {
        item.kind = EVTX_JOIN;
        item.parts = from->parts;
    } else if (from->count > 1) {
        item.field = joined(c, from);
    }
    return item;
}
