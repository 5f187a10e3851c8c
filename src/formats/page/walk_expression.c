/* Expressions, by precedence. */
#include "formats/page/walker.h"

#include "base/text.h"
#include "formats/page/decode.h"

#include <string.h>

enum { LONGEST_OPERATOR = 10 }; /* instanceof */

enum level {
    LEVEL_CHOICE = 1,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_BITS, /* PHP: `a ^ b . c` joins first */
    LEVEL_COMPARE,
    LEVEL_JOIN,
    LEVEL_ADD,
    LEVEL_TIMES
};

static struct worth walk_binary(struct walker *w, int least);

static void walk_skip_type_arguments(struct walker *w)
{
    for (size_t i = 1; i < 12; i++) {
        const struct token *t = walk_peek(w, i);
        bool inside = t->kind == TOKEN_NAME || walk_is(t, ',') || walk_is(t, '.') ||
                      walk_is(t, '?') || walk_is(t, '[') || walk_is(t, ']');
        if (t->kind == TOKEN_SIGN && t->sign == SIGN_COMPARE) {
            const struct token *next = walk_peek(w, i + 1);
            if (next->kind == TOKEN_NAME || walk_is(next, '(') || walk_is(next, ')')) {
                w->at += i + 1;
                return;
            }
        } else if (!inside) {
            return;
        }
    }
}

void walk_arguments(struct walker *w, uint8_t closer, struct arguments *args)
{
    while (w->at < w->count && !walk_is(walk_peek(w, 0), closer)) {
        size_t before = w->at;
        const struct token *t = walk_peek(w, 0);
        if (walk_is(t, ';') || t->kind == TOKEN_LANGUAGE) {
            return; /* never closed */
        }
        if (walk_is(t, ',') || walk_is(t, '&') || walk_is(t, SIGN_CONCAT)) {
            w->at++; /* `...$list` too */
            continue;
        }
        if (t->kind == TOKEN_NAME && walk_is(walk_peek(w, 1), ':') &&
            !walk_is(walk_peek(w, 2), ':')) {
            w->at += 2; /* a named argument */
            before = w->at;
        }
        uint32_t name = t->kind == TOKEN_VARIABLE || t->kind == TOKEN_NAME ? t->hash : 0;
        struct worth v = walk_expression(w);
        if (args->count < ARGUMENTS_MAX) {
            args->names[args->count] = w->at == before + 1 ? name : 0;
            args->list[args->count++] = v;
        }
        if (w->at == before) {
            w->at++;
        }
    }
    w->at += w->at < w->count;
}

/* Basic and Perl call without parentheses: to the end of the statement. */
void walk_bare_arguments(struct walker *w, struct arguments *args)
{
    while (w->at < w->count) {
        const struct token *t = walk_peek(w, 0);
        bool ends = t->kind == TOKEN_LINE || t->kind == TOKEN_LANGUAGE ||
                    (t->kind == TOKEN_SIGN && strchr(";:)}]", t->sign) && t->sign) ||
                    walk_is_name(t, "then") || walk_is_name(t, "else") || walk_is_name(t, "if") ||
                    walk_is_name(t, "unless") || walk_is_name(t, "end");
        if (ends) {
            return;
        }
        size_t before = w->at;
        uint32_t name = t->kind == TOKEN_VARIABLE || t->kind == TOKEN_NAME ? t->hash : 0;
        if (walk_is(t, ',')) {
            w->at++;
            continue;
        }
        struct worth v = walk_expression(w);
        if (args->count < ARGUMENTS_MAX) {
            args->names[args->count] = w->at == before + 1 ? name : 0;
            args->list[args->count++] = v;
        }
        w->at += w->at == before;
    }
}

static struct worth walk_array(struct walker *w, uint8_t closer)
{
    struct worth out = {0};
    uint64_t next = 0;
    while (w->at < w->count && !walk_is(walk_peek(w, 0), closer)) {
        const struct token *t = walk_peek(w, 0);
        size_t before = w->at;
        if (walk_is(t, ';') || t->kind == TOKEN_LANGUAGE) {
            break;
        }
        if (walk_is(t, ',')) {
            w->at++;
            continue;
        }
        struct worth v = walk_expression(w);
        char digits[24];
        size_t len = 0;
        for (uint64_t n = next, first = 1; first || n; n /= 10, first = 0) {
            digits[sizeof digits - ++len] = (char)('0' + n % 10);
        }
        str key = {digits + sizeof digits - len, len};
        const struct token *link = walk_peek(w, 0);
        if (walk_is(link, SIGN_FAT) || (walk_is(link, ':') && closer == '}')) {
            w->at++;
            struct worth named = v;
            key = v.known ? v.text : STR_NONE;
            v = walk_expression(w);
            if (worth_tainted(&named)) { /* array_keys() gives it back */
                v = worth_either(&v, &named);
            }
        } else {
            next++;
        }
        out = variable_add(w, &out, arena_str(w->arena, key), &v);
        w->at += w->at == before;
    }
    w->at += w->at < w->count;
    return out;
}

