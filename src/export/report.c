#include "export/report.h"

#include <stdlib.h>

static int by_id(const void *left, const void *right)
{
    const struct finding *a = *(const struct finding *const *)left;
    const struct finding *b = *(const struct finding *const *)right;
    int order = str_cmp(a->id, b->id);
    return order ? order : (a > b) - (a < b);
}

const struct finding *report_finding(const struct report *r, str id)
{
    size_t low = 0, high = r->nfindings;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(r->by_id[middle]->id, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < r->nfindings && str_eq(r->by_id[low]->id, id) ? r->by_id[low] : NULL;
}

bool report_shows(const struct report *r, size_t i, enum level min_level)
{
    return r->cited[i] || r->findings[i].rule->level >= min_level;
}

bool rule_is_foreign(const struct rule_info *rule)
{
    return rule->author.len > 0 && !str_starts(rule->source, STR("builtin:"));
}

static void cite(const struct report *r, bool *cited, struct ids ids)
{
    for (size_t i = 0; i < ids.count; i++) {
        const struct finding *f = report_finding(r, ids.items[i]);
        if (f) {
            cited[f - r->findings] = true;
        }
    }
}

static void cite_claims(const struct report *r, bool *cited, const struct claim *claims, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cite(r, cited, claims[i].findings);
    }
}

static void cite_all(const struct report *r, bool *cited)
{
    const struct assessment *as = &r->assessment;
    cite(r, cited, as->verdict.because);
    cite_claims(r, cited, as->verdict.sentences, as->verdict.nsentences);
    cite_claims(r, cited, as->attribution.claims, as->attribution.nclaims);
    for (size_t i = 0; i < as->nstages; i++) {
        cite_claims(r, cited, as->story[i].claims, as->story[i].nclaims);
    }
    for (size_t i = 0; i < as->nactions; i++) {
        cite(r, cited, as->actions[i].findings);
    }
    for (size_t i = 0; i < as->ndossiers; i++) {
        for (size_t k = 0; k < as->dossiers[i].nsteps; k++) {
            cite(r, cited, as->dossiers[i].steps[k].findings);
        }
    }
}

static bool make_index(struct report *r, struct arena *a, struct err *err)
{
    r->by_id = ARENA_ARRAY(a, const struct finding *, r->nfindings + 1);
    bool *cited = ARENA_ARRAY(a, bool, r->nfindings + 1);
    if (!r->by_id || !cited) {
        return err_set(err, ERR_FULL, "the case holds more findings than memory allows");
    }
    for (size_t i = 0; i < r->nfindings; i++) {
        r->by_id[i] = &r->findings[i];
    }
    qsort(r->by_id, r->nfindings, sizeof(void *), by_id);
    cite_all(r, cited);
    r->cited = cited;
    return true;
}

bool report_load(struct case_file *c, struct arena *a, struct report *out, struct err *err)
{
    *out = (struct report){0};
    struct finding *findings = NULL;
    str *problems = NULL;
    bool ok = case_info(c, a, &out->info, err) && case_assessment(c, a, &out->assessment, err) &&
              case_findings(c, a, &findings, &out->nfindings, err) &&
              case_rules(c, a, &out->rules_loaded, &problems, &out->nrule_problems, err);
    out->findings = findings;
    out->rule_problems = problems;
    return ok && make_index(out, a, err);
}
