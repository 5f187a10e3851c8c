#include "detect/indicators/canonical.h"

#include "detect/indicators/alike.h"
#include "detect/indicators/punycode.h"
#include "match/network.h"

#include <string.h>

enum { LABEL_MAX = 63, DOMAIN_MAX = 253, SERIAL_MIN = 8, SERIAL_MAX = 64 };

static const struct {
    const char *name, *french;
} kinds[KIND_COUNT] = {
#define KIND(symbol, name, french) [KIND_##symbol] = {name, french},
#include "detect/indicators/kinds.def"
#undef KIND
};

static const struct {
    str name;
    enum indicator_kind kind;
} types[] = {
#define TYPE(name, symbol) {STR_INIT(name), KIND_##symbol},
#include "detect/indicators/type_names.def"
#undef TYPE
};

const char *kind_name(enum indicator_kind k)
{
    return kinds[k].name;
}

const char *kind_name_in_french(enum indicator_kind k)
{
    return kinds[k].french;
}

bool kind_of_type(str type, enum indicator_kind *out)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (str_eq_nocase(types[i].name, type)) {
            *out = types[i].kind;
            return true;
        }
    }
    return false;
}

/* ---- one kind at a time */

static bool put(struct canonical *c, const void *p, size_t len)
{
    if (len > CANONICAL_MAX - c->len) {
        return false;
    }
    memcpy(c->byte + c->len, p, len);
    c->len += len;
    return true;
}

static bool put_lower(struct canonical *c, str s, char from, char to)
{
    if (s.len > CANONICAL_MAX - c->len) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        c->byte[c->len++] = (uint8_t)(s.p[i] == from ? to : ascii_lower(s.p[i]));
    }
    return true;
}

/* [::1]:443, 1.2.3.4:443 and fe80::1%eth0 without what is not the address. */
static str bare_address(str s)
{
    if (s.len && s.p[0] == '[') {
        s = str_sub(s, 1, str_find_char(s, ']') - 1);
    }
    s = str_sub(s, 0, str_find_char(s, '%'));
    size_t colon = str_find_char(s, ':');
    bool one = colon < s.len && str_find_char(str_from(s, colon + 1), ':') == s.len - colon - 1;
    return one ? str_sub(s, 0, colon) : s;
}

static void unmap(struct address *a)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (a->bits == 128 && memcmp(a->byte, mapped, sizeof mapped) == 0) {
        memmove(a->byte, a->byte + sizeof mapped, 4);
        a->bits = 32;
    }
}

static bool put_address(struct canonical *c, str s)
{
    struct address a;
    if (s.len < 2 || !address_parse(bare_address(s), &a)) {
        return false;
    }
    unmap(&a);
    return put(c, a.byte, a.bits / 8);
}

static bool put_network(struct canonical *c, str s)
{
    struct network n;
    return network_parse(s, &n) && put(c, n.base.byte, n.base.bits / 8) && put(c, &n.prefix, 1);
}

