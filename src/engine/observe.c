#include "engine/observe.h"

#include "model/value.h"
#include "trace/traffic.h"

#include <stdlib.h>
#include <string.h>

struct seen {      /* an origin of this part */
    size_t source; /* in the census */
    uint32_t event_id;
    uint64_t events; /* counted */
    bool known, wanted, sysmon;
    bool web; /* may hold web requests */
};

struct vote {
    size_t source; /* whose host */
    int32_t quarter_hours;
    uint64_t count;
};

struct observer {
    struct senses *senses;
    struct arena *arena;
    struct arena text; /* of one hit */
    struct census census;
    struct traffic traffic;
    struct tally notes;
    struct seen *seen; /* by number of the origin */
    size_t cap;
    struct vote votes[LIMIT_CLOCK_VOTES];
    size_t nvotes;
    uint64_t events, sent;                 /* bytes of hits */
    uint64_t unsent;                       /* hits over the limits */
    uint64_t observed;                     /* bytes of observations */
    uint64_t unobserved;                   /* over the limit */
    const struct event *event;             /* at hand */
    const struct indicator_hit *indicator; /* of the hit at hand; or NULL */
    bool voting;                           /* it is looked at for its clock */
    struct field facts[2];                 /* of the file, behind those of each event */
    size_t nfacts;
    bool belongs; /* the file is one that can be no finding */
};

static sigma_observer on_observation;

void senses_init(struct senses *s, const struct job *job, struct wire *wire)
{
    *s = (struct senses){.job = job, .wire = wire};
    if (job->mode == JOB_TRAIL) {
        s->scratch = hunt_scratch_new(job->hunt);
        s->nhits = LIMIT_QUARRIES;
    } else if (job->mode == JOB_PICK || job->mode == JOB_SURVEY) {
        s->nhits = 1;
    } else {
        s->run = sigma_run_new(job->sigma, job->key);
        s->indicators = job->mode == JOB_SCAN ? indicator_run_new(job->indicators) : NULL;
        s->patterns = job->mode == JOB_SCAN ? stix_run_new(job->patterns) : NULL;
        s->nhits = job_hits(job);
    }
    s->hits = calloc(s->nhits + 1, sizeof *s->hits);
    if (!s->hits) {
        abort();
    }
}

bool senses_look(struct senses *s, const struct format *f, bytes unit, uint64_t from, uint64_t to,
                 struct arena *a)
{
    s->warmth = (struct warmth){0};
    const struct sieve *sieve = f->plain ? hunt_sieve(s->job->hunt) : NULL;
    return !sieve || !sieve_look(sieve, unit, from, to, a, &s->warmth) || s->warmth.any;
}

struct observer *observer_new(struct senses *s, struct arena *arena)
{
    struct observer *o = ARENA_NEW(arena, struct observer);
    if (o) {
        o->senses = s;
        o->arena = arena;
        arena_init(&o->text, LIMIT_RECORD_ARENA);
        census_init(&o->census, s->job->key);
        traffic_init(&o->traffic, s->job->key, LIMIT_PART_TRAFFIC);
        memset(s->hits, 0, s->nhits * sizeof *s->hits);
        if (s->run) {
            sigma_run_unit(s->run);
            sigma_run_observe(s->run, on_observation, o);
        }
    }
    return o;
}

void observer_file(struct observer *o, const struct file_facts *facts)
{
    const str standing = str_of(standing_name(facts->standing)), like = facts->looks_like;
    o->facts[o->nfacts++] = (struct field){STR("Baseline"), bytes_of_str(standing).p,
                                           (uint32_t)standing.len, FIELD_BASELINE, VALUE_TEXT};
    if (like.len > 0) {
        o->facts[o->nfacts++] = (struct field){STR("LooksLike"), bytes_of_str(like).p,
                                               (uint32_t)like.len, FIELD_LOOKS_LIKE, VALUE_TEXT};
    }
    o->belongs = facts->standing == STANDING_KNOWN && o->senses->job->mode == JOB_SCAN;
}

static void on_note(void *ctx, const struct note *n)
{
    struct observer *o = ctx;
    tally_note(&o->notes, n->id, 1, n->offset, n->len);
}

/* ---- heads: most events get no further */

