#include "detect/sigma/lint.h"

#include "match/needed.h"

enum { TITLE_MAX = 256, NEAR_MIN = 7, COMMON = 5 };

/* ---- what is known of a rule */

static bool is_hex(char c)
{
    return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

static bool is_uuid(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.p[i] != '-' : !is_hex(s.p[i])) {
            return false;
        }
    }
    return s.len == 36;
}

/* 2024-12-31 */
static bool is_date(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        bool dash = i == 4 || i == 7;
        if (dash ? s.p[i] != '-' : !ascii_is_digit(s.p[i])) {
            return false;
        }
    }
    return s.len == 10;
}

static void lint_date(struct loading *l, const struct yaml_node *document, str key)
{
    const struct yaml_node *n = yaml_get(document, key);
    if (n && !is_date(n->text)) {
        advice(l, n, "`%.*s` is a date like 2024-12-31", STR_ARG(key));
    }
}

static bool lint_id(struct loading *l, const struct yaml_node *document)
{
    const struct yaml_node *n = yaml_get(document, STR("id"));
    struct sigma *s = l->s;
    uint32_t first = 0;
    if (!n) {
        advice(l, document,
               "give the rule an `id`, a UUID of its own: its findings are known by it");
        return true;
    }
    if (!is_uuid(n->text)) {
        advice(l, n, "an `id` is a UUID, 8-4-4-4-12 hex digits");
    }
    if (!table_put(&s->lint.ids, n->text, (uint32_t)s->nrules, &first)) {
        return false;
    }
    if (first < s->nrules) {
        str file = s->rules[first]->info.source;
        advice(l, n, "another rule has this `id` too, in %.*s: findings of both look the same",
               STR_ARG(file));
    }
    return true;
}

static void lint_status(struct loading *l, const struct yaml_node *document)
{
    static const str all[] = {STR_INIT("stable"), STR_INIT("test"), STR_INIT("experimental"),
                              STR_INIT("deprecated"), STR_INIT("unsupported")};
    const struct yaml_node *n = yaml_get(document, STR("status"));
    bool known = false;
    for (size_t i = 0; n && i < ARRAY_LEN(all); i++) {
        known = known || str_eq(n->text, all[i]);
    }
    if (!known) {
        advice(l, n ? n : document,
               "%s `status`: stable, test, experimental, deprecated or unsupported",
               n ? "this is no" : "give the rule a");
    }
}

static void lint_head(struct loading *l, const struct yaml_node *document)
{
    const struct yaml_node *title = yaml_get(document, STR("title"));
    if (title && title->text.len > TITLE_MAX) {
        advice(l, title, "a title has at most %d characters", (int)TITLE_MAX);
    }
    if (!yaml_get(document, STR("level"))) {
        advice(l, document, "give the rule a `level`; without one it counts as medium");
    }
    lint_status(l, document);
    lint_date(l, document, STR("date"));
    lint_date(l, document, STR("modified"));
}

/* ---- values */

static bool is_only_wildcards(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] != '*') {
            return false;
        }
    }
    return s.len > 0;
}

static void lint_regex(struct loading *l, const struct yaml_node *n)
{
    struct needed needed = {0};
    bool told = needed_of_regex(l->s->arena, n->text, &needed);
    if (told && needed.count == 0) {
        advice(l, n,
               "no literal text of some length stands in every match of the expression: it is "
               "tried on "
               "every value of the field, which is slow");
    }
    if (str_starts(n->text, STR(".*")) || str_ends(n->text, STR(".*"))) {
        advice(l, n, "an expression is searched for anywhere: `.*` at its ends adds only work");
    }
}

/* C:\Tools\*, where a folder is meant. A star in the middle is usually meant as one. */
static bool ends_in_star(str s)
{
    return s.len > 2 && str_ends(s, STR("\\*")) && s.p[s.len - 3] != '\\';
}

static void lint_value(struct loading *l, str field, str modifiers, const struct yaml_node *n)
{
    bool regex = str_has(modifiers, STR("|re"));
    if (n->kind != YAML_SCALAR) {
        return;
    }
    if (regex) {
        lint_regex(l, n);
    } else if (is_only_wildcards(n->text) && field.len) {
        advice(l, n, "`%.*s` fits every value: `%.*s|exists: true` says so", STR_ARG(n->text),
               STR_ARG(field));
    } else if (modifiers.len == 0 && ends_in_star(n->text)) {
        advice(l, n, "`\\*` is a star; a backslash and anything behind it is written `\\\\*`");
    }
}

/* ---- fields */

static bool remember_field(struct loading *l, const struct yaml_node *key, str name)
{
    struct lint *lint = &l->s->lint;
    field_id id = names_find(l->s->names, name);
    if (id == FIELD_NONE) {
        return true;
    }
    struct lint_field *grown =
        arena_grow(l->s->arena, lint->fields, &lint->cap_fields, (size_t)id + 1, sizeof *grown);
    if (!grown) {
        return false;
    }
    lint->fields = grown;
    struct lint_field *f = &lint->fields[id];
    uint32_t rule = (uint32_t)l->s->nrules + 1;
    if (f->rules == 0) {
        *f = (struct lint_field){l->file, l->rule, key->line, key->column, 0, 0};
    }
    f->rules += f->last != rule;
    f->last = rule;
    return true;
}

