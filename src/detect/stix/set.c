#include "detect/stix/set_parts.h"

#include "base/catalog.h"
#include "match/fold.h"
#include "match/needed.h"
#include "model/time.h"

enum { NEEDS_MAX = 1024, CONFIDENCE_WEAK = 50 };

static const struct text sentences[2] = {
    {{STR_INIT("What was seen is what a pattern of an indicator describes: {Indicator} "
               "({IndicatorAbout})"),
      STR_INIT("Ce qui a été vu est ce que décrit le motif d’un indicateur\xc2\xa0: {Indicator} "
               "({IndicatorAbout})")}},
    {{STR_INIT("What was seen is what a pattern of little weight describes: {Indicator} "
               "({IndicatorAbout})"),
      STR_INIT("Ce qui a été vu est ce que décrit un motif de peu de poids\xc2\xa0: {Indicator} "
               "({IndicatorAbout})")}},
};

static struct rule_info rule_of(bool weak)
{
    return (struct rule_info){
        .id = weak ? STR("indicator-pattern-weak") : STR("indicator-pattern"),
        .title = weak ? STR("Pattern of an indicator, of little weight")
                      : STR("Pattern of an indicator"),
        .engine = STR("indicator"),
        .level = weak ? LEVEL_LOW : LEVEL_MEDIUM,
        .rung = RUNG_NONE,
        .weight = weak ? WEIGHT_CONTEXT : WEIGHT_LEAD,
        .summary = sentences[weak],
    };
}

struct stix_set *stix_set_new(struct arena *a, const struct names *names)
{
    struct stix_set *s = ARENA_NEW(a, struct stix_set);
    if (s) {
        s->arena = a;
        s->showings = stix_showings(a, names, &s->nshowings);
        s->rules[0] = rule_of(false);
        s->rules[1] = rule_of(true);
        literals_init(&s->literals, a);
    }
    return s && s->showings ? s : NULL;
}

void stix_set_done(struct stix_set *s)
{
    for (size_t i = 0; s && i < s->npatterns; i++) {
        stix_pattern_done(s->patterns[i].pattern);
    }
    if (s) {
        s->npatterns = 0;
    }
}

/* ---- what a bracket cannot hold without */

struct needs {
    str literal[NEEDS_MAX]; /* folded */
    size_t count;           /* 0: not known */
};

