#include "formats/page/walker.h"

#include "formats/page/script.h"

#include <string.h>

enum { PASSES_MAX = 4, BODY_DEPTH = 64, CLASS_HEAD = 32, SMALL_BODY = 40 };

static void walk_statement(struct walker *w, size_t to);

static const struct vocabulary *walk_vocabulary(struct walker *w, enum language language)
{
    struct vocabulary **v = &w->vocabularies[language];
    if (!*v) {
        *v = ARENA_NEW(w->arena, struct vocabulary);
        if (*v) {
            vocabulary_init(*v, language);
        }
    }
    return *v;
}

static void walk_speak(struct walker *w, enum language language)
{
    const struct vocabulary *v = walk_vocabulary(w, language);
    if (v) {
        w->words = v;
        w->language = language;
    }
}

void walk_changed(struct walker *w, uint32_t function)
{
    bool own = function && function < w->nfunctions && w->functions[function].t;
    w->changed = true;
    w->wide = w->wide || !own;
    if (own) {
        w->functions[function].dirty = true;
    }
}

uint32_t walk_function(struct walker *w, uint32_t hash)
{
    uint32_t outer = w->function;
    w->function = FUNCTION_SCOPE;
    const struct variable *v = w->nfunctions > 1 ? variable_known(w, hash) : NULL;
    w->function = outer;
    return v ? v->value.function : 0;
}

uint32_t walk_new_function(struct walker *w, uint32_t hash)
{
    uint32_t known = walk_function(w, hash);
    if (known) {
        return known;
    }
    if (w->nfunctions >= FUNCTIONS_MAX) {
        w->facts->over_budget = true;
        return 0;
    }
    if (!w->nfunctions) {
        w->nfunctions = 1;
    }
    if (w->nfunctions >= w->functions_cap) {
        struct function *room =
            arena_grow(w->arena, w->functions, &w->functions_cap, w->nfunctions + 16, sizeof *room);
        if (!room) {
            w->facts->over_budget = true;
            return 0;
        }
        w->functions = room;
    }
    uint32_t f = (uint32_t)w->nfunctions++;
    w->functions[f] = (struct function){.hash = hash};
    uint32_t outer = w->function;
    w->function = FUNCTION_SCOPE;
    struct variable *v = variable_of(w, hash);
    w->function = outer;
    if (v) {
        v->value = (struct worth){.function = f};
        v->set = true;
    }
    walk_changed(w, 0);
    return f;
}

static void walk_range(struct walker *w, size_t to)
{
    while (w->at < to && w->at < w->count) {
        size_t before = w->at;
        walk_statement(w, to);
        w->at += w->at == before;
    }
}

void walk_body(struct walker *w, uint32_t function, size_t from, size_t to)
{
    uint32_t outer = w->function, block = w->block;
    if (w->depth >= BODY_DEPTH) {
        w->facts->over_budget = true;
        return;
    }
    w->depth++;
    w->function = function;
    w->block = (uint32_t)from;
    w->at = from;
    walk_range(w, to);
    w->function = outer;
    w->block = block;
    w->depth--;
}

/* The names of what a function takes, from `(` to its match; types give their kind. */
static void walk_parameters(struct walker *w, uint32_t f, size_t from, size_t to)
{
    uint32_t n = 0;
    for (size_t i = from + 1; f && i < to && n < PARAMETERS_MAX; i++) {
        const struct token *t = &w->t[i], *next = &w->t[i + 1];
        bool last = walk_is(next, ',') || walk_is(next, ')') || walk_is(next, '=') ||
                    walk_is(next, ':') || walk_is_name(next, "as");
        bool array = walk_is(next, '[') && next->match && next->match < to &&
                     (next->match + 1 == to || walk_is(&w->t[next->match + 1], ','));
        if (t->kind == TOKEN_VARIABLE || (t->kind == TOKEN_NAME && (last || array))) {
            bool by_reference = i > from + 1 && walk_is(&w->t[i - 1], '&');
            w->functions[f].by_reference |= by_reference ? 1U << n : 0;
            w->functions[f].parameters[n++] = t->hash;
            const struct token *type = i > from + 1 ? &w->t[i - 1] : t;
            struct worth kind = {0};
            if (type->kind == TOKEN_NAME && type != t) {
                kind.thing = walk_name(w, type->text, type->hash).thing;
            }
            struct variable *v = variable_local(w, f, t->hash);
            if (v && !v->set) {
                v->value = kind;
                v->set = true;
            }
            while (i + 1 < to && !walk_is(&w->t[i + 1], ',')) {
                i++;
            }
        }
        i += walk_is(t, '[') && t->match > i && t->match < to ? t->match - i : 0;
    }
    if (f) {
        w->functions[f].nparameters = n;
    }
}

