/* Sigma: rules in, findings out.
 *
 *     struct sigma *s = sigma_new(arena, names);
 *     sigma_add_sources(s, "builtin:logsources.yml", text, &error);     mapping of log sources
 *     sigma_add(s, "rules/x.yml", text);                                any number of files
 *     sigma_compile(s, &err);                                           freezes s and names
 *
 * After sigma_compile a `struct sigma` is only read, so forked workers share it. What did not
 * load is a problem with its place; nothing is dropped silently. */
#ifndef DETECT_SIGMA_SIGMA_H
#define DETECT_SIGMA_SIGMA_H

#include "base/err.h"
#include "base/yaml.h"
#include "model/event.h"
#include "model/finding.h"

struct sigma;

struct rule_problem {
    str file;
    uint32_t line, column; /* from 1; 0 when not known */
    str rule;              /* title, when it got that far */
    str text;              /* what is wrong and what was expected */
    bool fatal;            /* the rule was not loaded; otherwise a warning */
    bool advice;           /* not even that: it could be better */
};

struct sigma *sigma_new(struct arena *arena, struct names *names);

/* From now on also says what in rules could be better. After the mappings, before any rule. */
void sigma_advise(struct sigma *s);

/* logsources.yml: which channels and event ids show a log source, and how their fields are
 * called there. Later files add to earlier ones. */
bool sigma_add_sources(struct sigma *s, str file, bytes yaml, struct yaml_error *error);

/* All documents of a file: rules, filters, correlations. Returns how many rules loaded. */
size_t sigma_add(struct sigma *s, str file, bytes yaml);

/* The same from documents read before. Texts of the tree and `text` are borrowed until sigma_done;
 * the nodes only until it returns. */
size_t sigma_add_tree(struct sigma *s, str file, str text, const struct yaml_node *document);

/* Values for `%name%` of the expand modifier. */
bool sigma_add_placeholder(struct sigma *s, str name, const str *values, size_t count);

/* Which rules report, told before sigma_compile. What correlations rest on runs all the same. */
struct sigma_choice {
    enum level min_level;
    const str *statuses; /* any of these, "any" for all; none: all but deprecated, unsupported */
    size_t nstatuses;
    const str *tags; /* any of these, or one below: attack.t1059 means attack.t1059.001 too */
    size_t ntags;
    uint32_t first; /* rules before this one are not asked: all of them report */
};
void sigma_choose(struct sigma *s, const struct sigma_choice *choice);
bool sigma_chosen(const struct sigma *s, uint32_t rule);

bool sigma_compile(struct sigma *s, struct err *err) MUST_USE;
void sigma_done(struct sigma *s); /* what lives outside the arena: matcher databases */

size_t sigma_rule_count(const struct sigma *s);
const struct rule_info *sigma_rule(const struct sigma *s, uint32_t rule);
size_t sigma_problem_count(const struct sigma *s);
const struct rule_problem *sigma_problem(const struct sigma *s, size_t i);

/* What the log source of a rule can be: "Microsoft-Windows-Sysmon/Operational 1; Security 4688".
 * For coverage: could this rule fire on events of this origin? */
bool sigma_rule_sees(const struct sigma *s, uint32_t rule, const struct origin *origin);

/* Could the rule fire on evidence that holds events of these origins and no others? What an origin
 * leaves empty is not known, and hinders nothing. */
enum sigma_reach {
    SIGMA_COULD_FIRE,
    SIGMA_NOT_ASKED, /* its log has events, but its condition asks for others */
    SIGMA_NO_EVENT,  /* its log is there, without any event of the numbers that it is for */
    SIGMA_NO_SOURCE, /* none of the logs that show its log source is there */
    SIGMA_NO_LOG,    /* nothing that is known shows its log source */
    SIGMA_REACHES,
};
enum sigma_reach sigma_rule_reach(const struct sigma *s, uint32_t rule,
                                  const struct origin *origins, size_t count,
                                  struct arena *scratch);

/* A log source that rules name, and what shows it: "Security 4688; ...", empty for nothing. */
struct sigma_source {
    str category, product, service, shown_by;
    size_t rules;
};

