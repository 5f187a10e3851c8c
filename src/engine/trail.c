/* The trail. First the sums of web traffic, which lead on without reading anything again; then
 * entities of findings are looked for in all the evidence, pass after pass, while they lead to new
 * ones. A pass is written when it is complete, because only then it is known what was seen too
 * often to mean anything. A scan taken up again follows its trail anew. */
#include "engine/scan.h"
#include "model/host_path.h"
#include "sources/provenance.h"
#include "trace/leads.h"
#include "trace/mapped.h"
#include "trace/vanished.h"

#include <stdlib.h>
#include <string.h>

#define TRAIL_BUDGET (8 * LIMIT_GIB)

struct sighting {
    struct hit hit; /* which: the quarry */
    str unit;
};

struct trail {
    struct scanning *scanning;
    struct arena arena; /* findings, quarries */
    struct shifts shifts;
    struct finding *findings; /* of the rules and of earlier passes */
    size_t nfindings;
    struct table lively; /* units with events, and archives, by path */
    struct table told;   /* records that have a finding */
    struct table hunted; /* quarries, by kind and value */
    struct held *held;
    size_t nheld, held_cap;

    /* of one pass */
    uint32_t pass;
    struct quarry *quarries;
    size_t nquarries;
    bool only_processes;
    struct arena sights_arena;
    struct sighting *sights;
    size_t nsights, sights_cap;
    uint64_t seen[LIMIT_QUARRIES];
};

/* ---- what is known before */

static str key_of(struct arena *a, str x, str y)
{
    return arena_printf(a, "%.*s%c%.*s", STR_ARG(x), 0, STR_ARG(y));
}

static str record_key(struct arena *a, str unit, uint64_t offset, uint64_t record)
{
    return arena_printf(a, "%.*s%c%llu%c%llu", STR_ARG(unit), 0, (unsigned long long)offset, 0,
                        (unsigned long long)record);
}

static bool put(struct table *t, str key)
{
    uint32_t ignored = 0;
    return table_put(t, key, 0, &ignored);
}

static void table_for(struct trail *t, struct table *table)
{
    table_init(table, &t->arena, false);
    table->key = t->scanning->job.key;
}

static bool read_findings(struct trail *t, struct err *err)
{
    if (!case_findings(t->scanning->file, &t->arena, &t->findings, &t->nfindings, err)) {
        return false;
    }
    table_for(t, &t->told);
    for (size_t i = 0; i < t->nfindings; i++) {
        const struct finding *f = &t->findings[i];
        if (!put(&t->told, record_key(&t->arena, f->unit, f->offset, f->record))) {
            return err_set(err, ERR_FULL, "too many findings");
        }
    }
    return true;
}

/* No log of a web server names a process by its GUID. */
static bool is_of_web(str format)
{
    static const str web[] = {STR_INIT("w3c"), STR_INIT("exchange"), STR_INIT("access_log")};
    for (size_t i = 0; i < ARRAY_LEN(web); i++) {
        if (str_eq(format, web[i])) {
            return true;
        }
    }
    return false;
}

static bool read_lively(struct trail *t, struct err *err)
{
    struct unit_row *units = NULL;
    size_t count = 0;
    table_for(t, &t->lively);
    if (!case_units(t->scanning->file, &t->arena, &units, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct format *f = format_named(units[i].format);
        bool lively = units[i].events > 0 || (f && f->contains_units);
        uint32_t ignored, of_web = is_of_web(units[i].format);
        if (lively && !table_put(&t->lively, units[i].path, of_web, &ignored)) {
            return err_set(err, ERR_FULL, "too many units");
        }
    }
    return true;
}

static void hold_back(struct trail *t, const struct held *h)
{
    struct held *grown =
        arena_grow(&t->arena, t->held, &t->held_cap, t->nheld + 1, sizeof *t->held);
    if (grown) {
        t->held = grown;
        t->held[t->nheld++] = *h;
    }
}

/* ---- what web traffic leads to */

static const struct visit *client_of(void *ctx, str address)
{
    struct trail *t = ctx;
    struct err ignored;
    struct visit *client = ARENA_NEW(&t->arena, struct visit);
    bool ok = client && case_client(t->scanning->file, address, &t->arena, client, &ignored);
    return ok ? client : NULL;
}

static str count_text(struct arena *a, uint64_t n)
{
    return arena_printf(a, "%llu", (unsigned long long)n);
}

static str channel_of(const struct source_row *sources, size_t count, str unit)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(sources[i].unit, unit)) {
            return sources[i].channel;
        }
    }
    return STR_NONE;
}

