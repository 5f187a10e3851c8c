/* What stands in a bracket, against one observation. All of it has to hold for one and the same
 * object, where its paths begin; references lead on to other objects of the observation.
 *
 * A path that leads nowhere makes its comparison false, under NOT and != too. What cannot be
 * compared is false, and true for !=; NOT turns that round. */
#include "detect/stix/tree.h"
#include "detect/stix/unicode.h"

#include "base/table.h"
#include "base/text.h"

#include <string.h>

struct trial { /* of one comparison on one object */
    const struct stix_look *look;
    const struct stix_test *test;
    bool met;
};

/* ---- comparing */

static bool as_binary(struct arena *a, const struct stix_value *v, str *out)
{
    *out = v->text;
    if (v->kind == STIX_BINARY) {
        return true;
    }
    char *p = v->kind == STIX_TEXT ? arena_alloc(a, v->text.len + 1) : NULL;
    size_t len = 0;
    for (size_t at = 0; p && at < v->text.len;) {
        uint32_t c = utf8_next(v->text, &at);
        if (c > 0xff) {
            return false;
        }
        p[len++] = (char)c;
    }
    *out = (str){p, len};
    return p != NULL;
}

/* Do the two compare at all, and how? A string where a time is asked for is read as one. */
static bool order_of(struct arena *a, const struct stix_value *v, const struct stix_value *literal,
                     int *order)
{
    str x, y;
    stix_time t = v->time;
    if (literal->kind == STIX_MOMENT && v->kind == STIX_TEXT && stix_time_parse(v->text, &t)) {
        *order = (t > literal->time) - (t < literal->time);
        return true;
    }
    if (literal->kind == STIX_NUMBER && v->kind == STIX_NUMBER) {
        *order = (v->number > literal->number) - (v->number < literal->number);
        return true;
    }
    if (literal->kind == STIX_BOOL && v->kind == STIX_BOOL) {
        *order = v->truth - literal->truth;
        return true;
    }
    if (literal->kind == STIX_TEXT && v->kind == STIX_TEXT) {
        *order = str_cmp(v->text, literal->text); /* by bytes: by code points */
        return true;
    }
    bool binary = literal->kind == STIX_BINARY || v->kind == STIX_BINARY;
    bool both = binary && as_binary(a, v, &x) && as_binary(a, literal, &y);
    *order = both ? str_cmp(x, y) : 0;
    return both;
}

static bool equals(const struct trial *t, const struct stix_value *v,
                   const struct stix_value *literal)
{
    int order = 0;
    return stix_pay(t->look->work, 1 + v->text.len / 64) &&
           order_of(t->look->arena, v, literal, &order) && order == 0;
}

