/* Pages that are parts of an application end when they are asked for by themselves, or only define
 * what others use. That says nothing of what they do, but much of who wrote them: a shell answers.
 */
#include "formats/page/context.h"

#include "base/text.h"

enum { CLASSES_MAX = 64, GUARD_TOKENS = 10, GUARD_NAME_TOKENS = 7 };
enum { UNREADABLE_MANY = 10, LETTERLESS_MANY = 4, INCLUDE_LINE = 64 };

struct context {
    const struct token *t;
    size_t count;
    uint32_t own[CLASSES_MAX], parents[CLASSES_MAX];
    size_t nown, nparents;
    uint32_t parts;
    bool acts;    /* outside of all functions and classes */
    bool reached; /* the request, or a call of what cannot be read, before any guard */
    bool defines;
};

static bool context_is(const struct token *t, uint8_t sign)
{
    return t->kind == TOKEN_SIGN && t->sign == sign;
}

static bool context_any(const struct token *t, const str *names, size_t count)
{
    for (size_t i = 0; t->kind == TOKEN_NAME && i < count; i++) {
        if (str_eq_nocase(t->text, names[i])) {
            return true;
        }
    }
    return false;
}

static const struct token *context_peek(const struct context *c, size_t at)
{
    static const struct token end = {.kind = TOKEN_END};
    return at < c->count ? &c->t[at] : &end;
}

/* Classes that PHP brings: what inherits from them needs no other file. */
static bool context_is_built_in(str name)
{
    static const str names[] = {
        STR_INIT("php_user_filter"),
        STR_INIT("stdClass"),
        STR_INIT("PDO"),
        STR_INIT("mysqli"),
        STR_INIT("SQLite3"),
        STR_INIT("SimpleXMLElement"),
        STR_INIT("SoapClient"),
        STR_INIT("SoapServer"),
        STR_INIT("ZipArchive"),
        STR_INIT("SessionHandler"),
        STR_INIT("Thread"),
        STR_INIT("DateTime"),
        STR_INIT("XMLReader"),
        STR_INIT("XMLWriter"),
        STR_INIT("XSLTProcessor"),
        STR_INIT("Memcache"),
        STR_INIT("Memcached"),
        STR_INIT("Redis"),
        STR_INIT("Phar"),
        STR_INIT("Closure"),
        STR_INIT("COM"),
        STR_INIT("Generator"),
        STR_INIT("IntlDateFormatter"),
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq_nocase(name, names[i])) {
            return true;
        }
    }
    return str_ends_nocase(name, STR("Iterator")) || str_ends_nocase(name, STR("Exception")) ||
           str_ends_nocase(name, STR("Error")) || str_starts_nocase(name, STR("Spl")) ||
           str_starts_nocase(name, STR("Reflection")) || str_starts_nocase(name, STR("DOM")) ||
           str_starts_nocase(name, STR("Array"));
}

/* At `class`: its name and what it inherits from; gives the token behind its body. */
static size_t context_class(struct context *c, size_t at)
{
    bool extends = false;
    const struct token *parent = NULL;
    if (c->nown < CLASSES_MAX) {
        c->own[c->nown++] = context_peek(c, at + 1)->hash;
    }
    c->defines = true;
    for (size_t i = at + 2; i < c->count; i++) {
        const struct token *t = &c->t[i];
        if (context_is(t, '{')) {
            at = t->match ? t->match : i;
            break;
        }
        if (t->kind == TOKEN_NAME) {
            bool ends = str_eq_nocase(t->text, STR("implements"));
            parent = extends && !ends ? t : parent;
            extends = !ends && (extends || str_eq_nocase(t->text, STR("extends")));
        } else if (!context_is(t, '\\') && !context_is(t, ',')) {
            at = i;
            break;
        }
    }
    if (parent && c->nparents < CLASSES_MAX && !context_is_built_in(parent->text)) {
        c->parents[c->nparents++] = parent->hash;
    }
    return at + 1;
}

