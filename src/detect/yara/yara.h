/* YARA rules, by libyara: rules in, findings about whole units out.
 *
 *     struct yara *y = yara_new(arena, include, ctx);
 *     yara_add(y, "rules/x.yar", text);                   any number of files
 *     yara_compile(y, &err);                              freezes y
 *
 * Rules run as they are written. The external variables that public rule sets ask for are there:
 * filename, filepath (its folder), extension (with its dot, lower case), filetype, owner. A rule
 * that libyara refuses is left out and is a problem with its place; the rest of its file stays.
 *
 * After yara_compile a `struct yara` is only read, so forked workers share it. libyara keeps some
 * state of its own (its modules) from the first yara_new to the last yara_done. */
#ifndef DETECT_YARA_YARA_H
#define DETECT_YARA_YARA_H

#include "base/err.h"
#include "detect/sigma/sigma.h"

struct yara;

/* The text that `include "name"` in `file` asks for: false when there is none. */
typedef bool yara_include(void *ctx, str name, str file, str *path, str *text);

struct yara *yara_new(struct arena *arena, yara_include *include, void *ctx);
void yara_add(struct yara *y, str file, str text);
void yara_add_ours(struct yara *y, str file, str text); /* rules that look at small units only */
bool yara_compile(struct yara *y, struct err *err) MUST_USE;
void yara_done(struct yara *y); /* NULL is fine */

/* Is a unit of that size to be looked at? */
bool yara_wants(const struct yara *y, size_t len);

size_t yara_rule_count(const struct yara *y); /* of NULL, none */
const struct rule_info *yara_rule(const struct yara *y, uint32_t rule);
size_t yara_problem_count(const struct yara *y);
const struct rule_problem *yara_problem(const struct yara *y, size_t i);

/* ---- running: one per worker */

struct yara_run;

struct yara_unit {
    bytes data;
    str path; /* as its host called it */
    double seconds;
};

/* A rule matched. Fields: the strings of the rule that were found, "0x1f: text" each, and the
 * rule's reference. The place is the first string's. */
struct yara_hit {
    uint32_t rule;
    uint64_t offset, len;
    const struct named_value *fields;
    size_t nfields;
};

enum yara_end { YARA_LOOKED, YARA_OVER_TIME, YARA_OVER_MEMORY, YARA_OVER_MATCHES };

struct yara_run *yara_run_new(const struct yara *y); /* NULL: no rules */
void yara_run_free(struct yara_run *r);              /* NULL is fine */

/* Tells each rule that matched, in order of rule. What a hit points to lives in `a`. */
enum yara_end yara_look(struct yara_run *r, const struct yara_unit *u, struct arena *a,
                        void (*on_hit)(void *ctx, const struct yara_hit *hit), void *ctx);

/* What the content is, in the words of public rules: "EXE", "ZIP", "PHP"; empty: not known. */
str yara_file_type(bytes head);

#endif
