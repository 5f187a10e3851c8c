#include "attribute/attribute.h"

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

void attribute(const struct assessment *as, const struct catalog *const catalogs[LANG_COUNT],
               struct arena *a, struct attribution *out)
{
    *out = (struct attribution){.confidence = CONFIDENCE_LOW};
    struct pleading p = {
        .speaker = {.arena = a, .catalogs = catalogs},
        .as = as,
        .claims = ARENA_ARRAY(a, struct claim, as->ndossiers + 4),
    };
    if (!p.claims || as->verdict.state < VERDICT_SCANNED) {
        return;
    }
    plead(&p, N_("Who did this cannot be said from this evidence."), NULL, 0);
    for (size_t i = 0; i < as->ndossiers; i++) {
        plead_many_users(&p, &as->dossiers[i]);
    }
    plead(&p, N_("Nothing in it belongs to one actor alone: no tool, key or server of one's own."),
          NULL, 0);
    if (!has_remote_address(as)) {
        plead(&p, N_("It holds no address from which the intruders came."), NULL, 0);
    }
    out->claims = p.claims;
    out->nclaims = p.nclaims;
}