static struct seen *seen_of(struct observer *o, const struct origin *origin)
{
    if (origin->number >= o->cap) {
        struct seen *grown =
            arena_grow(o->arena, o->seen, &o->cap, (size_t)origin->number + 1, sizeof *o->seen);
        if (!grown) {
            return NULL;
        }
        o->seen = grown;
    }
    struct seen *s = &o->seen[origin->number];
    if (!s->known) {
        bool rules = o->senses->run != NULL;
        *s = (struct seen){
            .source = census_source(&o->census, origin->host, origin->channel, origin->build),
            .event_id = origin->event_id,
            .known = true,
            .wanted = rules ? sigma_run_wants(o->senses->run, origin) : true,
            .web = o->senses->job->mode == JOB_SCAN && origin->event_id == 0,
            .sysmon = str_has_nocase(origin->channel, STR("sysmon")),
        };
    }
    return s;
}

static bool on_head(void *ctx, const struct event *head)
{
    struct observer *o = ctx;
    const struct job *job = o->senses->job;
    o->events++;
    if (!job_wants(job, head->time, LIMIT_CLOCK_SLACK)) {
        return false;
    }
    struct seen *s = seen_of(o, head->origin);
    if (!s) {
        tally_note(&o->notes, NOTE_OVER_BUDGET, 1, head->offset, head->len);
        return false;
    }
    if (job->mode == JOB_PICK) {
        return head->record == job->record;
    }
    if (job->mode == JOB_TRAIL) {
        return warmth_near(&o->senses->warmth, head->offset, head->len);
    }
    if (job->mode != JOB_SCAN && job->mode != JOB_SURVEY) {
        return s->wanted;
    }
    if (job_wants(job, head->time, 0) && !head->recovered) { /* a note counts those */
        census_event(&o->census.sources[s->source], &o->census.arena, head->time);
        s->events++;
    }
    if (job->mode == JOB_SURVEY || o->belongs) {
        return false;
    }
    o->voting = s->sysmon && s->events <= LIMIT_CLOCK_SAMPLES && head->time != TIME_NONE;
    return s->wanted || s->web || o->voting || o->senses->indicators || o->senses->patterns;
}

/* ---- the host's clock, against the one that Sysmon writes down in UTC */

static void vote(struct observer *o, const struct event *e)
{
    usec utc = time_parse(event_text(e, FIELD_UTC_TIME, &o->text));
    usec apart = 0;
    if (utc == TIME_NONE || __builtin_sub_overflow(utc, e->time, &apart)) {
        return;
    }
    const usec quarter = 900 * USEC_PER_SEC;
    usec steps = (apart + (apart < 0 ? -quarter : quarter) / 2) / quarter;
    if (steps > INT32_MAX || steps < INT32_MIN) {
        return;
    }
    size_t source = o->seen[e->origin->number].source, i = 0;
    while (i < o->nvotes &&
           (o->votes[i].source != source || o->votes[i].quarter_hours != (int32_t)steps)) {
        i++;
    }
    if (i < LIMIT_CLOCK_VOTES) {
        o->votes[i] = (struct vote){source, (int32_t)steps, o->votes[i].count + 1};
        o->nvotes += i == o->nvotes;
    }
}

/* ---- hits */

static str cut_text(struct arena *a, str s, size_t max)
{
    static const str mark = STR_INIT("\xe2\x80\xa6"); /* an ellipsis */
    if (s.len <= max) {
        return s;
    }
    size_t len = max - mark.len;
    while (len > 0 && ((uint8_t)s.p[len] & 0xc0) == 0x80) {
        len--; /* not in the middle of a code point */
    }
    return arena_printf(a, "%.*s%.*s", (int)len, s.p, STR_ARG(mark));
}

/* In front, so that they stay when there is no room for the others. */
static void fill_indicator(struct observer *o, size_t max, struct hit *h)
{
    for (size_t i = 0; i < o->indicator->nfields && i < LIMIT_FIELDS / 2; i++) {
        const struct named_value *f = &o->indicator->fields[i];
        h->fields[h->nfields++] = (struct named_value){f->name, cut_text(&o->text, f->value, max)};
    }
}

static void fill_fields(struct observer *o, const struct event *e, size_t max, struct hit *h)
{
    size_t more = o->indicator ? o->indicator->nfields : 0, all = e->nfields + more;
    size_t count = all < LIMIT_FIELDS ? all : LIMIT_FIELDS;
    h->nfields = 0;
    h->fields = ARENA_ARRAY(&o->text, struct named_value, count + 1);
    if (h->fields && o->indicator) {
        fill_indicator(o, max, h);
    }
    for (size_t i = 0; h->fields && h->nfields < count && i < e->nfields; i++) {
        const struct field *f = &e->fields[i];
        h->fields[h->nfields++] = (struct named_value){
            cut_text(&o->text, f->name, LIMIT_NAME_TEXT),
            cut_text(&o->text, value_text(f, &o->text), max),
        };
    }
}

