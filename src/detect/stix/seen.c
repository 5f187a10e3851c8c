#include "detect/stix/seen.h"

#include "base/text.h"
#include "detect/stix/set.h"
#include "match/network.h"
#include "model/names.h"
#include "model/value.h"

enum reading {
    READ_TEXT,
    READ_NUMBER,
    READ_ADDRESS,
    READ_PATH,
    READ_HASHES,
    READ_HEADER,
    READ_PROTOCOL,
    READ_PART,
    READ_ACCOUNT,
};

static const struct {
    str name;
    uint8_t thing, reading;
    str property;
} fields[] = {
#define SHOWS(field, thing, property, reading) \
    {STR_INIT(field), THING_##thing, READ_##reading, STR_INIT(property)},
#include "detect/stix/fields.def"
#undef SHOWS
};

static const struct {
    str type;
    enum stix_thing of;
    str by;
} things[] = {
#define THING(name, type, of, by) {STR_INIT(type), THING_##of, STR_INIT(by)},
#include "detect/stix/things.def"
#undef THING
};

struct drawing { /* the objects of one event */
    struct arena *arena;
    struct json_value *thing[THINGS];
    str stem, query, host, port;
    bool over;
};

void stix_set_names(struct names *names)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        (void)names_add(names, fields[i].name);
    }
}

struct stix_showing *stix_showings(struct arena *a, const struct names *names, size_t *count)
{
    *count = (size_t)names->count + 1;
    struct stix_showing *all = ARENA_ARRAY(a, struct stix_showing, *count);
    for (size_t i = 0; all && i < *count; i++) {
        all[i].thing = THING_NONE;
    }
    for (size_t i = 0; all && i < ARRAY_LEN(fields); i++) {
        field_id id = names_find(names, fields[i].name);
        if (id != FIELD_NONE && id < *count && all[id].thing == THING_NONE) {
            all[id] = (struct stix_showing){fields[i].thing, fields[i].reading, fields[i].property};
        }
    }
    return all;
}

bool stix_is_seen(str type)
{
    bool seen = str_eq(type, STR("ipv6-addr"));
    for (size_t i = 0; i < ARRAY_LEN(things) && !seen; i++) {
        seen = type.len && str_eq(type, things[i].type);
    }
    return seen;
}

/* ---- values */

static struct json_value *hang(struct drawing *d, struct json_value *under, enum json_token kind,
                               str name, str text)
{
    struct json_value *v = under ? ARENA_NEW(d->arena, struct json_value) : NULL;
    if (!v) {
        d->over = true;
        return NULL;
    }
    *v = (struct json_value){.kind = kind, .name = name, .text = text, .next = under->first};
    under->first = v;
    under->count++;
    return v;
}

static struct json_value *thing(struct drawing *d, enum stix_thing which)
{
    if (!d->thing[which]) {
        struct json_value *v = ARENA_NEW(d->arena, struct json_value);
        if (v) {
            v->kind = JSON_OBJECT;
            d->thing[which] = v;
            (void)hang(d, v, JSON_STRING, STR("type"), things[which].type);
        }
        d->over |= !v;
    }
    return d->thing[which];
}

static void set(struct drawing *d, enum stix_thing which, str property, str text)
{
    if (text.len) {
        (void)hang(d, thing(d, which), JSON_STRING, property, text);
    }
}

static void set_number(struct drawing *d, enum stix_thing which, str property, str text)
{
    uint64_t n;
    if (str_u64(text, &n)) {
        (void)hang(d, thing(d, which), JSON_NUMBER, property, text_u64(d->arena, n));
    }
}

static void set_address(struct drawing *d, enum stix_thing which, str text)
{
    struct address a;
    if (!address_parse(text, &a) || d->thing[which]) {
        return;
    }
    set(d, which, STR("value"), text);
    struct json_value *v = d->thing[which];
    for (const struct json_value *i = v ? v->first : NULL; i && a.bits == 128; i = i->next) {
        if (str_eq(i->name, STR("type"))) {
            v->first = NULL; /* written anew, as the other version */
            v->count = 0;
            (void)hang(d, v, JSON_STRING, STR("type"), STR("ipv6-addr"));
            (void)hang(d, v, JSON_STRING, STR("value"), text);
            break;
        }
    }
    (void)thing(d, THING_FLOW);
}