int hex_value(char c)
{
    c = ascii_lower(c);
    return ascii_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool put_hex(struct canonical *c, str s)
{
    if (s.len % 2 || s.len / 2 > CANONICAL_MAX) {
        return false;
    }
    for (size_t i = 0; i < s.len; i += 2) {
        int high = hex_value(s.p[i]), low = hex_value(s.p[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        c->byte[c->len++] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
    }
    return true;
}

/* MD5, SHA-1, and those of 224 to 512 bits. */
static bool put_hash(struct canonical *c, str s)
{
    bool usual = s.len == 32 || s.len == 40 || s.len == 64;
    return (usual || s.len == 56 || s.len == 96 || s.len == 128) && put_hex(c, s);
}

/* A fingerprint or a serial number: 0a:1B:..., 0A 1B, 0x0a1b; zeros in front do not count. */
static bool put_certificate(struct canonical *c, str s)
{
    char digits[2 * SERIAL_MAX + 1];
    size_t len = 0;
    s = str_starts_nocase(s, STR("0x")) ? str_from(s, 2) : s;
    for (size_t i = 0; i < s.len; i++) {
        bool part = s.p[i] == ':' || s.p[i] == ' ' || s.p[i] == '-';
        bool zero = s.p[i] == '0' && len == 0;
        if (!part && !zero && (len == sizeof digits - 1 || hex_value(s.p[i]) < 0)) {
            return false;
        }
        digits[len] = s.p[i];
        len += !part && !zero;
    }
    return len >= SERIAL_MIN && put_lower(c, (str){digits, len}, 0, 0);
}

/* The same key has many roots; which of them it was, the event tells. */
static str without_hive(str s)
{
    static const str roots[] = {
        STR_INIT("\\registry\\machine\\"),
        STR_INIT("\\registry\\user\\"),
        STR_INIT("hkey_local_machine\\"),
        STR_INIT("hkey_current_user\\"),
        STR_INIT("hkey_users\\"),
        STR_INIT("hklm\\"),
        STR_INIT("hkcu\\"),
        STR_INIT("hku\\"),
    };
    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        if (str_starts_nocase(s, roots[i])) {
            s = str_from(s, roots[i].len);
            break;
        }
    }
    bool user = str_starts_nocase(s, STR("s-1-5-")) || str_starts_nocase(s, STR(".default\\"));
    s = user ? str_from(s, str_find_char(s, '\\')) : s;
    return str_starts(s, STR("\\")) ? str_from(s, 1) : s;
}

/* ControlSet001 is what CurrentControlSet stands for. */
static bool put_registry(struct canonical *c, str s)
{
    static const str set = STR_INIT("system\\controlset"),
                     current = STR_INIT("system\\currentcontrolset");
    s = without_hive(s);
    s = str_ends(s, STR("\\")) ? str_sub(s, 0, s.len - 1) : s;
    if (str_starts_nocase(s, set) && s.len > set.len + 3 && s.p[set.len + 3] == '\\') {
        s = str_from(s, set.len + 3);
        return put_lower(c, current, 0, 0) && put_lower(c, s, 0, 0);
    }
    return str_find_char(s, '\\') < s.len && put_lower(c, s, '/', '\\');
}

static str last_part(str s)
{
    size_t i = s.len;
    while (i > 0 && s.p[i - 1] != '\\') {
        i--;
    }
    return str_from(s, i);
}

static bool put_task(struct canonical *c, str s)
{
    s = str_starts(s, STR("\\")) ? str_from(s, 1) : s;
    return s.len > 1 && put_lower(c, s, '/', '\\');
}

static bool is_label(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!ascii_is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_') {
            return false;
        }
    }
    return s.len > 0 && s.len <= LABEL_MAX;
}

static bool all_digits(str s)
{
    size_t i = 0;
    while (i < s.len && ascii_is_digit(s.p[i])) {
        i++;
    }
    return i == s.len;
}

/* Two labels at least, the last one no number. A wildcard in front says what we do anyhow. */
static bool put_domain(struct canonical *c, str s)
{
    char room[DOMAIN_MAX + 1];
    s = str_starts(s, STR("*.")) ? str_from(s, 2) : s;
    s = str_ends(s, STR(".")) ? str_sub(s, 0, s.len - 1) : s;
    s = punycode_domain(s, room, sizeof room);
    str rest = s, label = STR_NONE;
    size_t labels = 0;
    while (str_cut(&rest, '.', &label)) {
        if (!is_label(label)) {
            return false;
        }
        labels++;
    }
    return labels >= 2 && s.len <= DOMAIN_MAX && !all_digits(label) && put_lower(c, s, 0, 0);
}

static bool put_host(struct canonical *c, str s)
{
    struct address a;
    str bare = bare_address(s);
    if (address_parse(bare, &a)) {
        return put_lower(c, bare, 0, 0);
    }
    return put_domain(c, bare) || put_lower(c, bare, 0, 0);
}

static str usual_port_of(str scheme)
{
    return str_eq_nocase(scheme, STR("https"))  ? STR(":443")
           : str_eq_nocase(scheme, STR("http")) ? STR(":80")
                                                : STR_NONE;
}