/* function (...) { }, fn (...) =>, sub { }: the body is walked in its own scope. */
static struct worth walk_closure(struct walker *w)
{
    struct worth out = {0};
    bool arrow = walk_is_name(walk_peek(w, 0), "fn") || walk_is_name(walk_peek(w, 0), "lambda");
    uint32_t f = walk_new_function(w, (uint32_t)(w->at * 2654435761U) | 1);
    out.function = f;
    w->at++;
    if (walk_is(walk_peek(w, 0), '&')) {
        w->at++;
    }
    if (walk_peek(w, 0)->kind == TOKEN_NAME && walk_is(walk_peek(w, 1), '(')) {
        w->at++;
    }
    size_t to = walk_is(walk_peek(w, 0), '(') ? walk_peek(w, 0)->match : 0;
    if (to) {
        uint32_t n = 0;
        for (; w->at < to; w->at++) {
            const struct token *t = walk_peek(w, 0);
            const struct token *next = walk_peek(w, 1);
            bool last = walk_is(next, ',') || walk_is(next, ')') || walk_is(next, '=');
            bool names = t->kind == TOKEN_VARIABLE || (t->kind == TOKEN_NAME && last);
            if (f && names && n < PARAMETERS_MAX) {
                w->functions[f].parameters[n++] = t->hash;
                w->functions[f].nparameters = n;
            }
        }
        w->at = to + 1;
    }
    while (w->at < w->count && !walk_is(walk_peek(w, 0), '{') && !arrow &&
           !walk_is(walk_peek(w, 0), ';') && walk_peek(w, 0)->kind != TOKEN_LINE) {
        w->at++; /* use (...), a return type */
    }
    size_t end = walk_is(walk_peek(w, 0), '{') ? walk_peek(w, 0)->match : 0;
    if (end) {
        walk_body(w, f, w->at + 1, end);
        w->at = end + 1;
    } else if (arrow && walk_is(walk_peek(w, 0), SIGN_FAT)) {
        w->at++;
        (void)walk_expression(w);
    }
    return out;
}

/* new $name, new $_GET['name']: what names the class; behind it when it is given back. */
static struct worth walk_new_named(struct walker *w)
{
    const struct token *t = walk_peek(w, 0);
    struct worth named = walk_name(w, t->text, t->hash);
    w->at++;
    while (walk_is(walk_peek(w, 0), '[')) {
        struct arguments keys = {0};
        w->at++;
        walk_arguments(w, ']', &keys);
        named = walk_index(w, &named, keys.count ? &keys.list[0] : &(struct worth){0});
    }
    return named;
}

