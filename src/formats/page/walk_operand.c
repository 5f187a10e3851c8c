/* What an expression is made of: literals, variables, names, new objects, casts, closures. */
#include "formats/page/walker.h"

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

static bool walk_is_evaluator(const struct walker *w, const struct token *t)
{
    const struct word *word = vocabulary_find(w->words, t->text, ON_FREE);
    return word && word->role == ROLE_SINK && word->a == SINK_EVALUATE;
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
        struct worth v = operand ? walk_binary(w, LEVEL_CHOICE) : (struct worth){0};
        bool prints = walk_is_name(t, "echo") || walk_is_name(t, "print");
        if (prints && (w->printer.known || w->printer.function) && worth_tainted(&v)) {
            struct arguments args = {.count = 1};
            args.list[0] = v;
            args.list[0].through |= THROUGH_CALLBACK;
            (void)walk_call_value(w, &w->printer, &args);
        }
        return v;
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
    bool nothing = !v.known && !v.sources && !v.thing && !v.function && !v.elements;
    if (nothing && w->language == LANGUAGE_JSCRIPT && walk_is_evaluator(w, t)) {
        v = worth_text(t->text); /* in a table of functions */
    }
    return v;
}

/* 0x41 is 65. */
static struct worth walk_number(struct walker *w, str digits)
{
    uint64_t n = 0;
    if (digits.len < 3 || digits.len > 10 || !str_starts_nocase(digits, STR("0x"))) {
        return worth_text(digits);
    }
    for (size_t i = 2; i < digits.len; i++) {
        char c = ascii_lower(digits.p[i]);
        n = n * 16 + (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return worth_text(arena_printf(w->arena, "%llu", (unsigned long long)n));
}

/* A variable of the page that nothing sets: register_globals let the request set it. */
static bool walk_is_unset(struct walker *w, const struct token *t)
{
    static const str own[] = {STR_INIT("this"), STR_INIT("argv"), STR_INIT("argc"),
                              STR_INIT("php_errormsg")};
    if (w->language != LANGUAGE_PHP || w->function || variable_known(w, t->hash)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        if (str_eq(t->text, own[i])) {
            return false;
        }
    }
    return true;
}

struct worth walk_operand(struct walker *w, struct place *place)
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
        return walk_number(w, t->text);
    case TOKEN_VARIABLE: {
        w->at++;
        *place = (struct place){.name = t->hash};
        if (walk_is(walk_peek(w, 0), '=') && w->language == LANGUAGE_PHP) {
            return (struct worth){0};
        }
        struct worth v = walk_name(w, t->text, t->hash);
        v = v.thing || v.sources ? v : variable_get(w, t->hash);
        if (walk_is_unset(w, t) && !v.sources && !v.thing) {
            v = (struct worth){.sources = SOURCE_UNSET, .parameter = t->text};
        }
        return v;
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