static bool put_url(struct canonical *c, str s)
{
    size_t at = str_find(s, STR("://"));
    at = str_find_char(s, '/') > at ? at : s.len; /* of the URL, not of one in its query */
    str scheme = at < s.len ? str_sub(s, 0, at) : STR_NONE;
    s = at < s.len ? str_from(s, at + 3) : s;
    s = str_sub(s, 0, str_find_char(s, '#'));
    size_t slash = 0;
    while (slash < s.len && s.p[slash] != '/' && s.p[slash] != '?') {
        slash++;
    }
    str host = str_sub(s, 0, slash), path = str_from(s, slash), port = usual_port_of(scheme);
    size_t user = str_find_char(host, '@');
    host = user < host.len ? str_from(host, user + 1) : host;
    if (port.len && str_ends(host, port)) {
        host.len -= port.len;
    }
    size_t colon = str_find_char(host, ':');
    str ported = host.len && host.p[0] != '[' ? str_from(host, colon) : STR_NONE;
    return host.len > 0 && put_host(c, host) && put_lower(c, ported, 0, 0) &&
           (path.len > 0 ? put(c, path.p, path.len) : put(c, "/", 1));
}

static bool put_mail(struct canonical *c, str s)
{
    size_t at = str_find_char(s, '@');
    if (at == 0 || at + 1 >= s.len || !put_lower(c, str_sub(s, 0, at + 1), 0, 0)) {
        return false;
    }
    return put_domain(c, str_from(s, at + 1));
}

/* CORP\bob is bob: which of them is told by the event. */
static bool put_account(struct canonical *c, str s)
{
    size_t slash = str_find_char(s, '\\');
    s = slash < s.len ? str_from(s, slash + 1) : s;
    return s.len > 0 && put_lower(c, s, 0, 0);
}

static bool put_any(enum indicator_kind k, str s, struct canonical *c)
{
    switch (k) {
    case KIND_ADDRESS:
        return put_address(c, s);
    case KIND_NETWORK:
        return put_network(c, s);
    case KIND_DOMAIN:
        return put_domain(c, s);
    case KIND_URL:
        return put_url(c, s);
    case KIND_URL_PATH:
        return s.len > 1 && (s.p[0] == '/' || put(c, "/", 1)) && put_lower(c, s, 0, 0);
    case KIND_PATH:
        return s.len > 1 && put_lower(c, s, '/', '\\');
    case KIND_HASH:
        return put_hash(c, s);
    case KIND_MAIL:
        return put_mail(c, s);
    case KIND_NAME:
        return s.len > 1 && put_lower(c, s, 0, 0);
    case KIND_ACCOUNT:
        return put_account(c, s);
    case KIND_AGENT:
        return s.len > 0 && put_lower(c, s, '+', ' '); /* as IIS writes blanks */
    case KIND_MUTEX:
        s = last_part(s);
        return s.len > 1 && put(c, s.p, s.len);
    case KIND_SERVICE:
    case KIND_SIGNER:
    case KIND_SUBJECT:
        s = str_trim(s);
        return s.len > 1 && put_lower(c, s, 0, 0);
    case KIND_TASK:
        return put_task(c, s);
    case KIND_REGISTRY:
        return put_registry(c, s);
    case KIND_CERTIFICATE:
        return put_certificate(c, s);
    case KIND_FRAGMENT:
    case KIND_EXPRESSION:
    case KIND_SSDEEP:
    case KIND_TLSH:
    case KIND_PATTERN:
        break; /* are not looked up */
    case KIND_IMPHASH:
        return s.len == 32 && put_hex(c, s);
    case KIND_COUNT:
        break;
    }
    return false;
}

bool canonical(enum indicator_kind k, str value, struct canonical *out)
{
    out->len = 0;
    bool ok = put_any(k, value, out);
    memset(out->byte + out->len, 0, 8);
    return ok;
}

/* ---- shapes */

/* Two labels with one of these behind are a file rather than a domain. */
static bool is_program_name(str s)
{
    static const char known[] =
        " .exe .dll .sys .scr .bat .cmd .ps1 .vbs .vbe .js .jse .hta .msi .lnk "
        ".asp .aspx .ashx .asmx .asax .php .jsp .jspx .war .jar .txt .dat .bin "
        ".doc .docx .docm .xls .xlsx .xlsm .rtf .pdf .rar .7z .iso .elf .so .log ";
    char room[16] = " ";
    str ext = str_ext(s);
    if (ext.len < 2 || ext.len > sizeof room - 3) {
        return false;
    }
    for (size_t i = 0; i < ext.len; i++) {
        room[i + 1] = ascii_lower(ext.p[i]);
    }
    room[ext.len + 1] = ' ';
    return str_has(STR(known), (str){room, ext.len + 2});
}

static bool is(enum indicator_kind k, str value)
{
    struct canonical c;
    return canonical(k, value, &c);
}

