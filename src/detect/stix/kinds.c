#include "detect/stix/kinds.h"

#include "base/text.h"
#include "detect/stix/tree.h"
#include "model/stix_id.h"

#include <stdlib.h>

#define OBJECT(name, family) \
    {STR_INIT(name), NEED_MAY, KIND_OF_TYPE, STR_INIT(""), FAMILY_##family},
#define PROPERTY(name, need, kind, detail) \
    {STR_INIT(name), NEED_##need, KIND_##kind, STR_INIT(detail), FAMILY_DOMAIN},
static const struct stix_property rows[] = {
#include "detect/stix/objects.def"
    {STR_INIT(""), NEED_MAY, KIND_OF_TYPE, STR_INIT(""), FAMILY_DOMAIN},
};
#undef OBJECT
#undef PROPERTY

const struct stix_property *stix_type_row(str type)
{
    for (size_t i = 0; i + 1 < ARRAY_LEN(rows); i++) {
        if (rows[i].kind == KIND_OF_TYPE && str_eq(rows[i].name, type)) {
            return &rows[i];
        }
    }
    return NULL;
}

bool stix_is_row_of(const struct stix_property *row)
{
    return row->kind != KIND_OF_TYPE;
}

const struct stix_property *stix_property_row(const struct stix_property *type, str name)
{
    for (const struct stix_property *p = type ? type + 1 : NULL; p && stix_is_row_of(p); p++) {
        if (str_eq(p->name, name)) {
            return p;
        }
    }
    return NULL;
}

bool stix_is_word(str list, str word)
{
    str one;
    while (str_cut(&list, '|', &one)) {
        if (str_eq(one, word)) {
            return true;
        }
    }
    return false;
}

/* ---- texts */

/* Only of these characters; `a` and `0` stand for lower case and digits, `A` for both cases. */
static bool is_made_of(str s, const char *others)
{
    str also = str_of(others);
    bool upper = str_find_char(also, 'A') < also.len;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (upper && c >= 'A' && c <= 'Z');
        if (!letter && !ascii_is_digit(c) && str_find_char(also, c) == also.len) {
            return false;
        }
    }
    return true;
}

static bool has_len(str s, size_t least, size_t most)
{
    return s.len >= least && s.len <= most;
}

bool stix_is_type_name(str s)
{
    bool ok = has_len(s, 3, 250) && is_made_of(s, "-") && s.p[0] >= 'a' && s.p[0] <= 'z';
    return ok && !str_has(s, STR("--"));
}

bool stix_is_property_name(str s)
{
    return str_eq(s, STR("id")) || (has_len(s, 3, 250) && is_made_of(s, "_"));
}

static bool is_hex(str s, size_t digits)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = ascii_lower(s.p[i]);
        if (!ascii_is_digit(c) && (c < 'a' || c > 'f')) {
            return false;
        }
    }
    return digits ? s.len == digits : s.len > 0 && s.len % 2 == 0;
}

static bool is_base64(str s)
{
    size_t body = s.len;
    while (body > 0 && s.len - body < 2 && s.p[body - 1] == '=') {
        body--;
    }
    return s.len > 0 && s.len % 4 == 0 && is_made_of(str_sub(s, 0, body), "A+/");
}

bool stix_is_uri(str s)
{
    size_t colon = str_find_char(s, ':');
    bool scheme = colon > 0 && colon < s.len && is_made_of(str_sub(s, 0, colon), "A+-.") &&
                  !ascii_is_digit(s.p[0]);
    for (size_t i = 0; i < s.len && scheme; i++) {
        uint8_t c = (uint8_t)s.p[i];
        scheme = c > ' ' && c != '<' && c != '>' && c != '"' && c != '\\' && c != '^' && c != '`' &&
                 c != '{' && c != '|' && c != '}';
    }
    return scheme;
}

static bool is_mail(str s)
{
    size_t at = str_find_char(s, '@');
    str domain = str_from(s, at + 1);
    for (size_t i = 0; i < s.len; i++) {
        if ((uint8_t)s.p[i] <= ' ' || s.p[i] == '<' || s.p[i] == '>') {
            return false;
        }
    }
    return at > 0 && domain.len > 0 && str_find_char(domain, '@') == domain.len;
}

