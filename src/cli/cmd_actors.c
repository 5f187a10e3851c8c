/* What is known of actors, as a subject of its own: who they are, what is credited to one of them
 * and by which reports, and how two files of such knowledge differ. */
#include "cli/actors_known.h"
#include "cli/actors_update.h"
#include "cli/terminal.h"
#include "export/page.h"

enum { PAGE_MAX = 1 << 24 };

struct actors_options {
    struct actors_choice known;
    const char *output;
};

static const struct option options[] = {
    ACTORS_CHOICE_OPTIONS(struct actors_options),
    {"output",     'o', OPTION_TEXT, offsetof(struct actors_options, output), "FILE",
                             N_("update: where to write what is then known; unless given, standard output")},
    {0},
};

struct telling {
    const struct invocation *in;
    const struct actors *k;
    struct page page;
    struct err *err;
};

/* ---- list */

static bool tell_list(struct telling *t)
{
    for (size_t i = 0; i < t->k->count; i++) {
        const struct actor *g = &t->k->list[i];
        buf_printf(t->page.out, "%-7.*s %-3.*s ", STR_ARG(g->id), STR_ARG(g->country));
        buf_visible(t->page.out, g->name);
        for (str rest = g->aliases, one; str_cut(&rest, '|', &one);) {
            buf_add(t->page.out, STR(", "));
            buf_visible(t->page.out, one);
        }
        buf_char(t->page.out, '\n');
    }
    return true;
}

/* ---- show */

static str sources_text(struct telling *t, const struct holder *h)
{
    struct arena *a = t->in->arena;
    str text = arena_printf(a, tr(t->in->catalog, "reports: %u"), h->count);
    for (str rest = h->sources, number; str_cut(&rest, '+', &number);) {
        const struct cited *s = actors_source(t->k, number);
        if (s) {
            text = arena_printf(a, "%.*s; %.*s %.*s", STR_ARG(text), STR_ARG(s->date),
                                STR_ARG(s->where));
        }
    }
    return text;
}

static void tell_items(struct telling *t, const struct actor *g, enum item_kind kind,
                       const char *title)
{
    page_heading(&t->page, title);
    const struct items *items = &t->k->items[kind];
    for (size_t i = 0; i < items->count; i++) {
        const struct item *item = &items->list[i];
        for (uint32_t h = 0; h < item->nholders; h++) {
            if (&t->k->list[item->holders[h].actor] == g) {
                const struct item_name *name = actors_item_name(t->k, item->id);
                str called = name ? name->name : STR_NONE,
                    sources = sources_text(t, &item->holders[h]);
                page_item(
                    &t->page, 2, arena_printf(t->in->arena, "%.*s ", STR_ARG(item->id)), PAINT_NONE,
                    arena_printf(t->in->arena, "%.*s (%.*s)", STR_ARG(called), STR_ARG(sources)));
            }
        }
    }
}

static void tell_said(struct telling *t, const struct actor *g)
{
    page_heading(&t->page, tr(t->in->catalog, "Said in public"));
    for (size_t i = 0; i < t->k->nsaid; i++) {
        const struct statement *s = &t->k->said[i];
        if (str_eq(s->actor, g->id)) {
            page_item(&t->page, 2, STR("- "), PAINT_NONE,
                      arena_printf(t->in->arena, "%.*s, %.*s: %.*s (%.*s) %.*s", STR_ARG(s->date),
                                   STR_ARG(s->who), STR_ARG(s->words), STR_ARG(s->confidence),
                                   STR_ARG(s->where)));
        }
    }
}

static bool tell_one(struct telling *t)
{
    const char *wanted = t->in->args[1];
    const struct actor *g = actors_called(t->k, str_of(wanted));
    struct arena *a = t->in->arena;
    if (!g) {
        return err_set(t->err, ERR_NOT_FOUND, "%s: no actor has this id, name or alias", wanted);
    }
    page_heading(&t->page, arena_printf(a, "%.*s (%.*s)", STR_ARG(g->name), STR_ARG(g->id)).p);
    page_paragraph(
        &t->page, 2,
        arena_printf(a, tr(t->in->catalog, "Suspected country: %.*s. Other names: %.*s|%.*s"),
                     STR_ARG(g->country), STR_ARG(g->aliases), STR_ARG(g->more_aliases)));
    tell_items(t, g, ITEM_TECHNIQUE, tr(t->in->catalog, "Techniques"));
    tell_items(t, g, ITEM_SOFTWARE, tr(t->in->catalog, "Software"));
    tell_said(t, g);
    return true;
}

/* ---- diff */

static const struct holder *holder_in(const struct actors *k, enum item_kind kind, str id,
                                      str actor)
{
    const struct item *item = actors_item(k, kind, id);
    for (uint32_t h = 0; item && h < item->nholders; h++) {
        if (str_eq(k->list[item->holders[h].actor].id, actor)) {
            return &item->holders[h];
        }
    }
    return NULL;
}

