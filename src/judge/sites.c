/* Where and when it matters: a log of another host, or of another year, could not have shown it. */
#include "judge/bench.h"

enum { SITES_MAX = 256, RUNG_IN = 3 };

/* A log that begins this long after the first sign, or ended this long before it, did not see
 * it; quiet logs begin with their first event, so less than this says nothing. */
#define SLACK (INT64_C(24) * 3600 * USEC_PER_SEC)

static struct site *site_of(struct bench *b, str host)
{
    for (size_t i = 0; i < b->nsites; i++) {
        if (bench_same_host(b, b->sites[i].host, host)) {
            return &b->sites[i];
        }
    }
    if (b->nsites == SITES_MAX) {
        return NULL;
    }
    b->sites[b->nsites] = (struct site){host, TIME_NONE, TIME_NONE};
    return &b->sites[b->nsites++];
}

static void add_sign(struct bench *b, const struct finding *f)
{
    struct site *s = site_of(b, f->host);
    if (!s) {
        return;
    }
    s->host = f->host.len > s->host.len ? f->host : s->host;
    if (f->time != TIME_NONE) {
        s->first = s->first == TIME_NONE || f->time < s->first ? f->time : s->first;
        s->last = f->time > s->last ? f->time : s->last;
    }
}

/* What names no host says nothing of where, as long as something else does. */
static void place_signs(struct bench *b, bool named)
{
    int floor = b->out->verdict.rung < RUNG_IN ? 0 : RUNG_IN;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        bool here = b->grades[i].basis && b->grades[i].rung >= floor;
        if (here && (f->host.len > 0 || b->lone_host || !named)) {
            add_sign(b, f);
        }
    }
}

static void place_silence(struct bench *b)
{
    const struct coverage *c = &b->out->coverage;
    for (size_t i = 0; i < c->nsources; i++) {
        struct site *s = c->sources[i].host.len ? site_of(b, c->sources[i].host) : NULL;
        if (s && c->sources[i].host.len > s->host.len) {
            s->host = c->sources[i].host;
        }
    }
    if (b->nsites == 0) {
        (void)site_of(b, STR_NONE);
    }
}

void bench_place(struct bench *b)
{
    b->sites = ARENA_ARRAY(b->arena, struct site, SITES_MAX);
    if (!b->sites) {
        return;
    }
    place_signs(b, true);
    if (b->nsites == 0) {
        place_signs(b, false);
    }
    if (b->nsites == 0) {
        place_silence(b);
    }
}

bool site_has(const struct bench *b, const struct site *site, str host)
{
    return host.len == 0 || site->host.len == 0 || bench_same_host(b, site->host, host);
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

bool bench_is_near(const struct bench *b, str host, usec time, usec distance)
{
    for (size_t i = 0; i < b->nsites; i++) {
        const struct site *s = &b->sites[i];
        if (s->first != TIME_NONE && bench_same_host(b, s->host, host) &&
            time >= s->first - distance && time <= s->last + distance) {
            return true;
        }
    }
    return false;
}

static bool covers(const struct site *site, const struct coverage_source *s)
{
    if (site->first == TIME_NONE || s->first == TIME_NONE) {
        return true;
    }
    return s->first <= site->first + SLACK && s->last >= site->last - SLACK;
}

enum presence site_presence(const struct bench *b, const struct site *site, struct words channels)
{
    enum presence best = LOG_ABSENT;
    const struct coverage *c = &b->out->coverage;
    for (size_t i = 0; i < c->nsources; i++) {
        const struct coverage_source *s = &c->sources[i];
        for (size_t k = 0; k < channels.count && site_has(b, site, s->host); k++) {
            if (channel_matches(channels.items[k], s->kind)) {
                enum presence p = covers(site, s) ? LOG_PRESENT : LOG_ELSEWHEN;
                best = p > best ? p : best;
            }
        }
    }
    return best;
}

enum presence bench_presence(const struct bench *b, struct words channels)
{
    enum presence worst = LOG_PRESENT;
    for (size_t i = 0; i < b->nsites; i++) {
        enum presence p = site_presence(b, &b->sites[i], channels);
        worst = p < worst ? p : worst;
    }
    return worst;
}

bool bench_holds(const struct bench *b, struct words channels)
{
    const struct site anywhere = {STR_NONE, TIME_NONE, TIME_NONE};
    return site_presence(b, &anywhere, channels) != LOG_ABSENT;
}

static bool present_somewhere(const struct bench *b, struct words channel)
{
    for (size_t i = 0; i < b->nsites; i++) {
        if (site_presence(b, &b->sites[i], channel) == LOG_PRESENT) {
            return true;
        }
    }
    return false;
}

struct words bench_present(const struct bench *b, struct words channels)
{
    str *items = ARENA_ARRAY(b->arena, str, channels.count + 1);
    struct words out = {items, 0};
    bool shown = bench_presence(b, channels) == LOG_PRESENT;
    for (size_t i = 0; items && shown && i < channels.count; i++) {
        struct words one = {&channels.items[i], 1};
        if (present_somewhere(b, one)) {
            items[out.count++] = channels.items[i];
        }
    }
    return out;
}

struct text bench_sites_where(const struct bench *b,
                              bool (*pick)(const struct bench *b, const struct site *s, void *ctx),
                              void *ctx)
{
    struct text out = {{STR_NONE}};
    size_t n = 0;
    for (size_t i = 0; i < b->nsites; i++) {
        const struct site *s = &b->sites[i];
        if (!pick(b, s, ctx)) {
            continue;
        }
        struct text name =
            s->host.len ? text_same(s->host) : say_plain(&b->speaker, N_("this host"));
        name = n == HOSTS_NAMED ? text_same(STR("\xe2\x80\xa6")) : name;
        if (n++ <= HOSTS_NAMED) {
            out = text_join(b->arena, out, STR(", "), name);
        }
    }
    return out;
}