/* Within a class, how the function is called that makes an object of it. */
uint32_t walk_constructor(uint32_t class_name)
{
    return class_name * 2654435761U ^ lex_hash(STR("__construct"));
}

static uint32_t walk_definition_name(const struct walker *w, const struct token *name)
{
    bool makes = w->class && w->language == LANGUAGE_PHP &&
                 (name->hash == w->class || str_eq_nocase(name->text, STR("__construct")));
    return makes ? walk_constructor(w->class) : name->hash;
}

static bool walk_decodes(const struct word *word)
{
    return word->role == ROLE_DECODE ||
           (word->role == ROLE_SPECIAL &&
            (word->a == SPECIAL_CHR || word->a == SPECIAL_PACK || word->a == SPECIAL_STRTR ||
             word->a == SPECIAL_REPLACE || word->a == SPECIAL_SUBSTR));
}

/* Whether a function decodes or calls what it is given: then each call is looked at. */
static bool walk_is_worth_anew(struct walker *w, uint32_t f, size_t from, size_t to)
{
    bool small = w->functions[f].by_reference || to - from < SMALL_BODY;
    for (size_t i = from; i < to; i++) {
        const struct token *t = &w->t[i];
        bool calls = walk_is(t + 1, '(');
        bool dynamic = (t->kind == TOKEN_VARIABLE || walk_is(t, ']')) && calls;
        bool joins = small && (walk_is(t, SIGN_CONCAT) || walk_is(t, SIGN_APPEND));
        const struct word *word =
            t->kind == TOKEN_NAME && calls ? vocabulary_find(w->words, t->text, ON_FREE) : NULL;
        if (dynamic || joins || (word && walk_decodes(word))) {
            return true;
        }
    }
    return false;
}

static void walk_remember_body(struct walker *w, uint32_t f, size_t from, size_t to)
{
    if (f && w->language == LANGUAGE_PHP && w->functions[f].t != w->t) {
        w->functions[f].each = walk_is_worth_anew(w, f, from, to);
        w->functions[f].t = w->t;
        w->functions[f].count = w->count;
        w->functions[f].from = (uint32_t)from;
        w->functions[f].to = (uint32_t)to;
    }
}

/* [WebMethod] before a function: what it takes, the request brings. */
static bool walk_is_web_method(const struct walker *w, size_t name)
{
    static const str marks[] = {STR_INIT("WebMethod"), STR_INIT("WebMethodAttribute")};
    for (size_t i = 1; i < 24 && i <= name; i++) {
        const struct token *t = &w->t[name - i];
        if (walk_is(t, ';') || walk_is(t, '{') || walk_is(t, '}')) {
            return false;
        }
        if (t->kind == TOKEN_NAME && (str_eq(t->text, marks[0]) || str_eq(t->text, marks[1]))) {
            return true;
        }
    }
    return false;
}

static void walk_take_from_request(struct walker *w, uint32_t f, size_t from, size_t to)
{
    const struct function *own = &w->functions[f];
    for (size_t i = from; i < to; i++) {
        for (uint32_t k = 0; k < own->nparameters; k++) {
            struct variable *v = w->t[i].kind == TOKEN_NAME && w->t[i].hash == own->parameters[k]
                                     ? variable_local(w, f, own->parameters[k])
                                     : NULL;
            if (v) {
                v->value.sources |= SOURCE_PARAMETER;
                v->value.parameter = w->t[i].text;
                v->set = true;
                w->facts->reads_request = true;
            }
        }
    }
}

