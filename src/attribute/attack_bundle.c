#include "attribute/attack_bundle.h"

#include "attribute/actors.h"
#include "attribute/attack_parts.h"

enum { OBJECTS_MAX = 1 << 20, SOURCES_MAX = 1 << 16, NAMES_LONGEST = 4096 };

/* What an object of the bundle says; which of it matters depends on its type. */
struct said {
    str type, stix_id, name, aliases, relationship, from, to, external_id, sources;
    bool revoked, deprecated;
};

/* ---- reports */

/* One report under several addresses' spellings: without scheme, www., fragment and last slash. */
static str canonical(str url)
{
    size_t scheme = str_find(url, STR("://"));
    url = scheme < url.len ? str_from(url, scheme + 3) : url;
    url = str_starts_nocase(url, STR("www.")) ? str_from(url, 4) : url;
    url = str_sub(url, 0, str_find_char(url, '#'));
    while (str_ends(url, STR("/"))) {
        url.len--;
    }
    return url;
}

/* One column of a line: nothing in it can end it. */
static str column(struct bundle *b, str s, char also)
{
    char *p = arena_alloc(b->arena, s.len + 1);
    for (size_t i = 0; p && i < s.len; i++) {
        p[i] = (unsigned char)s.p[i] < ' ' || s.p[i] == also ? ' ' : s.p[i];
    }
    b->full = b->full || !p;
    return p ? (str){p, s.len} : STR_NONE;
}

/* Its number; the first who cites it gives its date. */
static bool report_number(struct bundle *b, str url, str description, uint32_t *out)
{
    str where = column(b, canonical(url), 0);
    if (!where.len || b->nreports == SOURCES_MAX ||
        !table_put(&b->by_where, where, (uint32_t)b->nreports, out)) {
        return false;
    }
    if (*out < b->nreports) {
        return true;
    }
    struct report *grown =
        arena_grow(b->arena, b->reports, &b->reports_cap, b->nreports + 1, sizeof *grown);
    b->full = b->full || !grown;
    if (grown) {
        b->reports = grown;
        b->reports[b->nreports++] =
            (struct report){.where = where, .date = citation_date(description, b->arena)};
    }
    return grown != NULL;
}

static str text_of(struct bundle *b)
{
    return json_text(&b->json, b->arena);
}

/* One of external_references: MITRE's own id, or a report. */
static void read_reference(struct bundle *b, struct said *s)
{
    str name = STR_NONE, id = STR_NONE, url = STR_NONE, description = STR_NONE;
    while (json_next(&b->json) == JSON_KEY) {
        str key = text_of(b);
        enum json_token t = json_next(&b->json);
        str value = t == JSON_STRING ? text_of(b) : STR_NONE;
        name = str_eq(key, STR("source_name")) ? value : name;
        id = str_eq(key, STR("external_id")) ? value : id;
        url = str_eq(key, STR("url")) ? value : url;
        description = str_eq(key, STR("description")) ? value : description;
        json_skip(&b->json, t);
    }
    bool mitre = str_starts(name, STR("mitre-")) && id.len;
    uint32_t n;
    if (mitre && !s->external_id.len) {
        s->external_id = column(b, id, 0);
    } else if (!mitre && report_number(b, url, description, &n)) {
        s->sources =
            arena_printf(b->arena, "%.*s%s%u", STR_ARG(s->sources), s->sources.len ? "+" : "", n);
    }
}

static void read_references(struct bundle *b, struct said *s)
{
    enum json_token t = json_next(&b->json);
    if (t != JSON_ARRAY) {
        json_skip(&b->json, t);
        return;
    }
    while ((t = json_next(&b->json)) != JSON_ARRAY_END && t != JSON_END) {
        if (t == JSON_OBJECT) {
            read_reference(b, s);
        } else {
            json_skip(&b->json, t);
        }
    }
}

static void read_aliases(struct bundle *b, struct said *s)
{
    enum json_token t = json_next(&b->json);
    if (t != JSON_ARRAY) {
        json_skip(&b->json, t);
        return;
    }
    while ((t = json_next(&b->json)) != JSON_ARRAY_END && t != JSON_END) {
        if (t == JSON_STRING && s->aliases.len < NAMES_LONGEST) {
            str one = column(b, text_of(b), '|');
            s->aliases = arena_printf(b->arena, "%.*s%s%.*s", STR_ARG(s->aliases),
                                      s->aliases.len ? "|" : "", STR_ARG(one));
        }
        json_skip(&b->json, t);
    }
}