static struct worth walk_new(struct walker *w)
{
    w->at++;
    str name = STR_NONE;
    uint32_t hash = 0;
    struct worth named = {0};
    while (w->at < w->count) {
        const struct token *t = walk_peek(w, 0);
        if (t->kind == TOKEN_NAME) {
            name = t->text;
            hash = t->hash;
        } else if (t->kind == TOKEN_VARIABLE) {
            named = walk_new_named(w);
            continue;
        } else if (!walk_is(t, '.') && !walk_is(t, '\\')) {
            break;
        }
        w->at++;
    }
    if (walk_peek(w, 0)->kind == TOKEN_SIGN && walk_peek(w, 0)->sign == SIGN_COMPARE) {
        walk_skip_type_arguments(w);
    }
    struct arguments args;
    args.count = 0;
    if (walk_is(walk_peek(w, 0), '(')) {
        w->at++;
        walk_arguments(w, ')', &args);
    }
    while (walk_is(walk_peek(w, 0), '[')) {
        w->at++;
        struct arguments size = {0};
        walk_arguments(w, ']', &size);
    }
    struct worth out = {0};
    if (walk_is(walk_peek(w, 0), '{')) { /* elements, or the body of a class without a name */
        size_t end = walk_peek(w, 0)->match;
        const struct token *first = walk_peek(w, 1), *second = walk_peek(w, 2);
        bool elements = end && first->kind != TOKEN_NAME;
        elements = elements || walk_is(second, '(') || walk_is(second, '.') ||
                   walk_is(second, ',') || walk_is(second, '}');
        bool body = first->kind == TOKEN_NAME && second->kind == TOKEN_NAME;
        if (elements && !body) {
            w->at++;
            out = walk_array(w, '}');
        } else if (!body && end) { /* new X { A = b, C = d } */
            struct worth object = walk_call(w, name, hash, NULL, &args);
            w->at++;
            while (w->at < end) {
                const struct token *t = walk_peek(w, 0);
                size_t before = w->at;
                if (t->kind == TOKEN_NAME && walk_is(walk_peek(w, 1), '=')) {
                    w->at += 2;
                    struct worth v = walk_expression(w);
                    struct place p = {
                        .name = t->hash, .is_property = true, .base = object, .text = t->text};
                    (void)walk_sink_property(w, &p, &v);
                }
                w->at += w->at == before;
            }
            w->at = end + 1;
            return object;
        }
    }
    if (named.known && !name.len) {
        return walk_call(w, named.text, lex_hash(named.text), NULL, &args);
    }
    for (size_t i = 0; worth_tainted(&named) && i < args.count; i++) {
        if (worth_tainted(&args.list[i])) {
            walk_sink(w, SINK_CALL, &named);
            out = named;
        }
    }
    struct worth object = hash ? walk_call(w, name, hash, NULL, &args) : out;
    object.elements = object.elements ? object.elements : out.elements;
    object.sources |= out.sources;
    object.through |= out.through;
    object.parameter = object.parameter.len ? object.parameter : out.parameter;
    object.word = hash;
    return object;
}

static struct worth walk_prefixed(struct walker *w, uint8_t sign)
{
    w->at++;
    struct worth v = walk_binary(w, LEVEL_TIMES);
    if (sign == '~' && v.known) {
        char *p = arena_alloc(w->arena, v.text.len + 1);
        for (size_t i = 0; p && i < v.text.len; i++) {
            p[i] = (char)~v.text.p[i];
        }
        v.text = (str){p, p ? v.text.len : 0};
        v.through |= THROUGH_XOR;
    }
    if (sign == '!' || sign == '-') {
        struct worth number = {0};
        return sign == '!' ? number : v;
    }
    return v;
}

/* ${expression} and $$name: the variable that the text names. */
static struct worth walk_variable_variable(struct walker *w, struct place *place)
{
    w->at++;
    struct worth name = {0};
    if (walk_is(walk_peek(w, 0), '{')) {
        w->at++;
        name = walk_expression(w);
        w->at += walk_is(walk_peek(w, 0), '}');
    } else if (walk_is(walk_peek(w, 0), '$')) {
        name = walk_variable_variable(w, place);
    } else if (walk_peek(w, 0)->kind == TOKEN_VARIABLE) {
        name = variable_get(w, walk_peek(w, 0)->hash);
        w->at++;
    }
    if (worth_tainted(&name)) {
        w->all_from_request = w->all_from_request || walk_is(walk_peek(w, 0), '=');
    }
    if (!name.known) {
        return (struct worth){.through = THROUGH_REFLECTION};
    }
    str text = name.text.len && name.text.p[0] == '$' ? str_from(name.text, 1) : name.text;
    uint32_t hash = lex_hash_of(w->language, TOKEN_VARIABLE, text);
    *place = (struct place){.name = hash};
    struct worth v = walk_name(w, text, hash);
    if (v.thing && w->language == LANGUAGE_PHP && (name.through & ~(uint32_t)THROUGH_CALLBACK)) {
        w->facts->disguises |= DISGUISE_HIDDEN_SOURCE;
    }
    return v.thing || v.sources ? v : variable_get(w, hash);
}

