#include "detect/sigma/set.h"

/* Their authors replaced them, or know that they do not work everywhere. */
static bool is_given_up(str status)
{
    return str_eq_nocase(status, STR("deprecated")) || str_eq_nocase(status, STR("unsupported"));
}

static bool has_status(str status, const struct sigma_choice *choice)
{
    for (size_t i = 0; i < choice->nstatuses; i++) {
        bool any = str_eq_nocase(choice->statuses[i], STR("any"));
        if (any || str_eq_nocase(status, choice->statuses[i])) {
            return true;
        }
    }
    return choice->nstatuses == 0 && !is_given_up(status);
}

/* Nobody asked for it to be left out, so it is told. */
static void tell_given_up(struct sigma *s, const struct sigma_rule *r)
{
    struct loading l = {.s = s, .file = r->info.source, .rule = r->info.title};
    struct yaml_node at = {.line = r->line, .column = 1};
    warning(&l, &at, "its status is `%.*s`: it is left out", STR_ARG(r->info.status));
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
    for (size_t i = choice->first; i < s->nrules; i++) {
        struct sigma_rule *r = s->rules[i];
        bool chosen = r->info.level >= choice->min_level && has_status(r->info.status, choice) &&
                      has_any_tag(&r->info, choice);
        r->left_out = !chosen;
        r->silent = r->silent || !chosen;
        if (choice->nstatuses == 0 && is_given_up(r->info.status)) {
            tell_given_up(s, r);
        }
    }
}

bool sigma_chosen(const struct sigma *s, uint32_t rule)
{
    return rule < s->nrules && !s->rules[rule]->left_out;
}