static size_t context_function(struct context *c, size_t at)
{
    bool named = context_peek(c, at + 1)->kind == TOKEN_NAME;
    c->defines = c->defines || named;
    for (size_t i = at + 1; i < c->count; i++) {
        const struct token *t = &c->t[i];
        if (context_is(t, '{') || context_is(t, ';')) {
            return (t->match > i ? t->match : i) + 1;
        }
        i += context_is(t, '(') && t->match > i ? t->match - i : 0;
    }
    return c->count;
}

/* What ends a page, at most a few tokens behind a condition. */
static bool context_ends(const struct context *c, size_t at)
{
    static const str ends[] = {STR_INIT("exit"),   STR_INIT("die"),
                               STR_INIT("return"), STR_INIT("throw"),
                               STR_INIT("header"), STR_INIT("http_response_code")};
    for (size_t i = at; i < at + GUARD_NAME_TOKENS; i++) {
        const struct token *t = context_peek(c, i);
        if (t->kind == TOKEN_NAME && !str_eq_nocase(t->text, STR("or"))) {
            return context_any(t, ends, ARRAY_LEN(ends));
        }
        if (context_is(t, ';') || t->kind == TOKEN_END) {
            return false;
        }
    }
    return false;
}

/* Functions of applications that ask who the user is; where they are missing the page ends. */
static bool context_asks_user(const struct token *t)
{
    static const str names[] = {STR_INIT("current_user_can"),   STR_INIT("check_admin_referer"),
                                STR_INIT("check_ajax_referer"), STR_INIT("wp_verify_nonce"),
                                STR_INIT("require_capability"), STR_INIT("user_access")};
    return context_any(t, names, ARRAY_LEN(names));
}

/* defined('APPLICATION') or exit; if (PHP_SAPI !== 'cli') exit; */
static void context_guard(struct context *c, size_t at)
{
    const struct token *t = &c->t[at], *open = context_peek(c, at + 1);
    if (c->reached) {
        return;
    }
    if (str_eq_nocase(t->text, STR("defined")) && context_is(open, '(') && open->match) {
        c->parts |= context_ends(c, open->match + 1) ? PART_GUARDED : 0;
    }
    c->parts |= context_is(open, '(') && context_asks_user(t) ? PART_GUARDED : 0;
    bool sapi = str_eq_nocase(t->text, STR("php_sapi_name")) || str_eq(t->text, STR("PHP_SAPI"));
    for (size_t i = at > 4 ? at - 4 : 0; sapi && i < at + GUARD_TOKENS; i++) {
        const struct token *with = context_peek(c, i);
        if (with->kind == TOKEN_TEXT && (str_starts_nocase(with->text, STR("cli")) ||
                                         str_eq_nocase(with->text, STR("phpdbg")))) {
            c->parts |= context_ends(c, (i > at ? i : at) + 1) ? PART_COMMAND : 0;
        }
    }
}

/* A token outside of functions and classes. */
static void context_act(struct context *c, size_t at)
{
    static const str harmless[] = {
        STR_INIT("define"),          STR_INIT("defined"),      STR_INIT("class_exists"),
        STR_INIT("function_exists"), STR_INIT("dirname"),      STR_INIT("if"),
        STR_INIT("elseif"),          STR_INIT("array"),        STR_INIT("declare"),
        STR_INIT("require"),         STR_INIT("require_once"), STR_INIT("include"),
        STR_INIT("include_once"),    STR_INIT("exit"),         STR_INIT("die"),
        STR_INIT("class_alias"),     STR_INIT("trait_exists"), STR_INIT("version_compare"),
        STR_INIT("interface_exists")};
    const struct token *t = &c->t[at], *next = context_peek(c, at + 1);
    if (t->kind == TOKEN_VARIABLE) {
        c->acts = true;
        c->parts |= str_eq(t->text, STR("this")) ? PART_MEMBER : 0;
        bool request =
            t->text.len > 3 && t->text.p[0] == '_' && t->text.p[1] >= 'A' && t->text.p[1] <= 'Z';
        c->reached = c->reached || request || context_is(next, '(');
    } else if (t->kind == TOKEN_NAME) {
        bool eval = str_eq_nocase(t->text, STR("eval")) || str_eq_nocase(t->text, STR("assert"));
        bool calls = context_is(next, '(') && !context_any(t, harmless, ARRAY_LEN(harmless));
        c->acts = c->acts || calls || str_eq_nocase(t->text, STR("new"));
        c->reached = c->reached || eval;
        context_guard(c, at);
    } else if (context_is(t, '$')) {
        c->acts = c->reached = true;
    }
}

