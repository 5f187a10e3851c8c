/* Reading: everything in the order that model/ gives, whatever order it was written in. */
#include "base/text.h"
#include "store/case.h"
#include "store/shape.h"

#include <string.h>

static bool damaged(const struct case_file *c, const char *what, struct err *err)
{
    return err_set(err, ERR_INPUT, "case %s: the file is damaged (%s)", c->path, what);
}

static bool no_memory(const struct case_file *c, struct err *err)
{
    return err_set(err, ERR_FULL, "case %s: it holds more than this machine's memory budget",
                   c->path);
}

/* ---- rules */

struct rule_set { /* by row number */
    const struct rule_info **items;
    size_t cap, count;
};

static bool add_rule(struct case_file *c, struct query *q, struct arena *a, struct rule_set *set,
                     struct err *err)
{
    size_t number = (size_t)got_int(q, 0);
    struct rule_info *rule = ARENA_NEW(a, struct rule_info);
    set->items = arena_grow(a, set->items, &set->cap, number + 1, sizeof(void *));
    if (!rule || !set->items) {
        return no_memory(c, err);
    }
    if (!shape_read(&shape_rule, got_borrowed(q, 1), a, rule)) {
        return damaged(c, "a rule", err);
    }
    set->items[number] = rule;
    set->count = number + 1;
    return true;
}

static bool read_rules(struct case_file *c, struct arena *a, struct rule_set *set, struct err *err)
{
    struct query q = query(c, SQL_GET_RULES);
    bool failed = false;
    *set = (struct rule_set){0};
    while (query_row(&q, &failed, err)) {
        if (!add_rule(c, &q, a, set, err)) {
            return false;
        }
    }
    return !failed;
}

bool case_rules(struct case_file *c, struct arena *a, uint64_t *loaded, str **problems,
                size_t *count, struct err *err)
{
    struct query q = query(c, SQL_GET_LOADED);
    bool failed = false;
    if (!query_row(&q, &failed, err)) {
        return failed ? false : damaged(c, "no scan", err);
    }
    *loaded = got_count(&q, 0);
    if (!query_run(&q, err)) {
        return false;
    }
    size_t cap = 0;
    *count = 0;
    *problems = NULL;
    q = query(c, SQL_GET_PROBLEMS);
    while (query_row(&q, &failed, err)) {
        *problems = arena_grow(a, *problems, &cap, *count + 1, sizeof **problems);
        if (!*problems) {
            return no_memory(c, err);
        }
        (*problems)[(*count)++] = got_text(&q, 0, a);
    }
    return !failed;
}

/* ---- findings */

static bool read_nested(struct query *q, struct arena *a, struct finding *f)
{
    void *fields = NULL, *entities = NULL;
    bool ok = shape_read(&shape_text, got_borrowed(q, 11), a, &f->summary) &&
              shape_read_list(&shape_named_value, got_borrowed(q, 12), a, &fields, &f->nfields) &&
              shape_read_list(&shape_entity_ref, got_borrowed(q, 13), a, &entities, &f->nentities);
    f->fields = fields;
    f->entities = entities;
    return ok;
}

static bool read_finding(struct query *q, const struct rule_set *rules, struct arena *a,
                         struct finding *f)
{
    size_t rule = (size_t)got_int(q, 2);
    *f = (struct finding){
        .id = got_text(q, 0, a),
        .rule = rule < rules->count ? rules->items[rule] : NULL,
        .unit = got_text(q, 1, a),
        .record = got_count(q, 3),
        .offset = got_count(q, 4),
        .len = got_count(q, 5),
        .time = got_time(q, 6),
        .raw_time = got_time(q, 7),
        .channel = got_text(q, 8, a),
        .host = got_text(q, 9, a),
        .event_id = (uint32_t)got_int(q, 10),
        .trail = got_int(q, 14) != 0,
        .led_by = got_text(q, 15, a),
    };
    return f->rule && read_nested(q, a, f);
}