/* With as much of its fields as fit into one message. */
static size_t say_hit(struct observer *o, const struct event *e, struct message *m)
{
    static const size_t room[] = {LIMIT_FIELD_TEXT, LIMIT_SIGHTING_TEXT, 16};
    enum job_mode mode = o->senses->job->mode;
    size_t sent = mode == JOB_MATCH ? wire_keep(o->senses->wire, m) : 0;
    for (size_t i = mode == JOB_TRAIL; i < ARRAY_LEN(room) && sent == 0; i++) {
        fill_fields(o, e, room[i], &m->hit);
        sent = wire_say(o->senses->wire, m);
    }
    while (sent == 0) {
        m->hit.nfields /= 2;
        sent = wire_say(o->senses->wire, m);
    }
    return sent;
}

static uint32_t most_hits(const struct job *job)
{
    /* One more than the rarity guard allows tells the parent that it is over. */
    return job->mode == JOB_SCAN    ? LIMIT_RULE_HITS
           : job->mode == JOB_TRAIL ? LIMIT_QUARRY_HITS + 1
                                    : UINT32_MAX;
}

/* A place in the evidence; where it comes from is not asked for in a match. */
static struct hit hit_of(struct observer *o, uint32_t which, const struct event *e)
{
    struct hit h = {
        .which = which, .record = e->record, .offset = e->offset, .len = e->len, .time = e->time};
    if (o->senses->job->mode != JOB_MATCH) {
        h.channel = cut_text(&o->text, e->origin->channel, LIMIT_NAME_TEXT);
        h.host = cut_text(&o->text, e->origin->host, LIMIT_NAME_TEXT);
        h.event_id = e->origin->event_id;
    }
    return h;
}

static void tell_hit(struct observer *o, uint32_t which, const struct event *e)
{
    const struct job *job = o->senses->job;
    uint32_t *hits = &o->senses->hits[which];
    uint32_t most = o->sent < LIMIT_PART_HITS || job->mode == JOB_MATCH ? most_hits(job) : 1;
    if (*hits >= most) {
        o->unsent++;
        return;
    }
    ++*hits;
    struct message m = {.kind = MESSAGE_HIT, .hit = hit_of(o, which, e)};
    o->sent += say_hit(o, e, &m);
}

static bool on_hit(void *ctx, const struct sigma_hit *hit)
{
    tell_hit(ctx, hit->rule, hit->event);
    return true;
}

static void on_indicator(void *ctx, const struct indicator_hit *hit)
{
    struct observer *o = ctx;
    o->indicator = hit;
    tell_hit(o, job_rules(o->senses->job) + hit->rule, o->event);
    o->indicator = NULL;
}

static void on_pattern(void *ctx, const struct stix_hit *hit)
{
    struct observer *o = ctx;
    struct indicator_hit told = {hit->rule, hit->fields, hit->nfields};
    o->indicator = &told;
    tell_hit(o, job_patterns(o->senses->job) + hit->rule, o->event);
    o->indicator = NULL;
}

static void say_observed(struct observer *o, struct message *m)
{
    size_t sent = o->observed < LIMIT_PART_OBSERVED ? wire_keep(o->senses->wire, m) : 0;
    o->observed += sent;
    o->unobserved += sent == 0;
}

/* For patterns of several brackets, which the parent joins at the end. */
static void on_bracket(void *ctx, uint32_t bracket)
{
    struct observer *o = ctx;
    uint32_t which = job_hits(o->senses->job) + bracket;
    struct message m = {.kind = MESSAGE_OBSERVED, .hit = hit_of(o, which, o->event)};
    say_observed(o, &m);
}

static void look_for_patterns(struct observer *o, const struct event *e)
{
    const struct stix_listener l = {on_pattern, on_bracket, o};
    if (!stix_run_event(o->senses->patterns, e, &o->text, &l)) {
        tally_note(&o->notes, NOTE_UNDECIDED, 1, e->offset, e->len);
    }
}

/* For correlations, which the parent makes at the end, over all of the evidence. */
static void on_observation(void *ctx, const struct sigma_observation *seen)
{
    struct observer *o = ctx;
    struct message m = {.kind = MESSAGE_OBSERVED, .hit = hit_of(o, seen->rule, o->event)};
    size_t count = seen->nfields < LIMIT_FIELDS ? seen->nfields : 0;
    m.hit.fields = ARENA_ARRAY(&o->text, struct named_value, count + 1);
    for (; m.hit.fields && m.hit.nfields < count; m.hit.nfields++) {
        const struct named_value *f = &seen->fields[m.hit.nfields];
        m.hit.fields[m.hit.nfields] = (struct named_value){
            cut_text(&o->text, f->name, LIMIT_NAME_TEXT),
            cut_text(&o->text, f->value, LIMIT_FIELD_TEXT),
        };
    }
    if (m.hit.nfields == seen->nfields) {
        say_observed(o, &m);
    } else {
        o->unobserved++;
    }
}

