/* Files of settings that a Windows server keeps as XML, told by their first element:
 *
 *     configuration   web.config, applicationHost.config: what IIS runs for whom. Channel
 *                     "iis-config", an event for every element with attributes: Element is where
 *                     it stands (system.webServer/handlers/add), Location the path it is for, the
 *                     attributes are fields.
 *     Task            a scheduled task (C:\Windows\System32\Tasks\NAME). Channel "task-file", one
 *                     event: elements with text are fields (Command, Arguments, UserId, URI), the
 *                     kinds of triggers are in Trigger. [MS-TSCH] 2.5.
 *     preserve        what ASP.NET knows of a page it compiled (PAGE.HASH.compiled); it outlives
 * the page. Channel "aspnet-compiled": virtualPath, assembly, name of its sources.
 *
 * The first and the last are told as pages too: what a server would run is looked at as text, and a
 * web.config can hold script, behind its settings too. Document types are refused, so there are no
 * entities to expand. */
#include "base/text.h"
#include "formats/format.h"
#include "formats/lines.h"
#include "formats/origins.h"
#include "formats/page/page.h"
#include "model/host_path.h"

#include <expat.h>
#include <string.h>

enum { CONFIG_DEPTH = 32, CONFIG_FIELDS = 256, CONFIG_TEXT_MAX = 64 << 10 };

enum config_kind { CONFIG_NONE, CONFIG_IIS, CONFIG_TASK, CONFIG_COMPILED };

static const struct {
    str root, channel;
} config_kinds[] = {
    [CONFIG_IIS] = {STR_INIT("configuration"), STR_INIT("iis-config")     },
    [CONFIG_TASK] = {STR_INIT("Task"),          STR_INIT("task-file")      },
    [CONFIG_COMPILED] = {STR_INIT("preserve"),      STR_INIT("aspnet-compiled")},
};

struct config {
    struct parse *p;
    XML_Parser parser;
    enum config_kind kind;
    struct origins origins;
    struct field fields[CONFIG_FIELDS];
    size_t nfields;
    str names[CONFIG_DEPTH]; /* of the elements that are open */
    size_t depth;
    str location; /* IIS: what the settings are for */
    size_t location_depth;
    char *text; /* of the innermost element */
    size_t text_len;
    uint64_t record;
    bool stopped, over;
};

static void stop(struct config *c)
{
    c->stopped = true;
    (void)XML_StopParser(c->parser, XML_FALSE);
}

static void add(struct config *c, str name, str value)
{
    if (c->nfields == CONFIG_FIELDS) {
        c->over = true;
        return;
    }
    c->fields[c->nfields++] = (struct field){name, bytes_of_str(value).p, (uint32_t)value.len,
                                             names_find(c->p->names, name), VALUE_TEXT};
}

static void add_copy(struct config *c, str name, str value)
{
    add(c, arena_str(c->p->scratch, name), arena_str(c->p->scratch, value));
}

/* False: stop. */
static bool emit(struct config *c, str channel, uint64_t offset, uint64_t len)
{
    struct event e = {
        .time = TIME_NONE,
        .record = ++c->record,
        .offset = offset,
        .len = len,
        .origin = origins_get(&c->origins, &(struct origin){.channel = channel}),
        .fields = c->fields,
        .nfields = c->nfields,
    };
    return e.origin && (!emit_head(c->p, &e) || emit_event(c->p, &e));
}

static void begin_fields(struct config *c)
{
    c->nfields = 0;
    add(c, STR("TargetFilename"), host_path(c->p->path, c->p->scratch));
}

/* ---- elements */

/* Names without the prefix of their name space. */
static str local_name(const char *name)
{
    str s = str_of(name);
    size_t colon = str_find_char(s, ':');
    return colon < s.len ? str_from(s, colon + 1) : s;
}

static str element_path(struct config *c)
{
    str path = STR_NONE;
    for (size_t i = 1; i < c->depth; i++) {
        path = i == 1
                   ? c->names[1]
                   : arena_printf(c->p->scratch, "%.*s/%.*s", STR_ARG(path), STR_ARG(c->names[i]));
    }
    return path;
}

static void add_attributes(struct config *c, const XML_Char **attributes)
{
    for (; attributes[0]; attributes += 2) {
        add_copy(c, local_name(attributes[0]), str_of(attributes[1]));
    }
}

static str attribute(const XML_Char **attributes, str name)
{
    for (; attributes[0]; attributes += 2) {
        if (str_eq(str_of(attributes[0]), name)) {
            return str_of(attributes[1]);
        }
    }
    return STR_NONE;
}

