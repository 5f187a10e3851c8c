/* What left: bytes sent to the addresses of the intruders, as a range. At least what was fetched
 * from where data had been laid out for fetching; at most everything their requests were
 * answered. Where the web log does not tell the bytes of answers, the most is not known. */
#include "judge/bench.h"

enum { ITEMS_MAX = 400, RUNG_IN = 3 };

struct takings {
    struct bench *bench;
    struct taking *items;
    size_t count;
};

static void put(struct takings *t, struct taking item)
{
    if (t->count < ITEMS_MAX) {
        t->items[t->count++] = item;
    }
}

static bool is_intruder(const struct bench *b, str address)
{
    for (size_t i = 0; i < b->in->nintruders; i++) {
        if (str_eq_nocase(b->in->intruders[i].address, address)) {
            return true;
        }
    }
    return false;
}

static bool names(const struct finding *f, str kind, str role, str value)
{
    for (size_t i = 0; i < f->nentities; i++) {
        const struct entity_ref *e = &f->entities[i];
        if (str_eq(e->kind, kind) && (role.len == 0 || str_eq(e->role, role)) &&
            str_eq_nocase(e->value, value)) {
            return true;
        }
    }
    return false;
}

struct wanted {
    str kind, role, value;
};

static bool is_about(const struct bench *b, size_t i, void *ctx)
{
    const struct wanted *w = ctx;
    return names(&b->in->findings[i], w->kind, w->role, w->value);
}

/* Laid out for fetching, and fetched. */
static bool was_staged(const struct bench *b, str page)
{
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        if (b->grades[i].basis && names(f, STR("url"), STR("staged"), page)) {
            return true;
        }
    }
    return false;
}

static void take_client(struct takings *t, const struct visit *v)
{
    struct wanted w = {STR("address"), STR_NONE, v->address};
    struct taken *sum = &t->bench->out->taken;
    bool bounded = v->sized == v->requests;
    put(t, (struct taking){.kind = STR("client"),
                           .what = v->address,
                           .client = v->address,
                           .requests = v->requests,
                           .most = v->out,
                           .bounded = bounded,
                           .first = v->first,
                           .last = v->last,
                           .findings = bench_ids(t->bench, is_about, &w)});
    sum->most += v->out;
    sum->bounded = sum->bounded && bounded;
}

/* Of a page that they alone used, or of an archive. */
static void take_page(struct takings *t, const struct visit *v)
{
    bool staged = was_staged(t->bench, v->page);
    struct wanted w = {STR("url"), STR_NONE, v->page};
    struct ids findings = bench_ids(t->bench, is_about, &w);
    if (v->ok == 0 || (!staged && findings.count == 0)) {
        return;
    }
    put(t, (struct taking){.kind = staged ? STR("archive") : STR("page"),
                           .what = v->page,
                           .client = v->address,
                           .requests = v->requests,
                           .least = staged ? v->out : 0,
                           .most = v->out,
                           .bounded = v->sized == v->requests,
                           .first = v->first,
                           .last = v->last,
                           .findings = findings});
    t->bench->out->taken.least += staged ? v->out : 0;
}

/* Mail that was gathered; how much of it left, its own log does not say. */
static void take_mailbox(struct takings *t, const struct finding *f, str mailbox)
{
    for (size_t i = 0; i < t->count; i++) {
        if (str_eq(t->items[i].kind, STR("mailbox")) && str_eq_nocase(t->items[i].what, mailbox)) {
            return;
        }
    }
    struct wanted w = {STR("mailbox"), STR_NONE, mailbox};
    put(t, (struct taking){.kind = STR("mailbox"),
                           .what = mailbox,
                           .first = f->time,
                           .last = f->time,
                           .findings = bench_ids(t->bench, is_about, &w)});
}

static void take_mailboxes(struct takings *t)
{
    const struct bench *b = t->bench;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        for (size_t k = 0; b->grades[i].basis && k < f->nentities; k++) {
            if (str_eq(f->entities[k].kind, STR("mailbox"))) {
                take_mailbox(t, f, f->entities[k].value);
            }
        }
    }
}

void bench_taken(struct bench *b)
{
    struct takings t = {b, ARENA_ARRAY(b->arena, struct taking, ITEMS_MAX), 0};
    if (!t.items || b->out->verdict.rung < RUNG_IN) {
        return;
    }
    b->out->taken.bounded = b->in->nintruders > 0;
    for (size_t i = 0; i < b->in->nintruders; i++) {
        take_client(&t, &b->in->intruders[i]);
    }
    for (size_t i = 0; i < b->in->nvisits; i++) {
        if (is_intruder(b, b->in->visits[i].address)) {
            take_page(&t, &b->in->visits[i]);
        }
    }
    take_mailboxes(&t);
    b->out->taken.items = t.items;
    b->out->taken.nitems = t.count;
}