static bool look_at(struct observer *o, const struct event *e)
{
    struct senses *s = o->senses;
    struct seen *seen = &o->seen[e->origin->number];
    bool go_on = true;
    o->event = e;
    arena_reset(&o->text);
    if (seen->web && job_wants(s->job, e->time, 0)) {
        seen->web = traffic_event(&o->traffic, e, &o->text);
    }
    if (o->voting) {
        vote(o, e);
    }
    if (s->scratch) {
        int quarry = hunt_event(s->job->hunt, s->scratch, e, &o->text);
        if (quarry >= 0) {
            tell_hit(o, (uint32_t)quarry, e);
        }
    } else if (s->job->mode == JOB_PICK) {
        tell_hit(o, 0, e);
    } else if (seen->wanted) {
        go_on = sigma_run_event(s->run, e, on_hit, o);
    }
    if (go_on && s->indicators && job_wants(s->job, e->time, LIMIT_CLOCK_SLACK)) {
        indicator_run_event(s->indicators, e, &o->text, on_indicator, o);
    }
    if (go_on && s->patterns && job_wants(s->job, e->time, LIMIT_CLOCK_SLACK)) {
        look_for_patterns(o, e);
    }
    return go_on;
}

static bool on_event(void *ctx, const struct event *e)
{
    struct observer *o = ctx;
    struct event more = *e;
    if (o->nfacts == 0) {
        return look_at(o, e);
    }
    struct field *fields = ARENA_ARRAY(o->arena, struct field, e->nfields + o->nfacts);
    if (fields) {
        memcpy(fields, e->fields, e->nfields * sizeof *fields);
        memcpy(fields + e->nfields, o->facts, o->nfacts * sizeof *fields);
        more.fields = fields;
        more.nfields += o->nfacts;
    }
    return look_at(o, &more);
}

struct sink observer_sink(struct observer *o)
{
    return (struct sink){
        .ctx = o,
        .on_head = on_head,
        .on_event = on_event,
        .on_note = on_note,
    };
}

/* ---- the end of a part */

static void tell_sources(struct observer *o)
{
    struct message m = {.kind = MESSAGE_SOURCE};
    for (size_t i = 0; i < o->cap; i++) {
        const struct seen *s = &o->seen[i];
        if (s->known && s->event_id) {
            census_ids(&o->census.sources[s->source], &o->census.arena, s->event_id, s->events);
        }
    }
    for (size_t i = 0; i < o->census.count; i++) {
        census_tell(&o->census.sources[i], &m.source);
        if (m.source.events > 0) {
            (void)wire_keep(o->senses->wire, &m);
        }
    }
    for (size_t i = 0; i < o->nvotes; i++) {
        const struct vote *v = &o->votes[i];
        m = (struct message){
            .kind = MESSAGE_VOTE,
            .vote = {o->census.sources[v->source].host, v->quarter_hours, v->count},
        };
        (void)wire_keep(o->senses->wire, &m);
    }
}

static void tell_visit(void *ctx, const struct visit *v)
{
    struct observer *o = ctx;
    (void)wire_keep(o->senses->wire, &(struct message){.kind = MESSAGE_VISIT, .visit = *v});
}

uint64_t observer_end(struct observer *o)
{
    uint64_t events = o->events;
    /* The trail's own limit is the rarity guard's business, not a loss. */
    if (o->senses->job->mode != JOB_TRAIL) {
        tally_note(&o->notes, NOTE_OVER_OUTPUT, o->unsent, 0, 0);
    }
    tally_note(&o->notes, NOTE_OVER_OUTPUT, o->unobserved, 0, 0);
    tally_note(&o->notes, NOTE_OVER_BUDGET, o->census.full, 0, 0);
    tell_sources(o);
    traffic_tell(&o->traffic, tell_visit, o);
    tally_note(&o->notes, NOTE_OVER_BUDGET, o->traffic.full, 0, 0);
    wire_keep_notes(o->senses->wire, &o->notes);
    census_done(&o->census);
    traffic_done(&o->traffic);
    arena_done(&o->text);
    return events;
}