static bool is_mime(str s)
{
    size_t slash = str_find_char(s, '/');
    str kinds = STR("application|audio|font|image|message|model|multipart|text|video");
    return stix_is_word(kinds, str_sub(s, 0, slash)) && slash + 1 < s.len &&
           is_made_of(str_from(s, slash + 1), "A.+_-");
}

static bool is_mac(str s)
{
    bool ok = s.len == 17;
    for (size_t i = 0; i < s.len && ok; i++) {
        char c = s.p[i];
        ok = i % 3 == 2 ? c == ':' : ascii_is_digit(c) || (c >= 'a' && c <= 'f');
    }
    return ok;
}

/* A network may stand there; its prefix has no zeros in front, but the one of 0. */
static bool is_address(str s, unsigned bits)
{
    struct network n;
    str prefix = str_from(s, str_find_char(s, '/') + 1);
    bool padded = prefix.len > 1 && prefix.p[0] == '0';
    size_t zone = str_find_char(s, '%');
    s = zone < s.len && bits == 128 ? str_sub(s, 0, zone) : s;
    return stix_network(s, &n) && n.base.bits == bits && !padded;
}

/* A part of cpe:2.3: escaped with backslashes, which may hide a colon. */
static size_t cpe_parts(str s)
{
    size_t parts = 1;
    for (size_t i = 0; i < s.len; i++) {
        i += s.p[i] == '\\';
        parts += i < s.len && s.p[i] == ':';
    }
    return parts;
}

static bool is_cpe(str s)
{
    return str_starts(s, STR("cpe:2.3:")) && s.len > 9 && cpe_parts(s) == 13 &&
           str_find_char(STR("aho*-"), s.p[8]) < 5;
}

static bool is_language(str s)
{
    static const char codes[] =
#include "detect/stix/languages.def"
        ;
    str primary = str_sub(s, 0, str_find_char(s, '-'));
    bool known = primary.len == 2;
    for (size_t i = 0; primary.len == 3 && i + 3 < sizeof codes && !known; i += 3) {
        known = str_eq(primary, (str){codes + i, 3});
    }
    return known && is_made_of(primary, "") && !ascii_is_digit(primary.p[0]) &&
           is_made_of(str_from(s, primary.len), "A-") && s.p[s.len - 1] != '-';
}

static bool is_full_registry_key(str s)
{
    static const str hives[] = {STR_INIT("HKLM"), STR_INIT("HKCC"), STR_INIT("HKCR"),
                                STR_INIT("HKCU"), STR_INIT("HKU")};
    str hive = str_sub(s, 0, str_find_char(s, '\\'));
    for (size_t i = 0; i < ARRAY_LEN(hives); i++) {
        if (str_eq_nocase(hive, hives[i])) {
            return false;
        }
    }
    return true;
}

/* ---- ids */

enum stix_breach stix_id_check(const struct json_value *v, str types)
{
    struct uuid u;
    str type;
    bool not = types.len && types.p[0] == '!';
    if (!json_is(v, JSON_STRING)) {
        return STIX_SHAPE;
    }
    if (!stix_id_parse(v->text, &type, &u) || !stix_is_type_name(type) || u.byte[6] >> 4 > 5) {
        return STIX_ID;
    }
    bool there = stix_is_word(str_from(types, not ), type);
    return types.len == 0 || there != not ? STIX_SOUND : STIX_ID;
}

/* ---- numbers */

static bool is_in_range(str text, str detail)
{
    long double n = 0, bound = 0;
    str least;
    (void)str_cut(&detail, '|', &least);
    return stix_literal_number(text, &n) && (!stix_literal_number(least, &bound) || n >= bound) &&
           (!stix_literal_number(detail, &bound) || n <= bound);
}

static bool is_whole(str text)
{
    return str_find_char(text, '.') == text.len && str_find_char(text, 'e') == text.len &&
           str_find_char(text, 'E') == text.len;
}

/* ---- lists and objects */

static bool are_times_within(const struct json_value *v)
{
    stix_time t;
    bool ok = v->kind == JSON_OBJECT && v->count > 0;
    for (const struct json_value *i = v->first; i && ok; i = i->next) {
        bool dated = str_ends(i->name, STR("_before")) || str_ends(i->name, STR("_after"));
        ok = !dated || (i->kind == JSON_STRING && stix_time_parse(i->text, &t));
    }
    return ok;
}

