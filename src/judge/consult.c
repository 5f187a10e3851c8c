/* Which dossiers have something to say, which of their steps were seen, and which could not be. */
#include "judge/bench.h"

/* Evidence that ends this soon after the last sign says nothing of what came later. */
#define SOON (INT64_C(24) * 3600 * USEC_PER_SEC)

static struct text log_title(const struct dossier *d, str channel)
{
    for (size_t i = 0; i < d->nlogs; i++) {
        if (channel_matches(d->logs[i].channel, channel)) {
            return d->logs[i].title;
        }
    }
    return text_same(channel);
}

struct text bench_log_title(const struct bench *b, str channel)
{
    for (size_t i = 0; i < b->ndossiers; i++) {
        struct text title = log_title(b->dossiers[i].dossier, channel);
        if (!str_eq(title.in[LANG_EN], channel)) {
            return title;
        }
    }
    return text_same(channel);
}

struct text bench_log_titles(const struct bench *b, const struct dossier *d, struct words channels)
{
    struct text out = {{STR_NONE}};
    for (size_t i = 0; i < channels.count; i++) {
        struct text title = log_title(d, channels.items[i]);
        bool said = str_has(out.in[LANG_EN], title.in[LANG_EN]);
        out = said ? out : text_join(b->arena, out, STR(", "), title);
    }
    return out;
}

/* ---- which dossiers */

static bool counts(const struct bench *b, size_t i)
{
    return b->grades[i].weight >= WEIGHT_LEAD && !b->in->findings[i].trail;
}

