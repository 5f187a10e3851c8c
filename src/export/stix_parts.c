#include "export/stix_parts.h"

#include "export/write_json.h"
#include "match/network.h"
#include "model/stix_id.h"

const char *stix_kind_title(enum shared_kind kind)
{
    static const char *const titles[SHARED_KINDS] = {"Address", "Domain", "User agent", "Page",
                                                     "File",    "Hash",   "Service",    "Task",
                                                     "Account", "Host",   "Command"};
    return titles[kind];
}

/* What the number of its digits tells. */
static str hash_name(str hash)
{
    return hash.len == 32 ? STR("MD5") : hash.len == 40 ? STR("SHA-1") : STR("SHA-256");
}

static str folder_of(const struct shared_item *file)
{
    size_t end = file->value.len > file->name.len ? file->value.len - file->name.len - 1 : 0;
    return str_sub(file->value, 0, end);
}

/* ---- objects */

enum { MEMBERS = 3 };

/* Its id comes from its own members, so these are made first. */
struct observable {
    struct json_value object;
    struct json_value members[MEMBERS], inner;
    size_t count;
};

static struct json_value *add(struct observable *o, str name, str text)
{
    struct json_value *v = &o->members[o->count];
    *v = (struct json_value){.kind = JSON_STRING, .name = name, .text = text};
    if (o->count++) {
        v[-1].next = v;
    } else {
        o->object.first = v;
    }
    o->object.count = o->count;
    return v;
}

static str write_observable(struct buf *out, struct observable *o, struct arena *a)
{
    str id = STR_NONE;
    o->object.kind = JSON_OBJECT;
    if (!stix_observable_id(&o->object, a, &id)) {
        return STR_NONE;
    }
    json_open(out, '{');
    json_pair(out, "type", o->members[0].text);
    json_pair(out, "spec_version", STR("2.1"));
    json_pair(out, "id", id);
    for (size_t i = 1; i < o->count; i++) {
        const struct json_value *v = &o->members[i];
        const char *name = arena_str(a, v->name).p;
        if (v->kind == JSON_OBJECT) {
            json_key_open(out, name, '{');
            json_pair(out, arena_str(a, v->first->name).p, v->first->text);
            json_shut(out, '}');
        } else {
            json_pair(out, name, v->text);
        }
    }
    json_shut(out, '}');
    buf_char(out, '\n');
    return id;
}

static str write_value(struct buf *out, const char *type, const char *name, str value,
                       struct arena *a)
{
    struct observable o = {0};
    (void)add(&o, STR("type"), str_of(type));
    (void)add(&o, str_of(name), value);
    return write_observable(out, &o, a);
}

static str write_file(struct buf *out, const struct shared_item *item, struct arena *a)
{
    struct observable o = {0};
    str folder = folder_of(item);
    str ref = folder.len ? write_value(out, "directory", "path", folder, a) : STR_NONE;
    (void)add(&o, STR("type"), STR("file"));
    (void)add(&o, STR("name"), item->name);
    if (ref.len) {
        (void)add(&o, STR("parent_directory_ref"), ref);
    }
    return write_observable(out, &o, a);
}

static str write_hash(struct buf *out, const struct shared_item *item, struct arena *a)
{
    struct observable o = {0};
    (void)add(&o, STR("type"), STR("file"));
    struct json_value *hashes = add(&o, STR("hashes"), STR_NONE);
    o.inner = (struct json_value){
        .kind = JSON_STRING, .name = hash_name(item->value), .text = item->value};
    hashes->kind = JSON_OBJECT;
    hashes->first = &o.inner;
    hashes->count = 1;
    return write_observable(out, &o, a);
}

str stix_observable(struct buf *out, const struct shared_item *item, struct arena *a)
{
    struct address ip;
    switch (item->kind) {
    case SHARED_ADDRESS:
        return !address_parse(item->value, &ip)
                   ? STR_NONE
                   : write_value(out, ip.bits == 32 ? "ipv4-addr" : "ipv6-addr", "value",
                                 item->value, a);
    case SHARED_DOMAIN:
        return write_value(out, "domain-name", "value", item->value, a);
    case SHARED_FILE:
        return write_file(out, item, a);
    case SHARED_HASH:
        return write_hash(out, item, a);
    case SHARED_ACCOUNT:
        return write_value(out, "user-account", "account_login", item->value, a);
    default:
        return STR_NONE;
    }
}

/* ---- patterns */

/* Between quotes: of two characters the language asks that they be escaped. */
static str quoted(str s, struct arena *a)
{
    char *p = arena_alloc(a, 2 * s.len + 1);
    size_t n = 0;
    for (size_t i = 0; p && i < s.len; i++) {
        if (s.p[i] == '\'' || s.p[i] == '\\') {
            p[n++] = '\\';
        }
        p[n++] = s.p[i];
    }
    return p ? (str){p, n} : STR_NONE;
}

static str equals(struct arena *a, const char *path, str value)
{
    str q = quoted(value, a);
    return arena_printf(a, "[%s = '%.*s']", path, STR_ARG(q));
}

static str file_pattern(const struct shared_item *item, struct arena *a)
{
    str name = quoted(item->name, a), folder = quoted(folder_of(item), a);
    return folder.len ? arena_printf(a,
                                     "[file:name = '%.*s' AND file:parent_directory_ref.path = "
                                     "'%.*s']",
                                     STR_ARG(name), STR_ARG(folder))
                      : equals(a, "file:name", item->name);
}

/* A page's address begins with the name of the server, which is another one elsewhere. */
static str page_pattern(const struct shared_item *item, struct arena *a)
{
    bool whole = str_find(item->value, STR("://")) < item->value.len;
    str q = quoted(item->value, a);
    return whole ? equals(a, "url:value", item->value)
                 : arena_printf(a, "[url:value LIKE '%%%.*s']", STR_ARG(q));
}

str stix_pattern_of(const struct shared_item *item, struct arena *a)
{
    struct address ip;
    switch (item->kind) {
    case SHARED_ADDRESS:
        return !address_parse(item->value, &ip) ? STR_NONE
               : ip.bits == 32                  ? equals(a, "ipv4-addr:value", item->value)
                                                : equals(a, "ipv6-addr:value", item->value);
    case SHARED_DOMAIN:
        return equals(a, "domain-name:value", item->value);
    case SHARED_AGENT:
        return equals(a,
                      "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'",
                      item->value);
    case SHARED_URL:
        return page_pattern(item, a);
    case SHARED_FILE:
        return file_pattern(item, a);
    case SHARED_HASH: {
        str name = hash_name(item->value);
        return equals(a, arena_printf(a, "file:hashes.'%.*s'", STR_ARG(name)).p, item->value);
    }
    case SHARED_SERVICE:
        return equals(a, "process:extensions.'windows-service-ext'.service_name", item->value);
    default:
        return STR_NONE;
    }
}