static bool has(str s, char c)
{
    return str_find_char(s, c) < s.len;
}

static bool is_drive(str s)
{
    return s.len > 2 && s.p[1] == ':' && (s.p[2] == '\\' || s.p[2] == '/');
}

static enum indicator_kind shape_of(str s)
{
    if (str_has(s, STR("://"))) {
        return is(KIND_URL, s) ? KIND_URL : KIND_COUNT;
    }
    if (is(KIND_HASH, s)) {
        return KIND_HASH;
    }
    if (is(KIND_ADDRESS, s)) {
        return KIND_ADDRESS;
    }
    if (is_alike_hash(KIND_SSDEEP, s) || is_alike_hash(KIND_TLSH, s)) {
        return has(s, ':') ? KIND_SSDEEP : KIND_TLSH;
    }
    if (has(s, '/') && is(KIND_NETWORK, s)) {
        return KIND_NETWORK;
    }
    if (has(s, '\\') || is_drive(s)) {
        return is(KIND_PATH, s) ? KIND_PATH : KIND_COUNT;
    }
    if (has(s, '@')) {
        return is(KIND_MAIL, s) ? KIND_MAIL : KIND_COUNT;
    }
    if (is_program_name(s) && !has(s, '/')) {
        return KIND_NAME;
    }
    if (is(KIND_DOMAIN, s)) {
        return KIND_DOMAIN;
    }
    bool located = is(KIND_DOMAIN, bare_address(str_sub(s, 0, str_find_char(s, '/'))));
    return has(s, '/') && located ? KIND_URL : KIND_COUNT;
}

bool kind_of_shape(str value, enum indicator_kind *out, enum indicator_kind *also)
{
    bool rooted = value.len > 1 && value.p[0] == '/' && !str_starts(value, STR("//"));
    *out = rooted ? KIND_URL_PATH : shape_of(value);
    *also = rooted ? KIND_PATH : KIND_COUNT;
    return *out != KIND_COUNT;
}

/* ---- what was made harmless to be sent */

static const struct {
    str made, was;
} fangs[] = {
    {STR_INIT("[.]"),   STR_INIT(".")  },
    {STR_INIT("(.)"),   STR_INIT(".")  },
    {STR_INIT("{.}"),   STR_INIT(".")  },
    {STR_INIT("[dot]"), STR_INIT(".")  },
    {STR_INIT("(dot)"), STR_INIT(".")  },
    {STR_INIT("[:]"),   STR_INIT(":")  },
    {STR_INIT("[://]"), STR_INIT("://")},
    {STR_INIT("[@]"),   STR_INIT("@")  },
    {STR_INIT("[at]"),  STR_INIT("@")  },
    {STR_INIT("(at)"),  STR_INIT("@")  },
    {STR_INIT("\\."),   STR_INIT(".")  },
};

/* A backslash before a dot is a fang of a name, and part of a Windows path. */
static size_t fang_at(str rest, bool path)
{
    size_t i = 0, all = ARRAY_LEN(fangs) - (path ? 1 : 0);
    while (i < all && !str_starts_nocase(rest, fangs[i].made)) {
        i++;
    }
    return i < all ? i : ARRAY_LEN(fangs);
}

static str scheme_back(str s, struct arena *a)
{
    bool secure = str_starts_nocase(s, STR("hxxps"));
    if (!str_starts_nocase(s, STR("hxxp")) || !(has(s, ':'))) {
        return s;
    }
    return arena_printf(a, "%s%.*s", secure ? "https" : "http", (int)s.len - (secure ? 5 : 4),
                        s.p + (secure ? 5 : 4));
}

str refanged(str value, struct arena *a)
{
    bool path = is_drive(value) || str_starts(value, STR("\\\\"));
    bool fanged = has(value, '[') || has(value, '(') || has(value, '{') || has(value, '\\');
    char *out = fanged ? arena_alloc(a, value.len + 1) : NULL;
    size_t len = 0;
    for (size_t i = 0; out && i < value.len;) {
        size_t f = fang_at(str_from(value, i), path);
        str piece = f < ARRAY_LEN(fangs) ? fangs[f].was : str_sub(value, i, 1);
        memcpy(out + len, piece.p, piece.len);
        len += piece.len;
        i += f < ARRAY_LEN(fangs) ? fangs[f].made.len : 1;
    }
    return scheme_back(out ? (str){out, len} : value, a);
}
