/* What of a case may be told to others, and under which mark.
 *
 * Shared is what belongs to the intruders: their addresses, agents, files, pages, hashes, services
 * and tasks. The victim's host names, internal addresses, accounts, mailboxes, command lines and
 * whole paths below somebody's own folder stay behind unless the user says otherwise, and so do
 * names in which an implant hid whose machine it is on. */
#ifndef EXPORT_SHARING_H
#define EXPORT_SHARING_H

#include "export/report.h"
#include "model/tlp.h"

struct technique_name {
    str id, name, stix; /* T1505.003; the UUID of MITRE's own object, empty when not known */
};

struct sharing {                             /* what the user decided, and what has to be known */
    enum tlp tlp, most;                      /* the mark, and the strictest that may be written */
    bool victim;                             /* the victim's names and addresses, too */
    str producer;                            /* whose report it is */
    usec now;                                /* when it is written */
    const struct technique_name *techniques; /* by id: sort_techniques() */
    size_t ntechniques;
};

void sort_techniques(struct technique_name *list, size_t count);
const struct technique_name *technique_named(const struct sharing *s, str id); /* NULL: not known */

enum shared_kind {
    SHARED_ADDRESS,
    SHARED_DOMAIN,
    SHARED_AGENT,
    SHARED_URL,  /* the path of a page or file, without the server's name */
    SHARED_FILE, /* `name`, and `value`, its whole path, unless that tells of the victim */
    SHARED_HASH,
    SHARED_SERVICE,
    SHARED_TASK,
    SHARED_ACCOUNT, /* from here on: only of and for the victim */
    SHARED_HOST,
    SHARED_COMMAND,
    SHARED_KINDS
};

struct shared_item {
    enum shared_kind kind;
    str value, name;
    str role;                    /* attacker, shell, tool, dropped, ... */
    bool searchable;             /* worth looking for elsewhere */
    const struct entity *entity; /* when, and by which findings */
};

/* In the order of the report's entities, each value once. Lives in `a`; NULL with no items when
 * nothing may be shared, or memory is short. */
const struct shared_item *shared_items(const struct report *r, const struct sharing *s,
                                       struct arena *a, size_t *count);

enum { TECHNIQUE_FINDINGS = 20 };

struct shared_technique {
    str id;
    size_t count;                     /* of findings */
    enum level level;                 /* of the strongest */
    str findings[TECHNIQUE_FINDINGS]; /* the first of them */
};

/* In the order in which findings show them, each once: of the findings from `min_level` on, or only
 * of those that the answer rests on. */
const struct shared_technique *shared_techniques(const struct report *r, bool cited,
                                                 enum level min_level, struct arena *a,
                                                 size_t *count);

/* The strictest of the user's mark and those under which an indicator was received that is in the
 * report. */
enum tlp shared_mark(const struct report *r, const struct sharing *s);

/* `text` without the victim's names, addresses and accounts, unless they may be shared. */
str shared_text(const struct report *r, const struct sharing *s, str text, struct arena *a);

/* How many of the verdict's sentences may be shared: of the whole only with the victim's. */
size_t shared_sentences(const struct report *r, const struct sharing *s);

/* The first sentence of the verdict, in English, in the same way. */
str shared_verdict(const struct report *r, const struct sharing *s, struct arena *a);

/* 0 to 100, by the table of STIX 2.1, appendix A; 0: not stated. */
unsigned shared_confidence(enum likelihood l);

/* What ids of shared objects are made of: another scan of the same evidence gives the same, so that
 * what is sent again updates; the same folder's name at another victim's does not. Never shown. */
str shared_case_name(const struct report *r, struct arena *a);

#endif
