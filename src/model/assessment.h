/* The answer: what judge concludes, store keeps and export shows. Every sentence stands in every
 * language; every claim lists the findings it rests on. Lives in one arena. */
#ifndef MODEL_ASSESSMENT_H
#define MODEL_ASSESSMENT_H

#include "model/finding.h"
#include "model/note.h"

enum verdict_state {
    VERDICT_NONE, /* no sign in what we could see */
    VERDICT_CANNOT_TELL,
    VERDICT_SCANNED,
    VERDICT_ATTEMPTED,
    VERDICT_EXPLOITED,
    VERDICT_COMPROMISED,
    VERDICT_COUNT,
};

/* The words of ICD 203, least first. */
enum likelihood {
    LIKELIHOOD_NONE, /* not stated: cannot tell */
    LIKELIHOOD_ALMOST_NO_CHANCE,
    LIKELIHOOD_VERY_UNLIKELY,
    LIKELIHOOD_UNLIKELY,
    LIKELIHOOD_EVEN,
    LIKELIHOOD_LIKELY,
    LIKELIHOOD_VERY_LIKELY,
    LIKELIHOOD_ALMOST_CERTAIN,
    LIKELIHOOD_COUNT,
};

enum confidence { CONFIDENCE_LOW, CONFIDENCE_MODERATE, CONFIDENCE_HIGH, CONFIDENCE_COUNT };

struct ids { /* of findings */
    const str *items;
    size_t count;
};

struct claim { /* a sentence and what it rests on */
    struct text text;
    struct ids findings;
};

struct verdict {
    enum verdict_state state;
    int rung;          /* highest proven, 0 to 7 */
    int rung_possible; /* highest that the evidence does not exclude */
    enum likelihood likelihood;
    enum confidence confidence;
    struct ids because;
    usec first_seen, last_seen;
    /* The verdict block: likelihood, confidence and its reason, effect, limit. Never two in one. */
    struct claim sentences[4];
    size_t nsentences;
};

struct gap {
    usec from, to;
};

struct event_kind { /* how many events of a log have this number; 0: of all numbers not listed */
    uint32_t id;
    uint64_t events;
};

struct coverage_source { /* one log of one host */
    str host, kind;
    usec first, last;
    uint64_t events;
    const struct gap *gaps;
    size_t ngaps;
    int64_t clock_shift;          /* seconds added to its times; 0 when it told the truth */
    const struct event_kind *ids; /* ascending; empty where events have no number */
    size_t nids;
};

struct blind_spot {
    struct text text;   /* what could not be seen, and why */
    struct text remedy; /* which evidence would show it */
    const str *steps;   /* dossier steps that would therefore have been invisible */
    size_t nsteps;
};

enum outcome {
    OUTCOME_PARSED,
    OUTCOME_PARTLY,
    OUTCOME_FAILED,
    OUTCOME_NOT_UNDERSTOOD,
    OUTCOME_COUNT
};

struct unit_problem { /* a unit that was not wholly read, with its first reason */
    str unit;
    enum outcome outcome;
    enum note_id reason;
    uint64_t count, offset, lost; /* notes; the first one's place; bytes lost */
    str example;                  /* of what could not be read, escaped; may be empty */
};

struct coverage {
    uint64_t units[OUTCOME_COUNT];
    uint64_t events, bytes;
    const struct coverage_source *sources;
    size_t nsources;
    const struct blind_spot *blind_spots;
    size_t nblind_spots;
    const struct unit_problem *problems;
    size_t nproblems;
};

struct stage {
    str id; /* entry, write, execute, ... as in rules */
    struct text title;
    usec first, last;
    const struct claim *claims; /* in order of time */
    size_t nclaims;
    bool seen; /* false: nothing in this evidence shows it; claims say what that means */
};

struct entity {
    str kind, role, value;
    usec first, last;
    struct ids findings;
};

struct dossier_step_seen {
    str id;
    struct text title;
    str technique;
    bool visible; /* some source in this evidence would show it */
    struct ids findings;
};

struct public_attribution {
    str who, actor, words, confidence, source; /* words: the attributor's own */
    str date;
};

struct dossier_match {
    str id;
    struct text name;
    const str *cves;
    size_t ncves;
    const struct dossier_step_seen *steps;
    size_t nsteps;
    const struct public_attribution
        *attributions; /* of the intrusion in general, not of this one */
    size_t nattributions;
};

struct contender_seen {
    str actor, name, country; /* an id; where others suspect it to work from */
    double p;                 /* that it was this one, if nobody lied */
    double nats;              /* the sum of its column of the ledger */
};

/* What one item says of the first three contenders, in nats: docs/attribution.md. */
struct weighed_item {
    str kind, id, name;
    str finding;  /* the first behind it; empty for what was not observed */
    double trust; /* 0 to 1 */
    double first, second, third;
};

/* The answer without some items. */
struct linchpin {
    const str *without;
    size_t nwithout;
    str first; /* who would then be first */
    double p;  /* of today's first */
};

