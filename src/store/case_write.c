/* Writing: everything that belongs together in one transaction. */
#include "store/case.h"
#include "store/shape.h"

enum { JSON_MAX = 64 << 20 };

static bool begin(struct case_file *c, struct err *err)
{
    struct query q = query(c, SQL_BEGIN);
    return query_run(&q, err);
}

/* Commits, or takes back when `ok` is false; then *err is already written. */
static bool end(struct case_file *c, bool ok, struct err *err)
{
    if (ok) {
        struct query q = query(c, SQL_COMMIT);
        ok = query_run(&q, err);
    }
    if (!ok && !sqlite3_get_autocommit(c->db)) {
        (void)sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return ok;
}

static bool too_large(const struct case_file *c, struct err *err)
{
    return err_set(err, ERR_INPUT, "case %s: one finding or rule is larger than %d bytes", c->path,
                   JSON_MAX);
}

static bool put_new_rule(struct case_file *c, const struct rule_info *rule, str json,
                         int64_t *number, struct err *err)
{
    struct query q = query(c, SQL_PUT_RULE);
    put_text(&q, rule->id);
    put_text(&q, rule->title);
    put_text(&q, str_of(level_name(rule->level)));
    put_text(&q, rule->engine);
    put_text(&q, json);
    if (!query_run(&q, err)) {
        return false;
    }
    *number = sqlite3_last_insert_rowid(c->db);
    return true;
}

static bool find_or_put_rule(struct case_file *c, const struct rule_info *rule, int64_t *number,
                             struct err *err)
{
    struct buf json;
    buf_init(&json, JSON_MAX);
    shape_write(&json, &shape_rule, rule);
    struct query q = query(c, SQL_FIND_RULE);
    put_text(&q, buf_str(&json));
    bool failed = false;
    bool ok = buf_ok(&json) || too_large(c, err);
    if (ok && query_row(&q, &failed, err)) {
        *number = got_int(&q, 0);
        ok = query_run(&q, err);
    } else {
        ok = ok && !failed && put_new_rule(c, rule, buf_str(&json), number, err);
    }
    buf_done(&json);
    return ok;
}

/* The row of a rule, which is stored when it is new. */
static bool rule_row(struct case_file *c, const struct rule_info *rule, int64_t *number,
                     struct err *err)
{
    uintptr_t where = (uintptr_t)rule; /* rules stay where they are */
    str address = {(const char *)&where, sizeof where};
    uint32_t known = table_get(&c->rules, address);
    if (known != TABLE_NONE) {
        *number = known;
        return true;
    }
    if (!find_or_put_rule(c, rule, number, err)) {
        return false;
    }
    (void)table_put(&c->rules, address, (uint32_t)*number, &known);
    return true;
}

static bool put_finding(struct case_file *c, int64_t part, const struct finding *f, struct err *err)
{
    int64_t rule = 0;
    if (!rule_row(c, f->rule, &rule, err)) {
        return false;
    }
    struct buf summary, fields, entities;
    buf_init(&summary, JSON_MAX);
    buf_init(&fields, JSON_MAX);
    buf_init(&entities, JSON_MAX);
    shape_write(&summary, &shape_text, &f->summary);
    shape_write_list(&fields, &shape_named_value, f->fields, f->nfields);
    shape_write_list(&entities, &shape_entity_ref, f->entities, f->nentities);
    struct query q = query(c, SQL_PUT_FINDING);
    put_text(&q, f->id);
    put_int(&q, part);
    put_int(&q, rule);
    put_count(&q, f->record);
    put_count(&q, f->offset);
    put_count(&q, f->len);
    put_time(&q, f->time);
    put_time(&q, f->raw_time);
    put_text(&q, f->channel);
    put_text(&q, f->host);
    put_int(&q, f->event_id);
    put_text(&q, buf_str(&summary));
    put_text(&q, buf_str(&fields));
    put_text(&q, buf_str(&entities));
    put_int(&q, f->trail);
    put_text(&q, f->led_by);
    bool whole = buf_ok(&summary) && buf_ok(&fields) && buf_ok(&entities);
    bool ok = whole ? query_run(&q, err) : too_large(c, err);
    buf_done(&summary);
    buf_done(&fields);
    buf_done(&entities);
    return ok;
}

static bool put_note(struct case_file *c, str unit, const struct note_row *n, struct err *err)
{
    struct query q = query(c, SQL_PUT_NOTE);
    put_text(&q, unit);
    put_text(&q, str_of(note_name(n->id)));
    put_count(&q, n->count);
    put_count(&q, n->offset);
    put_count(&q, n->len);
    return query_run(&q, err);
}

/* The case keeps recorded times and the shift apart. */
static void write_gaps(struct buf *b, const struct source_row *s)
{
    buf_char(b, '[');
    for (size_t i = 0; i < s->ngaps; i++) {
        struct gap recorded = {time_shifted(s->gaps[i].from, -s->clock_shift),
                               time_shifted(s->gaps[i].to, -s->clock_shift)};
        if (i) {
            buf_char(b, ',');
        }
        shape_write(b, &shape_gap, &recorded);
    }
    buf_char(b, ']');
}

static bool put_log(struct case_file *c, int64_t part, const struct source_row *s, struct err *err)
{
    struct buf gaps, ids;
    buf_init(&gaps, JSON_MAX);
    buf_init(&ids, JSON_MAX);
    write_gaps(&gaps, s);
    shape_write_list(&ids, &shape_event_kind, s->ids, s->nids);
    struct query q = query(c, SQL_PUT_LOG);
    put_int(&q, part);
    put_text(&q, s->host);
    put_text(&q, s->channel);
    put_text(&q, s->build);
    put_time(&q, time_shifted(s->first, -s->clock_shift));
    put_time(&q, time_shifted(s->last, -s->clock_shift));
    put_count(&q, s->events);
    put_int(&q, s->clock_shift);
    put_text(&q, buf_str(&gaps));
    put_text(&q, buf_str(&ids));
    bool ok = buf_ok(&gaps) && buf_ok(&ids) ? query_run(&q, err) : too_large(c, err);
    buf_done(&gaps);
    buf_done(&ids);
    return ok;
}

static bool put_vote(struct case_file *c, int64_t part, const struct clock_vote_row *v,
                     struct err *err)
{
    struct query q = query(c, SQL_PUT_VOTE);
    put_int(&q, part);
    put_text(&q, v->host);
    put_int(&q, v->quarter_hours);
    put_count(&q, v->count);
    return query_run(&q, err);
}

static bool put_visit(struct case_file *c, int64_t part, const struct visit *v, struct err *err)
{
    const uint64_t counts[] = {v->requests, v->ok,     v->moved, v->refused, v->failed, v->posts,
                               v->minutes,  v->out,    v->in,    v->sized,   v->swept,  v->agents,
                               v->record,   v->offset, v->timed, v->waited};
    struct query q = query(c, SQL_PUT_VISIT);
    put_int(&q, part);
    put_text(&q, v->host);
    put_text(&q, v->page);
    put_text(&q, v->address);
    put_text(&q, v->account);
    put_text(&q, v->agent);
    put_time(&q, v->first);
    put_time(&q, v->last);
    put_time(&q, v->ok_first);
    put_time(&q, v->ok_last);
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        put_count(&q, counts[i]);
    }
    return query_run(&q, err);
}