/* The brace that opens the body of the function whose name stands there; 0 when none does. */
static size_t walk_body_of(const struct walker *w, size_t name)
{
    const struct token *open = name + 1 < w->count ? &w->t[name + 1] : NULL;
    if (!open || !walk_is(open, '(') || !open->match) {
        return 0;
    }
    size_t brace = open->match + 1;
    for (size_t i = 0; i < 12 && brace < w->count && !walk_is(&w->t[brace], '{'); i++, brace++) {
        const struct token *t = &w->t[brace];
        bool between = t->kind == TOKEN_NAME || walk_is(t, ':') || walk_is(t, ',') ||
                       walk_is(t, '.') || walk_is(t, '?') || walk_is(t, '|') || walk_is(t, '\\');
        if (!between) {
            return 0;
        }
    }
    bool opens = brace < w->count && walk_is(&w->t[brace], '{') && w->t[brace].match;
    return opens ? brace : 0;
}

/* What it takes, and where its body is. */
static uint32_t walk_declare(struct walker *w, size_t name, size_t brace)
{
    uint32_t f = walk_new_function(w, walk_definition_name(w, &w->t[name]));
    size_t close = w->t[name + 1].match;
    walk_parameters(w, f, name + 1, close);
    if (f && w->language != LANGUAGE_PHP && walk_is_web_method(w, name)) {
        walk_take_from_request(w, f, name + 2, close);
    }
    walk_remember_body(w, f, brace + 1, w->t[brace].match);
    return f;
}

/* At the name of a function whose parentheses follow; true when a body in braces did too. */
static bool walk_definition(struct walker *w, size_t name)
{
    size_t brace = walk_body_of(w, name);
    if (!brace) {
        return false;
    }
    uint32_t f = walk_declare(w, name, brace);
    size_t end = w->t[brace].match;
    w->functions[f].dirty = false;
    walk_body(w, f, brace + 1, end);
    w->at = end + 1;
    return true;
}

/* PHP knows its functions before it runs: so do we, and calls need not be walked twice. */
static void walk_declarations(struct walker *w)
{
    bool changed = w->changed, wide = w->wide;
    size_t class_end = 0;
    for (size_t i = 0; w->language == LANGUAGE_PHP && i + 2 < w->count; i++) {
        const struct token *t = &w->t[i];
        w->class = i < class_end ? w->class : 0;
        if (walk_is_name(t, "class") && w->t[i + 1].kind == TOKEN_NAME) {
            for (size_t k = i + 2; k < i + CLASS_HEAD && k < w->count; k++) {
                if (walk_is(&w->t[k], '{')) {
                    class_end = w->t[k].match;
                    w->class = class_end ? w->t[i + 1].hash : 0;
                    break;
                }
            }
        } else if (walk_is_name(t, "function")) {
            size_t name = i + 1 + walk_is(&w->t[i + 1], '&');
            size_t brace = w->t[name].kind == TOKEN_NAME ? walk_body_of(w, name) : 0;
            if (brace) {
                (void)walk_declare(w, name, brace);
            }
        }
    }
    w->class = 0;
    w->changed = changed;
    w->wide = wide;
}

static void walk_return(struct walker *w)
{
    w->at++;
    struct worth v = walk_expression(w);
    if (w->function && w->function < w->nfunctions) {
        struct function *f = &w->functions[w->function];
        bool before = worth_tainted(&f->result);
        bool fresh =
            !f->result.known && !f->result.sources && !f->result.thing && !f->result.through;
        f->result = fresh ? v : worth_either(&f->result, &v);
        bool tells = v.known || v.thing || v.through || v.function || v.elements;
        if ((!before && worth_tainted(&v)) || (fresh && tells && f->called)) {
            walk_changed(w, 0);
        }
    }
}

static bool walk_is_control(const struct token *t)
{
    return (t->keyword & KEYWORD_CONTROL) != 0;
}

/* foreach (... as $k => $v), for (T x : y), foreach (T x in y). */
static void walk_each(struct walker *w, size_t close)
{
    size_t from = w->at, link = 0;
    for (size_t i = from; i < close; i++) {
        const struct token *t = &w->t[i];
        if (walk_is_name(t, "as") || walk_is_name(t, "in") ||
            (walk_is(t, ':') && w->language == LANGUAGE_JAVA)) {
            link = i;
            break;
        }
        if (walk_is(t, ';') || walk_is(t, '(')) {
            i += t->match > i ? t->match - i : 0;
            if (walk_is(t, ';')) {
                break;
            }
        }
    }
    if (!link) {
        return;
    }
    bool php = walk_is_name(&w->t[link], "as");
    w->at = php ? from : link + 1;
    struct worth all = walk_expression(w), none = {0};
    struct worth one = walk_index(w, &all, &none);
    for (const struct element *e = all.elements; e && !one.sources; e = e->next) {
        bool names = e->value.known && str_starts(e->value.text, STR("_")) &&
                     walk_name(w, e->value.text, lex_hash_exact(e->value.text)).thing;
        one = names ? e->value : one; /* foreach (array("_GET", "_POST") as ...) */
    }
    one.sources |= all.sources;
    one.parameter = one.parameter.len ? one.parameter : all.parameter;
    size_t first = php ? link + 1 : from, last = php ? close : link;
    struct worth key = {.sources = one.sources, .through = one.through};
    for (size_t i = first; i < last; i++) {
        const struct token *t = &w->t[i], *next = &w->t[i + 1];
        bool named = t->kind == TOKEN_VARIABLE || (!php && t->kind == TOKEN_NAME && i + 1 == last);
        if (named) {
            variable_set(w, t->hash, walk_is(next, SIGN_FAT) ? &key : &one);
        }
    }
    w->at = close;
}