static bool walk_is_cast(const struct walker *w)
{
    const struct token *open = walk_peek(w, 0);
    if (!open->match || open->match <= w->at + 1 || open->match > w->at + 7) {
        return false;
    }
    for (size_t i = w->at + 1; i < open->match; i++) {
        const struct token *t = &w->t[i];
        if (t->kind != TOKEN_NAME && !walk_is(t, '.') && !walk_is(t, '[') && !walk_is(t, ']') &&
            !walk_is(t, SIGN_COMPARE) && !walk_is(t, '?')) {
            return false;
        }
    }
    const struct token *next = walk_peek(w, open->match - w->at + 1);
    bool operand = next->kind == TOKEN_NAME || next->kind == TOKEN_VARIABLE ||
                   next->kind == TOKEN_TEXT || walk_is(next, '(') || walk_is(next, '$') ||
                   walk_is(next, '@');
    return operand && !walk_basic(w) && w->language != LANGUAGE_PYTHON &&
           !walk_is_name(next, "and") && !walk_is_name(next, "or");
}

static struct worth walk_number_cast(struct worth v, str type)
{
    static const str clean[] = {STR_INIT("int"),     STR_INIT("integer"), STR_INIT("bool"),
                                STR_INIT("boolean"), STR_INIT("float"),   STR_INIT("double")};
    for (size_t i = 0; i < ARRAY_LEN(clean); i++) {
        if (str_eq_nocase(type, clean[i])) {
            return v.through & THROUGH_DECODED ? v : (struct worth){0};
        }
    }
    return v;
}

static struct worth walk_parenthesis(struct walker *w)
{
    if (walk_is_cast(w)) {
        str type = walk_peek(w, 1)->text;
        w->at = walk_peek(w, 0)->match + 1;
        struct worth v = walk_binary(w, LEVEL_TIMES + 1);
        return w->language == LANGUAGE_PHP ? walk_number_cast(v, type) : v;
    }
    size_t close = walk_peek(w, 0)->match;
    w->at++;
    struct worth v = {0};
    bool first = true;
    while (w->at < w->count && !walk_is(walk_peek(w, 0), ')')) {
        size_t before = w->at;
        struct worth next = walk_expression(w);
        v = first || !walk_is(walk_peek(w, 0), ',') ? next : v;
        first = false;
        if (w->at == before || walk_is(walk_peek(w, 0), ',')) {
            w->at++;
        }
        if (close && w->at >= close) {
            break;
        }
    }
    if (close && close >= w->at) {
        w->at = close;
    }
    w->at += w->at < w->count;
    return v;
}

static bool walk_is_definition(const struct walker *w)
{
    return walk_is_name(walk_peek(w, 0), "function") || walk_is_name(walk_peek(w, 0), "fn") ||
           (w->language == LANGUAGE_PERL && walk_is_name(walk_peek(w, 0), "sub"));
}

static struct worth walk_named(struct walker *w, struct place *place)
{
    const struct token *t = walk_peek(w, 0);
    if (walk_is_name(t, "new") && walk_peek(w, 1)->kind != TOKEN_SIGN) {
        return walk_new(w);
    }
    if (w->language != LANGUAGE_JAVA && !walk_basic(w) && walk_is_definition(w) &&
        (walk_is(walk_peek(w, 1), '(') || walk_is(walk_peek(w, 1), '{') ||
         walk_is(walk_peek(w, 2), '('))) {
        return walk_closure(w);
    }
    w->at++;
    const struct token *next = walk_peek(w, 0);
    if (walk_is(next, '(') && w->language == LANGUAGE_PHP && walk_is_name(t, "array")) {
        w->at++;
        return walk_array(w, ')');
    }
    if (walk_is(next, '(')) {
        return (struct worth){0}; /* a call: the caller sees the parenthesis */
    }
    bool used = walk_is(next, '.') || walk_is(next, '='); /* Java calls its streams `in` */
    if ((t->keyword & KEYWORD_LEADS) && !used) {
        bool operand = next->kind == TOKEN_NAME || next->kind == TOKEN_VARIABLE ||
                       next->kind == TOKEN_TEXT || next->kind == TOKEN_NUMBER ||
                       walk_is(next, '$') || walk_is(next, '[') || walk_is(next, '@');
        return operand ? walk_binary(w, LEVEL_CHOICE) : (struct worth){0};
    }
    *place = (struct place){.name = t->hash, .text = t->text};
    bool bare = w->language == LANGUAGE_PHP || w->language == LANGUAGE_PERL || walk_basic(w) ||
                w->language == LANGUAGE_CFML;
    bool operand = next->kind == TOKEN_VARIABLE || next->kind == TOKEN_TEXT ||
                   next->kind == TOKEN_NUMBER || next->kind == TOKEN_NAME || walk_is(next, '$') ||
                   walk_is(next, '@') || walk_is(next, '\\');
    if (bare && operand) { /* system $x; eval request("x"); include $f; */
        const struct word *word = vocabulary_find(w->words, t->text, ON_FREE);
        bool page_own = walk_function(w, t->hash) != 0;
        if (page_own || (word && word->role != ROLE_THING)) {
            struct arguments args;
            args.count = 0;
            walk_bare_arguments(w, &args);
            return walk_call(w, t->text, t->hash, NULL, &args);
        }
    }
    struct worth v = walk_name(w, t->text, t->hash);
    bool word = w->language == LANGUAGE_PHP && !v.known && !v.sources && !v.thing && !v.function &&
                !walk_is(next, SIGN_SCOPE) && !walk_is(next, '\\');
    if (word) { /* a constant that nobody defined is its own name */
        v = worth_text(t->text);
    }
    return v;
}