static bool is_dictionary(const struct json_value *v)
{
    bool ok = v->kind == JSON_OBJECT && v->count > 0;
    for (const struct json_value *i = v->first; i && ok; i = i->next) {
        ok = i->name.len <= 250 && is_made_of(i->name, "A_-") && i->kind != JSON_NULL &&
             (i->kind != JSON_ARRAY || i->count > 0);
    }
    return ok;
}

bool stix_hashes_are_sound(const struct json_value *v)
{
    static const struct {
        str name;
        size_t digits;
    } known[] = {
        {STR_INIT("MD5"),      32 },
        {STR_INIT("SHA-1"),    40 },
        {STR_INIT("SHA-256"),  64 },
        {STR_INIT("SHA-512"),  128},
        {STR_INIT("SHA3-256"), 64 },
        {STR_INIT("SHA3-512"), 128},
    };
    bool ok = is_dictionary(v);
    for (const struct json_value *i = v->first; i && ok; i = i->next) {
        ok = i->kind == JSON_STRING && i->name.len >= 3;
        for (size_t k = 0; k < ARRAY_LEN(known) && ok; k++) {
            ok = !str_eq(i->name, known[k].name) || is_hex(i->text, known[k].digits);
        }
        bool ssdeep = str_eq(i->name, STR("SSDEEP")), tlsh = str_eq(i->name, STR("TLSH"));
        ok = ok && (!ssdeep || (has_len(i->text, 1, 128) && is_made_of(i->text, "A/+:.")));
        ok = ok && (!tlsh || (i->text.len == 70 && is_made_of(i->text, "A")));
    }
    return ok;
}

static bool are_phases(const struct json_value *v)
{
    bool ok = v->kind == JSON_ARRAY && v->count > 0;
    for (const struct json_value *i = v->first; i && ok; i = i->next) {
        ok = json_is(json_member(i, STR("kill_chain_name")), JSON_STRING) &&
             json_is(json_member(i, STR("phase_name")), JSON_STRING);
    }
    return ok;
}

static bool are_contents(const struct json_value *v)
{
    bool ok = is_dictionary(v);
    for (const struct json_value *i = v->first; i && ok; i = i->next) {
        ok = i->kind == JSON_OBJECT && is_language(i->name);
        for (const struct json_value *k = i->first; k && ok; k = k->next) {
            ok = stix_is_property_name(k->name);
        }
    }
    return ok;
}

static enum stix_breach each(const struct stix_property *row, const struct json_value *list,
                             enum stix_property_kind kind, struct arena *a)
{
    struct stix_property one = *row;
    enum stix_breach b = list->kind == JSON_ARRAY && list->count > 0 ? STIX_SOUND : STIX_SHAPE;
    one.kind = kind;
    for (const struct json_value *i = list->first; i && b == STIX_SOUND; i = i->next) {
        b = stix_kind_check(&one, i, a);
    }
    return b;
}

static bool are_registry_values(const struct json_value *v)
{
    static const str types = STR_INIT(
        "REG_NONE|REG_SZ|REG_EXPAND_SZ|REG_BINARY|REG_DWORD|REG_DWORD_BIG_ENDIAN|"
        "REG_DWORD_LITTLE_ENDIAN|REG_LINK|REG_MULTI_SZ|REG_RESOURCE_LIST|"
        "REG_FULL_RESOURCE_DESCRIPTION|REG_RESOURCE_REQUIREMENTS_LIST|REG_QWORD|REG_INVALID_TYPE");
    bool ok = v->kind == JSON_ARRAY;
    for (const struct json_value *i = v->first; i && ok; i = i->next) {
        const struct json_value *type = json_member(i, STR("data_type"));
        bool any = type || json_member(i, STR("name")) || json_member(i, STR("data"));
        ok = any && (!type || (type->kind == JSON_STRING && stix_is_word(types, type->text)));
    }
    return ok;
}