static bool is_ascii(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((uint8_t)s.p[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

static bool need_text(struct arena *a, struct needs *n, str text)
{
    struct fold fold = {0};
    bool ascii;
    str copy = arena_str(a, fold_text(&fold, text, &ascii));
    bool ok = text.len > 1 && copy.p && n->count < NEEDS_MAX;
    if (ok) {
        n->literal[n->count++] = copy;
    }
    fold_done(&fold);
    return ok;
}

/* The longest run of a LIKE without its signs. */
static str run_of_like(str like)
{
    str best = STR_NONE;
    for (size_t from = 0, i = 0; i <= like.len; i++) {
        if (i == like.len || like.p[i] == '%' || like.p[i] == '_') {
            best = i - from > best.len ? str_sub(like, from, i - from) : best;
            from = i + 1;
        }
    }
    return best;
}

static void need_of_regex(struct arena *a, struct needs *n, str regex)
{
    struct needed needed = {.count = 0};
    if (needed_of_regex(a, regex, &needed)) {
        for (size_t i = 0; i < needed.count; i++) {
            n->literal[n->count++] = needed.literals[i];
        }
    }
}

static void needs_of_test(struct arena *a, const struct stix_test *t, struct needs *n)
{
    bool all = !t->negated && t->nvalues > 0;
    n->count = 0;
    if (all && (t->op == OP_EQUAL || t->op == OP_IN)) {
        for (size_t i = 0; i < t->nvalues && all; i++) {
            all = t->values[i].kind == STIX_TEXT && need_text(a, n, t->values[i].text);
        }
    } else if (all && t->op == OP_LIKE) {
        str run = run_of_like(t->values[0].text);
        all = is_ascii(run) && need_text(a, n, run);
    } else if (all && t->op == OP_MATCHES && is_ascii(t->values[0].text)) {
        need_of_regex(a, n, t->values[0].text);
    }
    n->count = all ? n->count : 0;
}

static size_t shortest(const struct needs *n)
{
    size_t least = n->count ? SIZE_MAX : 0;
    for (size_t i = 0; i < n->count; i++) {
        least = n->literal[i].len < least ? n->literal[i].len : least;
    }
    return least;
}

/* Of an AND the child with the longest literals, of an OR all children; false: out of memory. */
static bool needs_of(struct arena *a, const struct stix_comparison *c, struct needs *out)
{
    if (c->kind == JUNCTION_TEST) {
        needs_of_test(a, &c->test, out);
        return true;
    }
    struct needs *child = ARENA_NEW(a, struct needs);
    bool any = c->kind == JUNCTION_OR, known = true;
    out->count = 0;
    for (const struct stix_comparison *i = c->first; child && i && known; i = i->next) {
        if (!needs_of(a, i, child)) {
            return false;
        }
        if (any) {
            known = child->count > 0 && out->count + child->count <= NEEDS_MAX;
            for (size_t k = 0; known && k < child->count; k++) {
                out->literal[out->count++] = child->literal[k];
            }
        } else if (shortest(child) > shortest(out)) {
            *out = *child;
        }
    }
    out->count = known ? out->count : 0;
    return child != NULL;
}

static bool is_shown(const struct stix_comparison *c)
{
    bool any = c->kind != JUNCTION_AND, shown = !any;
    if (c->kind == JUNCTION_TEST) {
        return stix_is_seen(c->test.type);
    }
    for (const struct stix_comparison *i = c->first; i && shown != any; i = i->next) {
        shown = is_shown(i);
    }
    return shown;
}

/* ---- adding */

static bool is_any_of(const struct stix_expression *e)
{
    bool any = e->kind == STIX_BRACKET || e->kind == STIX_OR;
    for (const struct stix_expression *i = e->first; i && any; i = i->next) {
        any = is_any_of(i);
    }
    return any;
}

static bool can_come_true(const struct stix_expression *e)
{
    bool any = e->kind == STIX_OR, can = !any;
    if (e->kind == STIX_BRACKET) {
        return is_shown(e->comparison);
    }
    for (const struct stix_expression *i = e->first; i && can != any; i = i->next) {
        can = can_come_true(i);
    }
    return can;
}

static bool add_bracket(struct stix_set *s, const struct stix_expression *e)
{
    struct stix_bracket *more =
        arena_grow(s->arena, s->brackets, &s->cap_brackets, s->nbrackets + 1, sizeof *more);
    if (!more) {
        return false;
    }
    s->brackets = more;
    s->brackets[s->nbrackets++] = (struct stix_bracket){
        .comparison = e->comparison, .pattern = (uint32_t)s->npatterns, .number = e->number};
    return true;
}

static bool add_brackets(struct stix_set *s, const struct stix_expression *e)
{
    bool ok = e->kind != STIX_BRACKET || add_bracket(s, e);
    for (const struct stix_expression *i = e->first; i && ok; i = i->next) {
        ok = add_brackets(s, i);
    }
    return ok;
}

bool stix_set_add(struct stix_set *s, str pattern, enum stix_edition edition,
                  const struct stix_told *told, struct stix_fault *fault)
{
    struct stix_set_pattern p = {.told = *told, .first = (uint32_t)s->nbrackets};
    p.pattern = stix_pattern_new(s->arena, pattern, edition, STIX_AS_THE_TEXT_SAYS, fault);
    if (!p.pattern) {
        return false;
    }
    p.text = arena_str(s->arena, pattern);
    p.any = is_any_of(p.pattern->root);
    struct stix_set_pattern *more =
        arena_grow(s->arena, s->patterns, &s->cap_patterns, s->npatterns + 1, sizeof *more);
    bool shown = can_come_true(p.pattern->root);
    s->patterns = more ? more : s->patterns;
    if (!more || !p.text.p || !shown || !add_brackets(s, p.pattern->root)) {
        const char *why = shown ? N_("more than the memory set aside for patterns")
                                : N_("a pattern of what no evidence shows");
        *fault = (struct stix_fault){1, 0, why};
        s->nbrackets = p.first;
        stix_pattern_done(p.pattern);
        return false;
    }
    s->patterns[s->npatterns++] = p;
    return true;
}

static bool index_bracket(struct stix_set *s, uint32_t number, struct needs *n)
{
    struct arena_mark mark = arena_mark(&s->scratch);
    bool ok = needs_of(&s->scratch, s->brackets[number].comparison, n);
    for (size_t i = 0; ok && i < n->count; i++) {
        str literal = arena_str(s->arena, n->literal[i]);
        ok = literal.p && literals_add(&s->literals, literal, number);
    }
    if (ok && n->count == 0 && is_shown(s->brackets[number].comparison)) {
        s->always[s->nalways++] = number;
    }
    arena_rewind(&s->scratch, mark);
    return ok;
}

bool stix_set_build(struct stix_set *s)
{
    enum { SCRATCH = 256 << 20 };
    arena_init(&s->scratch, SCRATCH);
    struct needs *n = ARENA_NEW(&s->scratch, struct needs);
    s->always = ARENA_ARRAY(s->arena, uint32_t, s->nbrackets + 1);
    bool ok = n && s->always;
    for (uint32_t i = 0; ok && i < s->nbrackets; i++) {
        ok = index_bracket(s, i, n);
    }
    ok = ok && literals_build(&s->literals);
    arena_done(&s->scratch);
    return ok;
}

/* ---- what there is */

size_t stix_set_count(const struct stix_set *s)
{
    return s ? s->npatterns : 0;
}

uint32_t stix_set_brackets(const struct stix_set *s)
{
    return s ? (uint32_t)s->nbrackets : 0;
}

uint32_t stix_set_rules(const struct stix_set *s)
{
    return s && s->npatterns ? ARRAY_LEN(s->rules) : 0;
}

const struct rule_info *stix_set_rule(const struct stix_set *s, uint32_t rule)
{
    return &s->rules[rule];
}

bool stix_is_weak(const struct stix_told *t, usec time)
{
    bool outside = time != TIME_NONE && ((t->from != TIME_NONE && time < t->from) ||
                                         (t->until != TIME_NONE && time >= t->until));
    return t->benign || outside || (t->confidence >= 0 && t->confidence < CONFIDENCE_WEAK);
}

void stix_describe(const struct stix_set_pattern *p, struct arena *a, struct named_value *out,
                   size_t *n)
{
    const struct stix_told *t = &p->told;
    out[(*n)++] = (struct named_value){STR("Indicator"), p->text};
    out[(*n)++] = (struct named_value){STR("IndicatorAbout"), t->about};
    out[(*n)++] = (struct named_value){STR("IndicatorKind"), STR("pattern")};
    out[(*n)++] = (struct named_value){STR("IndicatorList"),
                                       arena_printf(a, "%.*s:%u", STR_ARG(t->list), t->line)};
    if (t->id.len) {
        out[(*n)++] = (struct named_value){STR("IndicatorId"), t->id};
    }
    if (t->confidence >= 0) {
        out[(*n)++] =
            (struct named_value){STR("IndicatorConfidence"), arena_printf(a, "%d", t->confidence)};
    }
    if (t->from != TIME_NONE || t->until != TIME_NONE) {
        out[(*n)++] = (struct named_value){
            STR("IndicatorValidity"), arena_printf(a, "%.*s/%.*s", STR_ARG(time_text(a, t->from)),
                                                   STR_ARG(time_text(a, t->until)))};
    }
}
