#include "judge/bench.h"

/* The order of this list is the reasoning: what was proven decides which dossiers apply, these
 * decide what could not be seen, and only then can anything be said. */
static void (*const steps[])(struct bench *b) = {
    bench_weigh,     bench_cover,     bench_place,  bench_consult,   bench_builds,
    bench_tell,      bench_shells,    bench_taken,  bench_footholds, bench_reached,
    bench_set_aside, bench_processes, bench_sum_up, bench_advise,
};

static bool same_name(str x, str y)
{
    str longer = x.len > y.len ? x : y, shorter = x.len > y.len ? y : x;
    bool begins = str_starts_nocase(longer, shorter);
    return begins && (longer.len == shorter.len || longer.p[shorter.len] == '.');
}

bool bench_same_host(const struct bench *b, str x, str y)
{
    return x.len && y.len ? same_name(x, y) : x.len == y.len || b->lone_host;
}

static bool names_one_host(const struct judge_input *in)
{
    str host = STR_NONE;
    bool one = true;
    for (size_t i = 0; i < in->nfindings + in->nsources; i++) {
        str h = i < in->nfindings ? in->findings[i].host : in->sources[i - in->nfindings].host;
        one = one && (h.len == 0 || host.len == 0 || same_name(h, host));
        host = host.len ? host : h;
    }
    return one && host.len;
}

void judge(const struct judge_input *in, struct arena *a, struct assessment *out)
{
    *out = (struct assessment){0};
    struct bench b = {
        .in = in,
        .arena = a,
        .speaker = {.arena = a, .catalogs = in->catalogs},
        .out = out,
        .lone_host = names_one_host(in),
        .grades = ARENA_ARRAY(a, struct grade, in->nfindings + 1),
        .dossiers = ARENA_ARRAY(a, struct consulted, in->ndossiers + 1),
    };
    if (!b.grades || !b.dossiers) {
        out->verdict.state = VERDICT_CANNOT_TELL;
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        steps[i](&b);
    }
}

struct ids bench_ids(const struct bench *b,
                     bool (*pick)(const struct bench *b, size_t i, void *ctx), void *ctx)
{
    size_t cap = b->in->nfindings < IDS_MAX ? b->in->nfindings : IDS_MAX;
    str *items = ARENA_ARRAY(b->arena, str, cap + 1);
    struct ids ids = {items, 0};
    for (size_t i = 0; items && i < b->in->nfindings && ids.count < cap; i++) {
        if (pick(b, i, ctx)) {
            items[ids.count++] = b->in->findings[i].id;
        }
    }
    return ids;
}

bool rule_has_cve(const struct rule_info *rule, struct words cves)
{
    for (size_t i = 0; i < rule->ncves; i++) {
        if (words_have(cves, rule->cves[i])) {
            return true;
        }
    }
    return false;
}

bool finding_shows(const struct finding *f, const struct dossier_step *step)
{
    if (f->trail) {
        return false;
    }
    bool shows = words_have(step->shown_by, f->rule->id);
    for (size_t i = 0; i < f->rule->ntags && !shows; i++) {
        shows = words_have(step->shown_by, f->rule->tags[i]);
    }
    return shows;
}

struct text text_time(struct arena *a, usec t)
{
    if (t == TIME_NONE) {
        return text_same(STR("?"));
    }
    usec second = t - ((t % USEC_PER_SEC) + USEC_PER_SEC) % USEC_PER_SEC;
    return text_same(time_text(a, second));
}
