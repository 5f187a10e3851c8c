/* Patterns into trees, by recursive descent: two ladders of operators, one around brackets and one
 * in them. The first word that does not fit ends it. */
#include "detect/stix/token.h"
#include "detect/stix/tree.h"
#include "detect/stix/unicode.h"

#include "base/catalog.h"

enum { STEPS_MAX = 64 };

struct parser {
    struct stix_lexer x;
    struct arena *arena;
    struct stix_pattern *pattern;
    enum stix_edition edition;
    unsigned depth;
    struct stix_fault *fault;
    bool bad;
};

static void refuse_at(struct parser *p, uint32_t line, uint32_t column, const char *why)
{
    if (!p->bad) {
        *p->fault = (struct stix_fault){line, column, why};
    }
    p->bad = true;
}

static void refuse(struct parser *p, const char *why)
{
    refuse_at(p, p->x.token_line, p->x.token_column, why);
}

static void *make(struct parser *p, size_t size)
{
    void *made = p->bad ? NULL : arena_alloc(p->arena, size);
    if (!made) {
        refuse(p, N_("more than the memory set aside for patterns"));
    }
    return made;
}

/* ---- words */

static bool is_word(const struct parser *p, enum stix_token token, str text)
{
    return !p->bad && p->x.token == token && str_eq(p->x.text, text);
}

static bool take_word(struct parser *p, enum stix_token token, str text)
{
    bool there = is_word(p, token, text);
    if (there) {
        stix_lexer_next(&p->x);
    }
    return there;
}

static bool take_mark(struct parser *p, str text)
{
    return take_word(p, TOKEN_MARK, text);
}

static bool take_keyword(struct parser *p, str text)
{
    return take_word(p, TOKEN_KEYWORD, text);
}

static void need_mark(struct parser *p, str text, const char *why)
{
    if (!take_mark(p, text)) {
        refuse(p, why);
    }
}

static void need_keyword(struct parser *p, str text, const char *why)
{
    if (!take_keyword(p, text)) {
        refuse(p, why);
    }
}

static bool enter(struct parser *p)
{
    if (++p->depth > STIX_DEPTH_MAX) {
        refuse(p, N_("parentheses nested more than 200 deep"));
    }
    return !p->bad;
}

/* ---- literals */

static bool literal_value(struct parser *p, struct stix_value *v)
{
    str text = p->x.text;
    switch (p->x.token) {
    case TOKEN_INTEGER:
    case TOKEN_FLOAT:
        v->kind = STIX_NUMBER;
        return stix_literal_number(text, &v->number);
    case TOKEN_STRING:
        v->kind = STIX_TEXT;
        return stix_literal_text(p->arena, text, &v->text);
    case TOKEN_HEX:
        v->kind = STIX_BINARY;
        return stix_literal_hex(p->arena, text, &v->text);
    case TOKEN_BASE64:
        v->kind = STIX_BINARY;
        return stix_literal_base64(p->arena, text, &v->text);
    case TOKEN_TIME:
        v->kind = STIX_MOMENT;
        v->time = stix_literal_time(text);
        return true;
    case TOKEN_KEYWORD:
        v->kind = STIX_BOOL;
        v->truth = str_eq(text, STR("true"));
        return v->truth || str_eq(text, STR("false"));
    default:
        return false;
    }
}

static void literal(struct parser *p, struct stix_value *v, bool orderable)
{
    *v = (struct stix_value){.kind = STIX_OTHER};
    if (p->bad || !literal_value(p, v) || (orderable && v->kind == STIX_BOOL)) {
        refuse(p, N_("a value is needed here"));
        return;
    }
    stix_lexer_next(&p->x);
}

static str string_literal(struct parser *p)
{
    struct stix_value v = {.kind = STIX_OTHER};
    if (p->bad || p->x.token != TOKEN_STRING) {
        refuse(p, N_("a string is needed here"));
    } else {
        literal(p, &v, false);
    }
    return v.text;
}

static void set_literal(struct parser *p, struct stix_test *t)
{
    struct stix_value *values = NULL;
    size_t cap = 0;
    need_mark(p, STR("("), N_("a list in parentheses is needed here"));
    while (!p->bad && (t->nvalues > 0 || !is_word(p, TOKEN_MARK, STR(")")))) {
        struct stix_value *more =
            arena_grow(p->arena, values, &cap, t->nvalues + 1, sizeof *values);
        if (!more) {
            refuse(p, N_("more than the memory set aside for patterns"));
            return;
        }
        values = more;
        literal(p, &values[t->nvalues++], false);
        if (!take_mark(p, STR(","))) {
            break;
        }
    }
    need_mark(p, STR(")"), N_("a list is not closed"));
    t->values = values;
}