static struct worth walk_operand(struct walker *w, struct place *place)
{
    const struct token *t = walk_peek(w, 0);
    switch (t->kind) {
    case TOKEN_TEXT: {
        w->at++;
        struct worth v = worth_text(t->text);
        return v;
    }
    case TOKEN_NUMBER:
        w->at++;
        return worth_text(t->text);
    case TOKEN_VARIABLE: {
        w->at++;
        *place = (struct place){.name = t->hash};
        struct worth v = walk_name(w, t->text, t->hash);
        return v.thing || v.sources ? v : variable_get(w, t->hash);
    }
    case TOKEN_NAME:
        return walk_named(w, place);
    case TOKEN_SIGN:
        break;
    default:
        return (struct worth){0};
    }
    switch (t->sign) {
    case '(':
        return walk_parenthesis(w);
    case '[':
        w->at++;
        return walk_array(w, ']');
    case '{':
        if (t->match) {
            w->at++;
            return walk_array(w, '}');
        }
        return (struct worth){0};
    case '$':
        return walk_variable_variable(w, place);
    case '!':
    case '~':
    case '-':
    case '@':
    case '&':
    case '\\':
    case '*':
    case '+':
        return walk_prefixed(w, t->sign);
    case SIGN_COMPARE: { /* Perl: <STDIN> */
        const struct token *inside = walk_peek(w, 1);
        if (w->language == LANGUAGE_PERL && inside->kind == TOKEN_NAME) {
            w->at += 3;
            return walk_name(w, inside->text, inside->hash);
        }
        w->at++;
        return (struct worth){0};
    }
    default:
        return (struct worth){0};
    }
}

static bool walk_links(const struct walker *w, const struct token *t)
{
    if (t->kind != TOKEN_SIGN) {
        return false;
    }
    bool dots = w->language != LANGUAGE_PHP && w->language != LANGUAGE_PERL;
    return t->sign == SIGN_ARROW || t->sign == SIGN_SCOPE || (dots && t->sign == '.');
}

static bool walk_is_one_of(str name, const str *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq_nocase(name, names[i])) {
            return true;
        }
    }
    return false;
}

static void walk_taint(struct walker *w, uint32_t name, const struct worth *with)
{
    struct variable *v = name && worth_tainted(with) ? variable_of(w, name) : NULL;
    if (!v || (v->value.thing >= THING_REQUEST && v->value.thing <= THING_SESSION)) {
        return;
    }
    w->changed = w->changed || !worth_tainted(&v->value);
    v->value.sources |= with->sources;
    v->value.through |= with->through;
    v->value.known = false;
    v->value.parameter = v->value.parameter.len ? v->value.parameter : with->parameter;
    v->set = true;
}

static bool walk_keeps(str method)
{
    static const str names[] = {STR_INIT("append"),  STR_INIT("add"),      STR_INIT("insert"),
                                STR_INIT("put"),     STR_INIT("write"),    STR_INIT("push"),
                                STR_INIT("adddata"), STR_INIT("addrange"), STR_INIT("writetext")};
    return walk_is_one_of(method, names, ARRAY_LEN(names));
}

/* sb.append(x): what is given stays in the object; in.read(b): what is read stays in `b`. */
static void walk_keep(struct walker *w, uint32_t object, str method, const struct worth *receiver,
                      const struct arguments *args)
{
    static const str fillers[] = {STR_INIT("read"), STR_INIT("readfully"), STR_INIT("copyto")};
    for (size_t k = 0; walk_keeps(method) && k < args->count; k++) {
        walk_taint(w, object, &args->list[k]);
    }
    struct variable *v = args->count && args->list[0].known && str_eq(method, STR("LoadXml"))
                             ? variable_of(w, object)
                             : NULL;
    if (v && object) { /* a document is the text that it was made of */
        v->value.text = args->list[0].text;
        v->value.known = v->set = true;
    }
    if (args->count && walk_is_one_of(method, fillers, ARRAY_LEN(fillers))) {
        walk_taint(w, args->names[0], receiver);
    }
}

