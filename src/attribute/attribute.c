#include "attribute/attribute.h"

#include "attribute/decide.h"
#include "attribute/evidence.h"
#include "attribute/reckoning.h"
#include "model/say.h"

/* The sentences of "insufficient evidence", each with what it rests on. */
struct pleading {
    struct speaker speaker;
    const struct assessment *as;
    struct claim *claims;
    size_t nclaims;
};

static void plead(struct pleading *p, const char *id, const struct said *args, size_t nargs)
{
    p->claims[p->nclaims++] = (struct claim){
        .text = say(&p->speaker, id, args, nargs),
        .findings = p->as->verdict.because,
    };
}

/* Statements that name nobody are no group of their own. */
static bool names_nobody(str actor)
{
    return actor.len == 0 || str_eq(actor, STR("none")) || str_eq(actor, STR("unnamed"));
}

/* A statement may name several, separated by semicolons. */
static bool names(str actors, str wanted)
{
    str one;
    while (str_cut(&actors, ';', &one)) {
        if (str_eq_nocase(str_trim(one), wanted)) {
            return true;
        }
    }
    return false;
}

static bool named_before(const struct dossier_match *d, size_t at, str actor)
{
    for (size_t i = 0; i < at; i++) {
        if (names(d->attributions[i].actor, actor)) {
            return true;
        }
    }
    return false;
}

static size_t count_actors(const struct dossier_match *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->nattributions; i++) {
        str rest = d->attributions[i].actor, actor;
        while (str_cut(&rest, ';', &actor)) {
            actor = str_trim(actor);
            n += !names_nobody(actor) && !named_before(d, i, actor);
        }
    }
    return n;
}

/* Many hands used the same flaw: seeing it used says nothing of whose hand it was. */
static void plead_many_users(struct pleading *p, const struct dossier_match *d)
{
    size_t actors = count_actors(d);
    if (actors < 2) {
        return;
    }
    struct said args[] = {
        {"name", d->name },
        { "n", text_same(arena_printf(p->speaker.arena, "%zu", actors))},
    };
    plead(p,
          N_("{name}: at least {n} separate groups are publicly said to have done this; nothing in "
             "this evidence tells them apart."),
          args, ARRAY_LEN(args));
}

static bool has_remote_address(const struct assessment *as)
{
    for (size_t i = 0; i < as->nentities; i++) {
        if (str_eq(as->entities[i].kind, STR("address")) &&
            str_eq(as->entities[i].role, STR("attacker"))) {
            return true;
        }
    }
    return false;
}

enum likelihood likelihood_of(double p)
{
    static const struct {
        double below;
        enum likelihood words;
    } bands[] = {
        {0.05, LIKELIHOOD_ALMOST_NO_CHANCE},
        {0.20, LIKELIHOOD_VERY_UNLIKELY   },
        {0.45, LIKELIHOOD_UNLIKELY        },
        {0.55, LIKELIHOOD_EVEN            },
        {0.80, LIKELIHOOD_LIKELY          },
        {0.95, LIKELIHOOD_VERY_LIKELY     },
    };
    size_t i = 0;
    while (i < ARRAY_LEN(bands) && p >= bands[i].below) {
        i++;
    }
    return i < ARRAY_LEN(bands) ? bands[i].words : LIKELIHOOD_ALMOST_CERTAIN;
}

static struct text percent(const struct pleading *p, double share)
{
    return text_same(arena_printf(p->speaker.arena, "%.0f", 100 * share));
}

/* "HAFNIUM (G0125)" */
static struct text actor_text(const struct pleading *p, const struct actor *g)
{
    return text_same(
        arena_printf(p->speaker.arena, "%.*s (%.*s)", STR_ARG(g->name), STR_ARG(g->id)));
}

/* What public facts alone give is never more than likely: anybody could have copied it. */
static void name_actor(struct pleading *p, const struct decision *d, struct attribution *out)
{
    const struct contender *first = &d->answer.list[0];
    enum likelihood l = likelihood_of(first->p);
    struct said args[] = {
        {"actor", actor_text(p, first->actor)},
        {"n",     percent(p,    first->p)    },
    };
    out->named = true;
    out->actor = first->actor->id;
    out->likelihood = l < LIKELIHOOD_LIKELY ? l : LIKELIHOOD_LIKELY;
    out->confidence = CONFIDENCE_MODERATE;
    plead(p,
          N_("The tools and techniques in this evidence point to {actor}, with a probability of "
             "{n} % if nobody imitates it."),
          args, ARRAY_LEN(args));
    plead(p,
          N_("Confidence is moderate: independent families of evidence agree, and the name stays "
             "first without its strongest items."),
          NULL, 0);
}

/* Without the name of who is nearest: beside a verdict it would be read as an answer. */
static void plead_weighed(struct pleading *p, const struct decision *d)
{
    struct said args[] = {
        {"n", text_same(arena_printf(p->speaker.arena, "%zu", d->answer.count))},
    };
    plead(p,
          N_("Its techniques and tools were weighed against {n} known actors, and none of them may "
             "be named: limier attribute prints the ledger."),
          args, ARRAY_LEN(args));
}

static void plead_insufficient(struct pleading *p, const struct decision *d)
{
    plead(p, N_("Who did this cannot be said from this evidence."), NULL, 0);
    for (size_t i = 0; i < p->as->ndossiers; i++) {
        plead_many_users(p, &p->as->dossiers[i]);
    }
    if (d->answer.columns[CLAIM_RARE] < 1) {
        plead(p,
              N_("Nothing in it belongs to one actor alone: no tool, key or server of one's own."),
              NULL, 0);
    }
    if (!has_remote_address(p->as)) {
        plead(p, N_("It holds no address from which the intruders came."), NULL, 0);
    }
}

void attribute(const struct attribute_input *in, struct arena *a, struct attribution *out)
{
    const struct assessment *as = in->assessment;
    struct evidence evidence;
    struct decision d = {0};
    *out = (struct attribution){.confidence = CONFIDENCE_LOW};
    struct pleading p = {
        .speaker = {.arena = a, .catalogs = in->catalogs},
        .as = as,
        .claims = ARENA_ARRAY(a, struct claim, as->ndossiers + 5),
    };
    if (!p.claims || as->verdict.state < VERDICT_SCANNED) {
        return;
    }
    bool weighed =
        in->actors && evidence_of(in->findings, in->nfindings, in->actors, a, &evidence) &&
        evidence.nitems > 0 && decide(in->actors, &evidence.observed, &model_limier, a, &d);
    if (d.named) {
        name_actor(&p, &d, out);
    } else {
        plead_insufficient(&p, &d);
    }
    if (weighed && !d.named && d.answer.count > 0) {
        plead_weighed(&p, &d);
    }
    if (weighed) {
        show_reckoning(&d, &evidence, in->actors, a, out);
    }
    out->claims = p.claims;
    out->nclaims = p.nclaims;
}