static bool is_in_order(const struct trial *t, const struct stix_value *v)
{
    int order = 0;
    if (!stix_pay(t->look->work, 1 + v->text.len / 64) ||
        !order_of(t->look->arena, v, &t->test->values[0], &order)) {
        return false;
    }
    switch (t->test->op) {
    case OP_LESS:
        return order < 0;
    case OP_AT_MOST:
        return order <= 0;
    case OP_GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

static bool is_in_set(const struct trial *t, const struct stix_value *v)
{
    bool found = false;
    for (size_t i = 0; !found && i < t->test->nvalues; i++) {
        found = equals(t, v, &t->test->values[i]);
    }
    return found;
}

/* ---- LIKE and MATCHES */

/* `%` stands for anything, `_` for one character. Only the last `%` is ever taken up again. */
static bool is_like(const struct trial *t, str text, str like)
{
    bool lines = t->look->reading == STIX_AS_THE_TEXT_SAYS; /* are matched over */
    size_t at = 0, in_like = 0, resume = SIZE_MAX, resume_like = 0;
    while (at < text.len && stix_pay(t->look->work, 1)) {
        size_t next = at, next_like = in_like;
        uint32_t c = utf8_next(text, &next);
        uint32_t want = in_like < like.len ? utf8_next(like, &next_like) : 0;
        if (want == '%' && in_like < like.len) {
            resume = at;
            in_like = resume_like = next_like;
        } else if (in_like < like.len && (want == c || (want == '_' && (lines || c != '\n')))) {
            at = next;
            in_like = next_like;
        } else if (resume != SIZE_MAX && (lines || text.p[resume] != '\n')) {
            (void)utf8_next(text, &resume);
            at = resume;
            in_like = resume_like;
        } else {
            return false;
        }
    }
    while (in_like < like.len && like.p[in_like] == '%') {
        in_like++;
    }
    return at == text.len && in_like == like.len;
}

/* What is no text in form C leaves the question open. */
static bool composed(const struct trial *t, str s, str *out)
{
    bool ok = unicode_nfc(t->look->arena, s, out);
    t->look->work->gave_up |= !ok;
    return ok && stix_pay(t->look->work, 1 + s.len / 16);
}

static bool looks_like(const struct trial *t, const struct stix_value *v)
{
    str text;
    bool readable = v->kind == STIX_TEXT || (v->kind == STIX_BINARY && utf8_valid(v->text));
    return readable && composed(t, v->text, &text) && is_like(t, text, t->test->values[0].text);
}

static bool matches(const struct trial *t, const struct stix_value *v)
{
    str text = v->text;
    bool is_text = v->kind == STIX_TEXT;
    if ((!is_text && v->kind != STIX_BINARY) || (is_text && !composed(t, v->text, &text)) ||
        !stix_pay(t->look->work, 10 + text.len)) {
        return false;
    }
    enum regex_answer found = stix_regex_finds(t->test->regex, text, is_text);
    if (found == REGEX_GAVE_UP) {
        t->look->work->gave_up = true;
        (void)stix_pay(t->look->work, REGEX_GIVES_UP_AFTER);
    }
    return found == REGEX_YES;
}

/* ---- networks */

static bool is_part_of(const struct network *inner, const struct network *outer)
{
    return inner->prefix >= outer->prefix && network_has(outer, &inner->base);
}

static bool is_network_related(const struct trial *t, const struct stix_value *v)
{
    struct network n;
    if (v->kind != STIX_TEXT || !t->test->is_network || !stix_network(v->text, &n)) {
        return false;
    }
    return t->test->op == OP_SUBSET ? is_part_of(&n, &t->test->network)
                                    : is_part_of(&t->test->network, &n);
}

/* ---- values */

static bool holds_for(const struct trial *t, const struct stix_value *v)
{
    switch (t->test->op) {
    case OP_EQUAL:
        return equals(t, v, &t->test->values[0]);
    case OP_UNEQUAL:
        return !equals(t, v, &t->test->values[0]);
    case OP_IN:
        return is_in_set(t, v);
    case OP_LIKE:
        return looks_like(t, v);
    case OP_MATCHES:
        return matches(t, v);
    case OP_SUBSET:
    case OP_SUPERSET:
        return is_network_related(t, v);
    default:
        return is_in_order(t, v);
    }
}

/* The last property's name may say that its text is bytes. What cannot be read then is neither. */
static struct stix_value value_of(struct arena *a, const struct json_value *v, str property)
{
    struct stix_value out = {.kind = STIX_OTHER, .text = v->text};
    bool bin = str_ends(property, STR("_bin")), hex = str_ends(property, STR("_hex"));
    if (v->kind == JSON_TRUE || v->kind == JSON_FALSE) {
        out.kind = STIX_BOOL;
        out.truth = v->kind == JSON_TRUE;
    } else if (v->kind == JSON_NUMBER) {
        out.kind = stix_literal_number(v->text, &out.number) ? STIX_NUMBER : STIX_OTHER;
    } else if (v->kind == JSON_STRING && (bin || hex)) {
        bool read = bin ? stix_literal_base64(a, v->text, &out.text)
                        : stix_literal_hex(a, v->text, &out.text);
        out.kind = read ? STIX_BINARY : STIX_OTHER;
    } else if (v->kind == JSON_STRING) {
        out.kind = STIX_TEXT;
    }
    return out;
}

/* A question that could not be decided is no "not". */
static void try_value(struct trial *t, const struct json_value *v, str property)
{
    struct stix_work *work = t->look->work;
    if (t->test->op == OP_EXISTS) {
        t->met = true;
        return;
    }
    struct arena_mark mark = arena_mark(t->look->arena);
    bool before = work->gave_up;
    work->gave_up = false;
    struct stix_value value = value_of(t->look->arena, v, property);
    bool held = holds_for(t, &value) != t->test->negated;
    t->met |= held && !work->gave_up;
    work->gave_up |= before;
    arena_rewind(t->look->arena, mark);
}

/* ---- paths */

static const struct json_value *referred(const struct stix_look *look, const struct json_value *ref)
{
    const struct stix_observation *o = look->in;
    if (!json_is(ref, JSON_STRING)) {
        return NULL;
    }
    if (o->by_id) {
        uint32_t at = table_get(o->by_id, ref->text);
        return at == TABLE_NONE ? NULL : o->objects[at].body;
    }
    for (size_t i = 0; i < o->nobjects; i++) {
        if (str_eq(o->objects[i].id, ref->text)) {
            return o->objects[i].body;
        }
    }
    return NULL;
}

static void walk(struct trial *t, const struct json_value *v, size_t step, str property);

/* Steps over a list of references as over what they refer to; those that lead nowhere are none. */
static void walk_refs(struct trial *t, const struct json_value *list, size_t step)
{
    const struct stix_step *s = &t->test->steps[step];
    uint64_t index = 0;
    for (const struct json_value *i = list->first; i && !t->met; i = i->next) {
        const struct json_value *object = referred(t->look, i);
        if (object && (s->kind == STEP_EACH || (s->kind == STEP_INDEX && index == s->index))) {
            walk(t, object, step + 1, STR_NONE);
        }
        index += object != NULL;
    }
}

static void walk_key(struct trial *t, const struct json_value *v, size_t step)
{
    const struct stix_step *s = &t->test->steps[step];
    const struct json_value *member = json_member(v, s->key);
    if (member && s->ref) {
        member = referred(t->look, member);
    }
    if (!member) {
        return;
    }
    bool more = step + 1 < t->test->nsteps;
    if (s->refs && more && member->kind == JSON_ARRAY) {
        walk_refs(t, member, step + 1);
    } else {
        walk(t, member, step + 1, s->key);
    }
}

static void walk_list(struct trial *t, const struct json_value *list, size_t step)
{
    const struct stix_step *s = &t->test->steps[step];
    uint64_t index = 0;
    for (const struct json_value *i = list->first; i && !t->met; i = i->next, index++) {
        if (s->kind == STEP_EACH || index == s->index) {
            walk(t, i, step + 1, STR_NONE);
        }
    }
}

static void walk(struct trial *t, const struct json_value *v, size_t step, str property)
{
    if (t->met || !stix_pay(t->look->work, 1 + v->count / 8)) {
        return;
    }
    if (step == t->test->nsteps) {
        try_value(t, v, property);
    } else if (t->test->steps[step].kind == STEP_KEY) {
        walk_key(t, v, step);
    } else if (v->kind == JSON_ARRAY) {
        walk_list(t, v, step);
    }
}

/* ---- comparisons */

static bool test_holds(const struct stix_look *look, const struct stix_test *test,
                       const struct json_value *object)
{
    struct trial t = {.look = look, .test = test};
    if (!str_eq(json_member_text(object, STR("type")), test->type)) {
        return false;
    }
    walk(&t, object, 0, STR_NONE);
    bool absent = test->op == OP_EXISTS && test->negated;
    return absent ? !t.met && look->work->left > 0 : t.met;
}

static bool object_holds(const struct stix_look *look, const struct stix_comparison *c,
                         const struct json_value *object)
{
    if (!stix_pay(look->work, 1)) {
        return false;
    }
    if (c->kind == JUNCTION_TEST) {
        return test_holds(look, &c->test, object);
    }
    bool all = c->kind == JUNCTION_AND, held = all;
    for (const struct stix_comparison *i = c->first; i && held == all; i = i->next) {
        held = object_holds(look, i, object);
    }
    return held;
}

bool stix_holds(const struct stix_look *look, const struct stix_comparison *c)
{
    bool held = false;
    for (size_t i = 0; !held && i < look->in->nobjects; i++) {
        held = object_holds(look, c, look->in->objects[i].body);
    }
    return held;
}