static void context_scan(struct context *c)
{
    static const str types[] = {STR_INIT("class"), STR_INIT("trait"), STR_INIT("interface")};
    for (size_t i = 1; i < c->count;) {
        const struct token *t = &c->t[i], *before = &c->t[i - 1];
        bool member = context_is(before, SIGN_SCOPE) || context_is(before, SIGN_ARROW);
        if (!member && context_any(t, types, ARRAY_LEN(types)) &&
            context_peek(c, i + 1)->kind == TOKEN_NAME) {
            i = context_class(c, i);
        } else if (!member && t->kind == TOKEN_NAME && str_eq_nocase(t->text, STR("function"))) {
            i = context_function(c, i);
        } else {
            context_act(c, i++);
        }
    }
}

static bool context_needs_another(const struct context *c)
{
    for (size_t i = 0; i < c->nparents; i++) {
        bool here = false;
        for (size_t k = 0; k < c->nown; k++) {
            here = here || c->own[k] == c->parents[i];
        }
        if (!here) {
            return true;
        }
    }
    return false;
}

uint32_t context_of(const struct tokens *code)
{
    struct context c = {.t = code->list, .count = code->count};
    if (code->count < 2 || code->list[0].kind != TOKEN_LANGUAGE ||
        code->list[0].sign != LANGUAGE_PHP || code->full) {
        return 0;
    }
    context_scan(&c);
    c.parts |= c.defines && !c.acts ? PART_LIBRARY : 0;
    c.parts |= c.nown < CLASSES_MAX && context_needs_another(&c) ? PART_INHERITS : 0;
    return c.parts;
}

/* <!--#include file="session.asp"--> */
uint32_t context_includes(str text, enum language language)
{
    bool asp = language == LANGUAGE_VBSCRIPT || language == LANGUAGE_JSCRIPT;
    for (size_t at = 0; asp && at < text.len; at += 4) {
        at += str_find(str_from(text, at), STR("<!--"));
        str comment = str_trim(str_sub(text, at + 4, INCLUDE_LINE));
        if (at < text.len && str_starts_nocase(comment, STR("#include"))) {
            return PART_INCLUDES;
        }
    }
    return 0;
}

static bool context_letterless(str name)
{
    size_t i = 0;
    while (i < name.len && name.p[i] == '_') {
        i++;
    }
    return i == name.len && name.len > 1;
}

uint32_t context_names(const struct tokens *code)
{
    size_t names = 0, unreadable = 0, letterless = 0;
    bool calls = false, letters = false;
    for (size_t i = 1; i + 1 < code->count && code->list[0].sign == LANGUAGE_PHP; i++) {
        const struct token *t = &code->list[i], *next = t + 1;
        bool ends = t->kind == TOKEN_VARIABLE || context_is(t, ']') || context_is(t, '}');
        calls = calls || (ends && context_is(next, '('));
        if (t->kind == TOKEN_VARIABLE) {
            names++;
            unreadable += !utf8_valid(t->text);
            letterless += context_letterless(t->text);
        }
        letters = letters || (t->kind == TOKEN_NAME && context_is(next, '('));
    }
    bool without = calls && !letters && letterless >= LETTERLESS_MANY && letterless * 2 >= names;
    return (unreadable >= UNREADABLE_MANY ? DISGUISE_UNREADABLE : 0U) |
           (without ? DISGUISE_NO_LETTERS : 0U);
}