/* ---- objects */

static void read_member(struct bundle *b, struct said *s)
{
    str key = text_of(b);
    if (str_eq(key, STR("external_references"))) {
        read_references(b, s);
        return;
    }
    if (str_eq(key, STR("aliases"))) {
        read_aliases(b, s);
        return;
    }
    const struct {
        str key, *to;
    } texts[] = {
        {STR("type"),              &s->type        },
        {STR("id"),                &s->stix_id     },
        {STR("name"),              &s->name        },
        {STR("relationship_type"), &s->relationship},
        {STR("source_ref"),        &s->from        },
        {STR("target_ref"),        &s->to          },
    };
    enum json_token t = json_next(&b->json);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (t == JSON_STRING && str_eq(key, texts[i].key)) {
            *texts[i].to = text_of(b);
        }
    }
    s->revoked = s->revoked || (t == JSON_TRUE && str_eq(key, STR("revoked")));
    s->deprecated = s->deprecated || (t == JSON_TRUE && str_eq(key, STR("x_mitre_deprecated")));
    json_skip(&b->json, t);
}

static enum type type_of(const struct said *s)
{
    static const struct {
        const char *name;
        enum type type;
    } types[] = {
        {"intrusion-set",  TYPE_GROUP    },
        {"threat-actor",   TYPE_GROUP    },
        {"campaign",       TYPE_CAMPAIGN },
        {"malware",        TYPE_SOFTWARE },
        {"tool",           TYPE_SOFTWARE },
        {"attack-pattern", TYPE_TECHNIQUE},
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (str_eq(s->type, str_of(types[i].name))) {
            return types[i].type;
        }
    }
    return TYPE_COUNT;
}

/* A group without an id of ATT&CK is known by its name, unless that would be read as a line of
 * another kind. */
static str id_of(struct bundle *b, const struct said *s, str name)
{
    static const str kinds[] = {STR_INIT("source"), STR_INIT("item"), STR_INIT("alias"),
                                STR_INIT("said"), STR_INIT("known")};
    str id = s->external_id.len ? s->external_id : name;
    bool misread = id.len && id.p[0] == '#';
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        misread = misread || str_eq(id, kinds[i]);
    }
    return misread ? arena_printf(b->arena, "group %.*s", STR_ARG(id)) : id;
}

static void add_object(struct bundle *b, const struct said *s, enum type type)
{
    uint32_t at;
    bool wanted = type == TYPE_SOFTWARE    ? is_software_id(s->external_id)
                  : type == TYPE_TECHNIQUE ? is_technique_id(s->external_id)
                                           : s->name.len > 0;
    if (!wanted || !s->stix_id.len || b->nobjects == OBJECTS_MAX) {
        return;
    }
    struct object *grown =
        arena_grow(b->arena, b->objects, &b->objects_cap, b->nobjects + 1, sizeof *grown);
    if (!grown || !table_put(&b->by_stix, s->stix_id, (uint32_t)b->nobjects, &at)) {
        b->full = true;
        return;
    }
    b->objects = grown;
    str name = column(b, s->name, 0);
    b->objects[b->nobjects++] = (struct object){
        .type = type,
        .id = id_of(b, s, name),
        .uuid = column(b, str_from(s->stix_id, str_find(s->stix_id, STR("--")) + 2), 0),
        .name = name,
        .aliases = s->aliases,
        .revoked = s->revoked,
        .dead = s->deprecated || s->revoked || at != b->nobjects - 1,
    };
}

static void add_link(struct bundle *b, const struct said *s)
{
    enum link_kind kind = str_eq(s->relationship, STR("uses"))            ? LINK_USES
                          : str_eq(s->relationship, STR("revoked-by"))    ? LINK_REVOKED_BY
                          : str_eq(s->relationship, STR("attributed-to")) ? LINK_ATTRIBUTED_TO
                                                                          : LINK_NONE;
    if (kind == LINK_NONE || s->revoked || s->deprecated || b->nlinks == OBJECTS_MAX) {
        return;
    }
    struct link *grown =
        arena_grow(b->arena, b->links, &b->links_cap, b->nlinks + 1, sizeof *grown);
    b->full = b->full || !grown;
    if (grown) {
        b->links = grown;
        b->links[b->nlinks++] =
            (struct link){.kind = kind, .from = s->from, .to = s->to, .sources = s->sources};
    }
}