static void walk_one_in_block(struct walker *w, size_t to)
{
    const struct token *t = walk_peek(w, 0);
    if (walk_is(t, '{') || walk_is(t, ':') || t->kind == TOKEN_LINE || w->depth >= BODY_DEPTH) {
        return;
    }
    uint32_t block = w->block;
    w->block = (uint32_t)w->at;
    w->depth++;
    walk_statement(w, to);
    w->depth--;
    w->block = block;
}

static bool walk_control(struct walker *w, size_t to)
{
    const struct token *t = walk_peek(w, 0);
    if (walk_is_name(t, "else") && !walk_basic(w)) {
        w->at++;
        walk_one_in_block(w, to);
        return true;
    }
    if (!walk_is_control(t)) {
        return false;
    }
    size_t open = w->at + 1;
    if (w->language == LANGUAGE_PERL) { /* foreach my $x (...) */
        while (open < w->count && open < w->at + 4 && !walk_is(&w->t[open], '(')) {
            open++;
        }
    }
    if (open >= w->count || !walk_is(&w->t[open], '(') || !w->t[open].match || walk_basic(w)) {
        return false;
    }
    size_t close = w->t[open].match;
    bool loops = walk_is_name(t, "foreach") || walk_is_name(t, "for");
    bool perl_variable = loops && open > w->at + 1;
    uint32_t variable = perl_variable ? w->t[open - 1].hash : 0;
    w->at = open + 1;
    if (variable) {
        struct arguments list = {0};
        walk_arguments(w, ')', &list);
        if (list.count) {
            variable_set(w, variable, &list.list[0]);
        }
        return true;
    }
    if (loops) {
        walk_each(w, close);
    }
    while (w->at < close) {
        size_t before = w->at;
        (void)walk_expression(w);
        w->at += w->at == before;
    }
    w->at = close + 1;
    walk_one_in_block(w, to);
    return true;
}

/* Function x(a, b) ... End Function: by lines. */
static bool walk_basic_statement(struct walker *w)
{
    const struct token *t = walk_peek(w, 0), *next = walk_peek(w, 1);
    if (walk_is_name(t, "end") && (walk_is_name(next, "function") || walk_is_name(next, "sub"))) {
        w->function = 0;
        w->at += 2;
        return true;
    }
    bool defines = walk_is_name(t, "function") || walk_is_name(t, "sub");
    if (defines && next->kind == TOKEN_NAME) {
        uint32_t f = walk_new_function(w, next->hash);
        size_t open = w->at + 2;
        w->at = open;
        if (open < w->count && walk_is(&w->t[open], '(') && w->t[open].match) {
            walk_parameters(w, f, open, w->t[open].match);
            w->at = w->t[open].match + 1;
        }
        w->function = f;
        while (w->at < w->count && walk_peek(w, 0)->kind != TOKEN_LINE &&
               !walk_is(walk_peek(w, 0), ':') && !walk_is(walk_peek(w, 0), ';')) {
            w->at++;
        }
        return true;
    }
    if (walk_is_name(t, "for") && walk_is_name(next, "each")) {
        size_t end = w->at;
        while (end < w->count && w->t[end].kind != TOKEN_LINE) {
            end++;
        }
        w->at += 2;
        walk_each(w, end);
        w->at = end;
        return true;
    }
    return false;
}

