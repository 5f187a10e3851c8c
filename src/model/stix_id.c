#include "model/stix_id.h"

#include "base/sha1.h"

#include <string.h>

enum { CANONICAL_MAX = 1 << 26, CONTRIBUTING_MAX = 8 };

/* Of cyber-observables: section 2.9 forbids it for anything else. */
static const struct uuid observables = {
    {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9,
     0xb7}
};

/* Ours: drawn at random, once. */
static const struct uuid own = {
    {0x35, 0x6e, 0xea, 0x36, 0xbe, 0xd8, 0x41, 0xf6, 0xb0, 0x02, 0x2d, 0xda, 0x06, 0x4c, 0xe6,
     0x2d}
};

static const struct {
    str type;
    str properties[CONTRIBUTING_MAX];
} contributing[] = {
    {STR_INIT("artifact"),             {STR_INIT("hashes"), STR_INIT("payload_bin")}                },
    {STR_INIT("autonomous-system"),    {STR_INIT("number")}                                         },
    {STR_INIT("directory"),            {STR_INIT("path")}                                           },
    {STR_INIT("domain-name"),          {STR_INIT("value")}                                          },
    {STR_INIT("email-addr"),           {STR_INIT("value")}                                          },
    {STR_INIT("email-message"),        {STR_INIT("from_ref"), STR_INIT("subject"), STR_INIT("body")}},
    {STR_INIT("file"),
     {STR_INIT("hashes"), STR_INIT("name"), STR_INIT("parent_directory_ref"),
      STR_INIT("extensions")}                                                                       },
    {STR_INIT("ipv4-addr"),            {STR_INIT("value")}                                          },
    {STR_INIT("ipv6-addr"),            {STR_INIT("value")}                                          },
    {STR_INIT("mac-addr"),             {STR_INIT("value")}                                          },
    {STR_INIT("mutex"),                {STR_INIT("name")}                                           },
    {STR_INIT("network-traffic"),
     {STR_INIT("start"), STR_INIT("end"), STR_INIT("src_ref"), STR_INIT("dst_ref"),
      STR_INIT("src_port"), STR_INIT("dst_port"), STR_INIT("protocols"), STR_INIT("extensions")}    },
    {STR_INIT("software"),
     {STR_INIT("name"), STR_INIT("cpe"), STR_INIT("swid"), STR_INIT("vendor"),
      STR_INIT("version")}                                                                          },
    {STR_INIT("url"),                  {STR_INIT("value")}                                          },
    {STR_INIT("user-account"),
     {STR_INIT("account_type"), STR_INIT("user_id"), STR_INIT("account_login")}                     },
    {STR_INIT("windows-registry-key"), {STR_INIT("key"), STR_INIT("values")}                        },
    {STR_INIT("x509-certificate"),     {STR_INIT("hashes"), STR_INIT("serial_number")}              },
};

/* ---- UUIDs */