/* $object->$name(): a method of an object which the page made is no function of the language. */
static struct worth walk_method(const struct walker *w, const struct worth *object,
                                struct worth name)
{
    bool own = w->language == LANGUAGE_PHP && worth_tainted(&name) && !worth_tainted(object);
    return own ? (struct worth){0} : name;
}

/* $i++: how often it runs is not followed, so that nobody knows its value any more. */
static void walk_count(struct walker *w, const struct place *place)
{
    struct variable *v = w->language == LANGUAGE_PHP && place->name && !place->is_element
                             ? variable_of(w, place->name)
                             : NULL;
    if (v && v->set && v->value.known) {
        v->value.known = false;
        v->value.text = STR_NONE;
    }
}

/* What follows a value: calls, indexes, members. */
static struct worth walk_postfix(struct walker *w, struct place *place)
{
    const struct token *first = walk_peek(w, 0);
    struct worth v = walk_operand(w, place);
    bool pending = first->kind == TOKEN_NAME && walk_is(walk_peek(w, 0), '(') && w->at &&
                   &w->t[w->at - 1] == first;
    str name = first->text;
    uint32_t hash = first->hash;
    struct worth receiver = {0};
    bool on = false;
    uint32_t object = 0;  /* the variable that a method is called on */
    uint32_t chained = 0; /* likewise, by the call before: a.append(x).append(y) */
    for (unsigned links = 0; links < 1000; links++) {
        const struct token *t = walk_peek(w, 0);
        if (walk_is(t, '(')) {
            struct arguments args;
            args.count = 0;
            w->at++;
            walk_arguments(w, ')', &args);
            v = pending ? walk_call(w, name, hash, on ? &receiver : NULL, &args)
                        : walk_call_value(w, &v, &args);
            if (pending && on && w->language != LANGUAGE_PHP) {
                walk_keep(w, object, name, &receiver, &args);
                chained = walk_keeps(name) ? object : 0;
            }
            pending = false;
            *place = (struct place){0};
        } else if (walk_is(t, '[') ||
                   (walk_is(t, '{') && t->match &&
                    ((w->language == LANGUAGE_PHP && t->match < w->at + 8 &&
                      (place->name || v.known) && w->at && walk_peek(w, 1)->kind != TOKEN_SIGN &&
                      !walk_is(&w->t[t->match - 1], ';') && w->t[w->at - 1].kind != TOKEN_SIGN) ||
                     (w->language == LANGUAGE_PERL && place->name)))) {
            struct arguments args;
            args.count = 0;
            uint8_t closer = t->sign == '[' ? ']' : '}';
            w->at++;
            const struct token *bare = walk_peek(w, 0);
            walk_arguments(w, closer, &args);
            struct worth key = args.count ? args.list[0] : (struct worth){0};
            if (bare->kind == TOKEN_NAME && !key.known && !key.sources &&
                (w->language == LANGUAGE_PHP || w->language == LANGUAGE_PERL)) {
                key = worth_text(bare->text); /* $a[b] means $a["b"] */
            }
            if (pending) {
                v = walk_name(w, name, hash);
                pending = false;
            }
            v = walk_index(w, &v, &key);
            place->is_element = place->name != 0;
            place->key = key;
        } else if (walk_links(w, t)) {
            const struct token *member = walk_peek(w, 1);
            if (member->kind == TOKEN_NAME || member->kind == TOKEN_VARIABLE) {
                if (pending) {
                    v = walk_name(w, name, hash);
                }
                w->at += 2;
                if (walk_peek(w, 0)->kind == TOKEN_SIGN && walk_peek(w, 0)->sign == SIGN_COMPARE &&
                    w->language != LANGUAGE_PHP) {
                    size_t at = w->at;
                    w->at--;
                    walk_skip_type_arguments(w);
                    w->at = walk_is(walk_peek(w, 0), '(') ? w->at : at;
                }
                receiver = v;
                on = true;
                object = place->is_property || place->is_element ? 0 : place->name;
                object = object ? object : chained;
                chained = 0;
                name = member->text;
                hash = member->hash;
                pending = walk_is(walk_peek(w, 0), '(');
                *place = (struct place){
                    .name = hash, .is_property = true, .base = receiver, .text = name};
                if (member->kind == TOKEN_VARIABLE && t->sign != SIGN_SCOPE) {
                    struct worth called = walk_method(w, &receiver, variable_get(w, hash));
                    v = called;
                    name = called.known ? called.text : STR_NONE;
                    hash = lex_hash(name);
                    if (!called.known && pending && worth_tainted(&called)) {
                        pending = false;
                    }
                } else if (member->kind == TOKEN_VARIABLE) {
                    v = variable_get(w, hash);
                    pending = false;
                } else if (!pending) {
                    v = walk_member(w, &receiver, name, hash);
                    if (walk_basic(w) && !walk_is(walk_peek(w, 0), '=')) {
                        const struct token *n = walk_peek(w, 0);
                        bool bare = n->kind == TOKEN_NAME || n->kind == TOKEN_TEXT ||
                                    n->kind == TOKEN_VARIABLE || n->kind == TOKEN_NUMBER;
                        if (bare && !walk_is_name(n, "then") && !walk_is_name(n, "and") &&
                            !walk_is_name(n, "or") && !walk_is_name(n, "is") &&
                            !walk_is_name(n, "to") && !walk_is_name(n, "mod")) {
                            struct arguments args;
                            args.count = 0;
                            walk_bare_arguments(w, &args);
                            v = walk_call(w, name, hash, &receiver, &args);
                            bool form = args.count && args.list[0].sources == SOURCE_PARAMETER;
                            if (form) { /* an uploaded body is parted before it is saved */
                                walk_keep(w, object, name, &receiver, &args);
                            }
                        }
                    }
                }
            } else if (walk_is(member, '{') && member->match) {
                w->at += 2;
                struct worth called = walk_expression(w);
                w->at += walk_is(walk_peek(w, 0), '}');
                v = walk_method(w, &v, called);
            } else {
                w->at++;
                return v;
            }
        } else if (walk_is(t, '+') && walk_is(walk_peek(w, 1), '+')) {
            w->at += 2;
            walk_count(w, place);
        } else {
            break;
        }
    }
    if (pending) {
        v = walk_name(w, name, hash);
    }
    return v;
}

