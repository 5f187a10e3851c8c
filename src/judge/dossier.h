/* What is known of one intrusion, as its file says it (docs/dossiers.md). */
#ifndef JUDGE_DOSSIER_H
#define JUDGE_DOSSIER_H

#include "judge/judge.h"

struct words { /* a list of texts */
    const str *items;
    size_t count;
};

struct dossier_log { /* a kind of log, and where to fetch it */
    str channel;
    struct text title, where;
};

struct dossier_step {
    str id, stage, technique;
    int rung;
    bool telling; /* seeing it means this intrusion, not just any */
    struct text title, looks;
    struct words shown_by; /* rule ids or tags */
    struct words logs;     /* channels: any of them would carry it */
};

struct dossier_limit { /* what cannot be seen without any of these logs */
    str id;
    struct words needs; /* channels */
    struct words steps;
    struct text text, remedy;
};

struct dossier_action {
    str id, when;
    bool forbidden;
    int rung, up_to;           /* from this proven rung to that one */
    struct words stages, cves; /* and, when not empty, one of these was seen */
    bool build;                /* what an open build asks for, and a fixed one does not */
    bool shell;                /* only while a page of the intruders may still be there */
    struct text text, why;
};

struct dossier {
    str id;
    bool general; /* of any intrusion: never listed as one, always consulted */
    struct text name, summary;
    struct words cves, names, applies, fixed;
    const struct dossier_log *logs;
    size_t nlogs;
    const struct dossier_step *steps;
    size_t nsteps;
    const struct dossier_limit *limits;
    size_t nlimits;
    const struct dossier_action *actions;
    size_t nactions;
    const struct public_attribution *attributions;
    size_t nattributions;
};

/* "15.1.2176.2", or what ends in it behind a blank: "Exchange 2016 CU19 15.1.2176.9". */
struct build_number {
    uint32_t parts[4];
};
bool build_number_parse(str text, struct build_number *out);

bool words_have(struct words list, str word); /* ASCII letter case does not count */

/* A `*` at the end of a pattern stands for the rest of the channel's name. */
bool channel_matches(str pattern, str channel);

#endif
