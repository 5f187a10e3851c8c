/* Observed data into observations: what was seen between two moments, how often, and the objects
 * it consisted of. In 2.0 these stand in the observed-data itself, in 2.1 beside it. */
#include "detect/stix/stix.h"

#include "base/catalog.h"
#include "base/table.h"

struct reading { /* of all files together */
    struct stix_observations *out;
    struct table numbers; /* of objects, by id */
    struct stix_object *objects;
    size_t nobjects, cap_objects;
    const struct json_value **observed;
    size_t nobserved, cap_observed;
    bool over;
};

void stix_observations_init(struct stix_observations *o, struct arena *a, struct hash_key key)
{
    *o = (struct stix_observations){.arena = a, .key = key};
}

/* Of two with one id the later one counts. */
static void keep_object(struct reading *r, const struct json_value *v)
{
    uint32_t at = (uint32_t)r->nobjects;
    str id = json_member_text(v, STR("id"));
    struct stix_object *more =
        arena_grow(r->out->arena, r->objects, &r->cap_objects, r->nobjects + 1, sizeof *more);
    if (!more || r->nobjects >= UINT32_MAX - 1 || !table_put(&r->numbers, id, at, &at)) {
        r->over = true;
        return;
    }
    r->objects = more;
    r->nobjects += at == r->nobjects;
    r->objects[at] = (struct stix_object){id, v};
}

static void keep_observed(struct reading *r, const struct json_value *v)
{
    const struct json_value **more = arena_grow(r->out->arena, r->observed, &r->cap_observed,
                                                r->nobserved + 1, sizeof(struct json_value *));
    if (!more) {
        r->over = true;
        return;
    }
    r->observed = more;
    r->observed[r->nobserved++] = v;
}

/* By its type, or because it holds objects of its own as those of 2.0 do. */
static bool is_observed(const struct json_value *v)
{
    return str_eq(json_member_text(v, STR("type")), STR("observed-data")) ||
           (json_is(json_member(v, STR("objects")), JSON_OBJECT) &&
            json_member(v, STR("first_observed")));
}

static void keep(struct reading *r, const struct json_value *v)
{
    if (json_is(v, JSON_OBJECT) && is_observed(v)) {
        keep_observed(r, v);
    } else if (json_is(v, JSON_OBJECT)) {
        keep_object(r, v);
    }
}

static void collect(struct reading *r, const struct json_value *v, unsigned depth)
{
    bool list = json_is(v, JSON_ARRAY);
    const struct json_value *objects = json_member(v, STR("objects"));
    bool bundle = json_is(objects, JSON_ARRAY);
    const struct json_value *first = list ? v->first : bundle ? objects->first : NULL;
    if (!list && !bundle) {
        keep(r, v);
        return;
    }
    for (const struct json_value *i = first; i && depth < 4; i = i->next) {
        collect(r, i, depth + 1);
    }
}

/* ---- one observation */

enum { FEW = 8 }; /* are looked through */

static bool refuse(struct stix_observations *o, const char *why)
{
    o->reason = o->refused++ ? o->reason : str_of(why);
    return false;
}

static bool read_frame(struct stix_observations *o, const struct json_value *v,
                       struct stix_observation *out)
{
    const struct json_value *number = json_member(v, STR("number_observed"));
    *out = (struct stix_observation){.id = json_member_text(v, STR("id"))};
    if (!stix_time_parse(json_member_text(v, STR("first_observed")), &out->first) ||
        !stix_time_parse(json_member_text(v, STR("last_observed")), &out->last)) {
        return refuse(o, N_("observed-data without the times it was seen"));
    }
    if (out->first > out->last) {
        return refuse(o, N_("observed-data that ends before it begins"));
    }
    if (!json_is(number, JSON_NUMBER) || !str_u64(number->text, &out->number) || out->number == 0) {
        return refuse(o, N_("observed-data without how often it was seen"));
    }
    return true;
}

static struct stix_object *room_for(struct reading *r, size_t count)
{
    struct stix_object *made = ARENA_ARRAY(r->out->arena, struct stix_object, count + 1);
    r->over |= !made;
    return made;
}

/* 2.0: keys take the place of ids. */
static void take_own(struct reading *r, const struct json_value *own, struct stix_observation *out)
{
    struct stix_object *objects = room_for(r, own->count);
    for (const struct json_value *v = own->first; objects && v; v = v->next) {
        objects[out->nobjects++] = (struct stix_object){v->name, v};
    }
    out->objects = objects;
}

static void take_referred(struct reading *r, const struct json_value *refs,
                          struct stix_observation *out)
{
    struct stix_object *objects = room_for(r, refs ? refs->count : 0);
    for (const struct json_value *v = refs ? refs->first : NULL; objects && v; v = v->next) {
        uint32_t at = json_is(v, JSON_STRING) ? table_get(&r->numbers, v->text) : TABLE_NONE;
        if (at != TABLE_NONE) {
            objects[out->nobjects++] = r->objects[at];
        }
    }
    out->objects = objects;
}

static void index_objects(struct reading *r, struct stix_observation *out)
{
    struct table *t = out->nobjects > FEW ? ARENA_NEW(r->out->arena, struct table) : NULL;
    uint32_t ignored;
    if (!t) {
        return;
    }
    table_init(t, r->out->arena, false);
    t->key = r->out->key;
    for (size_t i = 0; i < out->nobjects; i++) {
        r->over |= !table_put(t, out->objects[i].id, (uint32_t)i, &ignored);
    }
    out->by_id = t;
}

static void add(struct reading *r, const struct json_value *v)
{
    struct stix_observations *o = r->out;
    struct stix_observation one;
    const struct json_value *own = json_member(v, STR("objects"));
    const struct json_value *refs = json_member(v, STR("object_refs"));
    if (!read_frame(o, v, &one)) {
        return;
    }
    if (!refs && json_is(own, JSON_OBJECT)) {
        take_own(r, own, &one);
    } else {
        take_referred(r, refs, &one);
    }
    index_objects(r, &one);
    struct stix_observation *more =
        arena_grow(o->arena, o->items, &o->cap, o->count + 1, sizeof *more);
    if (!more) {
        r->over = true;
        return;
    }
    o->items = more;
    o->items[o->count++] = one;
}

bool stix_observations_read(struct stix_observations *o, const struct json_value *const *trees,
                            size_t count)
{
    struct reading r = {.out = o};
    table_init(&r.numbers, o->arena, false);
    r.numbers.key = o->key;
    for (size_t i = 0; i < count; i++) {
        collect(&r, trees[i], 0);
    }
    for (size_t i = 0; i < r.nobserved && !r.over; i++) {
        add(&r, r.observed[i]);
    }
    return !r.over;
}
