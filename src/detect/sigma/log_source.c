#include "detect/sigma/log_source.h"

#include "base/text.h"
#include "detect/sigma/detection.h"

/* ---- reading the file */

static bool read_strings(struct loading *l, const struct yaml_node *n, const str **out,
                         size_t *count)
{
    size_t items = n->kind == YAML_LIST ? n->count : 1;
    str *list = ARENA_ARRAY(l->s->arena, str, items);
    for (size_t i = 0; list && i < items; i++) {
        const struct yaml_node *item = n->kind == YAML_LIST ? n->items[i] : n;
        if (item->kind != YAML_SCALAR) {
            return problem(l, item, "a name was expected here");
        }
        list[i] = item->text;
    }
    *out = list;
    *count = items;
    return list || out_of_room(l);
}

static bool read_numbers(struct loading *l, const struct yaml_node *n, const uint32_t **out,
                         size_t *count)
{
    size_t items = n->kind == YAML_LIST ? n->count : 1;
    uint32_t *list = ARENA_ARRAY(l->s->arena, uint32_t, items);
    for (size_t i = 0; list && i < items; i++) {
        const struct yaml_node *item = n->kind == YAML_LIST ? n->items[i] : n;
        uint64_t number = 0;
        if (item->kind != YAML_SCALAR || !str_u64(item->text, &number) || number > UINT32_MAX) {
            return problem(l, item, "the number of an event was expected here");
        }
        list[i] = (uint32_t)number;
    }
    *out = list;
    *count = items;
    return list || out_of_room(l);
}

static bool read_replacements(struct loading *l, const struct yaml_node *n,
                              const struct replacement **out, size_t *count)
{
    if (n->kind != YAML_MAP) {
        return problem(l, n, "a map of texts was expected here");
    }
    struct replacement *list = ARENA_ARRAY(l->s->arena, struct replacement, n->count);
    for (size_t i = 0; list && i < n->count; i++) {
        if (n->keys[i]->kind != YAML_SCALAR || n->items[i]->kind != YAML_SCALAR) {
            return problem(l, n->keys[i], "a text for a text was expected here");
        }
        list[i] = (struct replacement){n->keys[i]->text, n->items[i]->text};
    }
    *out = list;
    *count = n->count;
    return list || out_of_room(l);
}

static bool read_parts(struct loading *l, const struct yaml_node *n, struct field_source *f)
{
    const str *names = NULL;
    if (!read_strings(l, n, &names, &f->nparts)) {
        return false;
    }
    if (f->nparts == 0 || f->nparts > PARTS_MAX) {
        return problem(l, n, "from one to %d fields can be joined", (int)PARTS_MAX);
    }
    for (size_t i = 0; i < f->nparts; i++) {
        f->parts[i] = names_add(l->s->names, names[i]);
    }
    return true;
}

static bool read_option(struct loading *l, const struct yaml_node *key, const struct yaml_node *n,
                        struct field_source *f)
{
    if (str_eq(key->text, STR("from")) || str_eq(key->text, STR("join"))) {
        return read_parts(l, n, f);
    }
    if (str_eq(key->text, STR("with"))) {
        f->separator = n->text;
        return true;
    }
    if (str_eq(key->text, STR("as")) && str_eq(n->text, STR("decimal"))) {
        f->conversion = CONVERT_DECIMAL;
        return true;
    }
    if (str_eq(key->text, STR("values"))) {
        return read_replacements(l, n, &f->values, &f->nvalues);
    }
    if (str_eq(key->text, STR("prefixes"))) {
        return read_replacements(l, n, &f->prefixes, &f->nprefixes);
    }
    return problem(l, key, "from, join, with, as: decimal, values or prefixes was expected here");
}

static bool read_field(struct loading *l, const struct yaml_node *key, const struct yaml_node *n,
                       struct field_source *f)
{
    f->field = names_add(l->s->names, key->text);
    if (n->kind != YAML_MAP) {
        return read_parts(l, n, f);
    }
    for (size_t i = 0; i < n->count; i++) {
        if (!read_option(l, n->keys[i], n->items[i], f)) {
            return false;
        }
    }
    return f->nparts > 0 || problem(l, n, "`from` or `join` says where the value comes from");
}

static bool read_fields(struct loading *l, const struct yaml_node *n, struct lens *lens)
{
    if (n->kind != YAML_MAP) {
        return problem(l, n, "a map of fields was expected here");
    }
    struct field_source *sources = ARENA_ARRAY(l->s->arena, struct field_source, n->count);
    for (size_t i = 0; sources && i < n->count; i++) {
        if (!read_field(l, n->keys[i], n->items[i], &sources[i])) {
            return false;
        }
    }
    lens->sources = sources;
    lens->nsources = n->count;
    return sources || out_of_room(l);
}