static bool are_parts(const struct json_value *v)
{
    bool ok = v->kind == JSON_ARRAY;
    for (const struct json_value *i = v->first; i && ok; i = i->next) {
        ok = !json_member(i, STR("body")) != !json_member(i, STR("body_raw_ref"));
    }
    return ok;
}

static bool are_languages(const struct json_value *v)
{
    bool ok = v->kind == JSON_ARRAY && v->count > 0;
    for (const struct json_value *i = v->first; i && ok; i = i->next) {
        ok = i->kind == JSON_STRING && is_language(i->text);
    }
    return ok;
}

/* ---- by kind */

static bool is_text_of_kind(const struct stix_property *row, str s)
{
    switch (row->kind) {
    case KIND_BASE64:
        return is_base64(s);
    case KIND_HEX:
        return is_hex(s, 0);
    case KIND_URI:
        return stix_is_uri(s);
    case KIND_MAIL:
        return is_mail(s);
    case KIND_MIME:
        return is_mime(s);
    case KIND_MAC:
        return is_mac(s);
    case KIND_ADDRESS4:
        return is_address(s, 32);
    case KIND_ADDRESS6:
        return is_address(s, 128);
    case KIND_CHARSET:
        return has_len(s, 2, 250) && is_made_of(s, "A/+_:-");
    case KIND_CPE:
        return is_cpe(s);
    case KIND_LANGUAGE:
        return is_language(s);
    case KIND_REGISTRY_KEY:
        return is_full_registry_key(s);
    case KIND_RELATION:
        return s.len > 0 && is_made_of(s, "-");
    case KIND_WORD:
        return stix_is_word(row->detail, s);
    default:
        return true;
    }
}

static enum stix_breach sound_if(bool sound, enum stix_breach otherwise)
{
    return sound ? STIX_SOUND : otherwise;
}

enum stix_breach stix_kind_check(const struct stix_property *row, const struct json_value *v,
                                 struct arena *a)
{
    stix_time t;
    switch (row->kind) {
    case KIND_TEXTS:
        return each(row, v, KIND_TEXT, a);
    case KIND_IDS:
        return each(row, v, KIND_ID, a);
    case KIND_WORDS:
        return each(row, v, KIND_WORD, a);
    case KIND_TRUTH:
        return sound_if(v->kind == JSON_TRUE || v->kind == JSON_FALSE, STIX_SHAPE);
    case KIND_INTEGER:
    case KIND_NUMBER:
        return v->kind != JSON_NUMBER || (row->kind == KIND_INTEGER && !is_whole(v->text))
                   ? STIX_SHAPE
                   : sound_if(is_in_range(v->text, row->detail), STIX_VALUE);
    case KIND_TIME:
    case KIND_TIME_AFTER:
        return sound_if(v->kind == JSON_STRING && stix_time_parse(v->text, &t), STIX_TIME);
    case KIND_TIMES_WITHIN:
        return sound_if(are_times_within(v), STIX_TIME);
    case KIND_ID:
        return stix_id_check(v, row->detail);
    case KIND_LIST:
        return sound_if(v->kind == JSON_ARRAY && v->count > 0, STIX_SHAPE);
    case KIND_OBJECT:
        return sound_if(v->kind == JSON_OBJECT, STIX_SHAPE);
    case KIND_OBSERVABLES:
        return sound_if(v->kind == JSON_OBJECT && v->count > 0, STIX_SHAPE);
    case KIND_DICTIONARY:
        return sound_if(is_dictionary(v), STIX_SHAPE);
    case KIND_HASHES:
        return sound_if(stix_hashes_are_sound(v), STIX_VALUE);
    case KIND_PHASES:
        return sound_if(are_phases(v), STIX_SHAPE);
    case KIND_CONTENTS:
        return sound_if(are_contents(v), STIX_VALUE);
    case KIND_REGISTRY_VALUES:
        return sound_if(are_registry_values(v), STIX_VALUE);
    case KIND_PARTS:
        return sound_if(are_parts(v), STIX_VALUE);
    case KIND_LANGUAGES:
        return sound_if(are_languages(v), STIX_VALUE);
    default:
        return v->kind != JSON_STRING ? STIX_SHAPE
                                      : sound_if(is_text_of_kind(row, v->text), STIX_VALUE);
    }
}
