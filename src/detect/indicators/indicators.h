/* Indicators: lists of what intruders were seen to use, looked for in every event and file.
 *
 *     indicators_names(names);                       before rules are compiled
 *     struct indicators *set = indicators_new(arena, names, key);
 *     indicators_read(set, "feed.csv", text);        any number of files, kind told by content
 *     indicators_build(set);                         freezes set
 *
 * Read are plain lists, CSV with a header, STIX 2.0 and 2.1 bundles, MISP events. What is not
 * understood is a problem with its place. A set is looked up by keyed hashes of 96 bits: 23 bytes
 * an indicator, of any length, so forked workers share ten million in 230 MB; nobody who writes
 * evidence or lists can make two values meet.
 *
 * A match is a finding of a rule for its kind, how it was met and how much it is worth. None of
 * them is on a rung of the ladder: an indicator is a lead, whatever its list says of it. */
#ifndef DETECT_INDICATORS_INDICATORS_H
#define DETECT_INDICATORS_INDICATORS_H

#include "base/hash.h"
#include "detect/indicators/canonical.h"
#include "detect/sigma/sigma.h"

struct indicators;

/* Gives numbers to the fields that are looked into. */
void indicators_names(struct names *names);

/* NULL over budget. `names` is borrowed until indicators_build. */
struct indicators *indicators_new(struct arena *a, const struct names *names, struct hash_key key);
void indicators_read(struct indicators *set, str file, bytes text);
void indicators_build(struct indicators *set);

/* Is a file one of these by what it holds, so that it is read though nobody named it? Of plain
 * lines most have to be indicators. */
bool indicators_is_list(bytes text);
void indicators_leave(struct indicators *set, str file); /* a problem: one that is none */

/* What was built, as bytes to be kept, and given to indicators_open() once it is known that they
 * are what was kept: a hash goes with them, which is the caller's. Empty when nothing was read.
 * What is opened is borrowed, aligned to 8; before or after indicators_build(), many times.
 * False, and why, when it is none, or broken. */
bytes indicators_compiled(const struct indicators *set);
bool indicators_is_compiled(bytes data); /* by its first bytes */
bool indicators_open(struct indicators *set, bytes compiled, const char **why);
void indicators_done(struct indicators *set); /* NULL is fine */

/* What was read. NULL has none of all of it. */
size_t indicators_count(const struct indicators *set, enum indicator_kind k);
size_t indicators_total(const struct indicators *set);
size_t indicators_bytes(const struct indicators *set);         /* of memory, once built */
uint64_t indicators_refused(const struct indicators *set);     /* all of them */
size_t indicators_problem_count(const struct indicators *set); /* the first of them */
const struct rule_problem *indicators_problem(const struct indicators *set, size_t i);

/* Are there hashes of so many bytes among them, so that files have to be hashed so? */
bool indicators_has_hashes(const struct indicators *set, size_t len);

/* The same of hashes by which files are alike: ssdeep, TLSH. */
bool indicators_has_alike(const struct indicators *set);

size_t indicators_rule_count(const struct indicators *set);
const struct rule_info *indicators_rule(const struct indicators *set, uint32_t rule);

/* ---- running: one a worker */

struct indicator_hit { /* all that one rule has to say of an event or file */
    uint32_t rule;
    const struct named_value *fields; /* Indicator, IndicatorAbout, ...: again for each */
    size_t nfields;
};
typedef void indicator_found(void *ctx, const struct indicator_hit *hit);

struct indicator_run;
struct indicator_run *indicator_run_new(const struct indicators *set); /* NULL: nothing to find */
void indicator_run_free(struct indicator_run *r);                      /* NULL is fine */

/* In ascending order of rule. What a hit points to lives in `a`. */
void indicator_run_event(struct indicator_run *r, const struct event *e, struct arena *a,
                         indicator_found *found, void *ctx);

/* A file that lies in the evidence, as its host called it, and its hashes: those that are known. */
void indicator_run_file(struct indicator_run *r, str path, const bytes *hashes, size_t nhashes,
                        struct arena *a, indicator_found *found, void *ctx);

/* What such a file is like: hashes of it are made here. False: it is a little like too many, some
 * were not compared. */
bool indicator_run_alike(struct indicator_run *r, bytes file, struct arena *a,
                         indicator_found *found, void *ctx);

#endif