static struct finding finding_of_lead(struct trail *t, const struct lead *l, str channel)
{
    enum { FIELDS = 12 };
    const struct visit *v = l->visit;
    struct arena *a = &t->arena;
    struct named_value *fields = ARENA_ARRAY(a, struct named_value, FIELDS);
    str out = v->sized ? count_text(a, v->out) : STR("?");
    str in = v->in ? count_text(a, v->in) : STR("?");
    str requests = count_text(a, v->requests), ok = count_text(a, v->ok);
    str posts = count_text(a, v->posts), minutes = count_text(a, v->minutes);
    str others = count_text(a, l->others), last = time_text(a, v->last);
    usec waited = l->attempt ? v->ok_first - l->attempt->time : 0;
    str after = l->attempt ? count_text(a, (uint64_t)(waited / USEC_PER_SEC)) : STR_NONE;
    const struct named_value made[FIELDS] = {
        {STR("c-ip"),          v->address},
        {STR("cs-uri-stem"),   v->page   },
        {STR("cs-user-agent"), v->agent  },
        {STR("requests"),      requests  },
        {STR("ok"),            ok        },
        {STR("posts"),         posts     },
        {STR("minutes"),       minutes   },
        {STR("others"),        others    },
        {STR("last"),          last      },
        {STR("sc-bytes"),      out       },
        {STR("cs-bytes"),      in        },
        {STR("after"),         after     },
    };
    size_t nfields = after.len ? FIELDS : FIELDS - 1;
    for (size_t i = 0; fields && i < nfields; i++) {
        fields[i] = made[i];
    }
    const struct hit h = {.record = v->record,
                          .offset = v->offset,
                          .time = v->first,
                          .channel = channel,
                          .host = v->host,
                          .fields = fields,
                          .nfields = fields ? (uint32_t)nfields : 0};
    struct finding f = finding_of(&h, l->rule, v->unit, a);
    f.led_by = l->led_by;
    if (f.time != TIME_NONE) { /* sums of traffic are told in true time */
        f.raw_time = f.time - shift_of(&t->shifts, v->unit, v->host) * USEC_PER_SEC;
    }
    return f;
}

/* Findings are written unit by unit. */
static bool put_leads(struct trail *t, const struct leads *l, struct err *err)
{
    struct source_row *sources = NULL;
    size_t nsources = 0;
    bool ok = case_sources(t->scanning->file, &t->arena, &sources, &nsources, err);
    struct finding *findings = ARENA_ARRAY(&t->arena, struct finding, l->count + 1);
    bool *done = ARENA_ARRAY(&t->arena, bool, l->count + 1);
    for (size_t i = 0; findings && done && ok && i < l->count; i++) {
        str unit = l->items[i].visit->unit;
        size_t n = 0;
        for (size_t k = i; k < l->count; k++) {
            if (!done[k] && str_eq(l->items[k].visit->unit, unit)) {
                findings[n++] =
                    finding_of_lead(t, &l->items[k], channel_of(sources, nsources, unit));
                done[k] = true;
            }
        }
        const struct case_part p = {
            .unit = unit, .pass = CASE_PASS_LEADS, .findings = findings, .nfindings = n};
        ok = n == 0 || case_put_part(t->scanning->file, &p, err);
    }
    return ok;
}

static bool follow_traffic(struct trail *t, struct err *err)
{
    struct visit *visits = NULL;
    struct leads leads;
    size_t count = 0;
    if (!read_findings(t, err) || !case_pages(t->scanning->file, &t->arena, &visits, &count, err)) {
        return false;
    }
    const struct traffic_seen traffic = {visits, count, client_of, t};
    if (!trace_leads(t->findings, t->nfindings, &traffic, &t->arena, &leads)) {
        return err_set(err, ERR_FULL, "out of memory");
    }
    for (size_t i = 0; i < leads.nheld; i++) {
        hold_back(t, &leads.held[i]);
    }
    return put_leads(t, &leads, err);
}