/* ---- paths */

static void key_step(struct parser *p, struct stix_step *s)
{
    str key = p->x.text;
    if (p->x.token == TOKEN_STRING) {
        key = string_literal(p);
    } else if (p->x.token == TOKEN_NAME) {
        stix_lexer_next(&p->x);
    } else {
        refuse(p, N_("a property is needed here; one with a hyphen stands in quotes"));
    }
    *s = (struct stix_step){.kind = STEP_KEY,
                            .key = key,
                            .ref = str_ends(key, STR("_ref")),
                            .refs = str_ends(key, STR("_refs"))};
}

static void index_step(struct parser *p, struct stix_step *s)
{
    *s = (struct stix_step){.kind = STEP_EACH};
    if (!take_mark(p, STR("*"))) {
        str digits = p->x.text;
        if (p->x.token != TOKEN_INTEGER) {
            refuse(p, N_("a number or * is needed here"));
            return;
        }
        s->kind = STEP_INDEX;
        s->index = UINT64_MAX;
        (void)str_u64(str_from(digits, digits.p[0] == '+'), &s->index);
        stix_lexer_next(&p->x);
    }
    need_mark(p, STR("]"), N_("] is needed here"));
}

static void object_path(struct parser *p, struct stix_test *t)
{
    struct stix_step steps[STEPS_MAX];
    t->line = p->x.token_line;
    t->column = p->x.token_column;
    t->type = p->x.text;
    if (p->x.token != TOKEN_NAME && p->x.token != TOKEN_HYPHEN_NAME) {
        refuse(p, N_("a type of object is needed here"));
        return;
    }
    stix_lexer_next(&p->x);
    need_mark(p, STR(":"), N_("a colon and a property are needed here"));
    for (bool more = !p->bad, by_index = false; more && !p->bad && t->nsteps < STEPS_MAX;) {
        struct stix_step *s = &steps[t->nsteps++];
        if (by_index) {
            index_step(p, s);
        } else {
            key_step(p, s);
        }
        by_index = take_mark(p, STR("["));
        more = by_index || take_mark(p, STR("."));
        if (more && t->nsteps == STEPS_MAX) {
            refuse(p, N_("a path of more than 64 steps"));
        }
    }
    struct stix_step *copy = make(p, t->nsteps * sizeof *copy);
    for (size_t i = 0; copy && i < t->nsteps; i++) {
        copy[i] = steps[i];
    }
    t->steps = copy;
}

/* ---- comparisons */

static const struct {
    str word;
    enum stix_operator op;
} marks[] =
    {
        {STR_INIT("="),  OP_EQUAL   },
        {STR_INIT("=="), OP_EQUAL   },
        {STR_INIT("!="), OP_UNEQUAL },
        {STR_INIT("<>"), OP_UNEQUAL },
        {STR_INIT("<"),  OP_LESS    },
        {STR_INIT("<="), OP_AT_MOST },
        {STR_INIT(">"),  OP_GREATER },
        {STR_INIT(">="), OP_AT_LEAST},
},
  keywords[] = {
      {STR_INIT("IN"), OP_IN},
      {STR_INIT("LIKE"), OP_LIKE},
      {STR_INIT("MATCHES"), OP_MATCHES},
      {STR_INIT("ISSUBSET"), OP_SUBSET},
      {STR_INIT("ISSUPERSET"), OP_SUPERSET},
};

static bool operator_of(struct parser *p, struct stix_test *t)
{
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (take_mark(p, marks[i].word)) {
            t->op = marks[i].op;
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
        if (take_keyword(p, keywords[i].word)) {
            t->op = keywords[i].op;
            return true;
        }
    }
    refuse(p, N_("an operator is needed here"));
    return false;
}

static void one_value(struct parser *p, struct stix_test *t)
{
    struct stix_value *v = make(p, sizeof *v);
    bool ordered = t->op >= OP_LESS && t->op <= OP_AT_LEAST;
    uint32_t line = p->x.token_line, column = p->x.token_column;
    const char *why = NULL;
    if (!v) {
        return;
    }
    if (t->op <= OP_AT_LEAST) {
        literal(p, v, ordered);
    } else {
        *v = (struct stix_value){.kind = STIX_TEXT, .text = string_literal(p)};
    }
    bool plain = t->op != OP_LIKE && t->op != OP_MATCHES;
    if (!p->bad && !plain && !unicode_nfc(p->arena, v->text, &v->text)) {
        refuse_at(p, line, column, N_("text that is no Unicode of any language"));
    }
    if (!p->bad && t->op == OP_MATCHES) {
        struct stix_regex *x =
            stix_regex_new(p->arena, v->text, p->pattern->reading == STIX_AS_THE_TEXT_SAYS,
                           p->pattern->regexes, &why);
        t->regex = x;
        p->pattern->regexes = x ? x : p->pattern->regexes;
    }
    if (why) {
        refuse_at(p, line, column, why);
    }
    t->is_network =
        (t->op == OP_SUBSET || t->op == OP_SUPERSET) && stix_network(v->text, &t->network);
    t->values = v;
    t->nvalues = 1;
}

