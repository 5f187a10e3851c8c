/* Which dossiers have something to say, which of their steps were seen, and which could not be. */
#include "judge/bench.h"

/* A log that begins this long after the first sign, or ended this long before it, did not see
 * it; quiet logs begin with their first event, so less than this says nothing. */
#define SLACK (INT64_C(24) * 3600 * USEC_PER_SEC)

static bool covers(const struct bench *b, const struct coverage_source *s)
{
    usec from = b->out->verdict.first_seen, to = b->out->verdict.last_seen;
    if (from == TIME_NONE || s->first == TIME_NONE) {
        return true;
    }
    return s->first <= from + SLACK && s->last >= to - SLACK;
}

enum presence bench_presence(const struct bench *b, struct words channels)
{
    enum presence best = LOG_ABSENT;
    const struct coverage *c = &b->out->coverage;
    for (size_t i = 0; i < c->nsources; i++) {
        for (size_t k = 0; k < channels.count; k++) {
            if (channel_matches(channels.items[k], c->sources[i].kind)) {
                enum presence p = covers(b, &c->sources[i]) ? LOG_PRESENT : LOG_ELSEWHEN;
                best = p > best ? p : best;
            }
        }
    }
    return best;
}

struct words bench_present(const struct bench *b, struct words channels)
{
    str *items = ARENA_ARRAY(b->arena, str, channels.count + 1);
    struct words out = {items, 0};
    for (size_t i = 0; items && i < channels.count; i++) {
        struct words one = {&channels.items[i], 1};
        if (bench_presence(b, one) == LOG_PRESENT) {
            items[out.count++] = channels.items[i];
        }
    }
    return out;
}

static struct text log_title(const struct dossier *d, str channel)
{
    for (size_t i = 0; i < d->nlogs; i++) {
        if (str_eq(d->logs[i].channel, channel)) {
            return d->logs[i].title;
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

/* The most particular first, so that what it says wins over what is said of any intrusion. */
static void choose(struct bench *b)
{
    enum { MATCHED, APPLIES, GENERAL, ROUNDS };
    for (int round = MATCHED; round < ROUNDS; round++) {
        for (size_t i = 0; i < b->in->ndossiers; i++) {
            const struct dossier *d = b->in->dossiers[i];
            bool m = !d->general && matched(b, d);
            int of = d->general ? GENERAL : m ? MATCHED : APPLIES;
            if (of == round && (m || d->general || applies(b, d))) {
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

static struct text why_unseen(const struct bench *b, const struct dossier *d,
                              const struct dossier_limit *l, enum presence p)
{
    struct said args[] = {
        {"logs", bench_log_titles(b, d,     l->needs)},
        {"time",      text_time(b->arena,                   b->out->verdict.first_seen)},
    };
    const char *id = p == LOG_ABSENT
                         ? N_("This evidence holds none of these: {logs}.")
                         : N_("What this evidence holds of these does not reach the time of the "
                              "first sign, {time}: {logs}.");
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
        enum presence p = bench_presence(b, l->needs);
        if (p == LOG_PRESENT || limit_named(b, at, l->id)) {
            continue;
        }
        b->spots[b->out->coverage.nblind_spots++] = (struct blind_spot){
            .text = text_join(b->arena, l->text, STR(" "), why_unseen(b, d, l, p)),
            .remedy = l->remedy,
            .steps = l->steps.items,
            .nsteps = l->steps.count,
        };
        raise_possible(b, d, l->steps);
    }
}

/* What came after the last record, nobody can say; close behind the last sign that matters. */
static void mind_the_end(struct bench *b)
{
    struct verdict *v = &b->out->verdict;
    struct gap window = bench_window(b);
    if (v->last_seen == TIME_NONE || window.to == TIME_NONE || window.to > v->last_seen + SLACK) {
        return;
    }
    struct said args[] = {
        {"end",  text_time(b->arena, window.to)   },
        {"last", text_time(b->arena, v->last_seen)},
    };
    struct blind_spot *spot = &b->spots[b->out->coverage.nblind_spots++];
    spot->text = say(&b->speaker,
                     N_("What happened later could not be seen: the evidence ends at {end}, soon "
                        "after the last sign at {last}."),
                     args, ARRAY_LEN(args));
    spot->remedy = say_plain(&b->speaker, N_("Collect the same logs again, up to today."));
    v->rung_possible = v->state >= VERDICT_EXPLOITED ? RUNG_MAX : v->rung_possible;
}

struct gap bench_window(const struct bench *b)
{
    struct gap w = {TIME_NONE, TIME_NONE};
    const struct coverage *c = &b->out->coverage;
    for (size_t i = 0; i < c->nsources; i++) {
        const struct coverage_source *s = &c->sources[i];
        if (s->first != TIME_NONE) {
            w.from = w.from == TIME_NONE || s->first < w.from ? s->first : w.from;
            w.to = s->last > w.to ? s->last : w.to;
        }
    }
    return w;
}

static void find_blind_spots(struct bench *b)
{
    size_t most = 1;
    for (size_t i = 0; i < b->ndossiers; i++) {
        most += b->dossiers[i].dossier->nlimits;
    }
    b->spots = ARENA_ARRAY(b->arena, struct blind_spot, most);
    b->out->coverage.blind_spots = b->spots;
    for (size_t i = 0; b->spots && i < b->ndossiers; i++) {
        mind_limits(b, i);
    }
    if (b->spots) {
        mind_the_end(b);
    }
}

void bench_consult(struct bench *b)
{
    choose(b);
    describe_matches(b);
    find_blind_spots(b);
}
