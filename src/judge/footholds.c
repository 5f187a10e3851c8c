/* How the intruders could come back: pages of theirs that may still be there, and what findings of
 * the stage "persist" name. */
#include "judge/bench.h"

enum { FOOTHOLDS_MAX = 200 };

struct footholds {
    struct bench *bench;
    struct foothold *items;
    size_t count;
};

static void put(struct footholds *h, struct foothold item)
{
    for (size_t i = 0; i < h->count; i++) {
        if (str_eq(h->items[i].kind, item.kind) && str_eq_nocase(h->items[i].value, item.value)) {
            return;
        }
    }
    if (h->count < FOOTHOLDS_MAX) {
        h->items[h->count++] = item;
    }
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
    put(h, (struct foothold){.kind = STR("shell"),
                             .value = s->path.len ? s->path : s->page,
                             .host = s->host,
                             .first = s->written != TIME_NONE ? s->written : s->first,
                             .text = say_plain(&h->bench->speaker, id),
                             .findings = s->findings});
}

/* The thing that stays has a role; accounts that acted have another. */
static void put_finding(struct footholds *h, const struct finding *f)
{
    const struct entity_ref *best = f->nentities ? &f->entities[0] : NULL;
    for (size_t k = 0; k < f->nentities; k++) {
        if (str_eq(f->entities[k].role, STR("created"))) {
            best = &f->entities[k];
        }
    }
    str *id = ARENA_NEW(h->bench->arena, str);
    if (!id) {
        return;
    }
    *id = f->id;
    put(h, (struct foothold){
               .kind = best ? best->kind : STR("change"),
               .value = best ? best->value : f->rule->title,
               .host = f->host,
               .first = f->time,
               .text = f->summary,
               .findings = {id, 1}
    });
}

void bench_footholds(struct bench *b)
{
    struct footholds h = {b, ARENA_ARRAY(b->arena, struct foothold, FOOTHOLDS_MAX), 0};
    if (!h.items || b->out->verdict.state < VERDICT_EXPLOITED) {
        return;
    }
    for (size_t i = 0; i < b->out->nshells; i++) {
        put_shell(&h, &b->out->shells[i]);
    }
    for (size_t i = 0; i < b->in->nfindings; i++) {
        if (b->grades[i].basis && str_eq(b->in->findings[i].rule->stage, STR("persist"))) {
            put_finding(&h, &b->in->findings[i]);
        }
    }
    b->out->persistence = h.items;
    b->out->npersistence = h.count;
}
