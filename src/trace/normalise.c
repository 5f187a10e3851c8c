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

/* Top folders by which a Windows drive is known in a collection. */
static const str top_folders[] = {
    STR_INIT("Windows"),     STR_INIT("Program Files"), STR_INIT("Program Files (x86)"),
    STR_INIT("ProgramData"), STR_INIT("Users"),         STR_INIT("inetpub"),
};

static bool is_top_folder(str path)
{
    str rest = path, first;
    bool any = str_cut(&rest, '/', &first);
    for (size_t i = 0; any && i < ARRAY_LEN(top_folders); i++) {
        if (str_eq_nocase(first, top_folders[i])) {
            return true;
        }
    }
    return false;
}

/* C, C: or C%3A as collectors name the folder of a drive. */
static bool is_drive(str name)
{
    bool letter = name.len && ascii_is_alnum(name.p[0]) && !ascii_is_digit(name.p[0]);
    str rest = str_from(name, 1);
    return letter && (rest.len == 0 || str_eq(rest, STR(":")) || str_eq_nocase(rest, STR("%3A")));
}

static str with_drive(char letter, str below, struct arena *a)
{
    char *p = arena_alloc(a, below.len + 3);
    if (!p) {
        return below;
    }
    p[0] = letter;
    p[1] = ':';
    p[2] = '\\';
    for (size_t i = 0; i < below.len; i++) {
        p[3 + i] = below.p[i] == '/' ? '\\' : below.p[i];
    }
    return (str){p, below.len + 3};
}

/* A collected file as its own host's logs call it: case/C/Windows/x lay on drive C. */
static str path_on_host(str s, struct arena *a)
{
    str rest = s, part;
    while (str_cut(&rest, '/', &part)) {
        if (is_drive(part) && is_top_folder(rest)) {
            return with_drive(part.p[0], rest, a);
        }
    }
    return s;
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
        return path_on_host(plain_path(s), a);
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