/* ---- pages that were run and are gone */

/* What was found of `of`, and behind its fields `more`, as a finding of `rule`. */
static struct finding finding_with(struct trail *t, const struct finding *of,
                                   const struct rule_info *rule, const struct named_value *more,
                                   size_t nmore)
{
    struct arena *a = &t->arena;
    struct named_value *fields = ARENA_ARRAY(a, struct named_value, of->nfields + nmore);
    for (size_t i = 0; fields && i < of->nfields + nmore; i++) {
        fields[i] = i < of->nfields ? of->fields[i] : more[i - of->nfields];
    }
    const struct hit h = {.record = of->record,
                          .offset = of->offset,
                          .len = of->len,
                          .time = of->time,
                          .channel = of->channel,
                          .host = of->host,
                          .fields = fields,
                          .nfields = fields ? (uint32_t)(of->nfields + nmore) : 0};
    return finding_of(&h, rule, of->unit, a);
}

static bool put_lead(struct trail *t, const struct finding *f, struct err *err)
{
    const struct case_part p = {
        .unit = f->unit, .pass = CASE_PASS_LEADS, .findings = f, .nfindings = 1};
    return case_put_part(t->scanning->file, &p, err);
}

static bool look_for_vanished(struct trail *t, struct err *err)
{
    struct unit_row *units = NULL;
    struct vanished *gone = NULL;
    size_t nunits = 0, count = 0;
    bool ok = case_units(t->scanning->file, &t->arena, &units, &nunits, err);
    if (ok && !trace_vanished(t->findings, t->nfindings, units, nunits, &t->arena, &gone, &count)) {
        return err_set(err, ERR_FULL, "out of memory");
    }
    for (size_t i = 0; i < count && ok; i++) {
        str marked = gone[i].marked == TIME_NONE ? STR("?") : time_text(&t->arena, gone[i].marked);
        const struct named_value more = {STR("marked"), marked};
        struct finding f = finding_with(t, gone[i].mark, &rule_vanished, &more, 1);
        f.led_by = gone[i].page;
        ok = put_lead(t, &f, err);
    }
    return ok;
}

/* ---- files that settings of their folder run */

static bool look_for_mapped(struct trail *t, struct err *err)
{
    struct mapped *mapped = NULL;
    size_t count = 0;
    bool ok = true;
    if (!trace_mapped(t->findings, t->nfindings, &t->arena, &mapped, &count)) {
        return err_set(err, ERR_FULL, "out of memory");
    }
    for (size_t i = 0; i < count && ok; i++) {
        str settings = host_path(mapped[i].settings->unit, &t->arena);
        const struct named_value more[] = {
            {STR("settings"), settings    },
            {STR("mapping"),  mapped[i].by},
        };
        struct finding f = finding_with(t, mapped[i].page, &rule_mapped, more, ARRAY_LEN(more));
        f.led_by = settings;
        ok = put_lead(t, &f, err);
    }
    return ok;
}

/* ---- a pass */

static bool wants(void *ctx, str path)
{
    const struct trail *t = ctx;
    uint32_t of_web = table_get(&t->lively, path);
    return of_web != TABLE_NONE && (of_web == 0 || !t->only_processes);
}

static void begun(void *ctx, struct unit *u)
{
    (void)ctx, (void)u;
}

static usec true_time(const struct trail *t, str unit, const struct hit *h)
{
    return h->time == TIME_NONE ? h->time
                                : h->time + shift_of(&t->shifts, unit, h->host) * USEC_PER_SEC;
}

static struct hit copy_hit(struct arena *a, const struct hit *h)
{
    struct hit copy = *h;
    copy.channel = arena_str(a, h->channel);
    copy.host = arena_str(a, h->host);
    copy.fields = ARENA_ARRAY(a, struct named_value, h->nfields + 1);
    copy.nfields = copy.fields ? h->nfields : 0;
    for (uint32_t i = 0; i < copy.nfields; i++) {
        copy.fields[i].name = arena_str(a, h->fields[i].name);
        copy.fields[i].value = arena_str(a, h->fields[i].value);
    }
    return copy;
}

