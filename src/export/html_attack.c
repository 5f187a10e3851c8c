/* The tactics of ATT&CK in their order, and which techniques findings show of each. A rule that
 * names several tactics counts for each of them. */
#include "export/html.h"

enum { TECHNIQUES = 64, NAMED = 3 };

/* Names are ATT&CK's own, in every language. */
static const struct {
    const char *id, *name;
} tactics[] = {
    {"reconnaissance",       "Reconnaissance"      },
    {"resource-development", "Resource Development"},
    {"initial-access",       "Initial Access"      },
    {"execution",            "Execution"           },
    {"persistence",          "Persistence"         },
    {"privilege-escalation", "Privilege Escalation"},
    {"defense-evasion",      "Defense Evasion"     },
    {"credential-access",    "Credential Access"   },
    {"discovery",            "Discovery"           },
    {"lateral-movement",     "Lateral Movement"    },
    {"collection",           "Collection"          },
    {"command-and-control",  "Command and Control" },
    {"exfiltration",         "Exfiltration"        },
    {"impact",               "Impact"              },
};

struct shown { /* techniques of one tactic, those with most findings first */
    str ids[TECHNIQUES];
    size_t counts[TECHNIQUES], n;
};

static bool has_tactic(const struct rule_info *rule, const char *id)
{
    for (size_t i = 0; i < rule->ntactics; i++) {
        if (str_eq(rule->tactics[i], str_of(id))) {
            return true;
        }
    }
    return false;
}

static void count_technique(struct shown *s, str id)
{
    size_t i = 0;
    while (i < s->n && !str_eq(s->ids[i], id)) {
        i++;
    }
    if (i == s->n && s->n < TECHNIQUES) {
        s->ids[s->n] = id;
        s->counts[s->n++] = 0;
    }
    if (i < s->n) {
        s->counts[i]++;
    }
}

static struct shown techniques_of(const struct html *h, const char *tactic)
{
    const struct report *r = h->telling.report;
    struct shown s = {.n = 0};
    for (size_t i = 0; i < r->nfindings; i++) {
        const struct rule_info *rule = r->findings[i].rule;
        bool weighty = r->cited[i] || rule->level >= LEVEL_MEDIUM;
        for (size_t k = 0; weighty && has_tactic(rule, tactic) && k < rule->nattack; k++) {
            count_technique(&s, rule->attack[k]);
        }
    }
    return s;
}

static size_t next_of(const struct shown *s, const bool *told)
{
    size_t best = s->n;
    for (size_t i = 0; i < s->n; i++) {
        if (!told[i] && (best == s->n || s->counts[i] > s->counts[best])) {
            best = i;
        }
    }
    return best;
}

static void write_techniques(struct html *h, const struct shown *s)
{
    bool told[TECHNIQUES] = {false};
    for (size_t n = 0; n < s->n && n < NAMED; n++) {
        size_t i = next_of(s, told);
        const struct technique_name *name = technique_named(&h->telling.style->sharing, s->ids[i]);
        told[i] = true;
        html_raw(h, "<span class=\"technique\">");
        html_put(h, "code", s->ids[i]);
        html_raw(h, " ");
        html_text(h, name ? name->name : STR_NONE);
        html_raw(h, "</span>");
    }
}

void html_attack(struct html *h)
{
    html_raw(h, "<ol class=\"strip\">\n");
    for (size_t i = 0; i < ARRAY_LEN(tactics); i++) {
        struct shown s = techniques_of(h, tactics[i].id);
        html_raw(h, s.n ? "<li class=\"hit\"><b>" : "<li><b>");
        if (s.n) {
            html_number(h, s.n);
        } else {
            html_raw(h, "\xe2\x80\x93");
        }
        html_raw(h, "</b>");
        html_put(h, "span class=\"tactic\" lang=\"en\"", str_of(tactics[i].name));
        write_techniques(h, &s);
        html_raw(h, "</li>\n");
    }
    html_raw(h, "</ol>\n");
    html_put_said(
        h, "p class=\"note\"",
        N_("The number counts techniques that findings show. A dash means not seen, which "
           "is not the same as absent."));
}
