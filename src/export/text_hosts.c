/* Coverage in short: which hosts, which of their logs, from when to when. */
#include "export/text.h"

enum { HOSTS_SHOWN = 8, HOSTS_MAX = 1000, LOGS_SHOWN = 6 };

struct host { /* all logs of one host, whatever name it goes by in them */
    str name;
    usec first, last;
    uint64_t events;
    int64_t clock_shift;
    size_t nholes, nlogs;
    bool concerned; /* the verdict rests on it */
};

bool tell_same_host(str x, str y)
{
    str longer = x.len > y.len ? x : y, shorter = x.len > y.len ? y : x;
    bool begins = shorter.len && str_starts_nocase(longer, shorter);
    return begins ? longer.len == shorter.len || longer.p[shorter.len] == '.' : longer.len == 0;
}

str tell_clock(struct telling *t, int64_t shift)
{
    unsigned long long seconds =
        shift < 0 ? 0 - (unsigned long long)shift : (unsigned long long)shift;
    return shift == 0 ? STR_NONE
                      : arena_printf(&t->arena,
                                     tr(t->style->catalog,
                                        "; its clock was wrong, corrected by %s%llu:%02llu h"),
                                     shift < 0 ? "-" : "+", seconds / 3600, seconds / 60 % 60);
}

struct hosts {
    struct host *items;
    size_t count;
};

static struct host *host_named(const struct hosts *h, str name)
{
    for (size_t i = 0; i < h->count; i++) {
        if (tell_same_host(h->items[i].name, name)) {
            return &h->items[i];
        }
    }
    return NULL;
}

static void add_source(struct hosts *h, const struct coverage_source *s, str name)
{
    struct host *host = host_named(h, name);
    if (!host) {
        host = &h->items[h->count++];
        *host = (struct host){.name = name, .first = TIME_NONE, .last = TIME_NONE};
    }
    host->name = name.len > host->name.len ? name : host->name;
    host->events += s->events;
    host->nholes += s->ngaps;
    host->clock_shift = s->clock_shift ? s->clock_shift : host->clock_shift;
    host->nlogs++;
    if (s->first != TIME_NONE) {
        host->first = host->first == TIME_NONE || s->first < host->first ? s->first : host->first;
        host->last = s->last > host->last ? s->last : host->last;
    }
}

/* A log that names no host belongs to the only one there is. */
static str owner_of(const struct hosts *h, const struct coverage_source *s)
{
    return s->host.len == 0 && h->count == 1 ? h->items[0].name : s->host;
}

static void mark_concerned(const struct telling *t, struct hosts *h)
{
    struct ids because = t->report->assessment.verdict.because;
    for (size_t i = 0; i < because.count; i++) {
        const struct finding *f = report_finding(t->report, because.items[i]);
        struct host *host = f ? host_named(h, f->host) : NULL;
        if (host) {
            host->concerned = true;
        }
    }
}

static void gather(struct telling *t, const struct coverage *c, struct hosts *h)
{
    h->items = ARENA_ARRAY(&t->arena, struct host, HOSTS_MAX + 1);
    for (int named = 1; h->items && named >= 0; named--) {
        for (size_t i = 0; i < c->nsources && h->count < HOSTS_MAX; i++) {
            if ((c->sources[i].host.len > 0) == named) {
                add_source(h, &c->sources[i], owner_of(h, &c->sources[i]));
            }
        }
    }
    mark_concerned(t, h);
}

static bool has_finding(const struct telling *t, const struct coverage_source *s)
{
    const struct report *r = t->report;
    for (size_t i = 0; i < r->nfindings; i++) {
        const struct finding *f = &r->findings[i];
        if (!f->trail && str_eq(f->channel, s->kind) && tell_same_host(f->host, s->host)) {
            return true;
        }
    }
    return false;
}

/* Logs in which something was found come first. */
static str logs_of(struct telling *t, const struct coverage *c, const struct hosts *h,
                   const struct host *host)
{
    size_t n = 0;
    str all = STR_NONE;
    for (size_t i = 0; c->nsources && i < 2 * c->nsources && n < LOGS_SHOWN; i++) {
        const struct coverage_source *s = &c->sources[i % c->nsources];
        bool wanted = i < c->nsources;
        if (s->kind.len && tell_same_host(owner_of(h, s), host->name) &&
            has_finding(t, s) == wanted) {
            all = arena_printf(&t->arena, "%.*s%s%.*s", STR_ARG(all), n++ ? ", " : "",
                               STR_ARG(s->kind));
        }
    }
    return host->nlogs > n ? arena_printf(&t->arena, "%.*s, +%zu", STR_ARG(all), host->nlogs - n)
                           : all;
}

static void tell_host_shortly(struct telling *t, const struct coverage *c, const struct hosts *h,
                              const struct host *host)
{
    const struct catalog *catalog = t->style->catalog;
    str name = host->name.len ? host->name : str_of(tr(catalog, "(host not named)"));
    str holes = host->nholes == 0
                    ? STR_NONE
                    : arena_printf(&t->arena, tr(catalog, "; gaps in its logs: %zu"), host->nholes);
    page_item(&t->page, 2, STR("- "), PAINT_NONE,
              arena_printf(&t->arena, tr(catalog, "%.*s: %.*s, events: %llu%.*s%.*s (%.*s)"),
                           STR_ARG(name), STR_ARG(tell_span(t, host->first, host->last)),
                           (unsigned long long)host->events, STR_ARG(holes),
                           STR_ARG(tell_clock(t, host->clock_shift)),
                           STR_ARG(logs_of(t, c, h, host))));
}

void tell_hosts(struct telling *t, const struct coverage *c)
{
    struct hosts hosts = {0};
    gather(t, c, &hosts);
    size_t shown = 0;
    for (int concerned = 1; concerned >= 0; concerned--) {
        for (size_t i = 0; i < hosts.count && shown < HOSTS_SHOWN; i++) {
            if (hosts.items[i].concerned == concerned) {
                tell_host_shortly(t, c, &hosts, &hosts.items[i]);
                shown++;
            }
        }
    }
    tell_rest(t, 4, shown, hosts.count);
}