static bool read_findings(struct case_file *c, struct query *q, struct arena *a,
                          struct finding **out, size_t *count, struct err *err)
{
    struct rule_set rules;
    if (!read_rules(c, a, &rules, err)) {
        return false;
    }
    size_t cap = 0;
    bool failed = false;
    *out = NULL;
    *count = 0;
    while (query_row(q, &failed, err)) {
        *out = arena_grow(a, *out, &cap, *count + 1, sizeof **out);
        if (!*out) {
            return no_memory(c, err);
        }
        if (!read_finding(q, &rules, a, &(*out)[(*count)++])) {
            return damaged(c, "a finding", err);
        }
    }
    return !failed;
}

bool case_findings(struct case_file *c, struct arena *a, struct finding **out, size_t *count,
                   struct err *err)
{
    struct query q = query(c, SQL_GET_FINDINGS);
    return read_findings(c, &q, a, out, count, err);
}

static bool is_id_prefix(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char ch = ascii_lower(s.p[i]);
        if (!ascii_is_digit(ch) && !(ch >= 'a' && ch <= 'f')) {
            return false;
        }
    }
    return s.len > 0;
}

bool case_finding(struct case_file *c, str id_prefix, struct arena *a, struct finding *out,
                  struct err *err)
{
    if (!is_id_prefix(id_prefix)) {
        return err_set(err, ERR_USAGE,
                       "\"%.*s\" is not the id of a finding: those are 12 digits "
                       "and letters a to f, or the beginning of them",
                       STR_ARG(id_prefix));
    }
    struct finding *found = NULL;
    size_t count = 0;
    struct query q = query(c, SQL_GET_FINDING);
    put_text(&q, text_lower(a, id_prefix));
    if (!read_findings(c, &q, a, &found, &count, err)) {
        return false;
    }
    if (count == 0) {
        return err_set(err, ERR_NOT_FOUND, "case %s: it holds no finding %.*s", c->path,
                       STR_ARG(id_prefix));
    }
    if (count > 1 && !str_eq(found[0].id, id_prefix)) {
        return err_set(err, ERR_USAGE,
                       "%.*s is the beginning of %zu findings, %.*s and %.*s among "
                       "them: give more of it",
                       STR_ARG(id_prefix), count, STR_ARG(found[0].id), STR_ARG(found[1].id));
    }
    *out = found[0];
    return true;
}

/* ---- observations */

/* Bytes of fields that one may have, on the average: ten times what a logon takes. */
enum { ROOM_OF_ONE = 1 << 10, FIELDS_COLUMN = 9 };

static bool read_observation(struct query *q, struct arena *a, struct case_observation *o)
{
    void *fields = NULL;
    *o = (struct case_observation){
        .unit = got_text(q, 0, a),
        .rule = (uint32_t)got_int(q, 1),
        .record = got_count(q, 2),
        .offset = got_count(q, 3),
        .len = got_count(q, 4),
        .time = got_time(q, 5),
        .channel = got_text(q, 6, a),
        .host = got_text(q, 7, a),
        .event_id = (uint32_t)got_int(q, 8),
    };
    bool ok = shape_read_list(&shape_named_value, got_borrowed(q, FIELDS_COLUMN), a, &fields,
                              &o->nfields);
    o->fields = fields;
    return ok;
}

