/* What followed a request that looks like an exploit. Its status says little; that the same
 * address went a step further within minutes, or that the host changed in that time, says more;
 * and so does silence, where the log goes on. */
#include "judge/bench.h"

enum { RUNG_TRIED = 2, RUNG_IN = 3, RUNG_WRITTEN = 4, MINUTES = 15 };

#define WITHIN (INT64_C(60) * MINUTES * USEC_PER_SEC)

/* A file or a process this close to a request is of it; later ones are of the day. */
#define AT_ONCE (INT64_C(120) * USEC_PER_SEC)

struct sequel {
    const struct finding *knock, *step; /* the nearest two; NULL: none */
    bool by_address;                    /* the step; else it is of the host alone */
    bool watched;                       /* the log goes on after each of the requests */
};

static str address_of(const struct finding *f)
{
    for (size_t i = 0; i < f->nentities; i++) {
        if (str_eq(f->entities[i].kind, STR("address"))) {
            return f->entities[i].value;
        }
    }
    return STR_NONE;
}

static bool is_knock(const struct bench *b, size_t i)
{
    const struct finding *f = &b->in->findings[i];
    bool door = str_eq(f->rule->stage, STR("entry")) || str_eq(f->rule->stage, STR("probe"));
    return door && !f->trail && b->grades[i].ours && f->time != TIME_NONE &&
           f->rule->rung >= RUNG_TRIED && f->rule->rung <= RUNG_IN;
}

/* Tidying up is no step further. */
static bool is_step(const struct bench *b, size_t i, int above)
{
    const struct finding *f = &b->in->findings[i];
    const struct grade *g = &b->grades[i];
    return !f->trail && g->ours && g->weight >= WEIGHT_LEAD && g->rung > above &&
           f->time != TIME_NONE && !str_eq(f->rule->stage, STR("hide"));
}

static bool log_goes_on(const struct bench *b, const struct finding *f)
{
    const struct coverage *c = &b->out->coverage;
    for (size_t i = 0; i < c->nsources; i++) {
        const struct coverage_source *s = &c->sources[i];
        if (str_eq(s->kind, f->channel) && bench_same_host(b, s->host, f->host) &&
            s->last != TIME_NONE && s->last - f->time >= WITHIN) {
            return true;
        }
    }
    return false;
}

/* The nearest of what came after; of the same address before what is of the host. */
static void consider(struct sequel *s, const struct finding *knock, const struct finding *step,
                     bool by_address)
{
    usec distance = step ? step->time - knock->time : 0;
    bool near = step && distance <= (by_address ? WITHIN : AT_ONCE);
    bool better = !s->step || by_address > s->by_address ||
                  (by_address == s->by_address && distance < s->step->time - s->knock->time);
    if (near && better) {
        *s = (struct sequel){knock, step, by_address, s->watched};
    }
}

/* From the end to the beginning: at a request, the last things seen are those that followed. */
static struct sequel sequel_of(const struct bench *b, const struct finding *of)
{
    struct sequel s = {.watched = true};
    str address = address_of(of);
    const struct finding *his = NULL, *here = NULL;
    for (size_t i = b->in->nfindings; i-- > 0;) {
        const struct finding *f = &b->in->findings[i];
        str who = address_of(f);
        bool same = who.len > 0 && str_eq_nocase(who, address);
        if (same && f->rule == of->rule && is_knock(b, i)) {
            consider(&s, f, his, true);
            consider(&s, f, here, false);
            s.watched = s.watched && log_goes_on(b, f);
        } else if (same && is_step(b, i, of->rule->rung)) {
            his = f;
        } else if (who.len == 0 && is_step(b, i, RUNG_WRITTEN - 1) &&
                   bench_same_host(b, f->host, of->host)) {
            here = f;
        }
    }
    return s;
}

/* A page that the trail found because of an attempt says by itself how long after it. */
static struct text say_step(const struct bench *b, const struct sequel *s)
{
    if (s->step->led_by.len > 0) {
        return (struct text){{STR_NONE}};
    }
    usec seconds = (s->step->time - s->knock->time) / USEC_PER_SEC;
    struct text after = seconds ? text_same(arena_printf(b->arena, "%lld s", (long long)seconds))
                                : say_plain(&b->speaker, N_("Within a second"));
    struct said args[] = {
        {"after", after           },
        {"what",  s->step->summary},
    };
    return say(&b->speaker,
               s->by_address
                   ? N_("{after} after such a request the same address went further: {what}")
                   : N_("{after} after such a request this happened on the same host: {what}"),
               args, ARRAY_LEN(args));
}

static struct text say_silence(const struct bench *b, const struct sequel *s)
{
    struct said minutes = {"n", text_same(arena_printf(b->arena, "%d", MINUTES))};
    struct text what =
        say(&b->speaker,
            s->watched ? N_("Nothing that would follow it was seen in the next {n} minutes, though "
                            "this log goes on.")
                       : N_("What followed in the next {n} minutes cannot be seen: this log ends "
                            "before."),
            &minutes, 1);
    return text_join(
        b->arena, what, STR(" "),
        say_plain(&b->speaker, N_("What would settle it: which files were written and which "
                                  "programs started on this host in that time.")));
}

struct text bench_sequel(const struct bench *b, const struct finding *f, str *gist)
{
    size_t at = (size_t)(f - b->in->findings);
    struct text told = {{STR_NONE}};
    if (!is_knock(b, at) || address_of(f).len == 0) {
        return told;
    }
    struct sequel s = sequel_of(b, f);
    if (s.step) {
        told = say_step(b, &s);
    } else if (f->rule->rung >= RUNG_IN) {
        told = say_silence(b, &s);
    }
    *gist = s.step ? s.step->summary.in[LANG_EN] : told.in[LANG_EN];
    return told;
}

/* Each rule and address is asked once in a row: floods of one request are one question; and so
 * many questions are enough. */
bool bench_is_unfollowed(const struct bench *b)
{
    enum { ASKED = 64 };
    const struct finding *last = NULL;
    size_t asked = 0;
    for (size_t i = 0; i < b->in->nfindings && asked < ASKED; i++) {
        const struct finding *f = &b->in->findings[i];
        bool in = b->grades[i].basis && f->rule->rung == RUNG_IN && is_knock(b, i);
        if (!in ||
            (last && last->rule == f->rule && str_eq_nocase(address_of(last), address_of(f)))) {
            continue;
        }
        struct sequel s = sequel_of(b, f);
        if (s.step || !s.watched) {
            return false;
        }
        last = f;
        asked++;
    }
    return asked > 0 && b->out->verdict.rung == RUNG_IN;
}