static void test(struct parser *p, struct stix_test *t)
{
    t->negated = take_keyword(p, STR("NOT"));
    if (t->negated || is_word(p, TOKEN_KEYWORD, STR("EXISTS"))) {
        need_keyword(p, STR("EXISTS"), N_("NOT stands behind the path, or before EXISTS"));
        t->op = OP_EXISTS;
        object_path(p, t);
        return;
    }
    object_path(p, t);
    t->negated = take_keyword(p, STR("NOT"));
    if (p->bad || !operator_of(p, t)) {
        return;
    }
    if (t->op == OP_IN) {
        set_literal(p, t);
    } else {
        one_value(p, t);
    }
}

static struct stix_comparison *comparison(struct parser *p);

static struct stix_comparison *primary(struct parser *p)
{
    if (is_word(p, TOKEN_MARK, STR("("))) {
        struct stix_comparison *inner = NULL;
        if (enter(p)) {
            stix_lexer_next(&p->x);
            inner = comparison(p);
            need_mark(p, STR(")"), N_("a parenthesis is not closed"));
        }
        p->depth--;
        return inner;
    }
    struct stix_comparison *c = make(p, sizeof *c);
    if (c) {
        *c = (struct stix_comparison){.kind = JUNCTION_TEST};
        test(p, &c->test);
    }
    return c;
}

/* Children of one kind, or the only one itself. */
static struct stix_comparison *joined(struct parser *p, str word, enum stix_junction kind,
                                      struct stix_comparison *(*child)(struct parser *))
{
    struct stix_comparison *first = child(p), *last = first;
    if (p->bad || !is_word(p, TOKEN_KEYWORD, word)) {
        return first;
    }
    struct stix_comparison *all = make(p, sizeof *all);
    while (all && take_keyword(p, word)) {
        struct stix_comparison *next = child(p);
        if (p->bad) {
            return NULL;
        }
        last->next = next;
        last = next;
    }
    if (all) {
        *all = (struct stix_comparison){.kind = kind, .first = first};
    }
    return all;
}

static struct stix_comparison *conjunction(struct parser *p)
{
    return joined(p, STR("AND"), JUNCTION_AND, primary);
}

static struct stix_comparison *comparison(struct parser *p)
{
    return joined(p, STR("OR"), JUNCTION_OR, conjunction);
}

/* ---- expressions around brackets */

static struct stix_expression *expression(struct parser *p, enum stix_expression_kind kind,
                                          const struct stix_expression *first)
{
    struct stix_expression *e = make(p, sizeof *e);
    if (e) {
        *e = (struct stix_expression){
            .kind = kind, .first = first, .number = p->pattern->nexpressions++};
    }
    return e;
}

static struct stix_expression *followed(struct parser *p);

static struct stix_expression *bracket(struct parser *p)
{
    need_mark(p, STR("["), N_("[ is needed here"));
    struct stix_comparison *c = comparison(p);
    need_mark(p, STR("]"), N_("AND, OR or ] is needed here"));
    struct stix_expression *e = expression(p, STIX_BRACKET, NULL);
    if (e) {
        e->comparison = c;
        p->pattern->nbrackets++;
    }
    return e;
}

static struct stix_expression *group(struct parser *p)
{
    struct stix_expression *inner = NULL;
    if (!is_word(p, TOKEN_MARK, STR("("))) {
        return bracket(p);
    }
    if (enter(p)) {
        stix_lexer_next(&p->x);
        inner = followed(p);
        need_mark(p, STR(")"), N_("a parenthesis is not closed"));
    }
    p->depth--;
    return inner;
}

static void within(struct parser *p, struct stix_expression *e)
{
    bool number = p->x.token == TOKEN_INTEGER || p->x.token == TOKEN_FLOAT;
    if (!number || p->x.text.p[0] == '-' || !stix_literal_seconds(p->x.text, &e->span)) {
        refuse(p, N_("a number above 0 is needed here"));
        return;
    }
    stix_lexer_next(&p->x);
    need_keyword(p, STR("SECONDS"), N_("SECONDS is needed here"));
}

