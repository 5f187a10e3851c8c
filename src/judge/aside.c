/* Who was counted and set aside: scanners and sweeps, which ask for many things and are mostly
 * refused, or are given the same everywhere; programs that say that they watch, back up or test;
 * and what the trail did not follow. */
#include "base/text.h"
#include "judge/bench.h"

enum { ASIDE_MAX = 500 };

static bool is_intruder(const struct bench *b, str address)
{
    for (size_t i = 0; i < b->in->nintruders; i++) {
        if (str_eq_nocase(b->in->intruders[i].address, address)) {
            return true;
        }
    }
    return false;
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

/* ---- servers that answer everything */

enum { PAGES_ALIKE = 20 };

static bool is_only_look(const struct visit *v)
{
    return v->address.len > 0 && v->requests > 0 && v->ok == v->requests &&
           v->sized == v->requests && v->posts == 0;
}

/* A client asked for many pages and was given as many bytes for each: names made up, and a server
 * that says "not found" with success. The sum of those; requests 0 when there are few. */
static struct visit alike_of(const struct bench *b, size_t at, uint64_t *size)
{
    const struct visit *of = &b->in->visits[at];
    struct visit sum = {.requests = 0, .first = TIME_NONE, .last = TIME_NONE};
    *size = of->out / of->requests;
    for (size_t i = at; i < b->in->nvisits; i++) {
        const struct visit *v = &b->in->visits[i];
        if (is_only_look(v) && str_eq_nocase(v->address, of->address) &&
            v->out == *size * v->requests) {
            visit_join(&sum, v);
            sum.swept++;
        }
    }
    return sum;
}

static bool is_aside(const struct bystander *all, size_t count, str address)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(all[i].address, address)) {
            return true;
        }
    }
    return false;
}

static struct text why_alike(const struct bench *b, const struct visit *sum, uint64_t size)
{
    struct said args[] = {
        {"pages", text_same(arena_printf(b->arena, "%llu", (unsigned long long)sum->swept))},
        {"size",  text_same(arena_printf(b->arena, "%llu", (unsigned long long)size))      },
    };
    return say(
        &b->speaker,
        N_("pages that this server answers with success though it may not have them: it gave "
           "the same {size} bytes for {pages} of them"),
        args, ARRAY_LEN(args));
}

static size_t set_alike_aside(const struct bench *b, struct bystander *out, size_t count)
{
    enum { TRIED = 1024 };
    for (size_t i = 0, tried = 0; i < b->in->nvisits && count < ASIDE_MAX && tried < TRIED; i++) {
        const struct visit *v = &b->in->visits[i];
        if (!is_only_look(v) || is_intruder(b, v->address) || is_aside(out, count, v->address)) {
            continue;
        }
        uint64_t size = 0;
        struct visit sum = alike_of(b, i, &size);
        tried++;
        if (sum.swept >= PAGES_ALIKE) {
            out[count++] = (struct bystander){.address = v->address,
                                              .agent = v->agent,
                                              .requests = sum.requests,
                                              .pages = sum.swept,
                                              .first = sum.first,
                                              .last = sum.last,
                                              .why = why_alike(b, &sum, size)};
        }
    }
    return count;
}

/* ---- programs that say what they are */

enum agent_kind { MONITOR, BACKUP, SCANNER };

static const struct agent {
    str text, name;
    enum agent_kind kind;
} agents[] = {
#define AGENT(text, kind, name) {STR_INIT(text), STR_INIT(name), kind},
#include "judge/agents.def"
#undef AGENT
};

static const struct agent *agent_of(str user_agent)
{
    for (size_t i = 0; i < ARRAY_LEN(agents); i++) {
        if (str_has_nocase(user_agent, agents[i].text)) {
            return &agents[i];
        }
    }
    return NULL;
}

static struct text why_named(const struct bench *b, const struct visit *v, const struct agent *a)
{
    static const char *const ids[] = {
        [MONITOR] = N_("it calls itself {name}, which watches servers: {n} requests"),
        [BACKUP] = N_("it calls itself {name}, which backs up: {n} requests"),
        [SCANNER] = N_("it calls itself {name}, which looks for weaknesses: {n} requests"),
    };
    struct said args[] = {
        {"name",                       text_same(a->name)},
        { "n", text_same(text_u64(b->arena,      v->requests))},
    };
    return say(&b->speaker, ids[a->kind], args, ARRAY_LEN(args));
}

static size_t set_named_aside(const struct bench *b, struct bystander *out, size_t count)
{
    for (size_t i = 0; i < b->in->nclients && count < ASIDE_MAX; i++) {
        const struct visit *v = &b->in->clients[i];
        bool one = __builtin_popcountll(v->agents) <= 1; /* else not all was asked by it */
        const struct agent *a = one ? agent_of(v->agent) : NULL;
        if (a && !is_intruder(b, v->address) && !is_aside(out, count, v->address)) {
            out[count++] = (struct bystander){
                .address = v->address,
                .agent = v->agent,
                .requests = v->requests,
                .refused = v->refused,
                .pages = v->swept,
                .first = v->first,
                .last = v->last,
                .why = why_named(b, v, a),
            };
        }
    }
    return count;
}

static void set_clients_aside(struct bench *b)
{
    struct bystander *out = ARENA_ARRAY(b->arena, struct bystander, ASIDE_MAX);
    size_t count = 0;
    for (size_t i = 0; out && i < b->in->nclients && count < ASIDE_MAX; i++) {
        const struct visit *v = &b->in->clients[i];
        if (!visit_is_sweep(v) || is_intruder(b, v->address)) {
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
    b->out->nset_aside = out ? set_named_aside(b, out, set_alike_aside(b, out, count)) : 0;
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
