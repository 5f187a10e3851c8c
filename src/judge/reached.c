/* Machines that the intruders went to from here: by logons with an account of theirs, by shares
 * they opened, by connections of processes that were followed. From records that the verdict rests
 * on or the trail led to; a record that merely exists on a busy network says nothing. */
#include "judge/bench.h"

#include <stdlib.h>

enum { REACHED_MAX = 200 };

struct reaching {
    struct bench *bench;
    struct reached *items;
    size_t count;
};

static str field_of(const struct finding *f, const char *name)
{
    for (size_t i = 0; i < f->nfields; i++) {
        bool blank = f->fields[i].value.len == 0 || str_eq(f->fields[i].value, STR("-"));
        if (str_eq(f->fields[i].name, str_of(name)) && !blank) {
            return f->fields[i].value;
        }
    }
    return STR_NONE;
}

static str first_of(str a, str b)
{
    return a.len ? a : b;
}

static bool is_loopback(str address)
{
    return str_starts(address, STR("127.")) || str_starts(address, STR("::ffff:127.")) ||
           str_eq(address, STR("::1")) || str_eq_nocase(address, STR("localhost"));
}

/* Security 4648: somebody logs on elsewhere with a password he was given. */
static struct reached logon_to(const struct finding *f)
{
    return (struct reached){.how = STR("logon"),
                            .from = f->host,
                            .target = field_of(f, "TargetServerName"),
                            .account = field_of(f, "TargetUserName")};
}

/* Security 4624 of the machine that was reached: over the network, or to its desktop. */
static struct reached logon_here(const struct finding *f)
{
    str type = field_of(f, "LogonType");
    bool remote = str_eq(type, STR("3")) || str_eq(type, STR("10"));
    return (struct reached){
        .how = STR("logon"),
        .from = first_of(field_of(f, "WorkstationName"), field_of(f, "IpAddress")),
        .target = remote && !is_loopback(field_of(f, "IpAddress")) ? f->host : STR_NONE,
        .account = field_of(f, "TargetUserName")};
}

/* Security 5140 and 5145, likewise. */
static struct reached share_here(const struct finding *f)
{
    str from = field_of(f, "IpAddress");
    return (struct reached){.how = STR("share"),
                            .from = from,
                            .target = is_loopback(from) ? STR_NONE : f->host,
                            .account = field_of(f, "SubjectUserName")};
}

/* Sysmon 3. What came in is told elsewhere. */
static struct reached connection_to(const struct finding *f)
{
    bool out = !str_eq_nocase(field_of(f, "Initiated"), STR("false"));
    str address = field_of(f, "DestinationIp");
    return (struct reached){.how = STR("connection"),
                            .from = f->host,
                            .target = out && !is_loopback(address)
                                          ? first_of(field_of(f, "DestinationHostname"), address)
                                          : STR_NONE,
                            .account = field_of(f, "User")};
}

static const struct {
    str channel;
    uint32_t id;
    bool here; /* the record is of the machine that was reached */
    struct reached (*read)(const struct finding *f);
} kinds[] = {
    {STR_INIT("Security"),                             4648, false, logon_to     },
    {STR_INIT("Security"),                             4624, true,  logon_here   },
    {STR_INIT("Security"),                             5140, true,  share_here   },
    {STR_INIT("Security"),                             5145, true,  share_here   },
    {STR_INIT("Microsoft-Windows-Sysmon/Operational"), 3,    false, connection_to},
};

/* A machine on which the intrusion is proven is where they were, not where they went. */
static bool is_known(const struct bench *b, str host)
{
    for (size_t i = 0; i < b->nsites; i++) {
        if (b->sites[i].host.len && bench_same_host(b, b->sites[i].host, host)) {
            return true;
        }
    }
    return false;
}

static struct reached reached_by(const struct bench *b, const struct finding *f)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (f->event_id != kinds[i].id || !str_eq(f->channel, kinds[i].channel)) {
            continue;
        }
        struct reached r = kinds[i].read(f);
        bool itself = kinds[i].here
                          ? is_known(b, r.target)
                          : is_loopback(r.target) || bench_same_host(b, r.target, f->host);
        r.target = itself ? STR_NONE : r.target;
        return r;
    }
    return (struct reached){.target = STR_NONE};
}

static bool is_same(const struct reached *a, const struct reached *b)
{
    return str_eq(a->how, b->how) && str_eq_nocase(a->target, b->target) &&
           str_eq_nocase(a->from, b->from) && str_eq_nocase(a->account, b->account);
}

static struct reached *entry_of(struct reaching *r, const struct reached *new)
{
    for (size_t i = 0; i < r->count; i++) {
        if (is_same(&r->items[i], new)) {
            return &r->items[i];
        }
    }
    if (r->count == REACHED_MAX) {
        return NULL;
    }
    r->items[r->count] = *new;
    r->items[r->count].first = r->items[r->count].last = TIME_NONE;
    return &r->items[r->count++];
}

static bool is_theirs(const struct bench *b, size_t i)
{
    return b->in->findings[i].trail || b->grades[i].basis;
}

static bool is_about(const struct bench *b, size_t i, void *ctx)
{
    const struct reached *wanted = ctx;
    struct reached r =
        is_theirs(b, i) ? reached_by(b, &b->in->findings[i]) : (struct reached){.target = STR_NONE};
    return r.target.len && is_same(&r, wanted);
}

static void add(struct reaching *r, const struct finding *f)
{
    struct reached new = reached_by(r->bench, f);
    struct reached *e = new.target.len ? entry_of(r, &new) : NULL;
    if (!e) {
        return;
    }
    e->times++;
    if (f->time != TIME_NONE) {
        e->first = e->first == TIME_NONE || f->time < e->first ? f->time : e->first;
        e->last = f->time > e->last ? f->time : e->last;
    }
}

static int by_first(const void *left, const void *right)
{
    const struct reached *a = left, *b = right;
    if (a->first != b->first) {
        return a->first < b->first ? -1 : 1;
    }
    int order = str_cmp(a->target, b->target);
    order = order ? order : str_cmp(a->how, b->how);
    order = order ? order : str_cmp(a->from, b->from);
    return order ? order : str_cmp(a->account, b->account);
}

void bench_reached(struct bench *b)
{
    struct reaching r = {b, ARENA_ARRAY(b->arena, struct reached, REACHED_MAX), 0};
    if (!r.items || b->out->verdict.state < VERDICT_EXPLOITED) {
        return;
    }
    for (size_t i = 0; i < b->in->nfindings; i++) {
        if (is_theirs(b, i)) {
            add(&r, &b->in->findings[i]);
        }
    }
    for (size_t i = 0; i < r.count; i++) {
        r.items[i].findings = bench_ids(b, is_about, &r.items[i]);
    }
    if (r.count) {
        qsort(r.items, r.count, sizeof *r.items, by_first);
    }
    b->out->reached = r.items;
    b->out->nreached = r.count;
}
