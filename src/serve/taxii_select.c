/* Which objects of a collection a query means: the filters of section 3.4 of the text, and pages.
 */
#include "serve/taxii_parts.h"

static bool is_listed(str list, str word)
{
    str item;
    while (list.len && str_cut(&list, ',', &item)) {
        if (str_eq(str_trim(item), word)) {
            return true;
        }
    }
    return false;
}

static bool are_versions(str list)
{
    str item;
    while (list.len && str_cut(&list, ',', &item)) {
        str word = str_trim(item);
        if (!str_eq(word, STR("all")) && !str_eq(word, STR("first")) &&
            !str_eq(word, STR("last")) && time_parse(word) == TIME_NONE) {
            return false;
        }
    }
    return true;
}

/* Numbers are `n` and a place, so that what somebody else made up is seen. */
static bool is_place(str s, uint64_t *out)
{
    return str_starts(s, STR("n")) && str_u64(str_from(s, 1), out);
}

static bool take(struct taxii_wish *w, str name, str value)
{
    if (str_eq(name, STR("added_after"))) {
        w->after = time_parse(value);
        return w->after != TIME_NONE;
    }
    if (str_eq(name, STR("limit"))) {
        return str_u64(value, &w->limit) && w->limit > 0;
    }
    if (str_eq(name, STR("next"))) {
        return is_place(value, &w->from);
    }
    if (str_eq(name, STR("match[version]"))) {
        w->version = value;
        return are_versions(value);
    }
    str *list = str_eq(name, STR("match[id]"))             ? &w->id
                : str_eq(name, STR("match[type]"))         ? &w->type
                : str_eq(name, STR("match[spec_version]")) ? &w->spec
                                                           : NULL;
    if (list) {
        *list = value;
    }
    return true; /* what is not known is left alone */
}

bool taxii_wish_of(str query, struct arena *a, struct taxii_wish *out)
{
    str name, value;
    *out = (struct taxii_wish){.after = TIME_NONE, .limit = UINT64_MAX};
    while (http_parameter(&query, a, &name, &value)) {
        if (!take(out, name, value)) {
            return false;
        }
    }
    return true;
}

/* ---- versions of one thing */

struct family {
    str spec;         /* the newest, when none is asked for */
    usec first, last; /* of the versions in question */
};

static bool is_meant(const struct taxii_wish *w, const struct taxii_object *o)
{
    return (w->id.len == 0 || is_listed(w->id, o->id)) &&
           (w->type.len == 0 || is_listed(w->type, o->type)) &&
           (w->spec.len == 0 || is_listed(w->spec, o->spec));
}

static bool is_in_question(const struct taxii_wish *w, const struct family *f,
                           const struct taxii_object *o)
{
    bool newest = w->spec.len || w->all_specs || str_eq(o->spec, f->spec);
    return newest && is_meant(w, o);
}

static struct family *families_of(const struct taxii_collection *c, const struct taxii_wish *w,
                                  struct arena *a)
{
    struct family *all = ARENA_ARRAY(a, struct family, c->families + 1);
    for (size_t i = 0; all && i < c->count; i++) {
        struct family *f = &all[c->objects[i].family];
        bool newer = is_meant(w, &c->objects[i]) && str_cmp(c->objects[i].spec, f->spec) > 0;
        f->spec = newer ? c->objects[i].spec : f->spec;
        f->first = INT64_MAX;
        f->last = INT64_MIN;
    }
    for (size_t i = 0; all && i < c->count; i++) {
        const struct taxii_object *o = &c->objects[i];
        struct family *f = &all[o->family];
        if (is_in_question(w, f, o)) {
            f->first = o->moment < f->first ? o->moment : f->first;
            f->last = o->moment > f->last ? o->moment : f->last;
        }
    }
    return all;
}

static bool is_version(const struct taxii_wish *w, const struct family *f,
                       const struct taxii_object *o)
{
    str list = w->version, item;
    bool found = list.len == 0 && (w->all_versions || o->moment == f->last);
    while (!found && list.len && str_cut(&list, ',', &item)) {
        str word = str_trim(item);
        found = str_eq(word, STR("all"))     ? true
                : str_eq(word, STR("first")) ? o->moment == f->first
                : str_eq(word, STR("last"))  ? o->moment == f->last
                                             : o->moment == time_parse(word);
    }
    return found;
}

struct taxii_page taxii_select(const struct taxii_collection *c, const struct taxii_wish *w,
                               struct arena *a)
{
    struct taxii_page page = {0};
    const struct family *families = families_of(c, w, a);
    page.objects = families ? ARENA_ARRAY(a, const struct taxii_object *, c->count + 1) : NULL;
    for (size_t i = 0; page.objects && !page.more && i < c->count; i++) {
        const struct taxii_object *o = &c->objects[i];
        const struct family *f = &families[o->family];
        if (i < w->from || (w->after != TIME_NONE && o->added <= w->after) ||
            !is_in_question(w, f, o) || !is_version(w, f, o)) {
            continue;
        }
        if (page.count == w->limit) {
            page.more = true;
            page.next = i;
        } else {
            page.objects[page.count++] = o;
        }
    }
    return page;
}