static bool add_sight(struct trail *t, str unit, const struct hit *h)
{
    struct arena *a = &t->sights_arena;
    struct sighting *grown =
        arena_grow(a, t->sights, &t->sights_cap, t->nsights + 1, sizeof *t->sights);
    if (grown) {
        t->sights = grown;
        t->sights[t->nsights++] = (struct sighting){copy_hit(a, h), arena_str(a, unit)};
    }
    return grown != NULL;
}

static bool part(void *ctx, struct unit *u, uint32_t number, const struct harvest *v,
                 struct err *err)
{
    struct trail *t = ctx;
    (void)number;
    for (size_t i = 0; i < v->nhits; i++) {
        const struct hit *h = &v->hits[i];
        if (h->which >= t->nquarries ||
            !job_wants(&t->scanning->job, true_time(t, u->path, h), 0)) {
            continue;
        }
        bool rare = ++t->seen[h->which] <= LIMIT_QUARRY_HITS;
        if (rare && !add_sight(t, u->path, h)) {
            return err_set(err, ERR_FULL, "the trail is too long for memory");
        }
    }
    return true;
}

static bool ended(void *ctx, struct unit *u, struct err *err)
{
    (void)ctx, (void)u, (void)err;
    return true;
}

static bool crowded(void *ctx)
{
    (void)ctx;
    return false;
}

static bool hunt_pass(struct trail *t, struct err *err)
{
    struct scanning *s = t->scanning;
    const struct consumer consumer = {t, wants, begun, part, ended, NULL, crowded};
    struct arena rules;
    arena_init(&rules, LIMIT_GIB);
    struct hunt *hunt = hunt_new(&rules, t->quarries, t->nquarries, err);
    struct job job = s->job;
    job.mode = JOB_TRAIL;
    job.hunt = hunt;
    bool ok = hunt && scan_pass(s, &job, &consumer, err);
    if (hunt) {
        hunt_done(hunt);
    }
    arena_done(&rules);
    return ok;
}

/* ---- writing it down */

static int by_place(const void *a, const void *b)
{
    const struct sighting *x = a, *y = b;
    int order = str_cmp(x->unit, y->unit);
    if (order) {
        return order;
    }
    if (x->hit.offset != y->hit.offset) {
        return x->hit.offset < y->hit.offset ? -1 : 1;
    }
    return (x->hit.record > y->hit.record) - (x->hit.record < y->hit.record);
}

static struct finding finding_of_sight(struct trail *t, const struct sighting *s, struct arena *a)
{
    struct finding f = finding_of(&s->hit, &rule_trail, s->unit, a);
    f.trail = true;
    f.led_by = t->quarries[s->hit.which].value;
    f.time = true_time(t, s->unit, &s->hit);
    return f;
}

static bool is_news(struct trail *t, const struct sighting *s, struct arena *a)
{
    struct arena_mark mark = arena_mark(a);
    str key = record_key(a, s->unit, s->hit.offset, s->hit.record);
    bool known = table_get(&t->told, key) != TABLE_NONE;
    arena_rewind(a, mark);
    return !known && t->seen[s->hit.which] <= LIMIT_QUARRY_HITS;
}

/* The findings of one unit, from sighting `from` on. Returns where the next unit begins. */
static size_t put_unit(struct trail *t, size_t from, uint64_t *put, struct err *err, bool *ok)
{
    str unit = t->sights[from].unit;
    size_t to = from, count = 0;
    struct arena a;
    while (to < t->nsights && str_eq(t->sights[to].unit, unit)) {
        to++;
    }
    arena_init(&a, TRAIL_BUDGET);
    struct finding *findings = ARENA_ARRAY(&a, struct finding, to - from);
    for (size_t i = from; findings && i < to; i++) {
        if (is_news(t, &t->sights[i], &a)) {
            findings[count++] = finding_of_sight(t, &t->sights[i], &a);
        }
    }
    const struct case_part p = {
        .unit = unit, .pass = t->pass, .findings = findings, .nfindings = count};
    *ok = count == 0 || case_put_part(t->scanning->file, &p, err);
    *put += count;
    arena_done(&a);
    return to;
}

