#include "formats/page/walker.h"

#include "formats/page/script.h"

enum { PASSES_MAX = 4, BODY_DEPTH = 64 };

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
    w->changed = true;
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

/* Whether a function decodes, runs or calls what it is given: then each call is looked at. */
static bool walk_is_worth_anew(struct walker *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const struct token *t = &w->t[i];
        bool dynamic = (t->kind == TOKEN_VARIABLE || walk_is(t, ']')) && walk_is(t + 1, '(');
        const struct word *word =
            t->kind == TOKEN_NAME ? vocabulary_find(w->words, t->text, ON_FREE) : NULL;
        if (dynamic || walk_is(t, SIGN_CONCAT) || walk_is(t, SIGN_APPEND) ||
            (word && (word->role == ROLE_DECODE || word->role == ROLE_SINK))) {
            return true;
        }
    }
    return false;
}

static void walk_remember_body(struct walker *w, uint32_t f, size_t from, size_t to)
{
    if (f && w->language == LANGUAGE_PHP && walk_is_worth_anew(w, from, to)) {
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

/* At the name of a function whose parentheses follow; true when a body in braces did too. */
static bool walk_definition(struct walker *w, size_t name)
{
    const struct token *open = name + 1 < w->count ? &w->t[name + 1] : NULL;
    if (!open || !walk_is(open, '(') || !open->match) {
        return false;
    }
    size_t brace = open->match + 1;
    for (size_t i = 0; i < 12 && brace < w->count && !walk_is(&w->t[brace], '{'); i++, brace++) {
        const struct token *t = &w->t[brace];
        bool between = t->kind == TOKEN_NAME || walk_is(t, ':') || walk_is(t, ',') ||
                       walk_is(t, '.') || walk_is(t, '?') || walk_is(t, '|') || walk_is(t, '\\');
        if (!between) {
            return false;
        }
    }
    if (brace >= w->count || !walk_is(&w->t[brace], '{') || !w->t[brace].match) {
        return false;
    }
    uint32_t f = walk_new_function(w, walk_definition_name(w, &w->t[name]));
    walk_parameters(w, f, name + 1, open->match);
    if (f && w->language != LANGUAGE_PHP && walk_is_web_method(w, name)) {
        walk_take_from_request(w, f, name + 2, open->match);
    }
    size_t end = w->t[brace].match;
    walk_remember_body(w, f, brace + 1, end);
    walk_body(w, f, brace + 1, end);
    w->at = end + 1;
    return true;
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
        w->changed = w->changed || (!before && worth_tainted(&v));
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
    struct tokens tokens = {.arena = w->arena};
    if (w->code_depth >= CODE_DEPTH || w->decoded + text.len > DECODED_MAX) {
        w->facts->over_budget = true;
        return;
    }
    if (code->through & THROUGH_DECODED) {
        w->facts->disguises |= DISGUISE_PACKED;
        w->facts->layers =
            w->facts->layers > w->code_depth + 1 ? w->facts->layers : w->code_depth + 1;
    }
    bool page = w->language == LANGUAGE_PHP &&
                (str_has(text, STR("<?")) || str_starts(str_trim(text), STR("?>")));
    if (page) {
        struct script script;
        if (!str_starts(str_trim(text), STR("<")) && !str_starts(str_trim(text), STR("?>"))) {
            size_t at = lex_code(&tokens, LANGUAGE_PHP, text, 0);
            text = str_from(text, at);
        }
        script_tokens(&tokens, text, FAMILY_PHP, &script);
    } else {
        (void)lex_code(&tokens, w->speak_next ? w->speak_next : w->language, text, 0);
    }
    struct walker inner = *w;
    inner.t = tokens.list;
    inner.count = tokens.count;
    inner.at = 0;
    inner.code_depth++;
    inner.inherited |= code->through & THROUGH_DECODED;
    inner.decoded += text.len;
    walk_range(&inner, inner.count);
    w->variables = inner.variables;
    w->nvariables = inner.nvariables;
    w->cap = inner.cap;
    w->functions = inner.functions;
    w->nfunctions = inner.nfunctions;
    w->functions_cap = inner.functions_cap;
    w->all_from_request = inner.all_from_request;
    w->printer = inner.printer;
    w->unset = inner.unset;
    w->anew = inner.anew;
    w->decoded = inner.decoded;
    w->changed = inner.changed;
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
    w->changed = false;
    walk_range(w, w->count);
}

void walk_tokens(const struct tokens *code, struct arena *arena, struct facts *facts)
{
    struct walker w = {.t = code->list, .count = code->count, .arena = arena, .facts = facts};
    if (!walk_is_worth_it(&w, code)) {
        facts->over_budget = code->full;
        return;
    }
    for (int pass = 0; pass < PASSES_MAX; pass++) {
        walk_once(&w);
        if (!w.changed) {
            break;
        }
    }
    if (w.unset) { /* now it is known what is set anywhere */
        w.settled = true;
        walk_once(&w);
    }
    if (code->full) {
        facts->over_budget = true;
    }
}