/* Folders of images stand as far behind them as those of other files. */
static void set_path(struct drawing *d, enum stix_thing which, str path)
{
    enum stix_thing folder = (enum stix_thing)(which - THING_IMAGE + THING_IMAGE_FOLDER);
    set(d, which, STR("name"), str_base(path));
    set(d, folder, STR("path"), str_dir(path));
}

static str algorithm_of(str name, size_t digits)
{
    static const struct {
        str spelled, stix;
        size_t digits;
    } known[] = {
        {STR_INIT("MD5"),    STR_INIT("MD5"),     32 },
        {STR_INIT("SHA1"),   STR_INIT("SHA-1"),   40 },
        {STR_INIT("SHA256"), STR_INIT("SHA-256"), 64 },
        {STR_INIT("SHA512"), STR_INIT("SHA-512"), 128},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (name.len ? str_eq_nocase(name, known[i].spelled) : digits == known[i].digits) {
            return known[i].stix;
        }
    }
    return STR_NONE;
}

/* In lower case, as STIX has them by custom. */
static void set_hashes(struct drawing *d, str all)
{
    bool of_file = d->thing[THING_FILE] || !d->thing[THING_IMAGE];
    struct json_value *owner = thing(d, of_file ? THING_FILE : THING_IMAGE);
    struct json_value *hashes = hang(d, owner, JSON_OBJECT, STR("hashes"), STR_NONE);
    str one;
    while (hashes && str_cut(&all, ',', &one)) {
        size_t equals = str_find_char(one, '=');
        bool named = equals < one.len;
        str value = str_trim(named ? str_from(one, equals + 1) : one);
        str algorithm =
            algorithm_of(named ? str_trim(str_sub(one, 0, equals)) : STR_NONE, value.len);
        if (algorithm.len) {
            (void)hang(d, hashes, JSON_STRING, algorithm, text_lower(d->arena, value));
        }
    }
}

static struct json_value *request(struct drawing *d)
{
    struct json_value *r = d->thing[THING_REQUEST];
    struct json_value *flow = r ? NULL : thing(d, THING_FLOW);
    struct json_value *all = r ? NULL : hang(d, flow, JSON_OBJECT, STR("extensions"), STR_NONE);
    if (!r) {
        r = hang(d, all, JSON_OBJECT, STR("http-request-ext"), STR_NONE);
        d->thing[THING_REQUEST] = r;
    }
    return r;
}

static void set_header(struct drawing *d, str name, str text)
{
    struct json_value *r = request(d), *headers = NULL;
    for (const struct json_value *i = r ? r->first : NULL; i; i = i->next) {
        if (str_eq(i->name, STR("request_header"))) {
            return; /* one is enough to tell of a request */
        }
    }
    headers = hang(d, r, JSON_OBJECT, STR("request_header"), STR_NONE);
    (void)hang(d, hang(d, headers, JSON_ARRAY, name, STR_NONE), JSON_STRING, STR_NONE, text);
}

static void set_protocol(struct drawing *d, str text)
{
    struct json_value *list = hang(d, thing(d, THING_FLOW), JSON_ARRAY, STR("protocols"), STR_NONE);
    (void)hang(d, list, JSON_STRING, STR_NONE, text_lower(d->arena, text));
}

/* Behind DOMAIN\ stands the name. */
static void set_account(struct drawing *d, enum stix_thing which, str text)
{
    set(d, which, STR("account_login"), str_base(text));
    set(d, which, STR("display_name"), text);
}

static void show(struct drawing *d, const struct stix_showing *s, str text)
{
    enum stix_thing which = (enum stix_thing)s->thing;
    switch ((enum reading)s->reading) {
    case READ_NUMBER:
        set_number(d, which, s->property, text);
        d->port = str_eq(s->property, STR("dst_port")) ? text : d->port;
        break;
    case READ_ADDRESS:
        set_address(d, which, text);
        break;
    case READ_PATH:
        set_path(d, which, text);
        break;
    case READ_HASHES:
        set_hashes(d, text);
        break;
    case READ_HEADER:
        set_header(d, s->property, text);
        break;
    case READ_PROTOCOL:
        set_protocol(d, text);
        break;
    case READ_ACCOUNT:
        set_account(d, which, text);
        break;
    case READ_PART:
        *(str_eq(s->property, STR("stem")) ? &d->stem : &d->query) = text;
        break;
    case READ_TEXT:
        if (which == THING_REQUEST) {
            (void)hang(d, request(d), JSON_STRING, s->property, text);
            break;
        }
        d->host = which == THING_HOST ? text : d->host;
        set(d, which, s->property, text);
        break;
    }
}