static void iis_element(struct config *c, const XML_Char **attributes)
{
    struct arena_mark mark = arena_mark(c->p->scratch);
    if (str_eq(c->names[c->depth - 1], STR("location"))) {
        c->location_depth = c->depth;
        c->location = arena_str(c->p->arena, attribute(attributes, STR("path")));
    }
    if (attributes[0]) {
        begin_fields(c);
        add(c, STR("Element"), element_path(c));
        if (c->location.len > 0) {
            add(c, STR("Location"), c->location);
        }
        add_attributes(c, attributes);
        uint64_t at = (uint64_t)XML_GetCurrentByteIndex(c->parser);
        if (!emit(c, config_kinds[CONFIG_IIS].channel, at,
                  (uint64_t)XML_GetCurrentByteCount(c->parser))) {
            stop(c);
        }
    }
    arena_rewind(c->p->scratch, mark);
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    struct config *c = ctx;
    c->text_len = 0;
    if (c->depth == CONFIG_DEPTH) {
        c->over = true;
        stop(c);
        return;
    }
    c->names[c->depth++] = arena_str(c->p->arena, local_name(name));
    bool trigger = c->kind == CONFIG_TASK && c->depth == 3 && str_eq(c->names[1], STR("Triggers"));
    if (c->kind == CONFIG_IIS) {
        iis_element(c, attributes);
    } else if (c->kind == CONFIG_COMPILED) {
        add_attributes(c, attributes);
    } else if (trigger) {
        add(c, STR("Trigger"), c->names[2]);
    }
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
    struct config *c = ctx;
    (void)name;
    str text = str_trim((str){c->text, c->text_len});
    if (c->kind == CONFIG_TASK && text.len > 0 && c->depth > 0) {
        add_copy(c, c->names[c->depth - 1], text);
    }
    if (c->location_depth == c->depth) {
        c->location = STR_NONE;
        c->location_depth = 0;
    }
    c->text_len = 0;
    c->depth -= c->depth > 0;
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int len)
{
    struct config *c = ctx;
    size_t more = len > 0 ? (size_t)len : 0;
    more = more < CONFIG_TEXT_MAX - c->text_len ? more : CONFIG_TEXT_MAX - c->text_len;
    memcpy(c->text + c->text_len, text, more);
    c->text_len += more;
}

static void XMLCALL on_doctype(void *ctx, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public_id, int internal)
{
    (void)name, (void)system, (void)public_id, (void)internal;
    stop(ctx);
}

/* ---- the file */

static bool tell_page(struct config *c)
{
    const struct origin *origin =
        origins_get(&c->origins, &(struct origin){.channel = STR("page")});
    struct arena_mark mark = arena_mark(c->p->scratch);
    bool going = origin && page_tell(c->p, origin);
    c->record++;
    arena_rewind(c->p->scratch, mark);
    return going;
}

static bool read_xml(struct config *c)
{
    c->parser = XML_ParserCreate(NULL);
    if (!c->parser) {
        return false;
    }
    XML_SetUserData(c->parser, c);
    XML_SetElementHandler(c->parser, on_start, on_end);
    XML_SetCharacterDataHandler(c->parser, on_text);
    XML_SetStartDoctypeDeclHandler(c->parser, on_doctype);
    int size = c->p->unit.len < INT32_MAX ? (int)c->p->unit.len : INT32_MAX;
    enum XML_Status status = XML_Parse(c->parser, (const char *)c->p->unit.p, size, XML_TRUE);
    uint64_t at = (uint64_t)XML_GetCurrentByteIndex(c->parser);
    XML_ParserFree(c->parser);
    if (status != XML_STATUS_OK) {
        at = at < c->p->unit.len ? at : c->p->unit.len;
        emit_note(c->p, NOTE_BAD_RECORD, at, c->p->unit.len - at);
    }
    return true;
}

static enum config_kind config_kind_of(bytes head)
{
    char room[PROBE_HEAD];
    str text = text_head(head, room, sizeof room);
    for (;;) {
        text = str_trim(text);
        size_t end = 0;
        if (str_starts(text, STR("<?"))) {
            end = str_find(text, STR("?>")) + 2;
        } else if (str_starts(text, STR("<!--"))) {
            end = str_find(text, STR("-->")) + 3;
        } else {
            break;
        }
        text = str_from(text, end);
    }
    for (size_t i = 1; i < ARRAY_LEN(config_kinds); i++) {
        str root = config_kinds[i].root;
        bool named = str_starts(text, STR("<")) && str_starts(str_from(text, 1), root);
        str behind = str_from(text, root.len + 1);
        if (named && behind.len > 0 && !ascii_is_alnum(behind.p[0])) {
            return (enum config_kind)i;
        }
    }
    return CONFIG_NONE;
}

/* What shows script from the start is a page, whatever it claims to be; settings of IIS that do are
 * both. */
static int config_probe(bytes head, str path)
{
    char room[PROBE_HEAD];
    str text = text_head(head, room, sizeof room);
    bool script = str_has(text, STR("<%")) || str_has_nocase(text, STR("<script")) ||
                  str_has_nocase(text, STR("<?php"));
    enum config_kind kind = config_kind_of(head);
    if (kind == CONFIG_IIS) { /* programs of all kinds begin their settings so */
        return str_has_nocase(str_base(path), STR(".config")) ? BY_MAGIC : NO_MATCH;
    }
    return !script && kind != CONFIG_NONE ? BY_MAGIC : NO_MATCH;
}

static void config_parse(struct parse *p)
{
    struct config *c = p->from == 0 ? ARENA_NEW(p->arena, struct config) : NULL;
    char *text = c ? arena_alloc(p->arena, CONFIG_TEXT_MAX) : NULL;
    bytes head = {p->unit.p, p->unit.len < PROBE_HEAD ? p->unit.len : PROBE_HEAD};
    if (p->from > 0) {
        return;
    }
    if (!c || !text) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    c->p = p;
    c->text = text;
    c->origins.arena = p->arena;
    c->kind = config_kind_of(head);
    if (c->kind == CONFIG_NONE || (c->kind != CONFIG_TASK && !tell_page(c))) {
        return;
    }
    begin_fields(c);
    if (!read_xml(c) || c->over) {
        emit_note(p, NOTE_OVER_BUDGET, 0, 0);
    }
    if (c->kind != CONFIG_IIS && c->nfields > 1) {
        (void)emit(c, config_kinds[c->kind].channel, 0, p->unit.len);
    }
}

const struct format format_config = {
    .name = "config",
    .title = "settings as XML: IIS, scheduled task, compiled page",
    .probe = config_probe,
    .parse = config_parse,
    .whole = true,
};