static bool walk_python_statement(struct walker *w)
{
    const struct token *t = walk_peek(w, 0), *next = walk_peek(w, 1);
    if (walk_is_name(t, "def") && next->kind == TOKEN_NAME && walk_is(walk_peek(w, 2), '(') &&
        walk_peek(w, 2)->match) {
        uint32_t f = walk_new_function(w, next->hash);
        walk_parameters(w, f, w->at + 2, walk_peek(w, 2)->match);
        w->at = walk_peek(w, 2)->match + 1;
        w->function = f;
        return true;
    }
    if (walk_is_name(t, "for")) {
        size_t end = w->at;
        while (end < w->count && w->t[end].kind != TOKEN_LINE && !walk_is(&w->t[end], ':')) {
            end++;
        }
        w->at++;
        walk_each(w, end);
        w->at = end;
        return true;
    }
    return false;
}

static bool walk_defines(struct walker *w)
{
    const struct token *t = walk_peek(w, 0), *next = walk_peek(w, 1);
    if (t->kind != TOKEN_NAME) {
        return false;
    }
    if (walk_is_name(t, "function")) {
        size_t name = w->at + 1 + walk_is(next, '&');
        return name < w->count && w->t[name].kind == TOKEN_NAME && walk_definition(w, name);
    }
    if (w->language == LANGUAGE_PERL && walk_is_name(t, "sub") && next->kind == TOKEN_NAME) {
        const struct token *brace = walk_peek(w, 2);
        if (walk_is(brace, '{') && brace->match) {
            uint32_t f = walk_new_function(w, next->hash);
            size_t end = brace->match;
            walk_body(w, f, w->at + 3, end);
            w->at = end + 1;
            return true;
        }
        return false;
    }
    if (w->language != LANGUAGE_CSHARP && w->language != LANGUAGE_JAVA) {
        return false;
    }
    return walk_is(next, '(') && !walk_is_control(t) && walk_definition(w, w->at);
}

static void walk_class(struct walker *w)
{
    uint32_t name = walk_peek(w, 1)->kind == TOKEN_NAME ? walk_peek(w, 1)->hash : 0;
    while (w->at < w->count && !walk_is(walk_peek(w, 0), '{') && !walk_is(walk_peek(w, 0), ';') &&
           walk_peek(w, 0)->kind != TOKEN_LINE) {
        w->at++;
    }
    const struct token *open = walk_peek(w, 0);
    if (w->language == LANGUAGE_PHP && name && walk_is(open, '{') && open->match > w->at) {
        uint32_t outer = w->class, end = open->match;
        w->class = name;
        walk_body(w, w->function, w->at + 1, end);
        w->class = outer;
        w->at = end + 1;
    }
}

/* global $a, $b; */
static bool walk_globals(struct walker *w)
{
    if (w->language != LANGUAGE_PHP || !walk_is_name(walk_peek(w, 0), "global")) {
        return false;
    }
    for (w->at++; walk_peek(w, 0)->kind == TOKEN_VARIABLE || walk_is(walk_peek(w, 0), ',');
         w->at++) {
        if (walk_peek(w, 0)->kind == TOKEN_VARIABLE) {
            variable_global(w, walk_peek(w, 0)->hash);
        }
    }
    return true;
}

/* `Process p = ...`: the type is known before the name. */
static void walk_declared(struct walker *w, const struct token *type, const struct token *name)
{
    uint16_t thing = walk_name(w, type->text, type->hash).thing;
    struct worth v = {.thing = thing};
    struct variable *var = thing ? variable_of(w, name->hash) : NULL;
    if (var && !var->value.thing) {
        v = var->value;
        v.thing = thing;
        var->value = v;
        var->set = true;
    }
}

