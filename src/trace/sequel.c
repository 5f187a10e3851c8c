#include "trace/sequel.h"

enum { FROM_RUNG = 2, USES = 2, OTHERS = 2, ANSWERS_ALIKE = 3 };

/* Exploits are followed by the use of what they left within minutes: the same program sends both.
 */
#define WITHIN (INT64_C(15) * 60 * USEC_PER_SEC)

/* What answers for the first time in a log that has just begun may be as old as the server. */
#define KNOWN_FOR (INT64_C(6) * 3600 * USEC_PER_SEC)

static bool same_page(const struct visit *a, const struct visit *b)
{
    return str_eq(a->host, b->host) && str_eq_nocase(a->page, b->page);
}

/* Rules of others that speak of entry say so by their tactic. */
static bool is_attempt(const struct finding *f)
{
    const struct rule_info *r = f->rule;
    bool entry = false;
    for (size_t i = 0; i < r->ntactics; i++) {
        entry = entry || str_eq(r->tactics[i], STR("initial-access"));
    }
    bool ours = r->rung >= FROM_RUNG && r->weight >= WEIGHT_LEAD;
    bool of_others = r->rung == RUNG_NONE && r->level >= LEVEL_HIGH && entry;
    return !f->trail && f->led_by.len == 0 && f->time != TIME_NONE && (ours || of_others);
}

static bool names_address(const struct finding *f, str address)
{
    for (size_t i = 0; i < f->nentities; i++) {
        if (str_eq(f->entities[i].kind, STR("address")) &&
            str_eq_nocase(f->entities[i].value, address)) {
            return true;
        }
    }
    return false;
}

/* As one uses a web shell: again and again, sending, from outside and without logging on. */
static bool is_use(const struct visit *v)
{
    return v->ok >= USES && v->posts >= USES && v->account.len == 0 &&
           address_leads_outside(v->address) && page_is_program(v->page) &&
           !page_is_common(str_base(v->page)) && !page_is_shipped(v->page);
}

/* Visits to one page stand together, in traffic of a server that is older than this one. */
static bool was_new(const struct traffic_seen *t, size_t at)
{
    const struct visit *v = &t->visits[at];
    size_t first = at, others = 0;
    while (first > 0 && same_page(&t->visits[first - 1], v)) {
        first--;
    }
    for (size_t i = first; i < t->count && same_page(&t->visits[i], v); i++) {
        const struct visit *other = &t->visits[i];
        if (i != at && other->ok > 0) {
            others++;
            if (other->address.len == 0 || other->ok_first < v->ok_first) {
                return false;
            }
        }
    }
    return others <= OTHERS;
}

static bool has_answers_alike(const struct visit *a, const struct visit *b)
{
    return a->ok == a->requests && a->sized == a->requests && b->ok == b->requests &&
           b->sized == b->requests && a->out / a->requests == b->out / b->requests;
}

/* Where whatever is asked for exists, nothing that answers is new. */
static bool answers_everything(const struct traffic_seen *t, const struct visit *v)
{
    size_t alike = 0;
    for (size_t i = 0; i < t->count && alike < ANSWERS_ALIKE; i++) {
        const struct visit *other = &t->visits[i];
        alike += other->requests > 0 && !same_page(other, v) &&
                 str_eq_nocase(other->address, v->address) && has_answers_alike(other, v);
    }
    return alike == ANSWERS_ALIKE;
}

static bool is_old_enough(const struct traffic_seen *t, const struct visit *v)
{
    for (size_t i = 0; i < t->count; i++) {
        if (str_eq(t->visits[i].host, v->host) && t->visits[i].first != TIME_NONE &&
            t->visits[i].first <= v->ok_first - KNOWN_FOR) {
            return true;
        }
    }
    return false;
}

/* Findings are in order of time; the last one before it is the nearest. */
static const struct finding *attempt_before(const struct finding *findings, size_t nfindings,
                                            const struct visit *v)
{
    const struct finding *last = NULL;
    for (size_t i = 0; i < nfindings; i++) {
        const struct finding *f = &findings[i];
        if (is_attempt(f) && f->time <= v->ok_first && f->time >= v->ok_first - WITHIN &&
            names_address(f, v->address)) {
            last = f;
        }
    }
    return last;
}

const struct finding *sequel_of(const struct finding *findings, size_t nfindings,
                                const struct traffic_seen *traffic, size_t at)
{
    const struct visit *v = &traffic->visits[at];
    if (v->address.len == 0 || v->ok_first == TIME_NONE || !is_use(v) || !was_new(traffic, at)) {
        return NULL;
    }
    const struct finding *f = attempt_before(findings, nfindings, v);
    return f && is_old_enough(traffic, v) && !answers_everything(traffic, v) ? f : NULL;
}
