/* The set behind indicators.h: what its readers add to and its runs look up in. */
#ifndef DETECT_INDICATORS_SET_H
#define DETECT_INDICATORS_SET_H

#include "base/table.h"
#include "detect/indicators/alike.h"
#include "detect/indicators/fragments.h"
#include "detect/indicators/image.h"
#include "detect/indicators/indicators.h"
#include "detect/indicators/shared_objects.h"

enum how { /* an indicator was met */
           HOW_EXECUTED,
           HOW_WRITTEN,
           HOW_CONNECTED,
           HOW_RESOLVED,
           HOW_VISITED,
           HOW_SEEN,
           HOW_ALIKE,
           HOW_MENTIONED,
           HOW_COUNT,
};

enum reading_as { /* how the value of a field is read */
                  AS_NOTHING,
                  AS_ADDRESS,
                  AS_HOST,
                  AS_URL,
                  AS_STEM,
                  AS_PATH,
                  AS_HASHES,
                  AS_AGENT,
                  AS_ACCOUNT,
                  AS_TEXT,
                  AS_QUERY,
                  AS_SERVICE,
                  AS_TASK,
                  AS_REGISTRY,
                  AS_OBJECT,
                  AS_CERTIFICATE,
                  AS_SIGNER,
                  AS_SUBJECT,
                  AS_IMPHASH,
                  AS_ALIKE,
                  AS_COUNT,
};

enum worth { WORTH_PLAIN, WORTH_WEAK, WORTH_CONTEXT, WORTH_COUNT };

enum { CONFIDENCE_UNKNOWN = -1, CONFIDENCE_WEAK = 50 };

/* What a list says of some of its indicators. */
struct facts {
    str list, about, caveat, source, id, phase;
    enum tlp tlp;     /* the strictest mark of it */
    int confidence;   /* 0 to 100, or CONFIDENCE_UNKNOWN */
    usec from, until; /* when it was valid; TIME_NONE: not said */
    bool benign;
    bool part;        /* of a pattern that asks for more */
    bool caveat_only; /* goes with the same indicator of another list */
};

struct pending {
    uint64_t hash;
    struct entry entry;
};

struct meaning {
    uint8_t as, how;
};

/* What is being read, until it is an image. */
struct making {
    struct image_head head; /* as far as it is known */
    struct pending *pending;
    size_t cap_pending;
    struct packed_facts *facts;
    size_t cap_facts;
    struct table facts_by_hash, strings_by_text;
    uint32_t last; /* of facts */
    struct kept *kept;
    size_t cap_kept;
    struct buf strings;
    uint64_t (*tails)[TAIL_WORDS];
};

enum { IMAGES_MAX = 64 };

struct indicators {
    struct arena *arena;
    struct arena scratch;     /* of what is being read */
    struct meaning *meanings; /* by field_id */
    size_t nmeanings;

    struct making making;
    void *made; /* its image */
    struct image images[IMAGES_MAX];
    size_t nimages;
    struct fragments fragments;    /* of all images */
    struct alike alike;            /* the same */
    uint64_t (*tails)[TAIL_WORDS]; /* of all images */
    uint8_t prefixes[2][136];

    struct rule_info *rules;
    struct rule_problem *problems;
    size_t nproblems, cap_problems;
    uint64_t refused;
};

enum { STRINGS_MAX = INT32_MAX };

void indicators_made(struct making *m); /* frees it */
void indicators_add_image(struct indicators *set, const struct image *im);

/* The number of these facts; the same for the same. UINT32_MAX over budget. */
uint32_t indicators_facts(struct indicators *set, const struct facts *f);

/* A value of a list, defanged or not. False, and a problem at `line`, when it is none. */
bool indicators_add(struct indicators *set, enum indicator_kind k, str value, uint32_t facts,
                    uint32_t line);
void indicators_refuse(struct indicators *set, str file, uint32_t line, str rule, const char *why);

/* Keeps what hashes do not find. `text` is what is to be found. */
bool indicators_keep(struct indicators *set, enum indicator_kind k, str text, uint32_t facts,
                     uint32_t line);

struct facts image_facts(const struct image *im, uint32_t number);

/* Can there be an indicator of that kind that ends like `value`? For kinds whose canonical form
 * ends as their values do. */
static inline bool tail_fits(const struct indicators *set, enum indicator_kind k, str value)
{
    unsigned tail = value.len < 3 ? 0 : tail_of((const uint8_t *)value.p + value.len);
    return value.len < 3 || (set->tails[k][tail / 64] >> (tail % 64) & 1);
}

static inline uint32_t rule_number(enum indicator_kind k, enum how how, enum worth worth)
{
    return ((uint32_t)k * HOW_COUNT + (uint32_t)how) * WORTH_COUNT + (uint32_t)worth;
}
enum { RULES_OF_INDICATORS = KIND_COUNT * HOW_COUNT * WORTH_COUNT };

/* One for each kind, way and worth; NULL over budget. */
struct rule_info *indicator_rules(struct arena *a);

/* ---- readers of lists */

void read_plain(struct indicators *set, str file, str text);
bool is_plain_list(str text);
void read_csv(struct indicators *set, str file, str text);
bool is_csv_header(str line);
void read_openioc(struct indicators *set, str file, str text);
bool is_openioc(str head);
void read_json(struct indicators *set, str file, str text); /* STIX and MISP */

/* One comparison of a STIX pattern: an object's path and the value it shall have. */
typedef void stix_comparison(void *ctx, str path, str value);

/* False when it is more than equalities joined by OR and AND; nothing was told then. `*all` when
 * several have to hold together. */
bool stix_pattern(str pattern, struct arena *a, stix_comparison *tell, void *ctx, bool *all);

#endif
