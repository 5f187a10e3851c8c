/* What yara.c compiles and run.c runs. */
#ifndef DETECT_YARA_SET_H
#define DETECT_YARA_SET_H

#include "detect/yara/yara.h"

#include <yara.h>

struct yara {
    struct arena *arena;
    yara_include *include;
    void *ctx;
    YR_RULES *rules;
    const struct rule_info *infos; /* by place in the library's table */
    const str *references;
    size_t count;
    struct group **groups; /* files given: each has a name space */
    size_t ngroups, groups_cap;
    struct table texts;  /* "group:rule" to a place in `sources` */
    struct yara_source { /* of a rule */
        str file, text;
    } * sources;
    size_t nsources, sources_cap;
    struct rule_problem *problems;
    size_t nproblems, problems_cap;
    bool theirs; /* there are rules of the user */
    bool broken; /* memory, or the library itself */
};

/* The external variables, in the order of yara_variables. */
enum yara_variable { YARA_FILENAME, YARA_FILEPATH, YARA_EXTENSION, YARA_FILETYPE, YARA_OWNER };
enum { YARA_VARIABLES = YARA_OWNER + 1 };
extern const char *const yara_variables[YARA_VARIABLES];

struct rule_info yara_info_of(struct yara *y, YR_RULE *rule, str *reference);

#endif