static struct lens *add_lens(struct loading *l)
{
    struct log_sources *all = &l->s->sources;
    all->lenses = arena_grow(l->s->arena, all->lenses, &all->cap_lenses, all->nlenses + 1,
                             sizeof *all->lenses);
    struct lens *lens = ARENA_NEW(l->s->arena, struct lens);
    if (!all->lenses || !lens) {
        (void)out_of_room(l);
        return NULL;
    }
    all->lenses[all->nlenses++] = lens;
    return lens;
}

/* A YAML alias shares its node: that is how the file says "the same fields as there". */
static const struct lens *read_lens(struct loading *l, const struct yaml_node *n)
{
    const struct yaml_node *fields = yaml_get(n, STR("fields")), *when = yaml_get(n, STR("when"));
    struct log_sources *all = &l->s->sources;
    for (size_t i = 0; i < all->nlenses; i++) {
        if (all->lenses[i]->fields_node == fields && all->lenses[i]->when_node == when) {
            return all->lenses[i];
        }
    }
    struct lens *lens = add_lens(l);
    if (!lens) {
        return NULL;
    }
    lens->fields_node = fields;
    lens->when_node = when;
    if (fields && !read_fields(l, fields, lens)) {
        return NULL;
    }
    lens->when = when ? selection_read(l, when) : NULL;
    return when && !lens->when ? NULL : lens;
}

static const struct view *read_view(struct loading *l, const struct yaml_node *n)
{
    struct view *v = ARENA_NEW(l->s->arena, struct view);
    const struct yaml_node *channel = yaml_get(n, STR("channel"));
    const struct yaml_node *except = yaml_get(n, STR("except"));
    const struct yaml_node *events = yaml_get(n, STR("events"));
    if (!channel) {
        (void)problem(l, n, "a map with a `channel` was expected here");
        return NULL;
    }
    bool ok = v && read_strings(l, channel, &v->channels, &v->nchannels) &&
              (!except || read_strings(l, except, &v->except, &v->nexcept)) &&
              (!events || read_numbers(l, events, &v->events, &v->nevents));
    if (!ok) {
        return NULL;
    }
    v->lens = read_lens(l, n);
    return v->lens ? v : NULL;
}

static bool read_entry(struct loading *l, const struct yaml_node *n)
{
    struct log_sources *all = &l->s->sources;
    struct arena *a = l->s->arena;
    const struct yaml_node *shown = yaml_get(n, STR("shown_by"));
    struct log_source_entry e = {
        .source = {
                   text_lower(a, yaml_text(n, STR("category"))),
                   text_lower(a, yaml_text(n, STR("product"))),
                   text_lower(a, yaml_text(n, STR("service"))),
                   }
    };
    if (!shown || shown->kind != YAML_LIST) {
        return problem(l, n, "a log source with a list `shown_by` was expected here");
    }
    const struct view **views = ARENA_ARRAY(a, const struct view *, shown->count);
    for (size_t i = 0; views && i < shown->count; i++) {
        views[i] = read_view(l, shown->items[i]);
        if (!views[i]) {
            return false;
        }
    }
    e.views = views;
    e.nviews = shown->count;
    all->entries = arena_grow(a, all->entries, &all->cap, all->count + 1, sizeof *all->entries);
    if (!views || !all->entries) {
        return out_of_room(l);
    }
    all->entries[all->count++] = e;
    return true;
}

static bool read_aliases(struct loading *l, const struct yaml_node *n)
{
    struct log_sources *all = &l->s->sources;
    for (size_t i = 0; i < n->count; i++) {
        if (n->kind != YAML_MAP || n->keys[i]->kind != YAML_SCALAR) {
            return problem(l, n, "a map of names was expected here");
        }
        all->aliases = arena_grow(l->s->arena, all->aliases, &all->cap_aliases, all->naliases + 1,
                                  sizeof *all->aliases);
        if (!all->aliases) {
            return out_of_room(l);
        }
        all->aliases[all->naliases++] = (struct field_alias){
            names_add(l->s->names, n->keys[i]->text), names_add(l->s->names, n->items[i]->text)};
    }
    return true;
}

bool log_sources_read(struct loading *l, const struct yaml_node *root)
{
    const struct yaml_node *sources = yaml_get(root, STR("sources"));
    const struct yaml_node *aliases = yaml_get(root, STR("aliases"));
    if (!sources || sources->kind != YAML_LIST) {
        return problem(l, root, "a map with a list `sources` was expected here");
    }
    if (aliases && !read_aliases(l, aliases)) {
        return false;
    }
    if (l->s->sources.nlenses == 0 && !add_lens(l)) {
        return false;
    }
    for (size_t i = 0; i < sources->count; i++) {
        if (!read_entry(l, sources->items[i])) {
            return false;
        }
    }
    return true;
}

