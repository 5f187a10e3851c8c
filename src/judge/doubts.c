/* Blind spots that the logs themselves tell of: cleared, with records missing, with a clock that
 * was set back, much younger than the others of their host, unable to show programs, or not
 * collected. */
#include "judge/bench.h"

enum { LOGS_NAMED = 4, YOUNG_EVENTS = 50 };

/* A log begins late when it misses a day or more of what its host's others hold. */
#define LATE (INT64_C(24) * 3600 * USEC_PER_SEC)

/* A clearing this close to the signs may have been done to hide them. */
#define ABOUT (INT64_C(30) * 24 * 3600 * USEC_PER_SEC)

static void doubt(struct bench *b, const char *id, struct text what, const char *remedy)
{
    struct said arg = {"what", what};
    if (text_is_empty(what)) {
        return;
    }
    b->spots[b->out->coverage.nblind_spots++] = (struct blind_spot){
        .text = say(&b->speaker, id, &arg, 1),
        .remedy = say_plain(&b->speaker, remedy),
    };
}

/* ---- cleared */

static bool tells_of_clearing(const struct finding *f)
{
    for (size_t i = 0; i < f->rule->ntags; i++) {
        if (str_eq(f->rule->tags[i], STR("limier.log-cleared"))) {
            return true;
        }
    }
    return false;
}

/* The hosts of such findings, each once. */
static struct words cleared_hosts(const struct bench *b)
{
    enum { CLEARED_MAX = 256 };
    str *hosts = ARENA_ARRAY(b->arena, str, CLEARED_MAX);
    struct words out = {hosts, 0};
    for (size_t i = 0; hosts && i < b->in->nfindings && out.count < CLEARED_MAX; i++) {
        const struct finding *f = &b->in->findings[i];
        if (!f->trail && tells_of_clearing(f) && !words_have(out, f->host)) {
            hosts[out.count++] = f->host;
        }
    }
    return out;
}

static bool was_cleared(const struct bench *b, const struct site *s, void *ctx)
{
    const struct words *hosts = ctx;
    for (size_t i = 0; i < hosts->count; i++) {
        if (site_has(b, s, hosts->items[i])) {
            return true;
        }
    }
    return false;
}

/* A log that was cleared when the server was new hides nothing of what came years later. */
static bool cleared_about_then(const struct bench *b)
{
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        if (!f->trail && tells_of_clearing(f) &&
            (f->time == TIME_NONE || bench_is_near(b, f->host, f->time, ABOUT))) {
            return true;
        }
    }
    return false;
}

static void mind_the_cleared(struct bench *b)
{
    struct words hosts = cleared_hosts(b);
    struct text sites = bench_sites_where(b, was_cleared, &hosts);
    b->cleared = cleared_about_then(b);
    doubt(b, N_("What stood in event logs before they were cleared could not be seen: {what}."),
          sites,
          N_("Look for copies of these logs: on a log server, in backups, in shadow copies."));
}

/* ---- notes */

static bool at_a_site(const struct bench *b, str host)
{
    for (size_t i = 0; i < b->nsites; i++) {
        if (site_has(b, &b->sites[i], host)) {
            return true;
        }
    }
    return false;
}

struct naming { /* logs, one after another, each once */
    struct text out;
    size_t count;
    struct {
        str channel, host;
    } named[LOGS_NAMED];
};

static bool is_named(const struct naming *n, str channel, str host)
{
    for (size_t i = 0; i < n->count && i < LOGS_NAMED; i++) {
        if (str_eq(n->named[i].channel, channel) && str_eq_nocase(n->named[i].host, host)) {
            return true;
        }
    }
    return false;
}

static void name_log(const struct bench *b, struct naming *n, str channel, str host)
{
    struct text title = bench_log_title(b, channel);
    if (is_named(n, channel, host)) {
        return;
    }
    if (n->count < LOGS_NAMED) {
        n->named[n->count].channel = channel;
        n->named[n->count].host = host;
    }
    if (n->count++ >= LOGS_NAMED) {
        title = text_same(n->count == LOGS_NAMED + 1 ? STR("\xe2\x80\xa6") : STR_NONE);
    } else if (!b->lone_host && host.len) {
        title = text_join(b->arena, title, STR(" "),
                          text_same(arena_printf(b->arena, "(%.*s)", STR_ARG(host))));
    }
    if (!text_is_empty(title)) {
        n->out = text_join(b->arena, n->out, STR(", "), title);
    }
}

/* Units are ordered by path. */
static const struct unit_row *unit_named(const struct bench *b, str path)
{
    size_t low = 0, high = b->in->nunits;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(b->in->units[middle].path, path) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < b->in->nunits && str_eq(b->in->units[low].path, path) ? &b->in->units[low] : NULL;
}

static uint64_t note_count(const struct unit_row *u, enum note_id id)
{
    uint64_t count = 0;
    for (size_t i = 0; i < u->nnotes; i++) {
        count += u->notes[i].id == id ? u->notes[i].count : 0;
    }
    return count;
}

static struct text logs_where(const struct bench *b, bool (*pick)(const struct unit_row *u))
{
    struct naming n = {0};
    for (size_t i = 0; i < b->in->nsources; i++) {
        const struct source_row *s = &b->in->sources[i];
        const struct unit_row *u = at_a_site(b, s->host) ? unit_named(b, s->unit) : NULL;
        if (u && pick(u)) {
            name_log(b, &n, s->channel, s->host);
        }
    }
    return n.out;
}

