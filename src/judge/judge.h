/* What happened, as far as this evidence can say: verdict, coverage, story, actions.
 *
 * Pure: findings, units and dossiers in, an assessment out, in every language at once. It leaves
 * two parts to their own rooms: `entities` (trace_entities) and `attribution` (attribute, which
 * reads the assessment made here). docs/verdict.md says how it reasons. */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "base/catalog.h"
#include "base/err.h"
#include "base/yaml.h"
#include "model/assessment.h"
#include "model/unit.h"
#include "model/visit.h"

struct dossier;

/* A dossier file (docs/dossiers.md describes it). NULL with *error set when it is not one. */
const struct dossier *dossier_read(struct arena *a, str file, bytes yaml, struct yaml_error *error);
str dossier_id(const struct dossier *d);

struct judge_input {
    const struct finding *findings; /* ordered by time, unit, offset, rule */
    size_t nfindings;
    const struct unit_row *units; /* ordered by path */
    size_t nunits;
    const struct source_row *sources; /* what was seen of each log of each host */
    size_t nsources;
    const struct dossier *const *dossiers;
    size_t ndossiers;
    const struct visit *visits; /* to pages, in the order of case_pages() */
    size_t nvisits;
    const struct visit *clients; /* over all pages: those that asked often */
    size_t nclients;
    const struct visit *intruders; /* over all pages: addresses that findings call attackers */
    size_t nintruders;
    const struct held *held; /* what the trail did not follow */
    size_t nheld;
    const struct catalog *catalogs[LANG_COUNT]; /* NULL: English */
};

void judge(const struct judge_input *in, struct arena *a, struct assessment *out);

/* ---- clocks (judge/clock.c) */

/* How far a host's recorded times lie from UTC, from events that carry both: offsets are
 * (UTC - recorded) in seconds, with how often each 15-minute step was seen. */
struct clock_vote {
    int32_t quarter_hours; /* nearest multiple of 900 s */
    uint64_t count;
};

/* Seconds to add to recorded times: non-zero only when nearly all votes agree on it. */
int64_t clock_shift(const struct clock_vote *votes, size_t count);

#endif
