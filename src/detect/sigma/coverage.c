#include "detect/sigma/lane.h"

#include <stdlib.h>

static bool same_source(const struct sigma_source *a, const struct log_source *b)
{
    return str_eq(a->category, b->category) && str_eq(a->product, b->product) &&
           str_eq(a->service, b->service);
}

static void describe_view(struct buf *out, const struct view *v)
{
    for (size_t i = 0; i < v->nchannels; i++) {
        buf_add(out, out->len ? STR("; ") : STR(""));
        buf_add(out, v->channels[i]);
        for (size_t e = 0; e < v->nevents; e++) {
            buf_printf(out, "%s%u", e ? "," : " ", v->events[e]);
        }
    }
}

static str describe_views(struct arena *a, const struct sigma_rule *r)
{
    struct buf out;
    buf_init(&out, 1 << 16);
    for (size_t i = 0; i < r->nviews; i++) {
        describe_view(&out, r->views[i]);
    }
    str text = arena_str(a, buf_str(&out));
    buf_done(&out);
    return text;
}

struct sigma_source sigma_rule_source(const struct sigma *s, uint32_t rule, struct arena *a)
{
    const struct sigma_rule *r = s->rules[rule];
    return (struct sigma_source){
        .category = r->source.category,
        .product = r->source.product,
        .service = r->source.service,
        .shown_by = describe_views(a, r),
        .rules = 1,
    };
}

static int by_rules(const void *a, const void *b)
{
    const struct sigma_source *x = a, *y = b;
    if (x->rules != y->rules) {
        return x->rules > y->rules ? -1 : 1;
    }
    int order = str_cmp(x->product, y->product);
    order = order ? order : str_cmp(x->category, y->category);
    return order ? order : str_cmp(x->service, y->service);
}

bool sigma_sources(const struct sigma *s, struct arena *a, struct sigma_source **out, size_t *count)
{
    struct sigma_source *all = ARENA_ARRAY(a, struct sigma_source, s->nrules);
    size_t n = 0;
    for (size_t i = 0; all && i < s->nrules; i++) {
        const struct sigma_rule *r = s->rules[i];
        size_t at = 0;
        while (at < n && !same_source(&all[at], &r->source)) {
            at++;
        }
        if (r->kind != RULE_DETECTION) {
            continue;
        }
        if (at == n) {
            all[n++] = sigma_rule_source(s, (uint32_t)i, a);
        } else {
            all[at].rules++;
        }
    }
    if (all) {
        qsort(all, n, sizeof *all, by_rules);
    }
    *out = all;
    *count = n;
    return all != NULL;
}

/* Through one view: what is the best that any of the origins gives? The enum is in that order. */
static enum sigma_reach reach_through(const struct sigma_rule *r, const struct view *v,
                                      const struct origin *origins, size_t count,
                                      struct arena *scratch)
{
    enum sigma_reach best = SIGMA_NO_SOURCE;
    for (size_t i = 0; i < count && best != SIGMA_COULD_FIRE; i++) {
        enum sigma_reach reach = SIGMA_NO_SOURCE;
        if (view_shows(v, &origins[i])) {
            reach = origin_may_match(r->node, &origins[i], scratch) ? SIGMA_COULD_FIRE
                                                                    : SIGMA_NOT_ASKED;
        } else if (view_has_channel(v, origins[i].channel)) {
            reach = SIGMA_NO_EVENT;
        }
        best = reach < best ? reach : best;
    }
    return best;
}

enum sigma_reach sigma_rule_reach(const struct sigma *s, uint32_t rule,
                                  const struct origin *origins, size_t count, struct arena *scratch)
{
    const struct sigma_rule *r = s->rules[rule];
    enum sigma_reach best = SIGMA_NO_LOG;
    for (size_t i = 0; i < r->nviews; i++) {
        struct arena_mark mark = arena_mark(scratch);
        enum sigma_reach reach = reach_through(r, r->views[i], origins, count, scratch);
        best = reach < best ? reach : best;
        arena_rewind(scratch, mark);
    }
    return best;
}
