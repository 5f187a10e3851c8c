/* What is known of a rule or detector besides how it matches: one constant record each, pointed
 * to by findings. Made when rules are loaded, read-only afterwards. */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "base/catalog.h"
#include "model/level.h"

/* A sentence in every language limier speaks. */
struct text {
    str in[LANG_COUNT];
};

/* How much a match proves by itself. Our own rules say it (`limier.weight`); others are leads. */
enum weight { WEIGHT_CONTEXT, WEIGHT_LEAD, WEIGHT_STRONG, WEIGHT_PROOF };

enum { RUNG_NONE = -1, RUNG_MAX = 7 };

/* A field whose value is an entity of a finding: "TargetFilename is the file that was dropped". */
struct rule_entity {
    str field;
    str kind; /* address, account, path, url, hash, process, agent, host, domain */
    str role; /* attacker, shell, dropped, victim, tool, ...; empty when the rule does not say */
};

struct rule_info {
    str id;             /* as the rule spells it; the title when it has none */
    str title;          /* as the rule spells it */
    struct text titles; /* for readers of a language; empty where `title` serves: rule_title() */
    str author;         /* shown with every match: the public rules' licence asks for it */
    str status;
    str engine; /* "sigma", "webshell", "indicator", "yara" */
    str source; /* file it came from; "builtin:..." when embedded */
    str text;   /* the rule as written, so that a case can explain itself years later */
    enum level level;
    const str *tags; /* all of them */
    size_t ntags;
    const str *attack; /* technique ids, upper case: "T1505.003" */
    size_t nattack;
    const str *tactics; /* "initial-access", ... */
    size_t ntactics;

    /* The `limier:` section of our own rules; nothing in it is needed. */
    int rung; /* of the ladder, or RUNG_NONE */
    enum weight weight;
    str stage; /* entry, write, execute, discover, credential, persist, move, collect, exfiltrate,
                  impact */
    struct text summary; /* one sentence; {Field} stands for the event's value */
    struct text benign;  /* the other explanation */
    const struct rule_entity *entities;
    size_t nentities;
    const str *cves;
    size_t ncves;
    str decode_field; /* whose value hides others, and how (detect/decode); empty: none does */
    str decode_scheme;
};

static inline str rule_title(const struct rule_info *rule, enum lang lang)
{
    return rule->titles.in[lang].len ? rule->titles.in[lang] : rule->title;
}

#endif
