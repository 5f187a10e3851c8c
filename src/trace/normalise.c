#include "trace/normalise.h"

#include "base/text.h"

static str unquote(str s)
{
    s = str_trim(s);
    while (s.len >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.len - 1] == s.p[0]) {
        s = str_trim(str_sub(s, 1, s.len - 2));
    }
    return s;
}

/* Windows puts `\??\` or `\\?\` before a path that is to be taken as it stands. */
static str plain_path(str s)
{
    s = unquote(s);
    bool verbatim = str_starts(s, STR("\\??\\")) || str_starts(s, STR("\\\\?\\"));
    return verbatim ? str_from(s, 4) : s;
}

/* 192.0.2.1:443, [2001:db8::1]:443, ::ffff:192.0.2.1, fe80::1%12: the address alone. */
static str plain_address(str s, struct arena *a)
{
    s = unquote(s);
    if (str_starts(s, STR("["))) {
        s = str_sub(s, 1, str_find_char(s, ']') - 1);
    }
    s = str_sub(s, 0, str_find_char(s, '%'));
    if (str_starts_nocase(s, STR("::ffff:")) && str_find_char(s, '.') < s.len) {
        s = str_from(s, 7);
    }
    size_t colon = str_find_char(s, ':');
    if (str_find_char(s, '.') < colon) {
        s = str_sub(s, 0, colon);
    }
    return text_lower(a, s);
}

/* Sysmon lists several: SHA1=..,MD5=..,SHA256=... The longest says most. */
static str best_hash(str s, struct arena *a)
{
    str best = STR_NONE, part;
    s = unquote(s);
    while (str_cut(&s, ',', &part)) {
        str value = str_trim(str_from(part, str_find_char(part, '=') + 1));
        bool named = str_find_char(part, '=') < part.len;
        value = named ? value : str_trim(part);
        bool import = str_starts_nocase(part, STR("IMPHASH="));
        best = !import && value.len > best.len ? value : best;
    }
    return text_lower(a, best);
}

/* Exchange writes a cmdlet's parameters as one text: -Mailbox "anna@contoso.com" -FilePath "...".
 */
static str named_mailbox(str s)
{
    static const str name = STR_INIT("-Mailbox ");
    size_t at = 0;
    while (at + name.len < s.len && !str_starts_nocase(str_from(s, at), name)) {
        at++;
    }
    if (at + name.len >= s.len) {
        return STR_NONE;
    }
    str value = str_trim(str_from(s, at + name.len));
    bool quoted = str_starts(value, STR("\""));
    value = quoted ? str_from(value, 1) : value;
    return str_sub(value, 0, str_find_char(value, quoted ? '"' : ' '));
}

str normalise(str kind, str value, struct arena *a)
{
    str s = unquote(value);
    if (s.len == 0 || str_eq(s, STR("-"))) {
        return STR_NONE;
    }
    if (str_eq(kind, STR("address"))) {
        return plain_address(s, a);
    }
    if (str_eq(kind, STR("path"))) {
        return plain_path(s);
    }
    if (str_eq(kind, STR("mailbox"))) {
        return named_mailbox(s);
    }
    if (str_eq(kind, STR("hash"))) {
        return best_hash(s, a);
    }
    if (str_eq(kind, STR("url"))) {
        return str_sub(s, 0, str_find_char(s, '?'));
    }
    return s;
}

str normalise_share(str share_path, str share_name, str relative, struct arena *a)
{
    str root = plain_path(share_path);
    str drive = str_base(share_name);
    if (root.len == 0 && drive.len == 2 && drive.p[1] == '$') {
        root = arena_printf(a, "%c:", drive.p[0]);
    }
    if (root.len == 0) {
        return relative;
    }
    bool slash = str_ends(root, STR("\\"));
    return arena_printf(a, "%.*s%s%.*s", STR_ARG(root), slash ? "" : "\\", STR_ARG(relative));
}