static bool put_observation(struct case_file *c, int64_t part, const struct case_observation *o,
                            struct err *err)
{
    struct buf fields;
    buf_init(&fields, JSON_MAX);
    shape_write_list(&fields, &shape_named_value, o->fields, o->nfields);
    struct query q = query(c, SQL_PUT_OBSERVATION);
    put_int(&q, part);
    put_int(&q, o->rule);
    put_count(&q, o->record);
    put_count(&q, o->offset);
    put_count(&q, o->len);
    put_time(&q, o->time);
    put_text(&q, o->channel);
    put_text(&q, o->host);
    put_int(&q, o->event_id);
    put_text(&q, buf_str(&fields));
    bool ok = buf_ok(&fields) ? query_run(&q, err) : too_large(c, err);
    buf_done(&fields);
    return ok;
}

static bool put_part(struct case_file *c, const struct case_part *p, struct err *err)
{
    struct query q = query(c, SQL_PUT_PART);
    put_text(&q, p->unit);
    put_int(&q, p->pass);
    put_int(&q, p->part);
    put_count(&q, p->events);
    bool ok = query_run(&q, err);
    int64_t part = sqlite3_last_insert_rowid(c->db);
    for (size_t i = 0; i < p->nfindings && ok; i++) {
        ok = put_finding(c, part, &p->findings[i], err);
    }
    for (size_t i = 0; i < p->nnotes && ok; i++) {
        ok = put_note(c, p->unit, &p->notes[i], err);
    }
    for (size_t i = 0; i < p->nsources && ok; i++) {
        ok = put_log(c, part, &p->sources[i], err);
    }
    for (size_t i = 0; i < p->nvotes && ok; i++) {
        ok = put_vote(c, part, &p->votes[i], err);
    }
    for (size_t i = 0; i < p->nvisits && ok; i++) {
        ok = put_visit(c, part, &p->visits[i], err);
    }
    for (size_t i = 0; i < p->nobservations && ok; i++) {
        ok = put_observation(c, part, &p->observations[i], err);
    }
    return ok;
}

bool case_put_part(struct case_file *c, const struct case_part *p, struct err *err)
{
    if (case_has_part(c, p->unit, p->pass, p->part)) {
        return true;
    }
    bool ok = begin(c, err) && end(c, put_part(c, p, err), err);
    if (!ok) {
        table_init(&c->rules, &c->arena, false); /* rows of new rules were taken back */
    }
    return ok;
}

