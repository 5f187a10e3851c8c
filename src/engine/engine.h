/* The one conductor: plans tasks, starts the confined workers, gathers what they send, calls
 * trace, judge and attribute, and leaves a finished case. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "detect/indicators/indicators.h"
#include "detect/sigma/sigma.h"
#include "detect/stix/set.h"
#include "detect/yara/yara.h"
#include "judge/judge.h"
#include "model/baseline.h"
#include "store/store.h"

struct knowledge { /* everything the scan knows before it reads a byte of evidence */
    struct names *names;
    struct sigma *sigma;             /* compiled */
    struct yara *yara;               /* compiled; NULL: none */
    struct indicators *indicators;   /* built; NULL: none */
    struct stix_set *patterns;       /* of indicators; built; NULL: none */
    const struct baseline *baseline; /* NULL: none */
    const struct dossier *const *dossiers;
    size_t ndossiers;
    const struct actors *actors; /* NULL: nobody is known */
    const struct catalog *catalogs[LANG_COUNT];
};

struct progress {      /* given now and then, and once at the end */
    const char *doing; /* a message id: "reading", "following the trail", "judging" */
    uint64_t units_done, units, bytes_done, bytes;
    double seconds;
    bool last;
};

struct scan {
    const char *const *evidence; /* files and folders */
    size_t nevidence;
    const struct knowledge *knowledge;
    unsigned workers;                                         /* 0: one a core */
    void (*on_progress)(void *ctx, const struct progress *p); /* may be NULL */
    void *ctx;
    const volatile int *cancel; /* not 0: stop soon; the case can be taken up again */

    /* TIME_NONE: no bound. What is found is held to them once clocks are set right, by up to a
     * day; how many events a log has is counted by its own clock. */
    usec from, to;
    bool carve;     /* records that logs have given up, too */
    str log_format; /* how access logs are written, as the user says; empty: known by shape */
    str password;   /* of the backups of phones among the evidence; empty: none was given */
    /* There is an encrypted one, and no password. May be NULL. */
    void (*on_locked)(void *ctx, str backup);

    /* Once, before anything is read: which confinement is in force in the workers ("Landlock,
     * seccomp, ..."). `weak`: neither Landlock nor seccomp could be had here. May be NULL. */
    void (*on_confined)(void *ctx, const char *how, bool weak);
};

/* A problem with a path given by the user (missing, unreadable) is an err before anything is
 * read; problems further down are notes on units. */
bool scan_run(const struct scan *s, struct case_file *c, struct err *err) MUST_USE;

/* `limier match`: rules over evidence, no case; hits in order of evidence, record and rule, then
 * correlations by time, each at the last record it took, with clocks as recorded. */
struct match_hit {
    const struct rule_info *rule;
    str unit;
    uint64_t record;
    usec time;
};
struct match {
    const char *const *evidence;
    size_t nevidence;
    const struct knowledge *knowledge;
    unsigned workers;
    str log_format; /* as for a scan */
    bool (*on_hit)(void *ctx, const struct match_hit *hit);
    void (*on_problem)(void *ctx, str unit, enum note_id id, uint64_t count);
    void *ctx;
};
bool match_run(const struct match *m, struct err *err) MUST_USE;

/* The events of one record number (a line's, for formats of lines), each as a finding that has no
 * rule, with its fields; in order of evidence. Borrowed until on_event returns, false stops. */
struct pick {
    const char *const *evidence;
    size_t nevidence;
    const struct names *names;
    uint64_t record;
    unsigned workers;
    bool (*on_event)(void *ctx, const struct finding *f);
    void (*on_problem)(void *ctx, str unit, enum note_id id, uint64_t count); /* may be NULL */
    void *ctx;
};
bool pick_run(const struct pick *p, struct err *err) MUST_USE;

/* Which logs there are: by host and channel, with how many events of which number. Ordered so; in
 * `a`. */
struct survey {
    const char *const *evidence;
    size_t nevidence;
    unsigned workers;
    void (*on_problem)(void *ctx, str unit, enum note_id id, uint64_t count); /* may be NULL */
    void *ctx;
};
bool survey_run(const struct survey *s, struct arena *a, struct source_row **out, size_t *count,
                struct err *err) MUST_USE;

/* `limier dump`: events as lines of JSON or XML, in order of evidence; made by confined workers. A
 * name that repeats in an event has its values in an array. */
struct dump {
    const char *const *evidence;
    size_t nevidence;
    unsigned workers;
    bool xml, carve; /* carve: records that the log has given up, too */
    str log_format;  /* as for a scan */
    str password;    /* likewise */
    int out_fd;
    void (*on_problem)(void *ctx, str unit, enum note_id id, uint64_t count); /* may be NULL */
    void *ctx;
};
bool dump_run(const struct dump *d, struct err *err) MUST_USE;

#endif
