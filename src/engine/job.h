/* What every worker of one pass knows from birth; read-only once they are forked. */
#ifndef ENGINE_JOB_H
#define ENGINE_JOB_H

#include "detect/indicators/indicators.h"
#include "detect/sigma/sigma.h"
#include "detect/stix/set.h"
#include "detect/yara/yara.h"
#include "engine/backups.h"
#include "model/baseline.h"
#include "trace/trace.h"

enum job_mode {
    JOB_SCAN,   /* rules over events; hits with all fields; a census of the logs */
    JOB_TRAIL,  /* the hunt over events */
    JOB_MATCH,  /* rules over events; hits without fields */
    JOB_DUMP,   /* events as lines of JSON or XML */
    JOB_PICK,   /* the events of one record, as hits with all fields */
    JOB_SURVEY, /* a census of the logs, and nothing else */
};

struct job {
    enum job_mode mode;
    const struct names *names;
    const struct sigma *sigma; /* SCAN, MATCH */
    const struct yara *yara;   /* SCAN; NULL: none. Their numbers follow those of the rules */
    const struct indicators *indicators; /* SCAN; NULL: none. Their numbers come next */
    const struct stix_set *patterns;     /* SCAN; NULL: none. Their numbers come last */
    const struct hunt *hunt;             /* TRAIL */
    /* What belongs where; NULL: nothing is known. In a scan no rule is asked about a file that
     * does: it can be no finding. */
    const struct baseline *baseline;
    const struct backups *backups; /* of phones; NULL: none */
    usec from, to;                 /* true time; TIME_NONE: no bound */
    uint64_t part;                 /* bytes of a unit that are parsed at a time */
    double seconds;      /* of processor time that a task may take, and more for its size */
    bool xml;            /* DUMP */
    uint64_t record;     /* PICK */
    bool carve;          /* look for deleted records too (format.h) */
    str log_format;      /* of access logs, as the user says (format.h) */
    struct hash_key key; /* for tables that hold what an attacker chose */

    /* Tests: runs in the confined worker before the parser of a unit. NULL otherwise. */
    void (*hostile)(str path, int socket);
};

/* Within the bounds, or so near that a clock set right may bring it there. No time is no reason
 * to leave something out. */
static inline bool job_wants(const struct job *job, usec time, usec slack)
{
    return time == TIME_NONE || ((job->from == TIME_NONE || time >= job->from - slack) &&
                                 (job->to == TIME_NONE || time < job->to + slack));
}

static inline uint32_t job_rules(const struct job *job)
{
    return (uint32_t)(sigma_rule_count(job->sigma) + yara_rule_count(job->yara));
}

/* Where the numbers of patterns begin. */
static inline uint32_t job_patterns(const struct job *job)
{
    return job_rules(job) + (uint32_t)indicators_rule_count(job->indicators);
}

/* What a hit can be of: the rules, and what indicators and patterns say. */
static inline uint32_t job_hits(const struct job *job)
{
    return job_patterns(job) + stix_set_rules(job->patterns);
}

/* What an observation can be of: a rule, or a bracket of a pattern behind all that hits are of. */
static inline uint32_t job_observed(const struct job *job)
{
    return job_hits(job) + stix_set_brackets(job->patterns);
}

static inline const struct rule_info *job_rule(const struct job *job, uint32_t which)
{
    uint32_t of_sigma = (uint32_t)sigma_rule_count(job->sigma), rules = job_rules(job);
    uint32_t patterns = job_patterns(job);
    return which < of_sigma   ? sigma_rule(job->sigma, which)
           : which < rules    ? yara_rule(job->yara, which - of_sigma)
           : which < patterns ? indicators_rule(job->indicators, which - rules)
                              : stix_set_rule(job->patterns, which - patterns);
}

#endif