/* ---- what belongs together */

static void put_url_together(struct drawing *d)
{
    struct arena *a = d->arena;
    str query = str_eq(d->query, STR("-")) ? STR_NONE : d->query;
    if (d->stem.len == 0) {
        return;
    }
    str value =
        arena_printf(a, "%.*s%s%.*s", STR_ARG(d->stem), query.len ? "?" : "", STR_ARG(query));
    (void)hang(d, request(d), JSON_STRING, STR("request_value"), value);
    if (d->host.len && !str_eq(d->host, STR("-")) && !d->thing[THING_URL]) {
        bool secure = str_ends(d->port, STR("443"));
        set(d, THING_URL, STR("value"),
            arena_printf(a, "%s://%.*s%.*s", secure ? "https" : "http", STR_ARG(d->host),
                         STR_ARG(value)));
    }
}

static void refer(struct drawing *d, enum stix_thing to)
{
    struct json_value *from = d->thing[things[to].of];
    char id[2] = {(char)('A' + to), '\0'};
    str text = arena_str(d->arena, str_of(id));
    bool list = str_ends(things[to].by, STR("_refs"));
    if (from && d->thing[to]) {
        struct json_value *at = list ? hang(d, from, JSON_ARRAY, things[to].by, STR_NONE) : from;
        (void)hang(d, at, JSON_STRING, list ? STR_NONE : things[to].by, text);
    }
}

static bool finish(struct drawing *d, struct stix_seen *out)
{
    struct stix_observation *o = &out->observation;
    bool ran = d->thing[THING_IMAGE] || d->thing[THING_PARENT];
    if (ran) {
        (void)thing(d, THING_PROCESS);
    }
    if (d->thing[THING_PARENT_IMAGE]) {
        (void)thing(d, THING_PARENT);
    }
    if (d->thing[THING_FROM] || d->thing[THING_TO]) {
        (void)thing(d, THING_MAIL);
    }
    put_url_together(d);
    *o = (struct stix_observation){.number = 1, .objects = out->objects};
    for (int i = 0; i < THINGS; i++) {
        if (i != THING_REQUEST && things[i].of != THING_NONE) {
            refer(d, (enum stix_thing)i);
        }
    }
    for (int i = 0; i < THINGS; i++) {
        char id[2] = {(char)('A' + i), '\0'};
        if (d->thing[i] && i != THING_REQUEST) {
            out->objects[o->nobjects++] =
                (struct stix_object){arena_str(d->arena, str_of(id)), d->thing[i]};
        }
    }
    return o->nobjects > 0 && !d->over;
}

bool stix_seen_event(struct stix_seen *out, const struct stix_showing *showings, size_t count,
                     const struct event *e, struct arena *a)
{
    struct drawing d = {.arena = a};
    for (size_t i = 0; i < e->nfields; i++) {
        const struct field *f = &e->fields[i];
        bool shows = f->id < count && showings[f->id].thing != THING_NONE;
        str text = shows && f->type != VALUE_NULL ? value_text(f, a) : STR_NONE;
        if (text.len) {
            show(&d, &showings[f->id], text);
        }
    }
    return finish(&d, out);
}

bool stix_seen_file(struct stix_seen *out, str path, uint64_t size, const uint8_t *sha256,
                    struct arena *a)
{
    enum { SHA256_BYTES = 32 };
    struct drawing d = {.arena = a};
    set_path(&d, THING_FILE, path);
    set_number(&d, THING_FILE, STR("size"), text_u64(a, size));
    if (sha256) {
        set_hashes(&d, text_hex(a, (bytes){sha256, SHA256_BYTES}));
    }
    return finish(&d, out);
}