static void walk_statement(struct walker *w, size_t to)
{
    const struct token *t = walk_peek(w, 0);
    if (t->kind == TOKEN_LANGUAGE) {
        walk_speak(w, (enum language)t->sign);
        w->function = w->depth ? w->function : 0;
        w->at++;
        return;
    }
    if (t->kind == TOKEN_LINE || walk_is(t, ';') || walk_is(t, ',') || walk_is(t, '}')) {
        w->at++;
        return;
    }
    if (walk_is(t, '{')) {
        if (t->match > w->at && w->depth < BODY_DEPTH) {
            uint32_t end = t->match;
            walk_body(w, w->function, w->at + 1, end);
            w->at = end + 1;
        } else {
            w->at++;
        }
        return;
    }
    if (t->kind == TOKEN_NAME) {
        bool cased = w->language == LANGUAGE_JAVA || w->language == LANGUAGE_CSHARP;
        bool type = cased ? str_eq(t->text, STR("class")) : walk_is_name(t, "class");
        if (type || walk_is_name(t, "interface") || walk_is_name(t, "import")) {
            if (w->language != LANGUAGE_PERL && w->language != LANGUAGE_PYTHON) {
                walk_class(w);
                return;
            }
        }
        if (walk_is_name(t, "return")) {
            walk_return(w);
            return;
        }
        if (walk_globals(w)) {
            return;
        }
        bool done = walk_basic(w)                    ? walk_basic_statement(w)
                    : w->language == LANGUAGE_PYTHON ? walk_python_statement(w)
                                                     : walk_control(w, to) || walk_defines(w);
        if (done) {
            return;
        }
    }
    size_t before = w->at;
    if (walk_basic(w) && t->kind == TOKEN_NAME) { /* here = assigns */
        if (walk_is_name(t, "set") || walk_is_name(t, "dim") || walk_is_name(t, "call") ||
            walk_is_name(t, "let") || walk_is_name(t, "response")) {
            w->at += !walk_is_name(t, "response");
            before = w->at;
        }
    }
    (void)(walk_basic(w) ? walk_assignment(w) : walk_expression(w));
    const struct token *next = walk_peek(w, 0);
    if (w->at > before && next->kind == TOKEN_NAME && w->t[w->at - 1].kind == TOKEN_NAME) {
        const struct token *type = &w->t[w->at - 1];
        size_t name = w->at;
        if (w->language == LANGUAGE_JAVA || w->language == LANGUAGE_CSHARP) {
            if (walk_defines(w)) {
                return;
            }
            (void)walk_expression(w);
            walk_declared(w, type, &w->t[name]);
        } else if (walk_is_name(next, "as")) {
            w->at++;
            w->at += walk_is_name(walk_peek(w, 0), "new");
            const struct token *kind = walk_peek(w, 0);
            size_t at = w->at;
            struct worth v = {0};
            while (w->at < w->count &&
                   (walk_peek(w, 0)->kind == TOKEN_NAME || walk_is(walk_peek(w, 0), '.'))) {
                kind = walk_peek(w, 0)->kind == TOKEN_NAME ? walk_peek(w, 0) : kind;
                w->at++;
            }
            if (walk_is(walk_peek(w, 0), '(') && walk_peek(w, 0)->match) {
                struct arguments args;
                args.count = 0;
                w->at++;
                walk_arguments(w, ')', &args);
                v = walk_call(w, kind->text, kind->hash, NULL, &args);
            }
            if (walk_is(walk_peek(w, 0), '=')) {
                w->at++;
                v = walk_expression(w);
            }
            struct place p = {.name = type->hash};
            (void)at;
            if (v.known || v.sources || v.thing || v.elements) {
                (void)walk_assign(w, &p, &v);
            }
            walk_declared(w, kind, type);
        }
    }
}

/* Code as text: walked in its turn, with the variables of the page. */
void walk_text(struct walker *w, const struct worth *code)
{
    str text = code->text;
    if (w->code_depth >= CODE_DEPTH || w->decoded + text.len > DECODED_MAX) {
        w->facts->over_budget = true;
        return;
    }
    if (code->through & THROUGH_DECODED) {
        w->facts->disguises |= DISGUISE_PACKED;
        w->facts->layers =
            w->facts->layers > w->code_depth + 1 ? w->facts->layers : w->code_depth + 1;
    }
    const struct piece piece = walk_lexed(w, w->speak_next ? w->speak_next : w->language, text);
    struct walker inner = *w;
    inner.t = piece.list;
    inner.count = piece.count;
    inner.at = 0;
    inner.code_depth++;
    inner.inherited |= code->through & THROUGH_DECODED;
    inner.decoded += text.len;
    walk_declarations(&inner);
    walk_range(&inner, inner.count);
    w->variables = inner.variables;
    w->nvariables = inner.nvariables;
    w->cap = inner.cap;
    w->functions = inner.functions;
    w->nfunctions = inner.nfunctions;
    w->functions_cap = inner.functions_cap;
    w->all_from_request = inner.all_from_request;
    w->printer = inner.printer;
    w->memos = inner.memos;
    w->unset = inner.unset;
    w->anew = inner.anew;
    w->decoded = inner.decoded;
    w->changed = inner.changed;
    w->wide = inner.wide;
    memcpy(w->read, inner.read, sizeof w->read);
}

