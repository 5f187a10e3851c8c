/* What to do now: from the dossiers, those whose conditions hold; the most urgent first. */
#include "judge/bench.h"

#include <stdlib.h>

static bool names_shell(const struct finding *f)
{
    for (size_t k = 0; k < f->nentities; k++) {
        if (str_eq(f->entities[k].role, STR("shell"))) {
            return true;
        }
    }
    return false;
}

static bool may_hold_shell(const struct bench *b)
{
    for (size_t i = 0; i < b->out->nshells; i++) {
        if (b->out->shells[i].state != SHELL_GONE) {
            return true;
        }
    }
    return false;
}

static bool is_cause(const struct bench *b, size_t i, void *ctx)
{
    const struct dossier_action *a = ctx;
    const struct finding *f = &b->in->findings[i];
    if (!b->grades[i].basis) {
        return false;
    }
    if (a->shell) {
        return names_shell(f);
    }
    bool any = a->stages.count == 0 && a->cves.count == 0;
    return (any && b->grades[i].rung >= a->rung) || words_have(a->stages, f->rule->stage) ||
           rule_has_cve(f->rule, a->cves);
}

static bool is_known(const struct action *all, size_t count, str id)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(all[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* An action that is not for everybody needs its cause: a finding on its rung, or of its stages
 * and flaws; or a build that is open to the flaw. */
static bool consider(struct bench *b, struct dossier_action d, bool open, struct action *out)
{
    int rung = b->out->verdict.rung;
    if (!open && (rung < d.rung || rung > d.up_to || (d.shell && !may_hold_shell(b)))) {
        return false;
    }
    struct ids ids = bench_ids(b, is_cause, &d);
    if (!open && d.rung > 0 && ids.count == 0) {
        return false;
    }
    *out = (struct action){
        .id = d.id,
        .text = d.text,
        .why = d.why,
        .when = d.when,
        .forbidden = d.forbidden,
        .findings = ids,
    };
    return true;
}

static int urgency(str when)
{
    return str_eq(when, STR("now")) ? 0 : str_eq(when, STR("today")) ? 1 : 2;
}

/* By insertion: there are few, and those of equal urgency keep the dossier's order. */
static void put(struct action *all, size_t count, struct action a)
{
    size_t at = count;
    while (at > 0 &&
           (all[at - 1].forbidden > a.forbidden || (all[at - 1].forbidden == a.forbidden &&
                                                    urgency(all[at - 1].when) > urgency(a.when)))) {
        all[at] = all[at - 1];
        at--;
    }
    all[at] = a;
}

static bool asks_for(const struct bench *b, const struct dossier *d, const struct dossier_action *a)
{
    return a->build && bench_is_open(b, d);
}

static bool is_needless(const struct bench *b, const struct dossier *d,
                        const struct dossier_action *a)
{
    return a->build && bench_is_fixed(b, d);
}

void bench_advise(struct bench *b)
{
    size_t most = 1;
    for (size_t i = 0; i < b->ndossiers; i++) {
        most += b->dossiers[i].dossier->nactions;
    }
    struct action *all = ARENA_ARRAY(b->arena, struct action, most);
    b->out->actions = all;
    for (size_t i = 0; all && i < b->ndossiers; i++) {
        const struct consulted *c = &b->dossiers[i];
        for (size_t k = 0; k < c->dossier->nactions; k++) {
            struct action a;
            const struct dossier_action *d = &c->dossier->actions[k];
            bool ours = c->matched || c->dossier->general || asks_for(b, c->dossier, d);
            if (ours && !is_needless(b, c->dossier, d) && !is_known(all, b->out->nactions, d->id) &&
                consider(b, *d, asks_for(b, c->dossier, d), &a)) {
                put(all, b->out->nactions++, a);
            }
        }
    }
}
