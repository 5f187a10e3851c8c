/* All public rules on real event logs: what must fire fires, and the fast path finds what the
 * slow one finds. */
#include "load.h"

#include "formats/format.h"

enum { COMPARED_EVENTS = 400 };

struct corpus {
    const char *shared;
    struct arena arena;
    struct names names;
    struct sigma *s;
    struct sigma_run *run;
    struct err err;
};

struct reading {
    struct corpus *c;
    void (*on_event)(void *ctx, struct corpus *c, const struct event *e);
    void *ctx;
};

static bool on_head(void *ctx, const struct event *head)
{
    struct reading *r = ctx;
    return sigma_run_wants(r->c->run, head->origin);
}

static bool on_event(void *ctx, const struct event *e)
{
    struct reading *r = ctx;
    r->on_event(r->ctx, r->c, e);
    return true;
}

static void on_note(void *ctx, const struct note *n)
{
    (void)ctx, (void)n;
}

static bool on_stopped(void *ctx)
{
    (void)ctx;
    return false;
}

static void read_log(struct corpus *c, const char *path,
                     void (*each)(void *ctx, struct corpus *c, const struct event *e), void *ctx)
{
    struct reading r = {c, each, ctx};
    struct sink sink = {.ctx = &r,
                        .on_head = on_head,
                        .on_event = on_event,
                        .on_note = on_note,
                        .stopped = on_stopped};
    struct arena whole, record;
    arena_init(&whole, 256 << 20);
    arena_init(&record, 64 << 20);
    bytes unit = load_file(path);
    struct parse p = {.unit = unit,
                      .to = unit.len,
                      .path = str_of(path),
                      .names = &c->names,
                      .arena = &whole,
                      .scratch = &record,
                      .sink = &sink};
    sigma_run_unit(c->run);
    format_named(STR("evtx"))->parse(&p);
    load_free(unit);
    arena_done(&record);
    arena_done(&whole);
}

static bool corpus_open(struct corpus *c)
{
    *c = (struct corpus){.shared = kit_shared()};
    if (!c->shared) {
        SKIP("LIMIER_SHARED is not set");
        return false;
    }
    char rules[512];
    (void)snprintf(rules, sizeof rules, "%s/corpus/sigma-rules", c->shared);
    arena_init(&c->arena, UINT64_C(1) << 30);
    CHECK(names_init(&c->names, &c->arena));
    c->s = sigma_new(&c->arena, &c->names);
    CHECK(load_sources(c->s));
    load_tree(rules, ".yml", load_rules, c->s);
    bool compiled = sigma_compile(c->s, &c->err);
    CHECK(compiled);
    c->run = compiled ? sigma_run_new(c->s, (struct hash_key){3, 4}) : NULL;
    return compiled;
}

static void corpus_close(struct corpus *c)
{
    sigma_run_free(c->run);
    sigma_done(c->s);
    arena_done(&c->arena);
}

/* ---- each log of the regression set fires its rule */

struct expected {
    struct corpus *c;
    str id;
    bool fired;
    size_t logs, missed;
};

static bool is_expected(void *ctx, const struct sigma_hit *hit)
{
    struct expected *x = ctx;
    x->fired = x->fired || str_eq(sigma_rule(x->c->s, hit->rule)->id, x->id);
    return true;
}

static void look_for_expected(void *ctx, struct corpus *c, const struct event *e)
{
    (void)sigma_run_event(c->run, e, is_expected, ctx);
}

static void regression_log(void *ctx, const char *path)
{
    struct expected *x = ctx;
    str name = str_base(str_of(path));
    x->id = str_sub(name, 0, name.len - str_ext(name).len);
    x->fired = false;
    read_log(x->c, path, look_for_expected, x);
    x->logs++;
    if (!x->fired) {
        (void)fprintf(stderr, "silent: %s\n", path);
        x->missed++;
    }
}

static void every_regression_log_fires_its_rule(void)
{
    struct corpus c;
    if (!corpus_open(&c)) {
        return;
    }
    char logs[512];
    (void)snprintf(logs, sizeof logs, "%s/corpus/sigma-regression", c.shared);
    struct expected x = {.c = &c};
    load_tree(logs, ".evtx", regression_log, &x);
    CHECK_INT(x.logs, 98);
    CHECK_INT(x.missed, 0);
    corpus_close(&c);
}

/* ---- fast and slow agree */

struct comparing {
    uint32_t hits[4096];
    size_t nhits, compared, total, seen;
    size_t every;
};

static bool note_hit(void *ctx, const struct sigma_hit *hit)
{
    struct comparing *x = ctx;
    if (x->nhits < ARRAY_LEN(x->hits)) {
        x->hits[x->nhits++] = hit->rule;
    }
    return true;
}

static void compare_event(struct comparing *x, struct corpus *c, const struct event *e)
{
    struct arena a;
    arena_init(&a, 256 << 20);
    size_t at = 0;
    for (uint32_t rule = 0; rule < sigma_rule_count(c->s); rule++) {
        bool fast = at < x->nhits && x->hits[at] == rule;
        at += fast;
        if (!fast && !sigma_rule_sees(c->s, rule, e->origin)) {
            continue;
        }
        struct arena_mark mark = arena_mark(&a);
        bool slow = sigma_holds(c->s, rule, e, false, &a);
        arena_rewind(&a, mark);
        if (fast != slow) {
            (void)fprintf(stderr, "record %llu: %.*s: fast %d, slow %d\n",
                          (unsigned long long)e->record, STR_ARG(sigma_rule(c->s, rule)->title),
                          fast, slow);
        }
        CHECK(fast == slow);
    }
    arena_done(&a);
}

static void sample_event(void *ctx, struct corpus *c, const struct event *e)
{
    struct comparing *x = ctx;
    x->nhits = 0;
    (void)sigma_run_event(c->run, e, note_hit, x);
    x->total += x->nhits;
    if (x->seen++ % x->every == 0) {
        compare_event(x, c, e);
        x->compared++;
    }
}

static void compare_log(void *ctx, const char *path)
{
    struct comparing *x = ((void **)ctx)[0];
    struct corpus *c = ((void **)ctx)[1];
    read_log(c, path, sample_event, x);
}

/* LIMIER_COMPARE=1 compares every event, which takes hours; otherwise one in many. */
static void the_fast_path_finds_what_the_slow_one_finds(void)
{
    struct corpus c;
    if (!corpus_open(&c)) {
        return;
    }
    char logs[512];
    (void)snprintf(logs, sizeof logs, "%s/corpus/evtx", c.shared);
    const char *every = getenv("LIMIER_COMPARE");
    static struct comparing x;
    x = (struct comparing){.every = every ? (size_t)atol(every) : 16000 / COMPARED_EVENTS};
    load_tree(logs, ".evtx", compare_log, (void *[]){&x, &c});
    CHECK(x.compared > COMPARED_EVENTS / 2);
    CHECK(x.total > 1000);
    (void)printf("%zu events, %zu matches, %zu compared\n", x.seen, x.total, x.compared);
    corpus_close(&c);
}

int main(void)
{
    RUN(every_regression_log_fires_its_rule);
    RUN(the_fast_path_finds_what_the_slow_one_finds);
    return kit_end();
}