bool case_observations(struct case_file *c, size_t most, struct arena *a,
                       struct case_observation **out, size_t *count, uint64_t *all, struct err *err)
{
    struct query q = query(c, SQL_COUNT_OBSERVATIONS);
    uint64_t room = most * ROOM_OF_ONE;
    size_t cap = 0;
    bool failed = false;
    *out = NULL;
    *count = 0;
    if (!query_row(&q, &failed, err)) {
        return failed ? false : damaged(c, "no observations", err);
    }
    *all = got_count(&q, 0);
    if (!query_run(&q, err)) {
        return false;
    }
    q = query(c, SQL_GET_OBSERVATIONS);
    put_count(&q, most);
    while (query_row(&q, &failed, err)) {
        size_t size = got_borrowed(&q, FIELDS_COLUMN).len;
        if (size > room) {
            (void)sqlite3_reset(q.stmt);
            return true;
        }
        room -= size;
        *out = arena_grow(a, *out, &cap, *count + 1, sizeof **out);
        if (!*out) {
            return no_memory(c, err);
        }
        if (!read_observation(&q, a, &(*out)[(*count)++])) {
            return damaged(c, "an observation", err);
        }
    }
    return !failed;
}

/* ---- units */

static bool outcome_parse(str s, enum outcome *out)
{
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (str_eq(s, str_of(outcome_name((enum outcome)i)))) {
            *out = (enum outcome)i;
            return true;
        }
    }
    return false;
}

static bool note_parse(str s, enum note_id *out)
{
    for (int i = 0; i < NOTE_COUNT; i++) {
        if (str_eq(s, str_of(note_name((enum note_id)i)))) {
            *out = (enum note_id)i;
            return true;
        }
    }
    return false;
}

static bool read_unit(struct query *q, struct arena *a, struct unit_row *u)
{
    *u = (struct unit_row){
        .path = got_text(q, 0, a),
        .format = got_text(q, 1, a),
        .size = got_count(q, 2),
        .modified = got_time(q, 3),
        .hashed = sqlite3_column_bytes(q->stmt, 4) == (int)sizeof u->sha256,
        .events = got_count(q, 6),
        .example = got_text(q, 7, a),
    };
    if (u->hashed) {
        memcpy(u->sha256, sqlite3_column_blob(q->stmt, 4), sizeof u->sha256);
    }
    return outcome_parse(got_borrowed(q, 5), &u->outcome);
}

/* Notes come in the order of units: one walk over both. */
static bool read_notes(struct case_file *c, struct arena *a, struct unit_row *units, size_t count,
                       struct err *err)
{
    struct query q = query(c, SQL_GET_NOTES);
    bool failed = false;
    size_t at = 0, cap = 0;
    struct note_row *notes = NULL;
    while (query_row(&q, &failed, err)) {
        while (at < count && !str_eq(units[at].path, got_borrowed(&q, 0))) {
            at++;
            notes = NULL;
            cap = 0;
        }
        struct unit_row *u = at < count ? &units[at] : NULL;
        notes = u ? arena_grow(a, notes, &cap, u->nnotes + 1, sizeof *notes) : NULL;
        if (!notes) {
            return u ? no_memory(c, err) : damaged(c, "a note without its unit", err);
        }
        struct note_row *n = &notes[u->nnotes++];
        *n = (struct note_row){
            .count = got_count(&q, 2), .offset = got_count(&q, 3), .len = got_count(&q, 4)};
        if (!note_parse(got_borrowed(&q, 1), &n->id)) {
            return damaged(c, "a note", err);
        }
        u->notes = notes;
        u->lost += note_grade(n->id) == NOTE_GRADE_ODD ? 0 : n->len;
    }
    return !failed;
}

bool case_units(struct case_file *c, struct arena *a, struct unit_row **out, size_t *count,
                struct err *err)
{
    struct query q = query(c, SQL_GET_UNITS);
    size_t cap = 0;
    bool failed = false;
    *out = NULL;
    *count = 0;
    while (query_row(&q, &failed, err)) {
        *out = arena_grow(a, *out, &cap, *count + 1, sizeof **out);
        if (!*out) {
            return no_memory(c, err);
        }
        if (!read_unit(&q, a, &(*out)[(*count)++])) {
            return damaged(c, "a unit", err);
        }
    }
    return !failed && read_notes(c, a, *out, *count, err);
}

/* ---- sources and clocks */

