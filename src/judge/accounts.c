/* With which accounts the intruders' addresses asked the web server: passwords that they know. */
#include "judge/bench.h"

struct account { /* as one address used it */
    str address, name;
    usec first;
};

struct accounts {
    struct account *items;
    size_t count, max;
};

static void add(struct accounts *a, const struct visit *v)
{
    for (size_t i = 0; i < a->count; i++) {
        struct account *known = &a->items[i];
        if (str_eq_nocase(known->address, v->address) && str_eq_nocase(known->name, v->account)) {
            known->first = v->first < known->first ? v->first : known->first;
            return;
        }
    }
    if (a->count < a->max) {
        a->items[a->count++] = (struct account){v->address, v->account, v->first};
    }
}

static bool names_both(const struct bench *b, size_t i, void *ctx)
{
    const struct finding *f = &b->in->findings[i];
    const struct account *a = ctx;
    bool address = false, account = false;
    for (size_t k = 0; k < f->nentities; k++) {
        address = address || str_eq_nocase(f->entities[k].value, a->address);
        account = account || str_eq_nocase(f->entities[k].value, a->name);
    }
    return address && account;
}

static struct claim claim_of(const struct bench *b, struct account *a)
{
    struct said args[] = {
        {"address",           text_same(a->address)},
        {      "account", text_same(a->name)                     },
        { "time",          text_time(b->arena,                               a->first)},
    };
    return (struct claim){
        .text = say(&b->speaker,
                    N_("{address} asked the web server as {account}, first at {time}: whoever was "
                       "there knows the password, or a way round it."),
                    args, ARRAY_LEN(args)),
        .findings = bench_ids(b, names_both, a),
    };
}

size_t bench_accounts(const struct bench *b, struct claim *out, size_t max)
{
    struct accounts a = {ARENA_ARRAY(b->arena, struct account, max), 0, max};
    for (size_t i = 0; a.items && i < b->in->nintruders; i++) {
        const struct visit *all = &b->in->intruders[i];
        if (all->account.len) {
            add(&a, all);
        }
        for (size_t k = 0; k < b->in->nvisits; k++) {
            const struct visit *v = &b->in->visits[k];
            if (v->account.len && str_eq_nocase(v->address, all->address)) {
                add(&a, v);
            }
        }
    }
    for (size_t i = 0; i < a.count; i++) {
        out[i] = claim_of(b, &a.items[i]);
    }
    return a.count;
}