static bool put_pass(struct trail *t, uint64_t *put, struct err *err)
{
    bool ok = true;
    if (t->nsights > 0) {
        qsort(t->sights, t->nsights, sizeof *t->sights, by_place);
    }
    for (size_t i = 0; i < t->nsights && ok;) {
        i = put_unit(t, i, put, err, &ok);
    }
    for (size_t i = 0; i < t->nquarries; i++) {
        if (t->seen[i] > LIMIT_QUARRY_HITS) {
            hold_back(t, &(struct held){t->quarries[i].kind, t->quarries[i].value,
                                        N_("it stands in more than 2,000 records")});
        }
    }
    return ok;
}

/* ---- pass after pass */

/* What is worth following and was not followed yet. */
static bool choose(struct trail *t, struct err *err)
{
    enum { CONSIDERED = 16 * LIMIT_QUARRIES };
    struct quarry *found = NULL;
    size_t count = trace_quarries(t->findings, t->nfindings, CONSIDERED, &t->arena, &found);
    t->quarries = ARENA_ARRAY(&t->arena, struct quarry, LIMIT_QUARRIES);
    t->nquarries = 0;
    t->only_processes = true;
    if (!t->quarries) {
        return err_set(err, ERR_FULL, "out of memory");
    }
    for (size_t i = 0; i < count && t->nquarries < LIMIT_QUARRIES; i++) {
        str key = key_of(&t->arena, found[i].kind, found[i].value);
        if (table_get(&t->hunted, key) == TABLE_NONE && put(&t->hunted, key)) {
            t->quarries[t->nquarries++] = found[i];
            t->only_processes = t->only_processes && str_eq(found[i].kind, STR("process"));
        }
    }
    return true;
}

static bool follow(struct trail *t, struct err *err)
{
    bool ok = true;
    uint64_t put = 1;
    for (t->pass = 1; ok && put > 0 && t->pass <= LIMIT_TRAIL_PASSES; t->pass++) {
        put = 0;
        ok = read_findings(t, err) && choose(t, err);
        if (!ok || t->nquarries == 0) {
            break;
        }
        memset(t->seen, 0, sizeof t->seen);
        t->nsights = t->sights_cap = 0;
        t->sights = NULL;
        arena_init(&t->sights_arena, TRAIL_BUDGET);
        ok = hunt_pass(t, err) && put_pass(t, &put, err);
        arena_done(&t->sights_arena);
    }
    struct held *held = NULL;
    size_t count = ok ? trace_held_back(t->findings, t->nfindings, &t->arena, &held) : 0;
    for (size_t i = 0; i < count; i++) {
        hold_back(t, &held[i]);
    }
    return ok;
}

/* What was held back outlives the trail. */
static bool keep_held(const struct trail *t, struct arena *a, struct held_list *out)
{
    out->items = ARENA_ARRAY(a, struct held, t->nheld + 1);
    for (size_t i = 0; out->items && i < t->nheld; i++) {
        const struct held *h = &t->held[i];
        out->items[out->count++] =
            (struct held){arena_str(a, h->kind), arena_str(a, h->value), h->why};
    }
    return out->items != NULL;
}

bool scan_trail(struct scanning *s, struct arena *a, struct held_list *held, struct err *err)
{
    struct trail *t = calloc(1, sizeof *t);
    if (!t) {
        abort();
    }
    t->scanning = s;
    s->doing = N_("following the trail");
    arena_init(&t->arena, TRAIL_BUDGET);
    table_for(t, &t->hunted);
    bool ok = case_drop_trail(s->file, err) && shifts_read(s->file, &t->arena, &t->shifts, err) &&
              read_lively(t, err) && follow_traffic(t, err) && look_for_vanished(t, err) &&
              look_for_mapped(t, err) && follow(t, err);
    ok = ok && (keep_held(t, a, held) || err_set(err, ERR_FULL, "out of memory"));
    arena_done(&t->arena);
    free(t);
    return ok;
}