bool log_sources_finish(struct log_sources *all, struct arena *a, size_t nfields)
{
    for (size_t i = 0; i < all->nlenses; i++) {
        struct lens *lens = all->lenses[i];
        if (lens->nsources == 0) {
            continue;
        }
        lens->by_field = ARENA_ARRAY(a, uint16_t, nfields);
        if (!lens->by_field) {
            return false;
        }
        for (size_t f = 0; f < lens->nsources; f++) {
            lens->by_field[lens->sources[f].field] = (uint16_t)(f + 1);
        }
    }
    return true;
}

/* ---- looking up */

struct relation { /* of the keys of a rule's log source to those of an entry */
    bool agree;
    unsigned only_rule,
        only_entry; /* keys that only one of them names: category, product, service */
};

static struct relation relate(const struct log_source *rule, const struct log_source *entry)
{
    const str r[] = {rule->category, rule->product, rule->service};
    const str e[] = {entry->category, entry->product, entry->service};
    struct relation out = {.agree = true};
    for (unsigned i = 0; i < ARRAY_LEN(r); i++) {
        if (r[i].len && e[i].len) {
            out.agree = out.agree && str_eq(r[i], e[i]);
        } else if (r[i].len) {
            out.only_rule |= 1u << i;
        } else if (e[i].len) {
            out.only_entry |= 1u << i;
        }
    }
    return out;
}

struct view_list {
    const struct view **items;
    size_t count, cap;
};

static bool add_views(struct view_list *list, struct arena *a, const struct log_source_entry *e)
{
    for (size_t i = 0; i < e->nviews; i++) {
        list->items = arena_grow(a, list->items, &list->cap, list->count + 1, sizeof *list->items);
        if (!list->items) {
            return false;
        }
        list->items[list->count++] = e->views[i];
    }
    return true;
}

static bool shares_channel(const struct view *a, const struct view *b)
{
    for (size_t i = 0; i < a->nchannels; i++) {
        for (size_t j = 0; j < b->nchannels; j++) {
            if (str_eq_nocase(a->channels[i], b->channels[j])) {
                return true;
            }
        }
    }
    return false;
}

/* A rule that names category and service: the views of the category in channels of the service. */
static size_t keep_channels_of(const struct view *const *views, size_t count,
                               const struct view *const *service, size_t nservice,
                               const struct view **kept)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        bool shared = false;
        for (size_t j = 0; j < nservice; j++) {
            shared = shared || shares_channel(views[i], service[j]);
        }
        if (shared) {
            kept[n++] = views[i];
        }
    }
    return n;
}

/* First the entries with the very keys of the rule; else those that name more than it does (a
 * category of any product). */
bool log_source_views(const struct log_sources *all, struct arena *a,
                      const struct log_source *source, const struct view *const **views,
                      size_t *count)
{
    struct view_list exact = {0}, wider = {0};
    for (size_t i = 0; i < all->count; i++) {
        struct relation r = relate(source, &all->entries[i].source);
        if (!r.agree || r.only_rule) {
            continue;
        }
        if (!add_views(r.only_entry ? &wider : &exact, a, &all->entries[i])) {
            return false;
        }
    }
    struct view_list found = exact.count ? exact : wider;
    if (found.count == 0 && source->category.len && source->service.len) {
        struct log_source category = {source->category, source->product, STR_NONE};
        struct log_source service = {STR_NONE, source->product, source->service};
        const struct view *const *shown = NULL, *const *served = NULL;
        size_t nserved = 0;
        if (!log_source_views(all, a, &category, &shown, &found.count) ||
            !log_source_views(all, a, &service, &served, &nserved)) {
            return false;
        }
        found.items = ARENA_ARRAY(a, const struct view *, found.count);
        if (!found.items) {
            return false;
        }
        found.count = keep_channels_of(shown, found.count, served, nserved, found.items);
    }
    *views = found.items;
    *count = found.count;
    return true;
}

/* `exchange-*` names all channels that begin so. */
static bool names_channel(const str *list, size_t count, str channel)
{
    for (size_t i = 0; i < count; i++) {
        bool open = str_ends(list[i], STR("*"));
        if (open ? str_starts_nocase(channel, str_sub(list[i], 0, list[i].len - 1))
                 : str_eq_nocase(list[i], channel)) {
            return true;
        }
    }
    return false;
}

bool view_has_channel(const struct view *v, str channel)
{
    return names_channel(v->channels, v->nchannels, channel) &&
           !names_channel(v->except, v->nexcept, channel);
}

bool view_shows(const struct view *v, const struct origin *o)
{
    bool numbered = v->nevents == 0;
    for (size_t i = 0; i < v->nevents && !numbered; i++) {
        numbered = v->events[i] == o->event_id;
    }
    return numbered && view_has_channel(v, o->channel);
}