/* That of one rule; `rules` is 1. Of a correlation: empty. */
struct sigma_source sigma_rule_source(const struct sigma *s, uint32_t rule, struct arena *a);

/* As the rule writes it; empty for correlations and lists of conditions. */
str sigma_rule_condition(const struct sigma *s, uint32_t rule);

/* All of them, those of most rules first. False over budget. */
bool sigma_sources(const struct sigma *s, struct arena *a, struct sigma_source **out,
                   size_t *count) MUST_USE;

/* ---- running: one per worker, owns scratch memory and caches */

struct sigma_run;

struct sigma_hit { /* a rule matched an event */
    uint32_t rule;
    const struct event *event;
};

struct sigma_run *sigma_run_new(const struct sigma *s, struct hash_key key);
void sigma_run_free(struct sigma_run *r);

/* A new unit begins: origin numbers start again. */
void sigma_run_unit(struct sigma_run *r);

/* Could any rule match an event of this origin? Cheap: an array look-up after the first. */
bool sigma_run_wants(struct sigma_run *r, const struct origin *origin);

/* Evaluates; calls `on_hit` once for each rule that matched, in ascending order of rule. Rules
 * that only feed correlations are not reported. on_hit false stops. */
bool sigma_run_event(struct sigma_run *r, const struct event *e,
                     bool (*on_hit)(void *ctx, const struct sigma_hit *hit), void *ctx);

/* Evaluate every rule on every event, whatever its log source: for test vectors. */
void sigma_run_any_source(struct sigma_run *r);
void sigma_run_cache(struct sigma_run *r, bool on); /* what values matched; on at first */

/* ---- correlations: rules over the matches of other rules in time */

/* A match of a rule that correlations rest on, with the values they ask for. */
struct sigma_observation {
    uint32_t rule;
    usec time;
    const struct named_value *fields;
    size_t nfields;
};

/* Told of each such match during sigma_run_event, on_hit or not; borrowed until it returns. */
typedef void sigma_observer(void *ctx, const struct sigma_observation *o);
void sigma_run_observe(struct sigma_run *r, sigma_observer *observe, void *ctx);

/* A correlation came true: `count` observations (by their place in the array given; none for
 * what correlations below contributed) from `first` to `last` in one group. Windows that overlap
 * are told as one. */
struct sigma_fired {
    uint32_t rule;
    usec first, last;
    const struct named_value *group; /* its group-by names and their values */
    size_t ngroup;
    const uint32_t *observations;
    size_t count;
};

/* Everything seen, in any order, in; what fired out, by time and rule. Observations without a
 * time take no part. False over budget. */
bool sigma_correlate(const struct sigma *s, const struct sigma_observation *seen, size_t count,
                     struct arena *a, struct sigma_fired **out, size_t *nout) MUST_USE;

/* ---- explaining */

struct sigma_reason {
    str selection;  /* name of the search identifier; empty for what filters add */
    str field;      /* as the rule spells it; empty for keywords */
    str taken_from; /* what this log calls the field, when that is another name */
    str predicate;  /* "endswith \cmd.exe" */
    str value;      /* of the event; what was tested */
    bool there;     /* the event has the field */
    bool matched;
    bool decisive; /* one of the smallest set that, answered otherwise, makes the rule match */
    uint32_t line; /* in the rule's file */
};

struct sigma_explanation {
    bool matched;
    bool
        source_fits; /* the event is one that the rule is for; otherwise it is looked at as it is */
    const struct sigma_reason *reasons;
    size_t count, decisive; /* decisive: how many predicates are; 0 when it matched */
};

/* Every predicate of the rule against the event, with the slow, obvious evaluator: it shares no
 * index with the fast path. A log that shows the rule's source through several views is looked at
 * through the one that comes nearest to a match. False over budget, or for a correlation. */
bool sigma_explain(const struct sigma *s, uint32_t rule, const struct event *e, struct arena *a,
                   struct sigma_explanation *out) MUST_USE;

/* The slow evaluator's answer alone, for tests of the fast one. */
bool sigma_holds(const struct sigma *s, uint32_t rule, const struct event *e, bool any_source,
                 struct arena *a);

#endif