static int walk_level(const struct walker *w, const struct token *t)
{
    if (t->kind == TOKEN_NAME && t->text.len > LONGEST_OPERATOR) {
        return 0;
    }
    if (t->kind == TOKEN_NAME) {
        static const struct {
            str name;
            int level;
        } names[] = {
            {STR_INIT("instanceof"), LEVEL_COMPARE}
        };
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            if (walk_reads(t, names[i].name)) {
                return names[i].level;
            }
        }
        return 0;
    }
    if (t->kind != TOKEN_SIGN) {
        return 0;
    }
    switch (t->sign) {
    case '?':
        return LEVEL_CHOICE;
    case SIGN_OR_ELSE:
        return LEVEL_OR;
    case SIGN_AND:
        return LEVEL_AND;
    case SIGN_COMPARE:
    case SIGN_BIND:
        return LEVEL_COMPARE;
    case '=':
        return walk_basic(w) ? LEVEL_COMPARE : 0;
    case SIGN_CONCAT:
    case SIGN_SHIFT:
        return LEVEL_JOIN;
    case '+':
    case '-':
        return LEVEL_JOIN;
    case '&':
    case '|':
    case '^':
        return w->language == LANGUAGE_PHP ? LEVEL_BITS : LEVEL_ADD;
    case '*':
    case '/':
    case '%':
        return LEVEL_TIMES;
    default:
        return 0;
    }
}

static struct worth walk_operate(struct walker *w, const struct token *op, const struct worth *a,
                                 const struct worth *b, int level)
{
    uint8_t sign = op->kind == TOKEN_SIGN ? op->sign : 0;
    if (sign == SIGN_CONCAT || sign == '+') {
        return worth_concat(a, b, w->arena);
    }
    if (sign == '^' || walk_is_name(op, "xor")) {
        struct worth out = worth_either(a, b);
        out.known = a->known && b->known;
        out.text = out.known ? decode_xor(a->text, b->text, w->arena) : STR_NONE;
        out.through |= THROUGH_XOR;
        return out;
    }
    if (level == LEVEL_COMPARE) {
        if (sign == SIGN_BIND) {
            return *a;
        }
        struct worth out = {0};
        return out;
    }
    if (level == LEVEL_AND) {
        return *b;
    }
    struct worth out = worth_either(a, b);
    if (level != LEVEL_OR) {
        out.known = false;
        out.text = STR_NONE;
    }
    return out;
}

