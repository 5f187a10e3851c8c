/* Everything a scan knows before it reads a byte of evidence: our own rules, dossiers and
 * mappings, which are embedded, and the rules that the user adds. */
#ifndef CLI_KNOWLEDGE_H
#define CLI_KNOWLEDGE_H

#include "cli/command.h"
#include "engine/engine.h"

struct learned {
    struct knowledge knowledge;
    struct names names;
    uint64_t loaded;     /* rules */
    size_t nleft_out;    /* of these: not chosen */
    const str *problems; /* one line each: "file:line:column: what is wrong" */
    size_t nproblems;
    const str *refusals; /* those of rules that were not loaded */
    size_t nrefused;
    str first_refused;
    char digest[65]; /* SHA-256 over all of it, in hex */
};

/* Which of the rules report: the options of every command that asks. */
struct chosen_rules {
    const char *min_level;
    struct option_list statuses, tags;
};

#define CHOSEN_STATUS_OPTIONS(type)                                                          \
    {"status",                                                                               \
     0,                                                                                      \
     OPTION_LIST,                                                                            \
     offsetof(type, chosen.statuses),                                                        \
     "S",                                                                                    \
     N_("rules of this status: stable, test, experimental, deprecated, unsupported or any; " \
        "unless given, all but deprecated and unsupported ones")},                           \
    {                                                                                        \
        "tag", 0, OPTION_LIST, offsetof(type, chosen.tags), "T",                             \
            N_("rules with this tag, or one below: attack.t1059")                            \
    }

#define CHOSEN_RULES_OPTIONS(type)                                                             \
    {"min-level", 0,                                                                           \
     OPTION_TEXT, offsetof(type, chosen.min_level),                                            \
     "L",         N_("rules from this level on: informational, low, medium, high, critical")}, \
        CHOSEN_STATUS_OPTIONS(type)

enum { KNOW_OURS = 1, KNOW_DOSSIERS = 2, KNOW_ADVICE = 4 /* what rules could do better */ };

/* `rules` are files and folders; below a folder every .yml and .yaml is taken. What an unreadable
 * path or rule set costs is an err; a rule that does not load is a problem. Everything lives in
 * `a`; learned_done() frees what lies outside. */
bool learn(const struct option_list *rules, unsigned what, struct arena *a, struct learned *out,
           struct err *err) MUST_USE;
void learned_done(struct learned *l);

/* The same, and only some of the rules report: without a choice all but those that their authors
 * gave up, which learn() has too. */
bool learn_chosen(const struct invocation *in, const struct option_list *rules, unsigned what,
                  const struct chosen_rules *chosen, struct learned *out, struct err *err) MUST_USE;

/* The mapping of log sources, for who compiles a rule by itself. */
bool learn_sources(struct sigma *sigma, struct err *err) MUST_USE;

#endif