static void repeats(struct parser *p, struct stix_expression *e)
{
    str digits = p->x.text;
    bool number = p->x.token == TOKEN_INTEGER && digits.p[0] != '-';
    if (!number || str_eq(str_from(digits, digits.p[0] == '+'), STR("0"))) {
        refuse(p, N_("a number above 0 is needed here"));
        return;
    }
    e->times = UINT32_MAX; /* more is never seen */
    (void)str_u64(str_from(digits, digits.p[0] == '+'), &e->times);
    e->times = e->times > UINT32_MAX ? UINT32_MAX : e->times;
    stix_lexer_next(&p->x);
    need_keyword(p, STR("TIMES"), N_("TIMES is needed here"));
}

static bool is_moment(const struct parser *p, stix_time *t)
{
    if (p->x.token == TOKEN_TIME) {
        *t = stix_literal_time(p->x.text);
        return true;
    }
    return p->edition == STIX_2_0 && p->x.token == TOKEN_STRING && stix_time_parse(p->x.text, t);
}

static stix_time moment(struct parser *p)
{
    stix_time t = 0;
    if (!is_moment(p, &t)) {
        refuse(p, N_("a time is needed here, as in t'2021-03-02T04:00:00Z'"));
        return 0;
    }
    stix_lexer_next(&p->x);
    return t;
}

static void during(struct parser *p, struct stix_expression *e)
{
    e->start = moment(p);
    need_keyword(p, STR("STOP"), N_("STOP is needed here"));
    e->stop = p->bad ? 0 : moment(p);
}

static const struct {
    str word;
    enum stix_expression_kind kind;
    void (*read)(struct parser *p, struct stix_expression *e);
} qualifiers[] = {
    {STR_INIT("WITHIN"),  STIX_WITHIN,  within },
    {STR_INIT("REPEATS"), STIX_REPEATS, repeats},
    {STR_INIT("START"),   STIX_DURING,  during },
};

/* Each binds to all that stands before it. One of each kind in 2.1, but behind parentheses, where
 * 2.0 and the reference take any number. */
static struct stix_expression *qualified(struct parser *p)
{
    bool any_number = p->edition == STIX_2_0 || is_word(p, TOKEN_MARK, STR("(")) ||
                      p->pattern->reading == STIX_AS_THE_REFERENCE_DOES;
    struct stix_expression *e = group(p);
    unsigned seen = 0;
    for (size_t i = 0; !p->bad && i < ARRAY_LEN(qualifiers);) {
        if (!is_word(p, TOKEN_KEYWORD, qualifiers[i].word)) {
            i++;
            continue;
        }
        if (seen >> i & 1 && !any_number) {
            refuse(p, N_("a second qualifier of the same kind"));
        }
        seen |= 1u << i;
        stix_lexer_next(&p->x);
        e = expression(p, qualifiers[i].kind, e);
        if (e) {
            qualifiers[i].read(p, e);
        }
        i = 0;
    }
    return e;
}

static struct stix_expression *chain(struct parser *p, str word, enum stix_expression_kind kind,
                                     struct stix_expression *(*child)(struct parser *))
{
    struct stix_expression *first = child(p), *last = first;
    if (p->bad || !is_word(p, TOKEN_KEYWORD, word)) {
        return first;
    }
    while (take_keyword(p, word)) {
        struct stix_expression *next = child(p);
        if (p->bad) {
            return NULL;
        }
        last->next = next;
        last = next;
    }
    return expression(p, kind, first);
}

static struct stix_expression *all_of(struct parser *p)
{
    return chain(p, STR("AND"), STIX_AND, qualified);
}

static struct stix_expression *any_of(struct parser *p)
{
    return chain(p, STR("OR"), STIX_OR, all_of);
}

static struct stix_expression *followed(struct parser *p)
{
    return chain(p, STR("FOLLOWEDBY"), STIX_FOLLOWEDBY, any_of);
}

struct stix_pattern *stix_pattern_new(struct arena *a, str text, enum stix_edition edition,
                                      enum stix_reading reading, struct stix_fault *fault)
{
    struct parser p = {.arena = a, .edition = edition, .fault = fault};
    *fault = (struct stix_fault){1, 0, NULL};
    p.pattern = make(&p, sizeof *p.pattern);
    str copy = arena_str(a, text);
    if (!p.pattern || !copy.p) {
        refuse(&p, N_("more than the memory set aside for patterns"));
        return NULL;
    }
    *p.pattern = (struct stix_pattern){.reading = reading};
    p.x = stix_lexer_of(copy);
    p.pattern->root = followed(&p);
    if (!p.bad && p.x.token != TOKEN_END) {
        refuse(&p, N_("nothing that can stand behind an observation"));
    }
    if (p.bad) {
        stix_pattern_done(p.pattern);
        return NULL;
    }
    return p.pattern;
}

void stix_pattern_done(struct stix_pattern *p)
{
    if (p) {
        stix_regex_done(p->regexes);
        p->regexes = NULL;
    }
}
