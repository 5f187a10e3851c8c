/* How the intruders could come back: pages of theirs that may still be there, and what was made so
 * that it stays: accounts, rights, tasks, services, modules of the web server, agents, rules and
 * delegations of mail, applications. The command that made a thing and the records of its making
 * are one way back. */
#include "judge/bench.h"

enum { FOOTHOLDS_MAX = 200, NOWHERE = FOOTHOLDS_MAX, SHORTEST_NAME = 4 };

/* Two logs of one server tell of one change within this time. */
#define AT_ONCE (INT64_C(5) * USEC_PER_SEC)

struct footholds {
    struct bench *bench;
    struct foothold items[FOOTHOLDS_MAX];
    bool named[FOOTHOLDS_MAX]; /* by the thing itself; else by the command or the rule */
    size_t count;
    uint8_t *of; /* for each finding, its item; NOWHERE for none */
};

/* What stays, by the technique of the rule that saw it. */
static const struct {
    str technique, kind;
} kinds[] = {
    {STR_INIT("T1136.001"), STR_INIT("account")    },
    {STR_INIT("T1136.002"), STR_INIT("account")    },
    {STR_INIT("T1098.007"), STR_INIT("account")    },
    {STR_INIT("T1053.003"), STR_INIT("task")       },
    {STR_INIT("T1053.005"), STR_INIT("task")       },
    {STR_INIT("T1543.002"), STR_INIT("service")    },
    {STR_INIT("T1543.003"), STR_INIT("service")    },
    {STR_INIT("T1505.004"), STR_INIT("module")     },
    {STR_INIT("T1505.002"), STR_INIT("agent")      },
    {STR_INIT("T1114.003"), STR_INIT("rule")       },
    {STR_INIT("T1098.002"), STR_INIT("delegation") },
    {STR_INIT("T1098.001"), STR_INIT("application")},
    {STR_INIT("T1505.003"), STR_INIT("page")       },
};

static str kind_of(const struct rule_info *rule)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        for (size_t k = 0; k < rule->nattack; k++) {
            if (str_eq(rule->attack[k], kinds[i].technique)) {
                return kinds[i].kind;
            }
        }
    }
    return STR_NONE;
}

/* ---- the thing that stays */

static str field_of(const struct finding *f, str name)
{
    for (size_t i = 0; i < f->nfields; i++) {
        if (str_eq(f->fields[i].name, name)) {
            return f->fields[i].value;
        }
    }
    return STR_NONE;
}

/* Who joins a group is named by a number; the record of his making has both. */
static str name_of_sid(const struct bench *b, str sid)
{
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        str name = field_of(f, STR("TargetUserName"));
        if (name.len && str_eq(field_of(f, STR("TargetSid")), sid)) {
            return name;
        }
    }
    return sid;
}

/* The thing that was made before the command that made it; accounts that acted are neither. */
static const struct entity_ref *thing_of(const struct finding *f)
{
    const struct entity_ref *best = NULL;
    for (size_t k = 0; k < f->nentities; k++) {
        const struct entity_ref *e = &f->entities[k];
        bool made = str_eq(e->role, STR("created")) || str_eq(e->role, STR("dropped"));
        if (made || (!best && str_eq(e->role, STR("executed")))) {
            best = e;
        }
        if (made) {
            break;
        }
    }
    return best;
}

static bool names_thing(const struct entity_ref *e)
{
    return e && !str_eq(e->kind, STR("command"));
}

/* ---- gathering */

static bool is_same(const struct footholds *h, size_t at, const struct foothold *new, bool named)
{
    const struct foothold *old = &h->items[at];
    if (!str_eq(old->kind, new->kind) || !bench_same_host(h->bench, old->host, new->host)) {
        return false;
    }
    usec apart = old->first == TIME_NONE || new->first == TIME_NONE ? INT64_MAX
                 : old->first < new->first                          ? new->first - old->first
                                                                    : old->first - new->first;
    str name = str_base(h->named[at] ? old->value : new->value);
    str told = h->named[at] ? new->value : old->value;
    return str_eq_nocase(old->value, new->value) ||
           (h->named[at] != named && name.len >= SHORTEST_NAME && str_has_nocase(told, name)) ||
           (!h->named[at] && !named && apart <= AT_ONCE);
}

