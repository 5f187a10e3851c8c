#include "detect/sigma/set.h"

static bool is_one_of(str status, const str *statuses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(status, statuses[i])) {
            return true;
        }
    }
    return count == 0;
}

static bool is_tag_or_below(str tag, str wanted)
{
    return str_starts_nocase(tag, wanted) && (tag.len == wanted.len || tag.p[wanted.len] == '.');
}

static bool has_any_tag(const struct rule_info *rule, const struct sigma_choice *choice)
{
    for (size_t i = 0; i < rule->ntags; i++) {
        for (size_t w = 0; w < choice->ntags; w++) {
            if (is_tag_or_below(rule->tags[i], choice->tags[w])) {
                return true;
            }
        }
    }
    return choice->ntags == 0;
}

void sigma_choose(struct sigma *s, const struct sigma_choice *choice)
{
    for (size_t i = 0; i < s->nrules; i++) {
        struct sigma_rule *r = s->rules[i];
        bool chosen = r->info.level >= choice->min_level &&
                      is_one_of(r->info.status, choice->statuses, choice->nstatuses) &&
                      has_any_tag(&r->info, choice);
        r->left_out = !chosen;
        r->silent = r->silent || !chosen;
    }
}

bool sigma_chosen(const struct sigma *s, uint32_t rule)
{
    return rule < s->nrules && !s->rules[rule]->left_out;
}