static void tell_actors_missing(struct buf *out, char sign, const struct actors *from,
                                const struct actors *in)
{
    for (size_t i = 0; i < from->count; i++) {
        if (!actors_named(in, from->list[i].id)) {
            buf_printf(out, "%c %.*s ", sign, STR_ARG(from->list[i].id));
            buf_visible(out, from->list[i].name);
            buf_char(out, '\n');
        }
    }
}

/* Facts of actors that both know; `changed` tells other numbers of reports, too. */
static void tell_facts_missing(struct buf *out, char sign, const struct actors *from,
                               const struct actors *in, bool changed)
{
    static const enum item_kind kinds[] = {ITEM_TECHNIQUE, ITEM_SOFTWARE};
    for (size_t n = 0; n < ARRAY_LEN(kinds); n++) {
        for (size_t i = 0; i < from->items[kinds[n]].count; i++) {
            const struct item *item = &from->items[kinds[n]].list[i];
            for (uint32_t h = 0; h < item->nholders; h++) {
                str actor = from->list[item->holders[h].actor].id;
                const struct holder *other = holder_in(in, kinds[n], item->id, actor);
                uint32_t count = item->holders[h].count;
                if (actors_named(in, actor) && !other) {
                    buf_printf(out, "%c %.*s %.*s=%u\n", sign, STR_ARG(actor), STR_ARG(item->id),
                               count);
                } else if (changed && other && other->count != count) {
                    buf_printf(out, "~ %.*s %.*s=%u, %u\n", STR_ARG(actor), STR_ARG(item->id),
                               count, other->count);
                }
            }
        }
    }
}

static bool tell_difference(struct telling *t)
{
    struct actors other;
    struct actors_choice file = {.knowledge = t->in->args[1]};
    if (!learn_actors(&file, t->in->arena, &other, t->err)) {
        return false;
    }
    tell_actors_missing(t->page.out, '-', t->k, &other);
    tell_actors_missing(t->page.out, '+', &other, t->k);
    tell_facts_missing(t->page.out, '-', t->k, &other, true);
    tell_facts_missing(t->page.out, '+', &other, t->k, false);
    return true;
}

/* ---- update */

static bool tell_update(struct telling *t)
{
    return actors_update(t->in->args + 1, t->in->nargs - 1, t->k, t->in->arena, t->page.out,
                         t->err);
}

static const struct {
    const char *name;
    size_t least, most; /* words */
    bool (*tell)(struct telling *t);
} verbs[] = {
    {"list",   1, 1,               tell_list      },
    {"show",   2, 2,               tell_one       },
    {"diff",   2, 2,               tell_difference},
    {"update", 2, 1 + BUNDLES_MAX, tell_update    },
};

static int actors_run(const struct invocation *in)
{
    const struct actors_options *o = in->options;
    struct actors actors;
    struct export_style style = {0};
    struct err err = {0};
    SCOPED(buf_done) struct buf out;
    buf_init(&out, PAGE_MAX);
    terminal_style(in, &style);
    struct telling t = {
        in, &actors, {&out, style.width, style.colour},
          &err
    };
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (str_eq(str_of(in->args[0]), str_of(verbs[i].name)) && in->nargs >= verbs[i].least &&
            in->nargs <= verbs[i].most) {
            bool ok = learn_actors(&o->known, in->arena, &actors, &err) && verbs[i].tell(&t) &&
                      output_write(o->output, buf_str(&out), &err);
            return ok ? STATUS_DONE : fail(&err);
        }
    }
    return misuse(in, "%s",
                  tr(in->catalog, "list, show ACTOR, diff FILE or update BUNDLE is needed"));
}

const struct command command_actors = {
    .name = "actors",
    .usage = "list | show ACTOR | diff FILE | update BUNDLE... [-o FILE]",
    .summary = N_("what is known of actors, who said so and when"),
    .details = N_("list   id, suspected country, name and other names of each actor\n"
                  "show   one of them, by id, name or alias: what is credited to it, by which\n"
                  "       dated reports, and what was said of it in public\n"
                  "diff   how another file of such knowledge differs: - only ours, + only the\n"
                  "       file's, ~ another number of reports\n"
                  "update write what STIX bundles of ATT&CK know, with our countries and public\n"
                  "       statements\n"
                  "\n"
                  "    limier actors show hafnium\n"
                  "    limier actors update enterprise-attack.json -o actors.tsv\n"
                  "    limier attribute X.case --knowledge actors.tsv"),
    .options = options,
    .options_size = sizeof(struct actors_options),
    .min_args = 1,
    .max_args = 1 + BUNDLES_MAX,
    .run = actors_run,
};
