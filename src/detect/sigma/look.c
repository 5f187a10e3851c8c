#include "detect/sigma/look.h"

#include "base/text.h"
#include "model/value.h"

#include <string.h>

const struct field_source *look_source(const struct lens *lens, field_id field)
{
    uint16_t index = lens && lens->by_field ? lens->by_field[field] : 0;
    return index ? &lens->sources[index - 1] : NULL;
}

str origin_text(const struct origin *o, field_id field, struct arena *a)
{
    switch (field) {
    case FIELD_CHANNEL:
        return o->channel;
    case FIELD_PROVIDER_NAME:
        return o->provider;
    case FIELD_COMPUTER:
        return o->host;
    case FIELD_EVENT_ID:
        return o->event_id ? text_u64(a, o->event_id) : STR_NONE;
    default:
        return STR_NONE;
    }
}

field_id look_alias(const struct sigma *s, field_id field)
{
    for (size_t i = 0; i < s->sources.naliases; i++) {
        if (s->sources.aliases[i].name == field) {
            return s->sources.aliases[i].means;
        }
    }
    return FIELD_NONE;
}

struct seen_list {
    struct arena *arena;
    struct seen *items;
    size_t count, cap;
};

static void add_seen(struct seen_list *list, str text, bool null)
{
    struct seen *grown =
        arena_grow(list->arena, list->items, &list->cap, list->count + 1, sizeof *grown);
    if (grown) {
        list->items = grown;
        list->items[list->count++] = (struct seen){text, null};
    }
}

static void add_field(const struct field *f, struct seen_list *list)
{
    add_seen(list, value_text(f, list->arena), f->type == VALUE_NULL);
}

static void own_values(const struct look *look, field_id field, struct seen_list *list)
{
    const struct event *e = look->event;
    str origin = e->origin ? origin_text(e->origin, field, list->arena) : STR_NONE;
    if (origin.len) {
        add_seen(list, origin, false);
        return;
    }
    if (look->first && field != FIELD_NONE) {
        for (uint32_t i = look->first[field]; i; i = look->next[i - 1]) {
            add_field(&e->fields[i - 1], list);
        }
        return;
    }
    for (size_t i = 0; i < e->nfields; i++) {
        if (e->fields[i].id == field) {
            add_field(&e->fields[i], list);
        }
    }
}

/* ---- through a lens */

static str replaced(const struct field_source *f, str text, struct arena *a)
{
    for (size_t i = 0; i < f->nvalues; i++) {
        if (str_eq_nocase(f->values[i].from, text)) {
            return f->values[i].to;
        }
    }
    for (size_t i = 0; i < f->nprefixes; i++) {
        if (str_starts_nocase(text, f->prefixes[i].from)) {
            str rest = str_from(text, f->prefixes[i].from.len);
            return arena_printf(a, "%.*s%.*s", STR_ARG(f->prefixes[i].to), STR_ARG(rest));
        }
    }
    return text;
}

static str converted(const struct field_source *f, str text, struct arena *a)
{
    uint64_t number = 0;
    bool hex = str_starts_nocase(text, STR("0x"));
    if (f->conversion == CONVERT_DECIMAL && hex && str_u64(text, &number)) {
        return text_u64(a, number);
    }
    return replaced(f, text, a);
}

static void one_part(const struct look *look, const struct field_source *f, struct seen_list *list)
{
    own_values(look, f->parts[0], list);
    for (size_t i = 0; i < list->count; i++) {
        list->items[i].text = converted(f, list->items[i].text, list->arena);
    }
}

static char *put(char *at, str s)
{
    if (s.len) {
        memcpy(at, s.p, s.len);
    }
    return at + s.len;
}

/* Over budget: none. */
static str join(struct arena *a, const str *parts, size_t count, str separator)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        len += parts[i].len + (i > 0 ? separator.len : 0);
    }
    char *text = arena_alloc(a, len), *at = text;
    for (size_t i = 0; text && i < count; i++) {
        at = put(i > 0 ? put(at, separator) : at, parts[i]);
    }
    return (str){text, text ? len : 0};
}

static void joined_parts(const struct look *look, const struct field_source *f,
                         struct seen_list *list)
{
    str parts[PARTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < f->nparts; i++) {
        struct seen_list part = {.arena = list->arena};
        own_values(look, f->parts[i], &part);
        if (part.count && part.items[0].text.len) {
            parts[count++] = part.items[0].text;
        }
    }
    if (count) {
        add_seen(list, converted(f, join(list->arena, parts, count, f->separator), list->arena),
                 false);
    }
}

size_t look_at(const struct look *look, field_id field, struct arena *a, struct seen **out)
{
    struct seen_list list = {.arena = a};
    const struct field_source *f = look_source(look->lens, field);
    if (f && f->nparts > 1) {
        joined_parts(look, f, &list);
    } else if (f) {
        one_part(look, f, &list);
    } else {
        own_values(look, field, &list);
        field_id alias = list.count ? FIELD_NONE : look_alias(look->s, field);
        if (alias != FIELD_NONE) {
            own_values(look, alias, &list);
        }
    }
    *out = list.items;
    return list.count;
}

size_t look_everywhere(const struct look *look, struct arena *a, struct seen **out)
{
    struct seen_list list = {.arena = a};
    for (size_t i = 0; i < look->event->nfields; i++) {
        add_field(&look->event->fields[i], &list);
    }
    *out = list.items;
    return list.count;
}
