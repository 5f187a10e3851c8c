/* Who was counted and set aside: scanners and sweeps, which ask for many things and are mostly
 * refused, or are given the same everywhere; and what the trail did not follow. */
#include "judge/bench.h"

enum { ASIDE_MAX = 500, MANY_PAGES = 100 };

static bool is_intruder(const struct bench *b, str address)
{
    for (size_t i = 0; i < b->in->nintruders; i++) {
        if (str_eq_nocase(b->in->intruders[i].address, address)) {
            return true;
        }
    }
    return false;
}

static bool is_sweep(const struct visit *v)
{
    return v->swept >= MANY_PAGES || (v->refused >= MANY_PAGES && v->refused * 2 >= v->requests);
}

static struct text why_aside(const struct bench *b, const struct visit *v)
{
    struct said args[] = {
        {"n",       text_same(arena_printf(b->arena, "%llu", (unsigned long long)v->requests))},
        {"refused", text_same(arena_printf(b->arena, "%llu", (unsigned long long)v->refused)) },
        {"pages",   text_same(arena_printf(b->arena, "%llu", (unsigned long long)v->swept))   },
    };
    const char *id = v->swept == 0 ? N_("a sweep: {n} requests, {refused} of them refused")
                                   : N_("a sweep: {n} requests, {refused} of them refused; "
                                        "pages that nobody else asked for: about {pages}");
    return say(&b->speaker, id, args, ARRAY_LEN(args));
}

static void set_clients_aside(struct bench *b)
{
    struct bystander *out = ARENA_ARRAY(b->arena, struct bystander, ASIDE_MAX);
    size_t count = 0;
    for (size_t i = 0; out && i < b->in->nclients && count < ASIDE_MAX; i++) {
        const struct visit *v = &b->in->clients[i];
        if (!is_sweep(v) || is_intruder(b, v->address)) {
            continue;
        }
        out[count++] = (struct bystander){
            .address = v->address,
            .agent = v->agent,
            .requests = v->requests,
            .refused = v->refused,
            .pages = v->swept,
            .first = v->first,
            .last = v->last,
            .why = why_aside(b, v),
        };
    }
    b->out->set_aside = out;
    b->out->nset_aside = count;
}

void bench_set_aside(struct bench *b)
{
    set_clients_aside(b);
    struct not_followed *held = ARENA_ARRAY(b->arena, struct not_followed, b->in->nheld + 1);
    for (size_t i = 0; held && i < b->in->nheld; i++) {
        const struct held *h = &b->in->held[i];
        held[i] = (struct not_followed){h->kind, h->value, say_plain(&b->speaker, h->why)};
    }
    b->out->not_followed = held;
    b->out->nnot_followed = held ? b->in->nheld : 0;
}
