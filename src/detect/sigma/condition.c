#include "detect/sigma/condition.h"

#include "detect/sigma/wildcard.h"

enum { DEPTH_MAX = 64, LENGTH_MAX = 64 << 10 };

struct condition {
    struct loading *l;
    const struct yaml_node *at;
    const struct selection *selections;
    size_t count;
    str rest, token; /* the token is empty at the end */
    unsigned depth;
};

static bool is_name(char c)
{
    return ascii_is_alnum(c) || c == '_' || c == '-' || c == '*' || c == '.' || (uint8_t)c >= 0x80;
}

static void next_token(struct condition *c)
{
    c->rest = str_trim(c->rest);
    size_t len = 0;
    while (len < c->rest.len && is_name(c->rest.p[len])) {
        len++;
    }
    if (len == 0 && c->rest.len) {
        len = 1; /* a bracket, or what does not belong here */
    }
    c->token = str_sub(c->rest, 0, len);
    c->rest = str_from(c->rest, len);
}

static bool at(const struct condition *c, str word)
{
    return str_eq(c->token, word);
}

static const struct node *wrong(struct condition *c, const char *expected)
{
    if (!c->l->failed && c->token.len == 0) {
        (void)problem(c->l, c->at, "the condition ends where %s was expected", expected);
    } else if (!c->l->failed) {
        (void)problem(c->l, c->at, "the condition has `%.*s` where %s was expected",
                      STR_ARG(c->token), expected);
    }
    return NULL;
}

static bool is_keyword(str s)
{
    return str_eq(s, STR("and")) || str_eq(s, STR("or")) || str_eq(s, STR("not")) ||
           str_eq(s, STR("of"));
}

static const struct node *read_or(struct condition *c);

static bool is_target(str name, str pattern)
{
    bool them = str_eq(pattern, STR("them"));
    bool hidden = name.len && name.p[0] == '_';
    if (hidden && (them || pattern.p[0] != '_')) {
        return false;
    }
    return them || wildcard_match(pattern, name);
}

static const struct node *read_of(struct condition *c, bool all)
{
    next_token(c);
    str pattern = c->token;
    if (pattern.len == 0 || !is_name(pattern.p[0]) || is_keyword(pattern)) {
        return wrong(c, "`them` or a pattern of names");
    }
    struct node_list found = {0};
    for (size_t i = 0; i < c->count; i++) {
        if (is_target(c->selections[i].name, pattern) &&
            !node_list_add(c->l, &found, c->selections[i].node)) {
            return NULL;
        }
    }
    if (found.count == 0 && all) {
        (void)problem(c->l, c->at, "`all of %.*s` fits no selection", STR_ARG(pattern));
        return NULL;
    }
    if (found.count == 0) {
        warning(c->l, c->at, "`1 of %.*s` fits no selection: it is false", STR_ARG(pattern));
    }
    next_token(c);
    return node_join(c->l, all ? NODE_AND : NODE_OR, c->at->line, &found);
}

static const struct node *read_name(struct condition *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (str_eq(c->selections[i].name, c->token)) {
            next_token(c);
            return c->selections[i].node;
        }
    }
    if (at(c, STR("|"))) {
        (void)problem(c->l, c->at,
                      "`|` in a condition: aggregations are written as correlations "
                      "since version 2 of Sigma");
        return NULL;
    }
    if (c->token.len && is_name(c->token.p[0]) && !is_keyword(c->token)) {
        (void)problem(c->l, c->at, "the condition names `%.*s`, which is no selection of this rule",
                      STR_ARG(c->token));
        return NULL;
    }
    return wrong(c, "a selection");
}

static const struct node *read_brackets(struct condition *c)
{
    next_token(c);
    const struct node *inside = read_or(c);
    if (inside && !at(c, STR(")"))) {
        return wrong(c, "`)`");
    }
    next_token(c);
    return inside;
}

static const struct node *read_operand(struct condition *c)
{
    if (at(c, STR("("))) {
        return read_brackets(c);
    }
    bool all = at(c, STR("all"));
    str rest = str_trim(c->rest);
    bool counted = all || at(c, STR("1")) || at(c, STR("any"));
    bool of = str_starts(rest, STR("of")) && (rest.len == 2 || !is_name(rest.p[2]));
    if (counted && of) {
        next_token(c);
        return read_of(c, all);
    }
    return read_name(c);
}

static const struct node *read_not(struct condition *c)
{
    bool negated = false;
    while (at(c, STR("not"))) {
        negated = !negated;
        next_token(c);
    }
    const struct node *operand = read_operand(c);
    if (!operand || !negated) {
        return operand;
    }
    struct node *not = node_new(c->l, NODE_NOT, c->at->line);
    struct node_list one = {0};
    if (!not || !node_list_add(c->l, &one, operand)) {
        return NULL;
    }
    not ->kids = one.items;
    not ->nkids = 1;
    return not ;
}

static const struct node *read_chain(struct condition *c, str word, enum node_kind kind,
                                     const struct node *(*read)(struct condition *))
{
    struct node_list list = {0};
    for (;;) {
        if (!node_list_add(c->l, &list, read(c))) {
            return NULL;
        }
        if (!at(c, word)) {
            return node_join(c->l, kind, c->at->line, &list);
        }
        next_token(c);
    }
}

static const struct node *read_and(struct condition *c)
{
    return read_chain(c, STR("and"), NODE_AND, read_not);
}

static const struct node *read_or(struct condition *c)
{
    if (++c->depth > DEPTH_MAX) {
        (void)problem(c->l, c->at, "brackets nested deeper than %d", (int)DEPTH_MAX);
        return NULL;
    }
    const struct node *n = read_chain(c, STR("or"), NODE_OR, read_and);
    c->depth--;
    return n;
}

static const struct node *read_one(struct loading *l, const struct yaml_node *n,
                                   const struct selection *selections, size_t count)
{
    if (n->kind != YAML_SCALAR || n->text.len > LENGTH_MAX) {
        (void)problem(l, n, "a condition was expected here");
        return NULL;
    }
    struct condition c = {
        .l = l, .at = n, .selections = selections, .count = count, .rest = n->text};
    next_token(&c);
    const struct node *node = read_or(&c);
    if (node && c.token.len) {
        return at(&c, STR("|")) ? read_name(&c) : wrong(&c, "`and`, `or` or the end");
    }
    return node;
}

const struct node *condition_read(struct loading *l, const struct yaml_node *n,
                                  const struct selection *selections, size_t count)
{
    if (n->kind != YAML_LIST) {
        return read_one(l, n, selections, count);
    }
    struct node_list any = {0};
    for (size_t i = 0; i < n->count; i++) {
        if (!node_list_add(l, &any, read_one(l, n->items[i], selections, count))) {
            return NULL;
        }
    }
    if (any.count == 0) {
        (void)problem(l, n, "a condition was expected here");
        return NULL;
    }
    return node_join(l, NODE_OR, n->line, &any);
}