static int hex_digit(char c)
{
    char low = ascii_lower(c);
    return ascii_is_digit(c) ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

bool uuid_parse(str s, struct uuid *out)
{
    size_t at = 0;
    for (size_t i = 0; i < UUID_BYTES; i++, at += 2) {
        bool hyphen = i == 4 || i == 6 || i == 8 || i == 10;
        if (hyphen && (at >= s.len || s.p[at++] != '-')) {
            return false;
        }
        int high = at + 1 < s.len ? hex_digit(s.p[at]) : -1;
        int low = high >= 0 ? hex_digit(s.p[at + 1]) : -1;
        if (low < 0) {
            return false;
        }
        out->byte[i] = (uint8_t)(high << 4 | low);
    }
    return at == s.len;
}

struct uuid uuid_v5(const struct uuid *space, str name)
{
    uint8_t digest[SHA1_BYTES];
    struct uuid u;
    sha1((str){(const char *)space->byte, UUID_BYTES}, name, digest);
    memcpy(u.byte, digest, UUID_BYTES);
    u.byte[6] = (uint8_t)((u.byte[6] & 0x0f) | 0x50);
    u.byte[8] = (uint8_t)((u.byte[8] & 0x3f) | 0x80);
    return u;
}

str uuid_text(struct arena *a, const struct uuid *u)
{
    const uint8_t *b = u->byte;
    return arena_printf(a, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                        b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
                        b[12], b[13], b[14], b[15]);
}

/* ---- ids */

bool stix_id_parse(str s, str *type, struct uuid *out)
{
    size_t hyphens = str_find(s, STR("--"));
    if (hyphens == s.len || !uuid_parse(str_from(s, hyphens + 2), out)) {
        return false;
    }
    *type = str_sub(s, 0, hyphens);
    unsigned version = out->byte[6] >> 4, variant = out->byte[8] >> 6;
    return version >= 1 && version <= 8 && variant == 2;
}

/* Of several hashes one contributes: the first of these, else the first by name. */
static const struct json_value *chosen_hash(const struct json_value *hashes)
{
    static const str first[] = {STR_INIT("MD5"), STR_INIT("SHA-1"), STR_INIT("SHA-256"),
                                STR_INIT("SHA-512")};
    for (size_t i = 0; i < ARRAY_LEN(first); i++) {
        const struct json_value *v = json_member(hashes, first[i]);
        if (v) {
            return v;
        }
    }
    const struct json_value *least = json_is(hashes, JSON_OBJECT) ? hashes->first : NULL;
    for (const struct json_value *v = least; v; v = v->next) {
        least = str_cmp(v->name, least->name) < 0 ? v : least;
    }
    return least;
}

struct chosen { /* what contributes, as an object of its own */
    struct json_value object;
    struct json_value members[CONTRIBUTING_MAX];
    struct json_value hash;
};

static void choose(struct chosen *c, const struct json_value *object, str property)
{
    const struct json_value *v = json_member(object, property);
    const struct json_value *hash = str_eq(property, STR("hashes")) ? chosen_hash(v) : NULL;
    if (!v || v->kind == JSON_NULL) {
        return;
    }
    struct json_value *m = &c->members[c->object.count];
    *m = *v;
    m->next = NULL;
    if (hash) {
        c->hash = *hash;
        c->hash.next = NULL;
        m->first = &c->hash;
        m->count = 1;
    }
    if (c->object.count++) {
        m[-1].next = m;
    } else {
        c->object.first = m;
    }
}

static str id_of(struct arena *a, str type, const struct uuid *space, str name)
{
    struct uuid u = uuid_v5(space, name);
    return arena_printf(a, "%.*s--%.*s", STR_ARG(type), STR_ARG(uuid_text(a, &u)));
}

bool stix_observable_id(const struct json_value *object, struct arena *a, str *out)
{
    str type = json_member_text(object, STR("type"));
    struct chosen c = {.object = {.kind = JSON_OBJECT}};
    for (size_t i = 0; i < ARRAY_LEN(contributing); i++) {
        const str *p = contributing[i].properties;
        for (size_t k = 0; str_eq(type, contributing[i].type) && k < CONTRIBUTING_MAX; k++) {
            choose(&c, object, p[k]);
        }
    }
    struct buf canonical;
    buf_init(&canonical, CANONICAL_MAX);
    json_canonical(&canonical, &c.object);
    bool ok = c.object.count > 0 && buf_ok(&canonical);
    if (ok) {
        *out = id_of(a, type, &observables, buf_str(&canonical));
    }
    buf_done(&canonical);
    return ok && out->len;
}

/* Validators ask for version 4, random, of whatever is no cyber-observable; a digest is as good as
 * random, and comes back the same. */
str stix_own_id(struct arena *a, str type, str name)
{
    struct uuid u = uuid_v5(&own, name);
    u.byte[6] = (uint8_t)((u.byte[6] & 0x0f) | 0x40);
    return arena_printf(a, "%.*s--%.*s", STR_ARG(type), STR_ARG(uuid_text(a, &u)));
}