static void read_object(struct bundle *b)
{
    struct said s = {0};
    while (json_next(&b->json) == JSON_KEY) {
        read_member(b, &s);
    }
    enum type type = type_of(&s);
    if (type != TYPE_COUNT) {
        add_object(b, &s, type);
    } else if (str_eq(s.type, STR("relationship"))) {
        add_link(b, &s);
    }
}

static void read_objects(struct bundle *b)
{
    enum json_token t = json_next(&b->json);
    while (t == JSON_ARRAY && (t = json_next(&b->json)) != JSON_ARRAY_END && t != JSON_END) {
        if (t == JSON_OBJECT) {
            read_object(b);
        } else {
            json_skip(&b->json, t);
        }
        t = JSON_ARRAY;
    }
}

/* ---- links */

static struct object *object_of(const struct bundle *b, str stix_id)
{
    uint32_t at = table_get(&b->by_stix, stix_id);
    return at == TABLE_NONE ? NULL : &b->objects[at];
}

static void add_use(struct bundle *b, struct object *who, enum type type, str id, str sources)
{
    struct use *u = ARENA_NEW(b->arena, struct use);
    b->full = b->full || !u;
    if (u) {
        *u = (struct use){type, id, sources, who->uses};
        who->uses = u;
    }
}

static void follow(struct bundle *b, const struct link *l)
{
    struct object *from = object_of(b, l->from), *to = object_of(b, l->to);
    if (!from || !to) {
        return;
    }
    if (l->kind == LINK_REVOKED_BY && from->type == to->type) {
        from->successor = to->id;
    }
    bool user = from->type == TYPE_GROUP || from->type == TYPE_CAMPAIGN;
    bool used = to->type == TYPE_SOFTWARE || to->type == TYPE_TECHNIQUE;
    if (l->kind == LINK_USES && user && used && !from->dead && !to->dead) {
        add_use(b, from, to->type, to->id, l->sources);
    }
}

/* What a campaign used is its group's. */
static void follow_campaign(struct bundle *b, const struct link *l)
{
    const struct object *from = object_of(b, l->from);
    struct object *to = object_of(b, l->to);
    bool its = l->kind == LINK_ATTRIBUTED_TO && from && to && !from->dead &&
               from->type == TYPE_CAMPAIGN && to->type == TYPE_GROUP && !to->dead;
    for (const struct use *u = its ? from->uses : NULL; u; u = u->next) {
        add_use(b, to, u->type, u->id, u->sources);
    }
}

static bool read_bundle(struct bundle *b)
{
    bool any = false;
    if (json_next(&b->json) != JSON_OBJECT) {
        return false;
    }
    while (json_next(&b->json) == JSON_KEY) {
        bool objects = str_eq(text_of(b), STR("objects"));
        any = any || objects;
        if (objects) {
            read_objects(b);
        } else {
            json_skip(&b->json, json_next(&b->json));
        }
    }
    return any && !json_bad(&b->json);
}

bool attack_bundles_read(const struct bundle_file *files, size_t count, struct arena *a, str *out,
                         struct err *err)
{
    struct bundle b = {.arena = a};
    table_init(&b.by_stix, a, false);
    table_init(&b.by_where, a, false);
    for (size_t i = 0; i < count; i++) {
        b.json = json_of(files[i].json);
        if (!read_bundle(&b)) {
            return err_set(err, ERR_INPUT, "%s: this is no STIX bundle, or breaks off at byte %llu",
                           files[i].path, (unsigned long long)b.json.at);
        }
    }
    for (size_t i = 0; i < b.nlinks; i++) {
        follow(&b, &b.links[i]);
    }
    for (size_t i = 0; i < b.nlinks; i++) {
        follow_campaign(&b, &b.links[i]);
    }
    SCOPED(buf_done) struct buf text;
    buf_init(&text, ATTACK_TEXT_MAX);
    size_t groups = attack_write(&b, &text);
    *out = arena_str(a, buf_str(&text));
    if (b.full || !buf_ok(&text) || out->len != text.len) {
        return err_set(err, ERR_FULL, "%s: more knowledge than fits into memory", files[0].path);
    }
    return groups > 0 || err_set(err, ERR_INPUT, "%s: it knows no group", files[0].path);
}