static size_t put(struct footholds *h, struct foothold item, bool named)
{
    for (size_t i = 0; i < h->count; i++) {
        if (!is_same(h, i, &item, named)) {
            continue;
        }
        if (named && !h->named[i]) { /* the thing says more than the command */
            h->items[i].value = item.value;
            h->items[i].text = item.text;
            h->named[i] = true;
        }
        return i;
    }
    if (h->count == FOOTHOLDS_MAX) {
        return NOWHERE;
    }
    h->items[h->count] = item;
    h->named[h->count] = named;
    return h->count++;
}

static void put_shell(struct footholds *h, const struct shell *s)
{
    if (s->state == SHELL_GONE) {
        return;
    }
    const char *id = s->state == SHELL_THERE
                         ? N_("A web shell, whose file is still there.")
                         : N_("A web shell; whether its file is still there, this evidence does "
                              "not say.");
    (void)put(h,
              (struct foothold){.kind = STR("shell"),
                                .value = s->path.len ? s->path : s->page,
                                .host = s->host,
                                .first = s->written != TIME_NONE ? s->written : s->first,
                                .text = say_plain(&h->bench->speaker, id),
                                .findings = s->findings},
              true);
}

static size_t put_finding(struct footholds *h, const struct finding *f)
{
    const struct entity_ref *thing = thing_of(f);
    struct foothold item = {.kind = kind_of(f->rule),
                            .value = thing ? thing->value : f->rule->title,
                            .host = f->host,
                            .first = f->time,
                            .text = f->summary};
    if (str_starts(item.value, STR("S-1-"))) {
        item.value = name_of_sid(h->bench, item.value);
    }
    return put(h, item, names_thing(thing));
}

/* ---- what counts */

static bool acts_for_intruders(const struct bench *b, str account)
{
    bool theirs = false;
    for (size_t i = 0; i < b->in->nfindings && !theirs; i++) {
        const struct finding *f = &b->in->findings[i];
        for (size_t k = 0; b->grades[i].basis && k < f->nentities; k++) {
            theirs = theirs || (str_eq(f->entities[k].kind, STR("account")) &&
                                str_eq_nocase(f->entities[k].value, account));
        }
    }
    return theirs;
}

/* Administrators forward and delegate mail every day; what an account did in whose name the
 * intruders acted is theirs to explain. */
static bool is_of_their_account(const struct bench *b, size_t i)
{
    const struct finding *f = &b->in->findings[i];
    bool after = f->time != TIME_NONE && f->time >= b->out->verdict.first_seen;
    for (size_t k = 0; after && b->grades[i].ours && k < f->nentities; k++) {
        if (str_eq(f->entities[k].kind, STR("account")) &&
            acts_for_intruders(b, f->entities[k].value)) {
            return true;
        }
    }
    return false;
}

static bool stays(const struct bench *b, size_t i)
{
    const struct finding *f = &b->in->findings[i];
    str kind = kind_of(f->rule);
    bool lasting = str_eq(f->rule->stage, STR("persist")) || str_eq(kind, STR("rule"));
    return lasting && kind.len > 0 && !f->trail &&
           (b->grades[i].basis || is_of_their_account(b, i));
}

struct picking {
    const struct footholds *footholds;
    size_t item;
};

static bool belongs(const struct bench *b, size_t i, void *ctx)
{
    const struct picking *p = ctx;
    (void)b;
    return p->footholds->of[i] == p->item;
}

void bench_footholds(struct bench *b)
{
    struct footholds *h = ARENA_NEW(b->arena, struct footholds);
    uint8_t *of = ARENA_ARRAY(b->arena, uint8_t, b->in->nfindings + 1);
    if (!h || !of || b->out->verdict.state < VERDICT_EXPLOITED) {
        return;
    }
    *h = (struct footholds){.bench = b, .of = of};
    for (size_t i = 0; i < b->out->nshells; i++) {
        put_shell(h, &b->out->shells[i]);
    }
    size_t shells = h->count;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        of[i] = (uint8_t)(stays(b, i) ? put_finding(h, &b->in->findings[i]) : NOWHERE);
    }
    for (size_t i = shells; i < h->count; i++) {
        struct picking p = {h, i};
        h->items[i].findings = bench_ids(b, belongs, &p);
    }
    b->out->persistence = h->items;
    b->out->npersistence = h->count;
}
