#include "formats/xml/event_xml.h"

#include <expat.h>
#include <string.h>

enum { EVENT_XML_DEPTH = 32 };

enum zone { IN_NOTHING, IN_EVENT, IN_SYSTEM, IN_EVENT_DATA, IN_USER_DATA, IN_RENDERING };

struct level {
    str name, label; /* label: the Name of a Data element */
    enum zone zone, inner;
    size_t attributes_from, attributes_to; /* among the fields */
    size_t text_from;
    bool has_elements;
};

struct reading {
    XML_Parser parser;
    const struct names *names;
    struct arena *arena;
    struct event_xml *out;
    struct level levels[EVENT_XML_DEPTH];
    size_t depth;
    char *text; /* of the elements that are open, one behind the other */
    size_t text_len, text_cap;
    bool bad;
};

static void stop(struct reading *r)
{
    r->bad = true;
    (void)XML_StopParser(r->parser, XML_FALSE);
}

static void add(struct reading *r, str name, str value)
{
    if (r->out->nfields == EVENT_XML_FIELDS) {
        r->out->over = true;
        return;
    }
    r->out->fields[r->out->nfields++] =
        (struct field){arena_str(r->arena, name), (const uint8_t *)value.p, (uint32_t)value.len,
                       names_find(r->names, name), VALUE_TEXT};
}

static enum zone zone_below(enum zone zone, str name)
{
    if (zone == IN_NOTHING) {
        return IN_EVENT;
    }
    if (zone != IN_EVENT) {
        return zone;
    }
    bool system = str_eq(name, STR("System")), data = str_eq(name, STR("EventData"));
    enum zone other = str_eq(name, STR("RenderingInfo")) ? IN_RENDERING : IN_USER_DATA;
    return system ? IN_SYSTEM : data ? IN_EVENT_DATA : other;
}

static void attribute(struct reading *r, struct level *e, str name, str value)
{
    if (str_starts(name, STR("xmlns")) || e->inner == IN_EVENT || e->zone == IN_EVENT ||
        e->zone == IN_RENDERING) {
        return;
    }
    value = arena_str(r->arena, value);
    if (e->zone == IN_EVENT_DATA && str_eq(e->name, STR("Data"))) {
        e->label = str_eq(name, STR("Name")) ? value : e->label;
        return;
    }
    bool system = e->zone == IN_SYSTEM;
    add(r, system ? arena_printf(r->arena, "%.*s_%.*s", STR_ARG(e->name), STR_ARG(name)) : name,
        value);
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *r = ctx;
    if (r->bad || r->depth == EVENT_XML_DEPTH) {
        stop(r);
        return;
    }
    enum zone zone = IN_NOTHING;
    if (r->depth) {
        zone = r->levels[r->depth - 1].inner;
        r->levels[r->depth - 1].has_elements = true;
    }
    struct level *e = &r->levels[r->depth++];
    *e = (struct level){.name = arena_str(r->arena, str_of(name)), .zone = zone};
    e->inner = zone_below(zone, e->name);
    e->text_from = r->text_len;
    e->attributes_from = r->out->nfields;
    for (; attributes[0]; attributes += 2) {
        attribute(r, e, str_of(attributes[0]), str_of(attributes[1]));
    }
    e->attributes_to = r->out->nfields;
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int len)
{
    struct reading *r = ctx;
    size_t need = r->text_len + (size_t)len;
    char *grown = r->bad ? NULL : arena_grow(r->arena, r->text, &r->text_cap, need, 1);
    if (!grown) {
        stop(r);
        return;
    }
    r->text = grown;
    memcpy(r->text + r->text_len, text, (size_t)len);
    r->text_len = need;
}

/* Event and its well-known children only hold others. */
static bool is_field(const struct level *e, bool some_text)
{
    switch (e->zone) {
    case IN_NOTHING:
        return false;
    case IN_EVENT:
        return e->inner == IN_USER_DATA && !str_eq(e->name, STR("UserData")) && some_text;
    case IN_SYSTEM:
        return some_text;
    case IN_RENDERING:
        return str_eq(e->name, STR("Message")) && some_text;
    case IN_EVENT_DATA:
        return true;
    case IN_USER_DATA:
        return some_text || e->attributes_to == e->attributes_from;
    }
    return false;
}