static struct worth walk_choice(struct walker *w, const struct worth *condition)
{
    struct worth yes = *condition;
    if (!walk_is(walk_peek(w, 0), ':')) {
        yes = walk_expression(w);
    }
    if (!walk_is(walk_peek(w, 0), ':')) {
        return yes;
    }
    w->at++;
    struct worth no = walk_expression(w);
    return worth_either(&yes, &no);
}

/* In PHP a property is seen from all functions, whatever object it belongs to. */
static void walk_keep_value(struct walker *w, const struct place *place, const struct worth *v)
{
    uint32_t function = w->function;
    w->function = place->is_property && w->language == LANGUAGE_PHP ? PROPERTY_SCOPE : w->function;
    if (place->is_element) {
        variable_set_element(w, place->name, &place->key, v);
    } else {
        variable_set(w, place->name, v);
    }
    w->function = function;
}

struct worth walk_assign(struct walker *w, const struct place *place, const struct worth *v)
{
    if (place->is_property && walk_sink_property(w, place, v)) {
        return *v;
    }
    if (!place->name) {
        return *v;
    }
    struct function *own =
        w->function && w->function < w->nfunctions ? &w->functions[w->function] : NULL;
    if (own && walk_basic(w) && own->hash == place->name) { /* what the function gives back */
        own->result = own->result.sources ? worth_either(&own->result, v) : *v;
    }
    bool globals = place->is_element && place->key.known && w->language == LANGUAGE_PHP &&
                   place->name == lex_hash_exact(STR("GLOBALS"));
    if (globals) {
        struct variable *global = variable_local(w, 0, lex_hash_exact(place->key.text));
        if (global) {
            global->value = *v;
            global->set = true;
        }
    } else {
        walk_keep_value(w, place, v);
    }
    return *v;
}

static bool walk_assigns(const struct walker *w, const struct token *t, const struct place *place)
{
    if (t->kind != TOKEN_SIGN || !place->name) {
        return false;
    }
    (void)w;
    return t->sign == '=' || t->sign == SIGN_APPEND || t->sign == SIGN_BECOMES;
}

static struct worth walk_binary(struct walker *w, int least)
{
    struct place place = {0};
    if (w->depth >= EXPRESSION_DEPTH) {
        w->facts->over_budget = true;
        w->at++;
        return (struct worth){0};
    }
    w->depth++;
    struct worth v = walk_postfix(w, &place);
    bool typed = w->language == LANGUAGE_JSCRIPT && place.name && walk_is(walk_peek(w, 0), ':') &&
                 walk_peek(w, 1)->kind == TOKEN_NAME && walk_is(walk_peek(w, 2), '=');
    w->at += typed ? 2 : 0; /* var x : String = ... */
    const struct token *t = walk_peek(w, 0);
    bool equals = walk_basic(w) && least > 0; /* = compares within an expression */
    if (walk_assigns(w, t, &place) && !(equals && t->sign == '=')) {
        w->at++;
        if (walk_is(walk_peek(w, 0), '&')) {
            w->at++;
        }
        struct worth right = walk_binary(w, walk_basic(w) ? LEVEL_CHOICE : 0);
        if (t->sign == SIGN_APPEND) {
            right = worth_concat(&v, &right, w->arena);
        } else if (t->sign == SIGN_BECOMES) {
            right = worth_either(&v, &right);
            right.known = false;
        }
        v = walk_assign(w, &place, &right);
    }
    for (;;) {
        t = walk_peek(w, 0);
        int level = walk_level(w, t);
        if (!level || level < least || level < LEVEL_CHOICE) {
            break;
        }
        w->at++;
        if (level == LEVEL_CHOICE) {
            v = walk_choice(w, &v);
            continue;
        }
        struct worth right = walk_binary(w, level + 1);
        v = walk_operate(w, t, &v, &right, level);
    }
    w->depth--;
    return v;
}

struct worth walk_expression(struct walker *w)
{
    return walk_binary(w, walk_basic(w) ? LEVEL_CHOICE : 0);
}

struct worth walk_assignment(struct walker *w)
{
    return walk_binary(w, 0);
}