static bool matched(const struct bench *b, const struct dossier *d)
{
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        if (!counts(b, i)) {
            continue;
        }
        if (rule_has_cve(f->rule, d->cves)) {
            return true;
        }
        for (size_t k = 0; k < d->nsteps; k++) {
            if (d->steps[k].telling && finding_shows(f, &d->steps[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool applies(const struct bench *b, const struct dossier *d)
{
    for (size_t i = 0; i < b->out->coverage.nsources; i++) {
        for (size_t k = 0; k < d->applies.count; k++) {
            if (channel_matches(d->applies.items[k], b->out->coverage.sources[i].kind)) {
                return true;
            }
        }
    }
    return false;
}

/* What is said of any intrusion is said where one of its logs is, or where nothing that is said of
 * a kind of evidence (telephones) applies. */
static bool has_its_log(const struct bench *b, const struct dossier *d)
{
    for (size_t i = 0; i < b->out->coverage.nsources; i++) {
        for (size_t k = 0; k < d->nlogs; k++) {
            if (channel_matches(d->logs[k].channel, b->out->coverage.sources[i].kind)) {
                return true;
            }
        }
    }
    return false;
}

static bool speaks_in_general(const struct bench *b, const struct dossier *d)
{
    bool other = false;
    for (size_t i = 0; i < b->in->ndossiers && !other; i++) {
        const struct dossier *o = b->in->dossiers[i];
        other = o->general && o->applies.count > 0 && applies(b, o);
    }
    return d->applies.count > 0 ? applies(b, d) : !other || has_its_log(b, d);
}

/* The most particular first, so that what it says wins over what is said of any intrusion. */
static void choose(struct bench *b)
{
    enum { MATCHED, APPLIES, GENERAL, ROUNDS };
    for (int round = MATCHED; round < ROUNDS; round++) {
        for (size_t i = 0; i < b->in->ndossiers; i++) {
            const struct dossier *d = b->in->dossiers[i];
            bool m = !d->general && matched(b, d);
            int of = d->general ? GENERAL : m ? MATCHED : APPLIES;
            bool speaks = d->general ? speaks_in_general(b, d) : m || applies(b, d);
            if (of == round && speaks) {
                b->dossiers[b->ndossiers++] = (struct consulted){d, m};
            }
        }
    }
}

/* ---- their steps */

static bool shows_step(const struct bench *b, size_t i, void *ctx)
{
    return finding_shows(&b->in->findings[i], ctx);
}

static struct dossier_match describe(struct bench *b, const struct dossier *d)
{
    struct dossier_match m = {
        .id = d->id,
        .name = d->name,
        .cves = d->cves.items,
        .ncves = d->cves.count,
        .attributions = d->attributions,
        .nattributions = d->nattributions,
    };
    struct dossier_step_seen *steps =
        ARENA_ARRAY(b->arena, struct dossier_step_seen, d->nsteps + 1);
    for (size_t i = 0; steps && i < d->nsteps; i++) {
        struct dossier_step step = d->steps[i];
        steps[m.nsteps++] = (struct dossier_step_seen){
            .id = step.id,
            .title = step.title,
            .technique = step.technique,
            .visible = bench_presence(b, step.logs) == LOG_PRESENT,
            .findings = bench_ids(b, shows_step, &step),
        };
    }
    m.steps = steps;
    return m;
}

static void describe_matches(struct bench *b)
{
    struct dossier_match *out = ARENA_ARRAY(b->arena, struct dossier_match, b->ndossiers + 1);
    b->out->dossiers = out;
    for (size_t i = 0; out && i < b->ndossiers; i++) {
        if (b->dossiers[i].matched) {
            out[b->out->ndossiers++] = describe(b, b->dossiers[i].dossier);
        }
    }
}

/* ---- what could not be seen */

static const struct dossier_limit *limit_named(const struct bench *b, size_t before, str id)
{
    for (size_t i = 0; i < before; i++) {
        const struct dossier *d = b->dossiers[i].dossier;
        for (size_t k = 0; k < d->nlimits; k++) {
            if (str_eq(d->limits[k].id, id)) {
                return &d->limits[k];
            }
        }
    }
    return NULL;
}

static bool lacks(const struct bench *b, const struct site *s, void *ctx)
{
    const struct words *needs = ctx;
    return site_presence(b, s, *needs) != LOG_PRESENT;
}

static struct text why_unseen(const struct bench *b, const struct dossier *d,
                              const struct dossier_limit *l)
{
    struct words needs = l->needs;
    struct said args[] = {
        {"logs",               bench_log_titles(b, d,                  needs)},
        {"time",               text_time(b->arena, b->sites[0].first)},
        {"hosts", bench_sites_where(b,              lacks,            &needs)      },
    };
    const char *id = N_("This evidence holds none of these: {logs}.");
    if (bench_holds(b, needs)) {
        id = b->nsites == 1 ? N_("What this evidence holds of these does not reach the time of the "
                                 "first sign, {time}: {logs}.")
                            : N_("Of these hosts it holds none of these logs, or not for the time "
                                 "that matters: {hosts} ({logs}).");
    }
    return say(&b->speaker, id, args, ARRAY_LEN(args));
}

static void raise_possible(struct bench *b, const struct dossier *d, struct words steps)
{
    struct verdict *v = &b->out->verdict;
    for (size_t i = 0; i < d->nsteps; i++) {
        bool unseen = words_have(steps, d->steps[i].id);
        if (unseen && d->steps[i].rung > v->rung_possible) {
            v->rung_possible = d->steps[i].rung;
        }
    }
}

static void mind_limits(struct bench *b, size_t at)
{
    const struct dossier *d = b->dossiers[at].dossier;
    for (size_t i = 0; i < d->nlimits; i++) {
        const struct dossier_limit *l = &d->limits[i];
        if (bench_presence(b, l->needs) == LOG_PRESENT || limit_named(b, at, l->id)) {
            continue;
        }
        b->spots[b->out->coverage.nblind_spots++] = (struct blind_spot){
            .text = text_join(b->arena, l->text, STR(" "), why_unseen(b, d, l)),
            .remedy = l->remedy,
            .steps = l->steps.items,
            .nsteps = l->steps.count,
        };
        raise_possible(b, d, l->steps);
    }
}

static usec end_of(const struct bench *b, const struct site *site)
{
    const struct coverage *c = &b->out->coverage;
    usec end = TIME_NONE;
    for (size_t i = 0; i < c->nsources; i++) {
        bool here = site_has(b, site, c->sources[i].host);
        end = here && c->sources[i].last > end ? c->sources[i].last : end;
    }
    return end;
}

static bool ends_soon(const struct bench *b, const struct site *s, void *ctx)
{
    (void)ctx;
    usec end = end_of(b, s);
    return s->last != TIME_NONE && end != TIME_NONE && end <= s->last + SOON;
}

/* What came after the last record, nobody can say; close behind the last sign that matters. */
static void mind_the_end(struct bench *b)
{
    struct verdict *v = &b->out->verdict;
    struct text hosts = bench_sites_where(b, ends_soon, NULL);
    bool lone = b->nsites == 1;
    if (v->state < VERDICT_SCANNED) {
        return; /* leads are no signs */
    }
    if (lone ? !ends_soon(b, &b->sites[0], NULL) : text_is_empty(hosts)) {
        return;
    }
    struct said args[] = {
        {"end",               text_time(b->arena,    end_of(b, &b->sites[0]))},
        {"last",     text_time(b->arena,                          b->sites[0].last)},
        {"hosts",hosts},
    };
    struct blind_spot *spot = &b->spots[b->out->coverage.nblind_spots++];
    spot->text = say(&b->speaker,
                     lone ? N_("What happened later could not be seen: the evidence ends at {end}, "
                               "soon after the last sign at {last}.")
                          : N_("What happened later could not be seen on hosts whose evidence ends "
                               "within a day of the last sign: {hosts}."),
                     args, ARRAY_LEN(args));
    spot->remedy = say_plain(&b->speaker, N_("Collect the same logs again, up to today."));
    v->rung_possible = v->state >= VERDICT_EXPLOITED ? RUNG_MAX : v->rung_possible;
}

static void find_blind_spots(struct bench *b)
{
    size_t most = 1 + DOUBTS_MAX;
    for (size_t i = 0; i < b->ndossiers; i++) {
        most += b->dossiers[i].dossier->nlimits;
    }
    b->spots = ARENA_ARRAY(b->arena, struct blind_spot, most);
    b->out->coverage.blind_spots = b->spots;
    for (size_t i = 0; b->spots && i < b->ndossiers; i++) {
        mind_limits(b, i);
    }
    if (b->spots) {
        bench_doubt(b);
        mind_the_end(b);
    }
}

void bench_consult(struct bench *b)
{
    choose(b);
    describe_matches(b);
    find_blind_spots(b);
}