/* Who removes records leaves few holes; who exports those that a filter lets through leaves one
 * every few records. */
static bool is_selection(const struct unit_row *u)
{
    enum { HOLES = 10, RECORDS_A_HOLE = 20 };
    uint64_t holes = note_count(u, NOTE_RECORD_GAP);
    return holes >= HOLES && holes >= u->events / RECORDS_A_HOLE;
}

static bool has_holes(const struct unit_row *u)
{
    return note_count(u, NOTE_RECORD_GAP) > 0 && !is_selection(u);
}

static bool goes_back(const struct unit_row *u)
{
    return note_count(u, NOTE_TIME_BACK) > 0;
}

/* ---- young */

static usec first_of_host(const struct bench *b, str host)
{
    usec first = TIME_NONE;
    const struct coverage *c = &b->out->coverage;
    for (size_t i = 0; i < c->nsources; i++) {
        const struct coverage_source *s = &c->sources[i];
        bool here = s->first != TIME_NONE && bench_same_host(b, s->host, host);
        first = here && (first == TIME_NONE || s->first < first) ? s->first : first;
    }
    return first;
}

/* A quiet log begins with its first event. One so busy that it would have written many in the
 * time before did not begin; it lost them. Of a few events no pace is known. */
enum { BUSY_LEAST = 10 };

static bool is_young(const struct bench *b, const struct coverage_source *s)
{
    if (s->first == TIME_NONE || s->events < BUSY_LEAST || !at_a_site(b, s->host)) {
        return false;
    }
    double late = (double)(s->first - first_of_host(b, s->host));
    double lasts = (double)(s->last - s->first) + 1;
    return late > (double)LATE && late > lasts && (double)s->events * late / lasts > YOUNG_EVENTS;
}

static struct text young_logs(const struct bench *b)
{
    struct naming n = {0};
    const struct coverage *c = &b->out->coverage;
    for (size_t i = 0; i < c->nsources; i++) {
        if (is_young(b, &c->sources[i])) {
            name_log(b, &n, c->sources[i].kind, c->sources[i].host);
        }
    }
    return n.out;
}

/* ---- audit */

static bool counts_event(const struct coverage_source *s, uint32_t id)
{
    for (size_t i = 0; i < s->nids; i++) {
        if (s->ids[i].id == id || s->ids[i].id == 0) { /* 0: perhaps among those not told apart */
            return true;
        }
    }
    return s->nids == 0 && s->events > 0; /* nobody counted by number */
}

/* Logs that record each program started, once that is asked of them; and by which event. */
static const struct {
    str channel;
    uint32_t id;
} program_logs[] = {
    {STR_INIT("Security"),                             4688},
    {STR_INIT("Microsoft-Windows-Sysmon/Operational"), 1   },
};

static bool lacks_programs(const struct bench *b, const struct site *s, void *ctx)
{
    (void)ctx;
    const struct coverage *c = &b->out->coverage;
    bool could = false;
    for (size_t i = 0; i < c->nsources; i++) {
        for (size_t k = 0; k < ARRAY_LEN(program_logs) && site_has(b, s, c->sources[i].host); k++) {
            if (str_eq(c->sources[i].kind, program_logs[k].channel)) {
                could = true;
                if (counts_event(&c->sources[i], program_logs[k].id)) {
                    return false;
                }
            }
        }
    }
    return could;
}

/* ---- collectors */

static struct text failed_collections(const struct bench *b)
{
    struct text out = {{STR_NONE}};
    size_t named = 0;
    for (size_t i = 0; i < b->in->nunits; i++) {
        const struct unit_row *u = &b->in->units[i];
        for (size_t k = 0; k < u->nnotes; k++) {
            if (u->notes[k].id == NOTE_NOT_COLLECTED && named++ < LOGS_NAMED) {
                out = text_join(b->arena, out, STR(", "), text_same(u->path));
            }
        }
    }
    return named > LOGS_NAMED ? text_join(b->arena, out, STR(", "), text_same(STR("\xe2\x80\xa6")))
                              : out;
}

void bench_doubt(struct bench *b)
{
    mind_the_cleared(b);
    doubt(b,
          N_("The collector says that it could not take all it was asked for; what it missed could "
             "not be seen: {what}."),
          failed_collections(b),
          N_("Read these files of the collector, and fetch by hand what it could not."));
    doubt(b, N_("Records are missing inside these logs, removed, overwritten or left out: {what}."),
          logs_where(b, has_holes),
          N_("Look for copies of these logs: on a log server, in backups, in shadow copies."));
    doubt(b,
          N_("These logs are exports of some of their records, by the many numbers that are "
             "missing; what was left out could not be seen: {what}."),
          logs_where(b, is_selection), N_("Fetch these logs whole, as files, from the host."));
    doubt(b,
          N_("While these logs were written the clock was set back; their times are in doubt: "
             "{what}."),
          logs_where(b, goes_back),
          N_("Compare with logs of other hosts that saw the same connections."));
    doubt(
        b,
        N_("These logs begin much later than the others of their host, though they are busy; what "
           "was in them before is gone: {what}."),
        young_logs(b),
        N_("Look for copies of these logs: on a log server, in backups, in shadow copies."));
    doubt(
        b,
        N_("Which programs ran was not recorded: the logs that could name them hold no such event "
           "(Security 4688, Sysmon 1) of {what}."),
        bench_sites_where(b, lacks_programs, NULL),
        N_("Turn on the auditing of process creation (event 4688) for the future, and look for "
           "copies of logs of other products that record programs."));
}
