/* The case: one investigation in one SQLite file. The only room that speaks SQL.
 *
 * A scan writes a part of a unit (all of its findings, notes and counts) in one transaction, so
 * that a scan killed at any instant loses nothing it had reported, and takes up where it was. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/err.h"
#include "model/assessment.h"
#include "model/unit.h"
#include "model/visit.h"

struct case_file;

/* What makes two scans the same scan. Digests as text. */
struct case_identity {
    str tool;     /* "limier 0.1.0" */
    str rules;    /* SHA-256 over all rules, dossiers and mappings */
    str evidence; /* the paths given, one a line */
    str options;  /* what else changes the answer: --from, --to */
    str command;  /* for people; not compared */
};

/* Creates the case, or takes it up again when it holds the same scan. A file that is not a case,
 * a case of another scan, or one another process writes to is refused. NULL path: a temporary
 * case that vanishes at close. */
bool case_create(const char *path, const struct case_identity *id, struct case_file **out,
                 struct err *err) MUST_USE;
bool case_open(const char *path, struct case_file **out, struct err *err) MUST_USE; /* read-only */
void case_close(struct case_file *c); /* NULL is fine */

struct case_info {
    str tool, rules, evidence, options, command;
    bool complete; /* the scan ran to its end */
    str path;      /* of the case file; empty for a temporary one */
};
bool case_info(struct case_file *c, struct arena *a, struct case_info *out,
               struct err *err) MUST_USE;

/* ---- writing */

/* What a rule that correlations rest on saw in a record, as recorded. */
struct case_observation {
    str unit;      /* read; written, it is the part's */
    uint32_t rule; /* its number in the scan */
    uint64_t record, offset, len;
    usec time;
    str channel, host;
    uint32_t event_id;
    const struct named_value *fields;
    size_t nfields;
};

enum { CASE_PASS_CORRELATIONS = 1000, CASE_PASS_LEADS };

/* Part `part` of a unit has been read in one pass (0: rules; 1, 2, ...: the trail). Writing the
 * same part again changes nothing. Later passes send only what is new: no sources, no notes that
 * an earlier pass sent; their events are not counted. The rules that findings point to stay where
 * they are until the case is closed. */
struct case_part {
    str unit;
    uint32_t pass, part;
    const struct finding *findings; /* ids, summaries and entities filled */
    size_t nfindings;
    const struct note_row *notes;
    size_t nnotes;
    const struct source_row *sources;
    size_t nsources;
    const struct clock_vote_row *votes;
    size_t nvotes;
    const struct visit *visits;
    size_t nvisits;
    const struct case_observation *observations;
    size_t nobservations;
    uint64_t events;
};

/* How often a host's own UTC clock stood `quarter_hours` * 900 s from its recorded times. */
struct clock_vote_row {
    str host;
    int32_t quarter_hours;
    uint64_t count;
};

bool case_put_part(struct case_file *c, const struct case_part *p, struct err *err) MUST_USE;
bool case_has_part(struct case_file *c, str unit, uint32_t pass, uint32_t part);

/* All parts are there: the unit's row. Its notes, events and lost bytes are summed from the
 * parts by the store; the row's own notes are added (a crash, a hash that failed), its own sums
 * are not looked at. The `len` of a note_row is the sum over all of its notes; `offset` is the
 * lowest. Writing a unit again replaces its row and adds no notes. */
bool case_put_unit(struct case_file *c, const struct unit_row *u, struct err *err) MUST_USE;
bool case_has_unit(struct case_file *c, str path);

/* Replaces what was there. */
bool case_put_assessment(struct case_file *c, const struct assessment *as,
                         struct err *err) MUST_USE;
bool case_set_complete(struct case_file *c, struct err *err) MUST_USE;

/* Rules that did not load, one line each, and how many did. Replaces what was there. */
bool case_put_rules(struct case_file *c, uint64_t loaded, const str *problems, size_t nproblems,
                    struct err *err) MUST_USE;

/* Sets the corrected times of all findings and sources of a host, in `unit` and its members, to
 * the recorded ones plus `seconds`. Doing it twice changes nothing more. */
bool case_shift_clock(struct case_file *c, str unit, str host, int64_t seconds,
                      struct err *err) MUST_USE;

/* What names no host in the units of a collection (model/host_path.h) is of this one. */
bool case_name_host(struct case_file *c, str collection, str host, struct err *err) MUST_USE;

/* Takes out what the trail left, for it is followed anew. */
bool case_drop_trail(struct case_file *c, struct err *err) MUST_USE;

/* Takes out the findings of before `from`, and of `to` and later; TIME_NONE: no bound. Those
 * without a time stay. */
bool case_drop_outside(struct case_file *c, usec from, usec to, struct err *err) MUST_USE;

/* ---- reading; results live in `a`, in the order that model/ gives */

bool case_findings(struct case_file *c, struct arena *a, struct finding **out, size_t *count,
                   struct err *err) MUST_USE; /* by time, unit, offset, record, rule id */
bool case_finding(struct case_file *c, str id_prefix, struct arena *a, struct finding *out,
                  struct err *err) MUST_USE; /* ambiguous or unknown: an err that says so */
bool case_units(struct case_file *c, struct arena *a, struct unit_row **out, size_t *count,
                struct err *err) MUST_USE; /* by path */
bool case_sources(struct case_file *c, struct arena *a, struct source_row **out, size_t *count,
                  struct err *err) MUST_USE; /* by host, channel, unit */
bool case_votes(struct case_file *c, struct arena *a, str **units, struct clock_vote_row **out,
                size_t *count, struct err *err) MUST_USE;
/* Of pages, those of one client to one page in all units as one: by host, page, address. Of
 * clients, the same by address: those that asked, or swept over pages, `least` times. */
bool case_pages(struct case_file *c, struct arena *a, struct visit **out, size_t *count,
                struct err *err) MUST_USE;
bool case_clients(struct case_file *c, uint64_t least, struct arena *a, struct visit **out,
                  size_t *count, struct err *err) MUST_USE;
/* What one client asked of all pages; requests 0 when it is not known. */
bool case_client(struct case_file *c, str address, struct arena *a, struct visit *out,
                 struct err *err) MUST_USE;
/* The first `most` by time, unit, offset, record and rule, fewer when they are large; `all` is
 * how many there are. */
bool case_observations(struct case_file *c, size_t most, struct arena *a,
                       struct case_observation **out, size_t *count, uint64_t *all,
                       struct err *err) MUST_USE;
bool case_rules(struct case_file *c, struct arena *a, uint64_t *loaded, str **problems,
                size_t *count, struct err *err) MUST_USE;
bool case_assessment(struct case_file *c, struct arena *a, struct assessment *out,
                     struct err *err) MUST_USE;

#endif
