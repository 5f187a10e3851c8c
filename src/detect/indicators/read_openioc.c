/* OpenIOC 1.0 and 1.1: a tree of AND and OR over items, each a search term, a condition and a text.
 *
 *     <Indicator operator="OR">
 *         <IndicatorItem condition="is">
 *             <Context document="FileItem" search="FileItem/Md5sum" type="mir"/>
 *             <Content type="md5">...</Content>
 *
 * What stands below an AND asks for more than it says: it is a weak sign, but for hashes. */
#include "detect/indicators/set.h"

#include <expat.h>

enum {
    DEPTH_MAX = 64,
    TEXT_MAX = 64 << 10,
    CHUNK = 1 << 20,
};

struct openioc {
    struct indicators *set;
    XML_Parser parser;
    struct facts facts;
    struct buf text; /* of the element at hand */
    size_t depth, ands;
    bool and[DEPTH_MAX]; /* is the element at that depth one? */
    str term, condition;
    bool negated, stopped;
    struct arena_mark item;
};

static bool is(const XML_Char *name, const char *wanted)
{
    return str_eq(str_of(name), str_of(wanted));
}

static str attribute(const XML_Char **attributes, const char *wanted)
{
    for (size_t i = 0; attributes[i]; i += 2) {
        if (is(attributes[i], wanted)) {
            return str_of(attributes[i + 1]);
        }
    }
    return STR_NONE;
}

static uint32_t line_of(const struct openioc *o)
{
    return (uint32_t)XML_GetCurrentLineNumber(o->parser);
}

static void stop(struct openioc *o)
{
    o->stopped = true;
    (void)XML_StopParser(o->parser, XML_FALSE);
}

static void begin_item(struct openioc *o, const XML_Char **attributes)
{
    arena_rewind(&o->set->scratch, o->item);
    o->condition = arena_str(&o->set->scratch, attribute(attributes, "condition"));
    o->negated = str_eq(attribute(attributes, "negate"), STR("true"));
    o->term = STR_NONE;
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    struct openioc *o = ctx;
    if (o->depth == DEPTH_MAX) {
        stop(o);
        return;
    }
    bool and =
        is(name, "Indicator") && str_eq_nocase(attribute(attributes, "operator"), STR("AND"));
    o->and [o->depth++] = and;
    o->ands += and;
    buf_clear(&o->text);
    if (is(name, "IndicatorItem")) {
        begin_item(o, attributes);
    } else if (is(name, "Context")) {
        o->term = arena_str(&o->set->scratch, attribute(attributes, "search"));
    } else if (o->depth == 1) {
        o->facts.id = arena_str(&o->set->scratch, attribute(attributes, "id"));
        o->item = arena_mark(&o->set->scratch);
    }
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int len)
{
    struct openioc *o = ctx;
    buf_bytes(&o->text, text, (size_t)len);
}

/* What a condition makes of the kind of its term. */
static bool kind_of_item(const struct openioc *o, enum indicator_kind *k)
{
    if (o->negated || !kind_of_type(o->term, k)) {
        return false;
    }
    bool contains = str_eq(o->condition, STR("contains"));
    bool matches = str_eq(o->condition, STR("matches"));
    *k = contains ? KIND_FRAGMENT : matches ? KIND_EXPRESSION : *k;
    return contains || matches || str_eq(o->condition, STR("is"));
}

static void end_content(struct openioc *o)
{
    enum indicator_kind k;
    str value = str_trim(buf_str(&o->text));
    if (!buf_ok(&o->text) || value.len == 0 || !kind_of_item(o, &k)) {
        indicators_refuse(o->set, o->facts.list, line_of(o), o->term,
                          N_("not understood: this term of OpenIOC, or its condition"));
        return;
    }
    o->facts.part = o->ands > 0 && k != KIND_HASH;
    (void)indicators_add(o->set, k, value, indicators_facts(o->set, &o->facts), line_of(o));
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
    struct openioc *o = ctx;
    o->ands -= o->and [--o->depth];
    if (is(name, "Content")) {
        end_content(o);
    } else if (is(name, "short_description") && o->text.len) {
        o->facts.about = arena_str(o->set->arena, str_trim(buf_str(&o->text)));
    }
}

/* Entities are how XML takes all memory; no such file needs them. */
static void XMLCALL on_doctype(void *ctx, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int has_inner)
{
    (void)name, (void)system, (void)public, (void)has_inner;
    stop(ctx);
}

bool is_openioc(str head)
{
    return str_starts(head, STR("<")) &&
           (str_has(head, STR("<ioc ")) || str_has(head, STR("<OpenIOC ")));
}

static bool parse(struct openioc *o, str text)
{
    XML_SetUserData(o->parser, o);
    XML_SetElementHandler(o->parser, on_start, on_end);
    XML_SetCharacterDataHandler(o->parser, on_text);
    XML_SetStartDoctypeDeclHandler(o->parser, on_doctype);
    bool good = true;
    for (size_t at = 0; good && at < text.len; at += CHUNK) {
        str piece = str_sub(text, at, CHUNK);
        bool last = at + piece.len == text.len;
        good = XML_Parse(o->parser, piece.p, (int)piece.len, last) == XML_STATUS_OK;
    }
    return good && !o->stopped;
}

void read_openioc(struct indicators *set, str file, str text)
{
    struct openioc o = {
        .set = set,
        .parser = XML_ParserCreate(NULL),
        .facts = {.list = file,
                  .about = str_base(file),
                  .confidence = CONFIDENCE_UNKNOWN,
                  .from = TIME_NONE,
                  .until = TIME_NONE},
    };
    buf_init(&o.text, TEXT_MAX);
    arena_reset(&set->scratch);
    if (!o.parser || !parse(&o, text)) {
        indicators_refuse(set, file, o.parser ? line_of(&o) : 0, STR_NONE,
                          N_("this is no OpenIOC; what stands before was read"));
    }
    buf_done(&o.text);
    if (o.parser) {
        XML_ParserFree(o.parser);
    }
}