static bool read_source(struct query *q, struct arena *a, struct source_row *s)
{
    int64_t shift = got_int(q, 6);
    void *gaps = NULL, *ids = NULL;
    *s = (struct source_row){
        .unit = got_text(q, 0, a),
        .host = got_text(q, 1, a),
        .channel = got_text(q, 2, a),
        .build = got_text(q, 9, a),
        .first = time_shifted(got_time(q, 3), shift),
        .last = time_shifted(got_time(q, 4), shift),
        .events = got_count(q, 5),
        .clock_shift = shift,
    };
    bool ok = shape_read_list(&shape_gap, got_borrowed(q, 7), a, &gaps, &s->ngaps) &&
              shape_read_list(&shape_event_kind, got_borrowed(q, 8), a, &ids, &s->nids);
    s->ids = ids;
    struct gap *list = gaps;
    for (size_t i = 0; i < s->ngaps && ok; i++) {
        list[i] = (struct gap){time_shifted(list[i].from, shift), time_shifted(list[i].to, shift)};
    }
    s->gaps = list;
    return ok;
}

/* The parts of a unit see each a piece of the same log. */
static bool merge_source(struct source_row *into, const struct source_row *s, struct arena *a)
{
    bool same = str_eq(into->unit, s->unit) && str_eq(into->host, s->host) &&
                str_eq(into->channel, s->channel) && str_eq(into->build, s->build);
    struct gap *gaps = same ? ARENA_ARRAY(a, struct gap, into->ngaps + s->ngaps) : NULL;
    if (!gaps) {
        return false;
    }
    for (size_t i = 0; i < into->ngaps + s->ngaps; i++) {
        gaps[i] = i < into->ngaps ? into->gaps[i] : s->gaps[i - into->ngaps];
    }
    struct event_kinds ids = event_kinds_joined((struct event_kinds){into->ids, into->nids},
                                                (struct event_kinds){s->ids, s->nids}, a);
    into->ids = ids.items;
    into->nids = ids.count;
    into->gaps = gaps;
    into->ngaps += s->ngaps;
    into->events += s->events;
    bool earlier = s->first != TIME_NONE && (into->first == TIME_NONE || s->first < into->first);
    into->first = earlier ? s->first : into->first;
    into->last = s->last > into->last ? s->last : into->last; /* TIME_NONE is the least */
    return true;
}

bool case_sources(struct case_file *c, struct arena *a, struct source_row **out, size_t *count,
                  struct err *err)
{
    struct query q = query(c, SQL_GET_LOGS);
    size_t cap = 0;
    bool failed = false;
    *out = NULL;
    *count = 0;
    while (query_row(&q, &failed, err)) {
        struct source_row s;
        if (!read_source(&q, a, &s)) {
            return damaged(c, "a source", err);
        }
        if (*count && merge_source(&(*out)[*count - 1], &s, a)) {
            continue;
        }
        *out = arena_grow(a, *out, &cap, *count + 1, sizeof **out);
        if (!*out) {
            return no_memory(c, err);
        }
        (*out)[(*count)++] = s;
    }
    return !failed;
}

bool case_votes(struct case_file *c, struct arena *a, str **units, struct clock_vote_row **out,
                size_t *count, struct err *err)
{
    struct query q = query(c, SQL_GET_VOTES);
    size_t cap = 0, unit_cap = 0;
    bool failed = false;
    *out = NULL;
    *units = NULL;
    *count = 0;
    while (query_row(&q, &failed, err)) {
        *out = arena_grow(a, *out, &cap, *count + 1, sizeof **out);
        *units = arena_grow(a, *units, &unit_cap, *count + 1, sizeof **units);
        if (!*out || !*units) {
            return no_memory(c, err);
        }
        (*units)[*count] = got_text(&q, 0, a);
        (*out)[(*count)++] = (struct clock_vote_row){
            .host = got_text(&q, 1, a),
            .quarter_hours = (int32_t)got_int(&q, 2),
            .count = got_count(&q, 3),
        };
    }
    return !failed;
}