/* What a token of PHP makes possible: a way in, or a call that cannot be read off the page. */
static bool walk_is_way_in(const struct vocabulary *v, const struct token *t)
{
    const struct token *next = t + 1;
    if (t->kind == TOKEN_VARIABLE) {
        bool dynamic = walk_is(next, '(');
        char c = t->text.len ? t->text.p[0] : 0;
        return dynamic || c == '_' || c == 'G' || c == 'H';
    }
    if (t->kind == TOKEN_SIGN) {
        bool closes = t->sign == ']' || t->sign == ')' || t->sign == '}';
        return t->sign == '$' || (closes && walk_is(next, '('));
    }
    if (t->kind == TOKEN_TEXT) {
        return str_starts(t->text, STR("php://"));
    }
    if (t->kind != TOKEN_NAME || !v->slots[t->hash % WORD_SLOTS]) {
        return false;
    }
    const struct word *word = vocabulary_find(v, t->text, ON_FREE);
    if (word && word->role == ROLE_SPECIAL && word->a == SPECIAL_PREG_REPLACE) {
        const struct token *pattern = walk_is(next, '(') ? next + 1 : next;
        return pattern->kind != TOKEN_TEXT || str_ends(pattern->text, STR("e"));
    }
    if (word && word->role == ROLE_SPECIAL &&
        (word->a == SPECIAL_WRITE_FILE || word->a == SPECIAL_UPLOAD)) {
        return true;
    }
    return word &&
           (word->role == ROLE_SOURCE || word->role == ROLE_DECODE ||
            (word->role == ROLE_SINK && (word->a == SINK_EVALUATE || word->a == SINK_EXECUTE)) ||
            (word->role == ROLE_SPECIAL &&
             (word->a == SPECIAL_GETENV || word->a == SPECIAL_CREATE_FUNCTION ||
              word->a == SPECIAL_EXTRACT || word->a == SPECIAL_PACK)));
}

/* Most pages of an application are classes: nothing enters them from the request. */
static bool walk_is_worth_it(struct walker *w, const struct tokens *code)
{
    if (code->count < 2 || code->list[0].sign != LANGUAGE_PHP) {
        return code->count > 1;
    }
    const struct vocabulary *v = walk_vocabulary(w, LANGUAGE_PHP);
    if (!v) {
        return false;
    }
    for (size_t i = 0; i + 1 < code->count; i++) {
        if (walk_is_way_in(v, &code->list[i])) {
            return true;
        }
    }
    return false;
}

static void walk_once(struct walker *w)
{
    w->at = 0;
    w->depth = w->function = w->block = w->class = 0;
    w->decoded = w->anew = 0;
    w->changed = w->wide = false;
    walk_range(w, w->count);
}

/* Functions that now get what they did not get when they were walked. */
static void walk_dirty(struct walker *w)
{
    const struct token *t = w->t;
    size_t count = w->count;
    w->changed = w->wide = false;
    for (uint32_t f = 1; f < w->nfunctions; f++) {
        struct function *own = &w->functions[f];
        if (own->dirty && own->t) {
            own->dirty = false;
            w->t = own->t;
            w->count = own->count;
            walk_body(w, f, own->from, own->to);
        }
    }
    w->t = t;
    w->count = count;
}

void walk_tokens(const struct tokens *code, struct arena *arena, struct facts *facts)
{
    struct paste paste = {.arena = arena};
    struct walker w = {
        .t = code->list, .count = code->count, .arena = arena, .facts = facts, .paste = &paste};
    if (!walk_is_worth_it(&w, code)) {
        facts->over_budget = code->full;
        return;
    }
    walk_speak(&w, code->list[0].kind == TOKEN_LANGUAGE ? (enum language)code->list[0].sign
                                                        : LANGUAGE_NONE);
    walk_declarations(&w);
    walk_once(&w);
    for (int pass = 1; pass < PASSES_MAX && w.changed; pass++) {
        (w.wide ? walk_once : walk_dirty)(&w);
    }
    if (w.unset) { /* now it is known what is set anywhere */
        w.settled = true;
        walk_once(&w);
    }
    if (code->full) {
        facts->over_budget = true;
    }
}