bool case_has_part(struct case_file *c, str unit, uint32_t pass, uint32_t part)
{
    struct query q = query(c, SQL_FIND_PART);
    put_text(&q, unit);
    put_int(&q, pass);
    put_int(&q, part);
    return query_exists(&q);
}

static bool put_unit(struct case_file *c, const struct unit_row *u, struct err *err)
{
    bool again = case_has_unit(c, u->path);
    struct query q = query(c, SQL_PUT_UNIT);
    put_text(&q, u->path);
    put_text(&q, u->format);
    put_count(&q, u->size);
    put_time(&q, u->modified);
    put_blob(&q, (bytes){u->sha256, u->hashed ? sizeof u->sha256 : 0});
    put_text(&q, str_of(outcome_name(u->outcome)));
    put_text(&q, u->example);
    bool ok = query_run(&q, err);
    for (size_t i = 0; i < u->nnotes && ok && !again; i++) {
        ok = put_note(c, u->path, &u->notes[i], err);
    }
    return ok;
}

bool case_put_unit(struct case_file *c, const struct unit_row *u, struct err *err)
{
    return begin(c, err) && end(c, put_unit(c, u, err), err);
}

bool case_has_unit(struct case_file *c, str path)
{
    struct query q = query(c, SQL_FIND_UNIT);
    put_text(&q, path);
    return query_exists(&q);
}

bool case_put_assessment(struct case_file *c, const struct assessment *as, struct err *err)
{
    struct buf json;
    buf_init(&json, JSON_MAX);
    shape_write(&json, &shape_assessment, as);
    struct query q = query(c, SQL_PUT_ASSESSMENT);
    put_text(&q, buf_str(&json));
    bool ok = buf_ok(&json) ? query_run(&q, err) : too_large(c, err);
    buf_done(&json);
    return ok;
}

bool case_set_complete(struct case_file *c, struct err *err)
{
    struct query q = query(c, SQL_SET_COMPLETE);
    return query_run(&q, err);
}

static bool put_rules(struct case_file *c, uint64_t loaded, const str *problems, size_t nproblems,
                      struct err *err)
{
    struct query set = query(c, SQL_SET_LOADED);
    put_count(&set, loaded);
    struct query clear = query(c, SQL_CLEAR_PROBLEMS);
    bool ok = query_run(&set, err) && query_run(&clear, err);
    for (size_t i = 0; i < nproblems && ok; i++) {
        struct query q = query(c, SQL_PUT_PROBLEM);
        put_text(&q, problems[i]);
        ok = query_run(&q, err);
    }
    return ok;
}

bool case_put_rules(struct case_file *c, uint64_t loaded, const str *problems, size_t nproblems,
                    struct err *err)
{
    return begin(c, err) && end(c, put_rules(c, loaded, problems, nproblems, err), err);
}

static bool shift(struct case_file *c, enum statement which, str unit, str host, int64_t seconds,
                  struct err *err)
{
    struct query q = query(c, which);
    put_int(&q, seconds);
    put_text(&q, host);
    put_text(&q, unit);
    return query_run(&q, err);
}

bool case_shift_clock(struct case_file *c, str unit, str host, int64_t seconds, struct err *err)
{
    return begin(c, err) && end(c,
                                shift(c, SQL_SHIFT_FINDINGS, unit, host, seconds, err) &&
                                    shift(c, SQL_SHIFT_LOGS, unit, host, seconds, err) &&
                                    shift(c, SQL_SHIFT_VISITS, unit, host, seconds, err),
                                err);
}

static bool name_host(struct case_file *c, str collection, str host, struct err *err)
{
    static const enum statement all[] = {SQL_NAME_FINDINGS, SQL_NAME_LOGS, SQL_NAME_VISITS,
                                         SQL_NAME_OBSERVATIONS};
    bool ok = true;
    for (size_t i = 0; i < ARRAY_LEN(all) && ok; i++) {
        struct query q = query(c, all[i]);
        put_text(&q, host);
        put_text(&q, collection);
        ok = query_run(&q, err);
    }
    return ok;
}

bool case_name_host(struct case_file *c, str collection, str host, struct err *err)
{
    return begin(c, err) && end(c, name_host(c, collection, host, err), err);
}

static bool drop_trail(struct case_file *c, struct err *err)
{
    struct query findings = query(c, SQL_DROP_TRAIL_FINDINGS);
    bool ok = query_run(&findings, err);
    struct query parts = query(c, SQL_DROP_TRAIL_PARTS);
    return ok && query_run(&parts, err);
}

bool case_drop_trail(struct case_file *c, struct err *err)
{
    return begin(c, err) && end(c, drop_trail(c, err), err);
}

bool case_drop_outside(struct case_file *c, usec from, usec to, struct err *err)
{
    struct query q = query(c, SQL_DROP_OUTSIDE);
    put_time(&q, from); /* to compare with NULL is never true */
    put_time(&q, to);
    return query_run(&q, err);
}