static bool lint_item(struct loading *l, const struct yaml_node *key, const struct yaml_node *value)
{
    size_t bar = str_find_char(key->text, '|');
    str field = str_sub(key->text, 0, bar), modifiers = str_from(key->text, bar);
    if (field.len && !remember_field(l, key, field)) {
        return false;
    }
    if (value->kind == YAML_SCALAR) {
        lint_value(l, field, modifiers, value);
    }
    for (size_t i = 0; value->kind == YAML_LIST && i < value->count; i++) {
        lint_value(l, field, modifiers, value->items[i]);
    }
    bool one = value->kind != YAML_LIST || value->count == 1;
    if (one && str_ends(modifiers, STR("|all"))) {
        advice(l, key, "`all` joins several values; here is one");
    }
    return true;
}

/* A selection: a map, or a list of them. Words are keywords. */
static bool lint_selection(struct loading *l, const struct yaml_node *n)
{
    for (size_t i = 0; i < n->count; i++) {
        bool ok = n->kind == YAML_MAP ? lint_item(l, n->keys[i], n->items[i])
                                      : lint_selection(l, n->items[i]);
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* ---- the condition */

static bool uses(const struct node *tree, const struct node *part)
{
    bool found = tree == part;
    for (size_t i = 0; i < tree->nkids && !found; i++) {
        found = uses(tree->kids[i], part);
    }
    return found;
}

static const struct yaml_node *key_of_selection(const struct yaml_node *detection, str name)
{
    for (size_t i = 0; i < detection->count; i++) {
        if (str_eq(detection->keys[i]->text, name)) {
            return detection->keys[i];
        }
    }
    return detection;
}

static bool has_keywords(const struct node *n)
{
    bool found = n->kind == NODE_PREDICATE && n->predicate->field == FIELD_NONE;
    for (size_t i = 0; i < n->nkids && !found; i++) {
        found = has_keywords(n->kids[i]);
    }
    return found;
}

/* A list that holds one value is that value: what it was made of may be shared between selections,
 * so one that is used by another name does not count as unused. */
static void lint_condition(struct loading *l, const struct yaml_node *detection,
                           const struct sigma_rule *r)
{
    for (size_t i = 0; i < r->nselections; i++) {
        const struct selection *s = &r->selections[i];
        if (!uses(r->node, s->node)) {
            advice(l, key_of_selection(detection, s->name), "the condition does not use `%.*s`",
                   STR_ARG(s->name));
        }
    }
    bool narrow = r->source.category.len || r->source.service.len;
    if (has_keywords(r->node) && !narrow) {
        advice(l, detection,
               "words are sought in every field of every event of the product: name a "
               "`category` or a `service`, or fields");
    }
}

bool lint_rule(struct loading *l, const struct yaml_node *document, const struct sigma_rule *r)
{
    const struct yaml_node *detection = yaml_get(document, STR("detection"));
    bool ok = lint_id(l, document);
    lint_head(l, document);
    if (r->kind == RULE_DETECTION && detection) {
        lint_condition(l, detection, r);
        for (size_t i = 0; i < detection->count && ok; i++) {
            const struct yaml_node *part = detection->items[i];
            ok = part->kind == YAML_SCALAR || str_eq(detection->keys[i]->text, STR("condition")) ||
                 lint_selection(l, part);
        }
    }
    return ok;
}

/* ---- all rules together */

/* A name that fields.def or the mapping know, or that many rules use. */
static bool is_common(const struct sigma *s, size_t id)
{
    bool known = id < s->lint.known;
    return known || (id < s->lint.cap_fields && s->lint.fields[id].rules >= COMMON);
}

/* One letter wrong, missing, added, or two exchanged; digits are told apart on purpose. */
static bool is_slip(str a, str b)
{
    size_t longer = a.len > b.len ? a.len : b.len, shorter = a.len + b.len - longer;
    size_t head = 0, tail = 0;
    while (head < shorter && ascii_lower(a.p[head]) == ascii_lower(b.p[head])) {
        head++;
    }
    while (head + tail < shorter &&
           ascii_lower(a.p[a.len - 1 - tail]) == ascii_lower(b.p[b.len - 1 - tail])) {
        tail++;
    }
    bool exchanged = a.len == b.len && head + tail + 2 == a.len && a.p[head] == b.p[head + 1] &&
                     a.p[head + 1] == b.p[head];
    bool digit = head < a.len && ascii_is_digit(a.p[head]);
    return exchanged || (head + tail + 1 == longer && !digit);
}

static void lint_field(struct sigma *s, size_t id)
{
    const struct lint_field *f = &s->lint.fields[id];
    struct loading l = {.s = s, .file = f->file, .rule = f->rule};
    struct yaml_node at = {.line = f->line, .column = f->column};
    str name = names_text(s->names, (field_id)id);
    for (size_t other = 1; other < s->names->count; other++) {
        str meant = names_text(s->names, (field_id)other);
        if (is_common(s, other) && is_slip(name, meant)) {
            advice(&l, &at, "no other rule and no mapping knows the field `%.*s`: is `%.*s` meant?",
                   STR_ARG(name), STR_ARG(meant));
            return;
        }
    }
}

void lint_all(struct sigma *s)
{
    for (size_t id = 1; id < s->lint.cap_fields; id++) {
        bool rare = s->lint.fields[id].rules == 1 && !is_common(s, id);
        if (rare && names_text(s->names, (field_id)id).len >= NEAR_MIN) {
            lint_field(s, id);
        }
    }
}