/* ---- traffic */

static void read_visit(struct query *q, struct arena *a, struct visit *v)
{
    int64_t shift = got_int(q, 24);
    *v = (struct visit){
        .unit = got_text(q, 0, a),
        .host = got_text(q, 1, a),
        .page = got_text(q, 2, a),
        .address = got_text(q, 3, a),
        .account = got_text(q, 4, a),
        .agent = got_text(q, 5, a),
        .first = time_shifted(got_time(q, 6), shift),
        .last = time_shifted(got_time(q, 7), shift),
        .requests = got_count(q, 8),
        .ok = got_count(q, 9),
        .moved = got_count(q, 10),
        .refused = got_count(q, 11),
        .failed = got_count(q, 12),
        .posts = got_count(q, 13),
        .minutes = got_count(q, 14),
        .out = got_count(q, 15),
        .in = got_count(q, 16),
        .sized = got_count(q, 17),
        .swept = got_count(q, 18),
        .agents = got_count(q, 19),
        .record = got_count(q, 20),
        .offset = got_count(q, 21),
        .ok_first = time_shifted(got_time(q, 22), shift),
        .ok_last = time_shifted(got_time(q, 23), shift),
        .timed = got_count(q, 25),
        .waited = got_count(q, 26),
    };
}

static bool same_visit(const struct visit *a, const struct visit *b)
{
    return str_eq(a->host, b->host) && str_eq_nocase(a->page, b->page) &&
           str_eq(a->address, b->address);
}

static bool read_visits(struct case_file *c, struct query *q, struct arena *a, struct visit **out,
                        size_t *count, struct err *err)
{
    size_t cap = 0;
    bool failed = false;
    *out = NULL;
    *count = 0;
    while (query_row(q, &failed, err)) {
        struct arena_mark mark = arena_mark(a);
        struct visit v;
        read_visit(q, a, &v);
        if (*count && same_visit(&(*out)[*count - 1], &v)) {
            visit_join(&(*out)[*count - 1], &v);
            continue;
        }
        arena_rewind(a, mark);
        *out = arena_grow(a, *out, &cap, *count + 1, sizeof **out);
        if (!*out) {
            return no_memory(c, err);
        }
        read_visit(q, a, &(*out)[(*count)++]);
    }
    return !failed;
}

bool case_pages(struct case_file *c, struct arena *a, struct visit **out, size_t *count,
                struct err *err)
{
    struct query q = query(c, SQL_GET_PAGES);
    return read_visits(c, &q, a, out, count, err);
}

bool case_clients(struct case_file *c, uint64_t least, struct arena *a, struct visit **out,
                  size_t *count, struct err *err)
{
    struct query q = query(c, SQL_GET_CLIENTS);
    put_count(&q, least);
    return read_visits(c, &q, a, out, count, err);
}

bool case_client(struct case_file *c, str address, struct arena *a, struct visit *out,
                 struct err *err)
{
    struct visit *all = NULL;
    size_t count = 0;
    struct query q = query(c, SQL_GET_CLIENT);
    put_text(&q, address);
    bool ok = read_visits(c, &q, a, &all, &count, err);
    *out = count ? all[0] : (struct visit){.first = TIME_NONE, .last = TIME_NONE};
    return ok;
}

bool case_assessment(struct case_file *c, struct arena *a, struct assessment *out, struct err *err)
{
    struct query q = query(c, SQL_GET_ASSESSMENT);
    bool failed = false;
    if (!query_row(&q, &failed, err)) {
        return failed ? false
                      : err_set(err, ERR_INPUT,
                                "case %s: its scan was interrupted before it had an answer; the "
                                "same scan command goes on where it stopped",
                                c->path);
    }
    *out = (struct assessment){0};
    if (!shape_read(&shape_assessment, got_borrowed(&q, 0), a, out)) {
        return damaged(c, "the assessment", err);
    }
    return query_run(&q, err);
}
