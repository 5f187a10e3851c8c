/* The judge's bench: what all of the judging works on. Private to judge/. */
#ifndef JUDGE_BENCH_H
#define JUDGE_BENCH_H

#include "judge/dossier.h"
#include "judge/grade.h"
#include "model/say.h"

enum { HOSTS_NAMED = 8, IDS_MAX = 500, DOUBTS_MAX = 7 };

struct consulted { /* a dossier that has something to say about this evidence */
    const struct dossier *dossier;
    bool matched; /* a telling step of it was seen */
};

struct site { /* a host that matters, and from when to when */
    str host;
    usec first, last; /* signs on it; TIME_NONE when none has a time */
};

struct bench {
    const struct judge_input *in;
    struct arena *arena;
    struct speaker speaker;
    struct assessment *out;

    bool lone_host;       /* all that names a host names the same one */
    struct grade *grades; /* one a finding */
    struct site *sites;   /* at least one */
    size_t nsites;
    struct consulted *dossiers;
    size_t ndossiers;
    bool cleared;             /* a log of a site was, about when its signs are of */
    bool unfollowed;          /* nothing came of the requests that worked */
    struct blind_spot *spots; /* out->coverage.blind_spots, while they are gathered */
};

/* In the order in which judge() calls them; each may use what the earlier ones put into `out`. */
void bench_weigh(struct bench *b);     /* weigh.c: rung, state, basis, first and last sign */
void bench_cover(struct bench *b);     /* coverage.c: sources, gaps, problems */
void bench_place(struct bench *b);     /* sites.c: which hosts matter, and when */
void bench_consult(struct bench *b);   /* consult.c: which dossiers, their steps, blind spots */
void bench_builds(struct bench *b);    /* builds.c: open, or corrected */
void bench_tell(struct bench *b);      /* story.c: stages in order */
void bench_shells(struct bench *b);    /* shells.c: the life of each */
void bench_taken(struct bench *b);     /* taken.c: bytes, mail and archives that left */
void bench_footholds(struct bench *b); /* footholds.c: what persists */
void bench_reached(struct bench *b);   /* reached.c: where they went from here */
void bench_set_aside(struct bench *b); /* aside.c: scanners, and what was not followed */
void bench_processes(struct bench *b); /* processes.c: a tree */
void bench_sum_up(struct bench *b);    /* verdict.c: likelihood, confidence, the four sentences */
void bench_advise(struct bench *b);    /* actions.c */

bool bench_tell_trail(struct bench *b, struct stage *out); /* trail.c: the last stage, if any */

/* Claims of accounts that the intruders' addresses used on the web server, at most `max`. */
size_t bench_accounts(const struct bench *b, struct claim *out, size_t max); /* accounts.c */

/* Rules of others that match all the time (habits.c): marks them, and names the first few. */
void bench_set_habits_aside(struct bench *b);
struct text bench_habits(const struct bench *b);

/* What followed a request that looks like an exploit, or that nothing did, for people (sequel.c).
 * Empty for other findings. Two with one `gist` tell the same twice. */
struct text bench_sequel(const struct bench *b, const struct finding *f, str *gist);

/* The flaw worked, nothing followed, and the logs would show it. */
bool bench_is_unfollowed(const struct bench *b);

void bench_doubt(struct bench *b); /* doubts.c: blind spots that the logs themselves tell of */

/* Is the latest build of any host not known to hold the corrections of this dossier; of all hosts
 * that show theirs, does it? */
bool bench_is_open(const struct bench *b, const struct dossier *d);
bool bench_is_fixed(const struct bench *b, const struct dossier *d);

struct text bench_exposure(const struct bench *b); /* the worst of the latest builds, if any */
struct text bench_updates(const struct bench *b);  /* that came after the entry, if any */

/* Does any of these logs of the site cover the time that matters there? A log that names no host
 * may be of any. */
enum presence { LOG_ABSENT, LOG_ELSEWHEN, LOG_PRESENT };
enum presence site_presence(const struct bench *b, const struct site *site, struct words channels);
bool site_has(const struct bench *b, const struct site *site, str host);

/* The same of all sites: the worst of them. */
enum presence bench_presence(const struct bench *b, struct words channels);

/* Those of the channels that do, where each site has one; else none. */
struct words bench_present(const struct bench *b, struct words channels);

/* Is there any such log, of whatever host and time? */
bool bench_holds(const struct bench *b, struct words channels);

bool bench_is_near(const struct bench *b, str host, usec time, usec distance); /* to a sign */

/* "MX01, MX02": the sites for which `pick` holds. */
struct text bench_sites_where(const struct bench *b,
                              bool (*pick)(const struct bench *b, const struct site *s, void *ctx),
                              void *ctx);

struct gap bench_window(const struct bench *b); /* from the first record of all logs to the last */

struct text bench_log_title(const struct bench *b, str channel); /* for people */

/* "IIS logs, Exchange HttpProxy logs": the titles of channels. */
struct text bench_log_titles(const struct bench *b, const struct dossier *d, struct words channels);

/* MAIL01 and mail01.example.com are one host; what names none belongs to the only one. */
bool bench_same_host(const struct bench *b, str x, str y);

/* The findings whose `pick` holds, at most IDS_MAX. */
struct ids bench_ids(const struct bench *b,
                     bool (*pick)(const struct bench *b, size_t i, void *ctx), void *ctx);

bool rule_has_cve(const struct rule_info *rule, struct words cves);
bool finding_shows(const struct finding *f, const struct dossier_step *step);

struct text text_time(struct arena *a, usec t); /* to the second */

#endif
