/* Property lists as XML, with expat. A document type may be named, as Apple's tools do, but not
 * defined: what a definition expands to has no bound.
 *
 *     <plist> <dict> <key> <array> <string> <integer> <real> <true/> <false/> <date> <data>
 */
#include "base/text.h"
#include "formats/phone/plist.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

enum { XML_TEXT_MAX = 16 << 20 };

struct open_list { /* an array or a dictionary that has not ended */
    struct plist *items;
    size_t count, cap;
    enum plist_type type;
};

struct xml {
    struct arena *arena;
    struct plist_read *out;
    XML_Parser parser;
    struct open_list open[PLIST_DEPTH];
    size_t depth, values;
    char *text;
    size_t text_len, text_cap;
    bool any;
};

static void stop(struct xml *x)
{
    (void)XML_StopParser(x->parser, XML_FALSE);
}

static void add(struct xml *x, struct plist v)
{
    if (x->depth == 0) {
        x->out->top = v;
        x->any = true;
        return;
    }
    struct open_list *l = &x->open[x->depth - 1];
    size_t room = PLIST_VALUES + (x->out->cut ? PLIST_DEPTH : 0); /* for the lists left open */
    struct plist *grown = x->values++ < room
                              ? arena_grow(x->arena, l->items, &l->cap, l->count + 1, sizeof *grown)
                              : NULL;
    if (!grown) {
        x->out->cut = true;
        stop(x);
        return;
    }
    l->items = grown;
    l->items[l->count++] = v;
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    struct xml *x = ctx;
    (void)attributes;
    str what = str_of(name);
    bool dict = str_eq(what, STR("dict"));
    x->text_len = 0;
    if (!dict && !str_eq(what, STR("array"))) {
        return;
    }
    if (x->depth == PLIST_DEPTH) {
        x->out->cut = true;
        stop(x);
        return;
    }
    x->open[x->depth++] = (struct open_list){.type = dict ? PLIST_DICT : PLIST_ARRAY};
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int len)
{
    struct xml *x = ctx;
    size_t more = len > 0 ? (size_t)len : 0;
    char *grown = x->text_len + more <= XML_TEXT_MAX
                      ? arena_grow(x->arena, x->text, &x->text_cap, x->text_len + more, 1)
                      : NULL;
    if (!grown) {
        x->out->cut = true;
        stop(x);
        return;
    }
    x->text = grown;
    memcpy(x->text + x->text_len, text, more);
    x->text_len += more;
}

/* -1 for what is none: a blank. */
static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static bytes base64(struct arena *a, str text)
{
    uint8_t *out = arena_alloc(a, text.len + 1);
    size_t len = 0;
    uint32_t bits = 0, have = 0;
    for (size_t i = 0; out && i < text.len && text.p[i] != '='; i++) {
        int digit = base64_digit(text.p[i]);
        if (digit < 0) {
            continue;
        }
        bits = bits << 6 | (uint32_t)digit;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[len++] = (uint8_t)(bits >> have);
        }
    }
    return (bytes){out, len};
}

static double real_of(str text)
{
    char room[64] = "";
    memcpy(room, text.p, text.len < sizeof room - 1 ? text.len : sizeof room - 1);
    return strtod(room, NULL);
}

/* Of an element without elements in it. */
static bool value_of(struct xml *x, str what, struct plist *out)
{
    str text = {x->text, x->text_len}, tight = str_trim(text);
    if (str_eq(what, STR("string")) || str_eq(what, STR("key"))) {
        *out = (struct plist){.type = PLIST_TEXT, .data = bytes_of_str(arena_str(x->arena, text))};
    } else if (str_eq(what, STR("integer"))) {
        *out = (struct plist){.type = PLIST_INT};
        (void)str_i64(tight, &out->number);
    } else if (str_eq(what, STR("real"))) {
        *out = (struct plist){.type = PLIST_REAL, .real = tight.len ? real_of(tight) : 0};
    } else if (str_eq(what, STR("true")) || str_eq(what, STR("false"))) {
        *out = (struct plist){.type = PLIST_BOOL, .number = str_eq(what, STR("true"))};
    } else if (str_eq(what, STR("date"))) {
        usec t = time_parse(tight), epoch = time_of_apple(0);
        *out = (struct plist){.type = PLIST_DATE,
                              .real = t == TIME_NONE ? 1e300 : (double)(t - epoch) / USEC_PER_SEC};
    } else if (str_eq(what, STR("data"))) {
        *out = (struct plist){.type = PLIST_DATA, .data = base64(x->arena, text)};
    } else {
        return false;
    }
    return true;
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
    struct xml *x = ctx;
    str what = str_of(name);
    struct plist v;
    if (str_eq(what, STR("dict")) || str_eq(what, STR("array"))) {
        if (x->depth > 0) {
            const struct open_list *l = &x->open[--x->depth];
            add(x, (struct plist){.type = l->type, .items = l->items, .count = l->count});
        }
    } else if (value_of(x, what, &v)) {
        add(x, v);
    }
    x->text_len = 0;
}

static void XMLCALL on_doctype(void *ctx, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public_id, int internal)
{
    (void)name, (void)system, (void)public_id;
    if (internal) {
        stop(ctx);
    }
}

bool plist_read_xml(bytes file, struct arena *a, struct plist_read *out)
{
    struct xml *x = ARENA_NEW(a, struct xml);
    XML_Parser parser = x ? XML_ParserCreate(NULL) : NULL;
    if (!parser) {
        return false;
    }
    *x = (struct xml){.arena = a, .out = out, .parser = parser};
    XML_SetUserData(parser, x);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
    int size = file.len < INT32_MAX ? (int)file.len : INT32_MAX;
    if (XML_Parse(parser, (const char *)file.p, size, XML_TRUE) != XML_STATUS_OK && !out->cut) {
        out->wrong = 1;
        out->offset = (uint64_t)XML_GetCurrentByteIndex(parser);
    }
    while (x->depth > 0) { /* what was read before it broke off */
        const struct open_list *l = &x->open[--x->depth];
        add(x, (struct plist){.type = l->type, .items = l->items, .count = l->count});
    }
    XML_ParserFree(parser);
    return x->any;
}
