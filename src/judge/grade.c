#include "judge/grade.h"

static const struct {
    str tactic;
    int rung;
} tactics[] = {
    {STR_INIT("reconnaissance"),       1},
    {STR_INIT("resource-development"), 1},
    {STR_INIT("initial-access"),       2},
    {STR_INIT("execution"),            5},
    {STR_INIT("persistence"),          5},
    {STR_INIT("privilege-escalation"), 5},
    {STR_INIT("defense-evasion"),      5},
    {STR_INIT("stealth"),              5},
    {STR_INIT("defense-impairment"),   5},
    {STR_INIT("discovery"),            5},
    {STR_INIT("command-and-control"),  5},
    {STR_INIT("credential-access"),    6},
    {STR_INIT("lateral-movement"),     6},
    {STR_INIT("collection"),           6},
    {STR_INIT("exfiltration"),         7},
    {STR_INIT("impact"),               7},
};

/* Public rules write tactics with `-` or, the older ones, with `_`. */
static bool same_tactic(str a, str b)
{
    bool same = a.len == b.len;
    for (size_t i = 0; same && i < a.len; i++) {
        char c = a.p[i] == '_' ? '-' : ascii_lower(a.p[i]);
        same = c == b.p[i];
    }
    return same;
}

static int rung_of_tactic(str tactic)
{
    for (size_t i = 0; i < ARRAY_LEN(tactics); i++) {
        if (same_tactic(tactic, tactics[i].tactic)) {
            return tactics[i].rung;
        }
    }
    return 0;
}

static int highest_tactic(const struct rule_info *rule)
{
    int highest = 0;
    for (size_t i = 0; i < rule->ntactics; i++) {
        int rung = rung_of_tactic(rule->tactics[i]);
        highest = rung > highest ? rung : highest;
    }
    return highest;
}

struct grade grade_of(const struct finding *f)
{
    struct grade g = {.weight = WEIGHT_CONTEXT};
    if (f->trail) {
        return g;
    }
    if (f->rule->rung != RUNG_NONE) {
        g.ours = true;
        g.rung = f->rule->rung;
        g.weight = f->rule->weight;
        return g;
    }
    g.rung = highest_tactic(f->rule);
    if (f->rule->level >= LEVEL_HIGH) {
        g.weight = WEIGHT_LEAD;
    }
    return g;
}

bool grade_is_knock(const struct finding *f)
{
    int rung = highest_tactic(f->rule);
    return rung == 1 || rung == 2;
}
