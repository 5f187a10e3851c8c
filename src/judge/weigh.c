/* How far up the ladder the evidence leads, and on which findings that rests.
 *
 * A rung is proven by a finding of weight proof or strong. Once a rung of 3 or more is proven on
 * a host, leads from then on count on that host too, up to rung 6: after a break-in the unusual
 * is no coincidence. Leads alone prove rungs 1 and 2 only: a probe is a probe whatever came of
 * it. See docs/verdict.md. */
#include "judge/bench.h"

enum { RUNG_KNOCK = 2, RUNG_IN = 3, RUNG_BY_LEADS = 6 };

struct breach { /* the first proof of rung 3 or more on a host */
    str host;
    usec time;
};

static const struct finding *finding(const struct bench *b, size_t i)
{
    return &b->in->findings[i];
}

static bool proves(const struct grade *g)
{
    return g->ours && g->rung > 0 &&
           (g->weight >= WEIGHT_STRONG || (g->weight == WEIGHT_LEAD && g->rung <= RUNG_KNOCK));
}

static void raise(struct bench *b, size_t i)
{
    struct grade *g = &b->grades[i];
    g->basis = true;
    struct verdict *v = &b->out->verdict;
    v->rung = g->rung > v->rung ? g->rung : v->rung;
}

static const struct breach *breach_of(const struct bench *b, const struct breach *all, size_t count,
                                      str host)
{
    for (size_t i = 0; i < count; i++) {
        if (bench_same_host(b, all[i].host, host)) {
            return &all[i];
        }
    }
    return NULL;
}

/* Findings come in order of time, so the first one of a host is the earliest. */
static size_t breaches(const struct bench *b, struct breach *out, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < b->in->nfindings && count < max; i++) {
        const struct finding *f = finding(b, i);
        bool in = b->grades[i].basis && b->grades[i].rung >= RUNG_IN;
        if (in && !breach_of(b, out, count, f->host)) {
            out[count++] = (struct breach){f->host, f->time};
        }
    }
    return count;
}

static void count_leads_after(struct bench *b)
{
    enum { HOSTS_MAX = 256 };
    struct breach in[HOSTS_MAX];
    size_t count = breaches(b, in, HOSTS_MAX);
    for (size_t i = 0; i < b->in->nfindings && count; i++) {
        struct grade *g = &b->grades[i];
        const struct finding *f = finding(b, i);
        bool lead = g->ours && g->weight == WEIGHT_LEAD && g->rung > 0 && g->rung <= RUNG_BY_LEADS;
        const struct breach *breach = lead ? breach_of(b, in, count, f->host) : NULL;
        if (breach && (f->time == TIME_NONE || f->time >= breach->time)) {
            raise(b, i);
        }
    }
}

static bool shares_address(const struct finding *f, const str *addresses, size_t count)
{
    for (size_t i = 0; i < f->nentities; i++) {
        bool address = str_eq(f->entities[i].kind, STR("address"));
        for (size_t k = 0; address && k < count; k++) {
            if (str_eq(f->entities[i].value, addresses[k])) {
                return true;
            }
        }
    }
    return false;
}

static size_t intruders(const struct bench *b, str *out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = finding(b, i);
        bool in = b->grades[i].basis && b->grades[i].rung >= RUNG_IN;
        for (size_t k = 0; in && k < f->nentities && n < max; k++) {
            const struct entity_ref *e = &f->entities[k];
            if (str_eq(e->role, STR("attacker")) && !shares_address(f, out, n)) {
                out[n] = e->value;
                n += str_eq(e->kind, STR("address"));
            }
        }
    }
    return n;
}

/* Everybody is probed all the time. Once somebody is in, only his own knocking belongs to the
 * story; that of others stays among the findings. */
static void set_strangers_aside(struct bench *b)
{
    enum { INTRUDERS_MAX = 256 };
    str addresses[INTRUDERS_MAX];
    size_t count = intruders(b, addresses, INTRUDERS_MAX);
    for (size_t i = 0; i < b->in->nfindings && b->out->verdict.rung >= RUNG_IN; i++) {
        struct grade *g = &b->grades[i];
        if (g->basis && g->rung <= RUNG_KNOCK) {
            g->basis = shares_address(finding(b, i), addresses, count);
        }
    }
}