struct attribution {
    bool named;
    str actor; /* only when named */
    enum likelihood likelihood;
    enum confidence confidence;
    const struct claim *claims; /* why this answer, or why none */
    size_t nclaims;
    double unknown; /* p of an actor that is not known, or not to be told */
    const struct contender_seen *contenders; /* the first few; none when nothing was weighed */
    size_t ncontenders;
    const struct weighed_item *ledger; /* what tells them apart most comes first */
    size_t nledger;
    const struct linchpin *linchpins;
    size_t nlinchpins;
    const struct weighed_item *tell_apart; /* not observed: what to look for */
    size_t ntell_apart;
};

struct action {
    str id;
    struct text text, why;
    str when;       /* now, today, this_week */
    bool forbidden; /* a "do not" */
    struct ids findings;
};

/* A page of the intruders, and its life. Sums are of web logs; times of use are of requests that
 * were answered 2xx. */
enum shell_state { SHELL_UNKNOWN, SHELL_THERE, SHELL_GONE, SHELL_STATE_COUNT };

struct shell {
    str host, page, path; /* its URL; its file: empty when not known */
    usec written;         /* TIME_NONE when nothing shows it */
    str writer;           /* the program or account that wrote it; empty when not known */
    usec first, last;
    uint64_t requests, ok, refused, posts;
    uint64_t out, in, sized; /* bytes; answers whose bytes were logged */
    uint64_t started;        /* processes, while it was in use */
    const str *addresses, *agents;
    size_t naddresses, nagents;
    enum shell_state state; /* its file: in this evidence, or gone though its folder is here */
    bool by_trail;          /* no rule knew it */
    struct ids findings;
};

struct taking { /* what left, or may have: to whom, of what, how many bytes */
    str kind;   /* client, page, archive, mailbox */
    str what, client;
    uint64_t requests, least, most;
    bool bounded; /* `most` is known */
    usec first, last;
    struct text
        why; /* where the most comes from, if not from the web log; or why it is not known */
    struct ids findings;
};

struct taken {
    uint64_t least, most;
    bool bounded;
    const struct taking *items;
    size_t nitems;
};

struct foothold { /* by which they could come back */
    str kind, value, host;
    usec first;
    struct text text;
    struct ids findings;
};

struct reached {               /* another machine that they went to from here */
    str how;                   /* logon, share, connection */
    str from, target, account; /* as the records name them; empty when they do not */
    uint64_t times;
    usec first, last;
    struct ids findings;
};

struct bystander { /* a client whose requests were counted and set aside */
    str address, agent;
    uint64_t requests, refused, pages;
    usec first, last;
    struct text why;
};

struct not_followed {
    str kind, value;
    struct text why;
};

/* A build that was seen on a host, against what a dossier knows to be corrected. Its number is at
 * least this: parts of a program keep theirs when others are updated. */
enum build_state {
    BUILD_OPEN,        /* there is no correction for it, or none we know */
    BUILD_UNCONFIRMED, /* there is one, and no log shows that it was installed */
    BUILD_FIXED,
    BUILD_STATE_COUNT
};

struct build {
    str host, product, number; /* host: empty when no log names it */
    usec first, last;
    str dossier;
    enum build_state state;
    bool latest; /* of this host, as far as the evidence goes */
    struct text text;
};

struct process { /* in the order of a tree: a parent stands before its children */
    uint32_t depth;
    str host, id, image, command, account; /* id: GUID, or number */
    usec time;                             /* TIME_NONE: known as a parent only */
    struct ids findings;
};

struct assessment {
    struct verdict verdict;
    struct coverage coverage;
    const struct stage *story;
    size_t nstages;
    const struct entity *entities;
    size_t nentities;
    const struct dossier_match *dossiers;
    size_t ndossiers;
    struct attribution attribution;
    const struct action *actions;
    size_t nactions;
    const struct shell *shells; /* by first use */
    size_t nshells;
    struct taken taken;
    const struct foothold *persistence;
    size_t npersistence;
    const struct reached *reached; /* by first time */
    size_t nreached;
    const struct bystander *set_aside;
    size_t nset_aside;
    const struct not_followed *not_followed;
    size_t nnot_followed;
    const struct process *processes;
    size_t nprocesses;
    const struct build *builds; /* by host, time and dossier */
    size_t nbuilds;
};

/* Counts of two parts of one log as one list; all ascending. NULL over budget. */
struct event_kinds {
    const struct event_kind *items;
    size_t count;
};
struct event_kinds event_kinds_joined(struct event_kinds x, struct event_kinds y, struct arena *a);

/* Names for machines: "compromised", "almost_certain", "high", "parsed". */
const char *verdict_name(enum verdict_state s);
bool verdict_parse(str s, enum verdict_state *out);
const char *likelihood_name(enum likelihood l);
const char *likelihood_words(enum likelihood l); /* a message id */
const char *confidence_name(enum confidence c);
const char *outcome_name(enum outcome o);
const char *shell_state_name(enum shell_state s);
const char *build_state_name(enum build_state s);

#endif
