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
    const str *problems; /* one line each: "file:line:column: what is wrong" */
    size_t nproblems;
    size_t nrefused; /* rules that were not loaded, among them */
    str first_refused;
    char digest[65]; /* SHA-256 over all of it, in hex */
};

enum { KNOW_OURS = 1, KNOW_DOSSIERS = 2 };

/* `rules` are files and folders; below a folder every .yml and .yaml is taken. What an unreadable
 * path or rule set costs is an err; a rule that does not load is a problem. Everything lives in
 * `a`; learned_done() frees what lies outside. */
bool learn(const struct option_list *rules, unsigned what, struct arena *a, struct learned *out,
           struct err *err) MUST_USE;
void learned_done(struct learned *l);

/* The mapping of log sources, for who compiles a rule by itself. */
bool learn_sources(struct sigma *sigma, struct err *err) MUST_USE;

#endif