/* Leads that deserve a person's eyes although they prove nothing. */
static bool worth_a_look(const struct bench *b, size_t i)
{
    const struct grade *g = &b->grades[i];
    enum level level = finding(b, i)->rule->level;
    return g->weight == WEIGHT_LEAD && !g->habit && level >= (g->ours ? LEVEL_MEDIUM : LEVEL_HIGH);
}

static enum verdict_state state_of(int rung)
{
    static const enum verdict_state states[RUNG_MAX + 1] = {
        VERDICT_NONE,        VERDICT_SCANNED,     VERDICT_ATTEMPTED,   VERDICT_EXPLOITED,
        VERDICT_COMPROMISED, VERDICT_COMPROMISED, VERDICT_COMPROMISED, VERDICT_COMPROMISED,
    };
    return states[rung];
}

/* Nothing of ours is proven: what do leads leave us with? Those of others that only speak of
 * knocking are an attempt; any other is for a person to judge. */
static void fall_back_on_leads(struct bench *b)
{
    bool knocks = false, doubts = false;
    bench_set_habits_aside(b);
    for (size_t i = 0; i < b->in->nfindings; i++) {
        if (worth_a_look(b, i)) {
            bool knock = !b->grades[i].ours && grade_is_knock(finding(b, i));
            b->grades[i].basis = true;
            knocks = knocks || knock;
            doubts = doubts || !knock;
        }
    }
    struct verdict *v = &b->out->verdict;
    if (doubts) {
        v->state = VERDICT_CANNOT_TELL;
    } else if (knocks) {
        v->state = VERDICT_ATTEMPTED;
        v->rung = RUNG_KNOCK;
    }
}

static bool is_basis(const struct bench *b, size_t i, void *ctx)
{
    (void)ctx;
    return b->grades[i].basis;
}

static void note_times(struct bench *b)
{
    struct verdict *v = &b->out->verdict;
    v->first_seen = v->last_seen = TIME_NONE;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        usec t = finding(b, i)->time;
        if (!b->grades[i].basis || t == TIME_NONE) {
            continue;
        }
        v->first_seen = v->first_seen == TIME_NONE || t < v->first_seen ? t : v->first_seen;
        v->last_seen = v->last_seen == TIME_NONE || t > v->last_seen ? t : v->last_seen;
    }
}

/* Records that nobody knows the log of, and what collectors and setup wrote. */
static bool shows_no_step(str channel)
{
    return str_eq(channel, STR("json")) || str_eq(channel, STR("collection")) ||
           str_eq(channel, STR("exchange-setup"));
}

static bool read_anything(const struct bench *b)
{
    uint64_t events = 0, unknown = 0;
    for (size_t i = 0; i < b->in->nunits; i++) {
        events += b->in->units[i].events;
    }
    for (size_t i = 0; i < b->in->nsources; i++) {
        unknown += shows_no_step(b->in->sources[i].channel) ? b->in->sources[i].events : 0;
    }
    return b->in->nfindings > 0 || events > unknown;
}

/* What leads hint at is not excluded. */
static int highest_hint(const struct bench *b)
{
    int rung = 0;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct grade *g = &b->grades[i];
        if (g->weight >= WEIGHT_LEAD && g->rung > rung) {
            rung = g->rung;
        }
    }
    return rung;
}

void bench_weigh(struct bench *b)
{
    struct verdict *v = &b->out->verdict;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        b->grades[i] = grade_of(finding(b, i));
        if (proves(&b->grades[i])) {
            raise(b, i);
        }
    }
    count_leads_after(b);
    set_strangers_aside(b);
    v->state = state_of(v->rung);
    if (v->state == VERDICT_NONE) {
        fall_back_on_leads(b);
    }
    if (!read_anything(b)) {
        v->state = VERDICT_CANNOT_TELL;
    }
    int hint = highest_hint(b);
    v->rung_possible = hint > v->rung ? hint : v->rung;
    note_times(b);
    v->because = bench_ids(b, is_basis, NULL);
}
