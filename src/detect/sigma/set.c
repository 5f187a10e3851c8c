#include "detect/sigma/set.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct sigma *sigma_new(struct arena *arena, struct names *names)
{
    struct sigma *s = ARENA_NEW(arena, struct sigma);
    if (!s) {
        return NULL;
    }
    s->arena = arena;
    s->names = names;
    table_init(&s->predicate_keys, arena, false);
    s->problems = arena_grow(arena, NULL, &s->cap_problems, 1, sizeof *s->problems);
    return s->problems ? s : NULL;
}

void sigma_advise(struct sigma *s)
{
    s->lint = (struct lint){.on = true, .known = s->names->count};
    table_init(&s->lint.ids, s->arena, true);
}

size_t sigma_rule_count(const struct sigma *s)
{
    return s->nrules;
}

const struct rule_info *sigma_rule(const struct sigma *s, uint32_t rule)
{
    return rule < s->nrules ? &s->rules[rule]->info : NULL;
}

size_t sigma_problem_count(const struct sigma *s)
{
    return s->nproblems;
}

const struct rule_problem *sigma_problem(const struct sigma *s, size_t i)
{
    return i < s->nproblems ? &s->problems[i] : NULL;
}

bool sigma_add_placeholder(struct sigma *s, str name, const str *values, size_t count)
{
    s->placeholders = arena_grow(s->arena, s->placeholders, &s->cap_placeholders,
                                 s->nplaceholders + 1, sizeof *s->placeholders);
    str *copies = ARENA_ARRAY(s->arena, str, count);
    if (!s->placeholders || !copies) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        copies[i] = arena_str(s->arena, values[i]);
    }
    s->placeholders[s->nplaceholders++] =
        (struct placeholder){arena_str(s->arena, name), copies, count};
    return true;
}

/* One place is always kept free, so that running out of memory can still be said. */
static void keep_problem(struct sigma *s, const struct rule_problem *p)
{
    struct rule_problem *grown =
        arena_grow(s->arena, s->problems, &s->cap_problems, s->nproblems + 2, sizeof *grown);
    s->problems = grown ? grown : s->problems;
    if (s->nproblems < s->cap_problems) {
        s->problems[s->nproblems++] = *p;
    } else {
        s->lost_problems = true;
    }
}

static void add_problem(struct loading *l, const struct yaml_node *n, const char *text,
                        struct rule_problem kind)
{
    str kept = arena_str(l->s->arena, str_of(text));
    keep_problem(l->s, &(struct rule_problem){
                           .file = l->file,
                           .line = n ? n->line : 0,
                           .column = n ? n->column : 0,
                           .rule = l->rule,
                           .text = kept.p ? kept : STR("no memory is left to load rules"),
                           .fatal = kind.fatal,
                           .advice = kind.advice,
                       });
}

bool problem(struct loading *l, const struct yaml_node *n, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    add_problem(l, n, text, (struct rule_problem){.fatal = true});
    l->failed = true;
    return false;
}

void warning(struct loading *l, const struct yaml_node *n, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    add_problem(l, n, text, (struct rule_problem){0});
}

void advice(struct loading *l, const struct yaml_node *n, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    add_problem(l, n, text, (struct rule_problem){.advice = true});
}

bool out_of_room(struct loading *l)
{
    return l->failed ? false : problem(l, NULL, "the rules need more memory than is set aside");
}

/* ---- predicates */

/* All that tells predicates apart, as bytes: rules ask 60,000 times, so nothing is printed. */
static void key_of(const struct predicate *p, struct buf *key)
{
    const uint32_t parts[] = {
        (uint32_t)p->kind,       p->field,          p->flags,
        (uint32_t)p->comparison, (uint32_t)p->part, p->other,
        (uint32_t)p->affix,      p->network.prefix, p->network.base.bits,
    };
    buf_bytes(key, parts, sizeof parts);
    if (p->kind == PREDICATE_NETWORK) {
        buf_bytes(key, &p->network.base.byte, sizeof p->network.base.byte);
    }
    buf_add(key, p->text);
}

static struct predicate *predicate_keep(struct sigma *s, const struct predicate *p)
{
    s->predicates = arena_grow(s->arena, s->predicates, &s->cap_predicates, s->npredicates + 1,
                               sizeof *s->predicates);
    struct predicate *kept = ARENA_NEW(s->arena, struct predicate);
    if (!s->predicates || !kept) {
        return NULL;
    }
    *kept = *p;
    kept->number = (uint32_t)s->npredicates;
    kept->text = arena_str(s->arena, p->text);
    s->predicates[s->npredicates++] = kept;
    return kept;
}

const struct predicate *predicate_intern(struct sigma *s, const struct predicate *p)
{
    struct buf key;
    buf_init(&key, p->text.len + 256);
    key_of(p, &key);
    uint32_t number = 0;
    bool known = table_put(&s->predicate_keys, buf_str(&key), (uint32_t)s->npredicates, &number);
    buf_done(&key);
    if (!known) {
        return NULL;
    }
    struct predicate *kept = number < s->npredicates ? s->predicates[number] : predicate_keep(s, p);
    if (kept) {
        kept->users++;
    }
    return kept;
}

/* ---- nodes */

struct node *node_new(struct loading *l, enum node_kind kind, uint32_t line)
{
    struct node *n = ARENA_NEW(l->s->arena, struct node);
    if (!n) {
        (void)out_of_room(l);
        return NULL;
    }
    n->kind = kind;
    n->line = line;
    return n;
}

bool node_list_add(struct loading *l, struct node_list *list, const struct node *n)
{
    if (!n) {
        return false;
    }
    list->items =
        arena_grow(l->s->arena, list->items, &list->cap, list->count + 1, sizeof *list->items);
    if (!list->items) {
        return out_of_room(l);
    }
    list->items[list->count++] = n;
    return true;
}

const struct node *node_join(struct loading *l, enum node_kind kind, uint32_t line,
                             const struct node_list *list)
{
    if (list->count == 1) {
        return list->items[0];
    }
    struct node *n = node_new(l, kind, line);
    if (n) {
        n->kids = list->items;
        n->nkids = list->count;
    }
    return n;
}

bool sigma_add_sources(struct sigma *s, str file, bytes yaml, struct yaml_error *error)
{
    struct loading l = {.s = s, .file = arena_str(s->arena, file)};
    const struct yaml_node *root = yaml_read(s->arena, yaml, error);
    if (!root) {
        return false;
    }
    if (!log_sources_read(&l, root)) {
        const struct rule_problem *p = &s->problems[s->nproblems - 1];
        *error = (struct yaml_error){.line = p->line, .column = p->column};
        (void)snprintf(error->text, sizeof error->text, "%.*s", STR_ARG(p->text));
        return false;
    }
    return true;
}
