#include "attribute/attack_parts.h"

#include <stdlib.h>

static int by_id(const void *x, const void *y)
{
    const struct object *const *a = x, *const *b = y;
    int order = str_cmp((*a)->id, (*b)->id);
    return order ? order : (int)(*a)->dead - (int)(*b)->dead;
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

/* The reports of all uses of one item, each once, in order; how many. */
static size_t gather(const struct use *const *uses, size_t count, uint32_t *numbers, size_t most)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        for (str rest = uses[i]->sources, one; str_cut(&rest, '+', &one);) {
            uint64_t number = 0;
            if (one.len && str_u64(one, &number) && n < most) {
                numbers[n++] = (uint32_t)number;
            }
        }
    }
    qsort(numbers, n, sizeof *numbers, by_number);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || numbers[kept - 1] != numbers[i]) {
            numbers[kept++] = numbers[i];
        }
    }
    return kept;
}

static int by_item(const void *x, const void *y)
{
    const struct use *const *a = x, *const *b = y;
    return str_cmp((*a)->id, (*b)->id);
}

struct writing {
    struct bundle *b;
    struct buf *out;
    uint32_t *numbers; /* of the reports on one actor */
    size_t nnumbers;
};

enum { NUMBERS_MAX = 1 << 16 };

/* T1059.003@12+77, or =1 when nothing is cited. */
static void write_credits(struct writing *w, const struct use *const *uses, size_t count,
                          enum type type)
{
    static const size_t most = 1024;
    uint32_t *numbers = ARENA_ARRAY(w->b->arena, uint32_t, most);
    bool first = true;
    for (size_t i = 0, end; numbers && i < count; i = end) {
        str id = uses[i]->id;
        for (end = i; end < count && str_eq(uses[end]->id, id); end++) {
        }
        if (uses[i]->type != type) {
            continue;
        }
        size_t n = gather(uses + i, end - i, numbers, most);
        buf_printf(w->out, "%s%.*s%s", first ? "" : ",", STR_ARG(id), n ? "" : "=1");
        for (size_t s = 0; s < n; s++) {
            buf_printf(w->out, "%s%u", s ? "+" : "@", numbers[s]);
            w->b->reports[numbers[s]].cited = true;
            if (w->nnumbers < NUMBERS_MAX) {
                w->numbers[w->nnumbers++] = numbers[s];
            }
        }
        first = false;
    }
}

static void write_months(struct writing *w, struct buf *out)
{
    qsort(w->numbers, w->nnumbers, sizeof *w->numbers, by_number);
    for (size_t i = 0, n = 0; i < w->nnumbers; i++) {
        if (i == 0 || w->numbers[i] != w->numbers[i - 1]) {
            str month = str_sub(w->b->reports[w->numbers[i]].date, 0, 7);
            buf_printf(out, "%s%.*s", n++ ? "," : "", STR_ARG(month));
        }
    }
}

static void write_group(struct bundle *b, const struct object *g, struct buf *out)
{
    size_t n = 0;
    for (const struct use *u = g->uses; u; u = u->next) {
        n++;
    }
    const struct use **uses = ARENA_ARRAY(b->arena, const struct use *, n + 1);
    SCOPED(buf_done) struct buf credits;
    buf_init(&credits, ATTACK_TEXT_MAX);
    struct writing w = {
        .b = b, .out = &credits, .numbers = ARENA_ARRAY(b->arena, uint32_t, NUMBERS_MAX)};
    if (!uses || !w.numbers) {
        b->full = true;
        return;
    }
    n = 0;
    for (const struct use *u = g->uses; u; u = u->next) {
        uses[n++] = u;
    }
    qsort(uses, n, sizeof(*uses), by_item);
    buf_char(&credits, '\t');
    write_credits(&w, uses, n, TYPE_TECHNIQUE);
    buf_char(&credits, '\t');
    write_credits(&w, uses, n, TYPE_SOFTWARE);
    buf_printf(out, "%.*s\t%.*s\t\t", STR_ARG(g->id), STR_ARG(g->name));
    write_months(&w, out);
    buf_add(out, buf_str(&credits));
    buf_printf(out, "\t%.*s\n", STR_ARG(g->aliases));
    b->full = b->full || !buf_ok(&credits);
}

static void write_item(const struct object *o, struct buf *out)
{
    bool revoked = o->dead && o->successor.len;
    if (!o->dead || revoked) {
        buf_printf(out, "item\t%.*s\t%.*s\t", STR_ARG(o->id), STR_ARG(o->name));
        buf_add(out, revoked ? o->successor : STR_NONE);
        if (o->type == TYPE_TECHNIQUE && !revoked) {
            buf_printf(out, "\t%.*s", STR_ARG(o->uuid));
        }
        buf_char(out, '\n');
    }
}

static bool is_twice(struct object *const *order, size_t i)
{
    return i > 0 && str_eq(order[i]->id, order[i - 1]->id);
}

/* Only the reports that say something of a group. */
static void write_reports(const struct bundle *b, struct buf *out)
{
    for (size_t i = 0; i < b->nreports; i++) {
        const struct report *r = &b->reports[i];
        if (r->cited) {
            buf_printf(out, "source\t%zu\t%.*s\t%.*s\n", i, STR_ARG(r->date), STR_ARG(r->where));
        }
    }
}

size_t attack_write(struct bundle *b, struct buf *out)
{
    size_t count = 0;
    struct object **order = ARENA_ARRAY(b->arena, struct object *, b->nobjects + 1);
    SCOPED(buf_done) struct buf groups;
    buf_init(&groups, ATTACK_TEXT_MAX);
    for (size_t i = 0; order && i < b->nobjects; i++) {
        order[i] = &b->objects[i];
    }
    if (order) {
        qsort(order, b->nobjects, sizeof(*order), by_id);
    }
    for (size_t i = 0; order && i < b->nobjects; i++) {
        if (order[i]->type == TYPE_GROUP && !order[i]->dead && !is_twice(order, i)) {
            struct arena_mark mark = arena_mark(b->arena);
            write_group(b, order[i], &groups);
            arena_rewind(b->arena, mark);
            count++;
        }
    }
    write_reports(b, out);
    for (size_t i = 0; order && i < b->nobjects; i++) {
        if (order[i]->type >= TYPE_SOFTWARE && !is_twice(order, i)) {
            write_item(order[i], out);
        }
    }
    buf_add(out, buf_str(&groups));
    b->full = b->full || !order || !buf_ok(&groups);
    return count;
}