/* Attributes of an element that has children are no fields outside System. */
static void drop_attributes(struct event_xml *out, const struct level *e)
{
    memmove(out->fields + e->attributes_from, out->fields + e->attributes_to,
            (out->nfields - e->attributes_to) * sizeof *out->fields);
    out->nfields -= e->attributes_to - e->attributes_from;
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
    (void)name;
    struct reading *r = ctx;
    if (r->bad || !r->depth) {
        return;
    }
    const struct level *e = &r->levels[--r->depth];
    str text = {r->text + e->text_from, r->text_len - e->text_from};
    if (e->has_elements && e->zone != IN_SYSTEM) {
        drop_attributes(r->out, e);
    } else if (!e->has_elements && is_field(e, text.len > 0)) {
        add(r, e->label.len ? e->label : e->name, arena_str(r->arena, text));
    }
    r->text_len = e->text_from;
}

/* A document type could define names for endless text; no event has one. */
static void XMLCALL on_doctype(void *ctx, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int has_inner)
{
    (void)name, (void)system, (void)public, (void)has_inner;
    stop(ctx);
}

static str field_value(const struct event_xml *e, str name)
{
    for (size_t i = 0; i < e->nfields; i++) {
        if (str_eq(e->fields[i].name, name)) {
            return (str){(const char *)e->fields[i].data, e->fields[i].len};
        }
    }
    return STR_NONE;
}

static void read_head(struct event_xml *e)
{
    uint64_t id = 0, record = 0;
    bool numbered = str_u64(field_value(e, STR("EventID")), &id) && id <= UINT32_MAX;
    e->origin = (struct origin){
        .channel = field_value(e, STR("Channel")),
        .provider = field_value(e, STR("Provider_Name")),
        .host = field_value(e, STR("Computer")),
        .event_id = numbered ? (uint32_t)id : 0,
    };
    e->time = time_parse(field_value(e, STR("TimeCreated_SystemTime")));
    e->record = str_u64(field_value(e, STR("EventRecordID")), &record) ? record : 0;
}

bool event_xml_read(str xml, const struct names *names, struct arena *a, struct event_xml *out)
{
    out->nfields = 0;
    out->over = false;
    XML_Parser parser = XML_ParserCreate("UTF-8");
    struct reading *r = ARENA_NEW(a, struct reading);
    bool good = parser && r && xml.len <= EVENT_XML_MAX;
    if (good) {
        r->parser = parser;
        r->names = names;
        r->arena = a;
        r->out = out;
        XML_SetUserData(parser, r);
        XML_SetElementHandler(parser, on_start, on_end);
        XML_SetCharacterDataHandler(parser, on_text);
        XML_SetStartDoctypeDeclHandler(parser, on_doctype);
        good = XML_Parse(parser, xml.p, (int)xml.len, XML_TRUE) == XML_STATUS_OK && !r->bad;
    }
    if (parser) {
        XML_ParserFree(parser);
    }
    if (good) {
        read_head(out);
    }
    return good;
}

/* Behind the last `<Event ` of an event that breaks off before the next one begins (`<` in a text
 * is escaped); 0 when there is none. */
static size_t last_opening(str inside)
{
    str open = STR("<Event");
    size_t last = 0;
    for (size_t at = 0; (at += str_find(str_from(inside, at), STR("<Event "))) < inside.len;) {
        at += open.len;
        last = at;
    }
    return last;
}

bool event_xml_find(str s, size_t *from, size_t *len)
{
    str open = STR("<Event"), close = STR("</Event>");
    for (size_t at = 0;;) {
        size_t found = at + str_find(str_from(s, at), open);
        str behind = str_from(s, found + open.len);
        if (!behind.len) {
            return false;
        }
        at = found + open.len;
        if (behind.p[0] == '>' || ascii_is_space(behind.p[0])) {
            size_t end = str_find(behind, close);
            size_t skip = last_opening(str_sub(behind, 0, end));
            if (end < behind.len && skip) {
                *from = found + skip;
                *len = open.len + end - skip + close.len;
                return true;
            }
            *from = found;
            *len = open.len + end + close.len;
            return end < behind.len;
        }
    }
}
