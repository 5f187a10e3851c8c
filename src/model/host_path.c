#include "model/host_path.h"

static str inside_last_archive(str path)
{
    for (size_t i = path.len; i >= 2; i--) {
        if (path.p[i - 2] == '!' && path.p[i - 1] == '/') {
            return str_from(path, i);
        }
    }
    return path;
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

static bool is_letter(char c)
{
    return ascii_is_alnum(c) && !ascii_is_digit(c);
}

/* C, C: or C%3A as collectors name the folder of a drive; Velociraptor's \\.\C: when it reads below
 * the file system. */
static bool is_drive(str name)
{
    static const str raw[] = {STR_INIT("%5C%5C.%5C"), STR_INIT("\\\\.\\")};
    for (size_t i = 0; i < ARRAY_LEN(raw); i++) {
        name = str_starts_nocase(name, raw[i]) ? str_from(name, raw[i].len) : name;
    }
    str rest = str_from(name, 1);
    return name.len > 0 && is_letter(name.p[0]) &&
           (rest.len == 0 || str_eq(rest, STR(":")) || str_eq_nocase(rest, STR("%3A")));
}

static char drive_letter(str name)
{
    size_t i = name.len;
    while (i > 1 && (name.p[i - 1] == ':' ||
                     (i >= 3 && str_eq_nocase(str_sub(name, i - 3, 3), STR("%3A"))))) {
        i -= name.p[i - 1] == ':' ? 1 : 3;
    }
    return name.p[i - 1];
}

static int digit(char c)
{
    c = ascii_lower(c);
    return ascii_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Of `%4F` the O; of anything else the character itself. */
static char next(str s, size_t *at, bool escaped)
{
    char c = s.p[*at];
    int high = escaped && c == '%' && s.len - *at > 2 ? digit(s.p[*at + 1]) : -1;
    int low = high >= 0 ? digit(s.p[*at + 2]) : -1;
    *at += low >= 0 ? 3 : 1;
    return low >= 0 ? (char)(high * 16 + low) : c;
}

/* Velociraptor escapes what a name could not hold, where it escapes the colon of the drive. */
static str with_drive(str drive, str below, struct arena *a)
{
    bool escaped = str_find_char(drive, '%') < drive.len;
    char *p = arena_alloc(a, below.len + 3);
    size_t len = 3;
    if (!p) {
        return below;
    }
    p[0] = drive_letter(drive);
    p[1] = ':';
    p[2] = '\\';
    for (size_t at = 0; at < below.len;) {
        bool slash = below.p[at] == '/';
        char c = next(below, &at, escaped);
        p[len++] = slash ? '\\' : c;
    }
    return (str){p, len};
}

static const str unix_root = STR_INIT("[root]");
static const str volume = STR_INIT("[volume]"); /* archive/archive.c; its letter is not known */

/* What the collection keeps the host's files in. */
static bool is_root(str name, str below)
{
    return (is_drive(name) && is_top_folder(below)) || str_eq(name, unix_root) ||
           str_eq(name, volume);
}

static str with_backslashes(str below, struct arena *a)
{
    str path = arena_printf(a, "\\%.*s", STR_ARG(below));
    char *p = arena_alloc(a, path.len + 1);
    for (size_t i = 0; p && i < path.len; i++) {
        p[i] = path.p[i] == '/' ? '\\' : path.p[i];
    }
    return p ? (str){p, path.len} : path;
}

str host_path(str provenance, struct arena *a)
{
    str path = inside_last_archive(provenance), rest = path, part;
    while (str_cut(&rest, '/', &part)) {
        if (is_root(part, rest)) {
            return str_eq(part, unix_root) ? arena_printf(a, "/%.*s", STR_ARG(rest))
                   : str_eq(part, volume)  ? with_backslashes(rest, a)
                                           : with_drive(part, rest, a);
        }
    }
    return path;
}

/* ---- collections */

static str without_end(str s, str end)
{
    return str_ends_nocase(s, end) ? str_sub(s, 0, s.len - end.len) : s;
}

/* Velociraptor puts drives into uploads/auto or uploads/ntfs. */
static str without_uploads(str collection)
{
    str above = str_dir(collection);
    bool uploads = str_eq_nocase(str_base(above), STR("uploads"));
    return uploads ? str_dir(above) : collection;
}

/* A drive that was copied, or mounted, without a folder of its name. */
static bool is_bare_drive(str path)
{
    static const str tops[] = {
        STR_INIT("Windows/System32/"),
        STR_INIT("inetpub/logs/"),
        STR_INIT("inetpub/wwwroot/"),
        STR_INIT("Program Files/"),
        STR_INIT("Program Files (x86)/"),
        STR_INIT("var/log/"),
        STR_INIT("var/www/"),
    };
    for (size_t i = 0; i < ARRAY_LEN(tops); i++) {
        if (str_starts_nocase(path, tops[i])) {
            return true;
        }
    }
    return false;
}

static str folder_above(str provenance, const char *at)
{
    size_t above = (size_t)(at - provenance.p);
    return str_sub(provenance, 0, above > 0 ? above - 1 : 0);
}

static str with_root(str provenance)
{
    str rest = provenance, part;
    while (str_cut(&rest, '/', &part)) {
        if (is_root(part, rest) && !str_eq(part, volume)) {
            return without_uploads(folder_above(provenance, part.p));
        }
    }
    return STR_NONE;
}

static str with_bare_drive(str provenance)
{
    for (str rest = provenance, part; rest.len > 0; (void)str_cut(&rest, '/', &part)) {
        if (is_bare_drive(rest)) {
            return folder_above(provenance, rest.p);
        }
    }
    return STR_NONE;
}

str host_collection(str provenance)
{
    str collection = with_root(provenance);
    if (collection.len > 0) {
        return without_end(collection, STR("!"));
    }
    size_t archive = str_find(provenance, STR("!/"));
    if (archive < provenance.len) {
        return str_sub(provenance, 0, archive);
    }
    return with_bare_drive(provenance);
}

static str without_archive_end(str name)
{
    static const str ends[] = {STR_INIT(".gz"), STR_INIT(".tar"), STR_INIT(".zip"), STR_INIT(".7z"),
                               STR_INIT(".tgz")};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        name = without_end(name, ends[i]);
    }
    return name;
}

/* Does a date stand there: 2024-01-02T? */
static bool is_date(str s)
{
    static const char form[] = "dddd-dd-ddT";
    bool ok = s.len >= sizeof form - 1;
    for (size_t i = 0; ok && i < sizeof form - 1; i++) {
        ok = form[i] == 'd' ? ascii_is_digit(s.p[i]) : s.p[i] == form[i];
    }
    return ok;
}

static str before_date(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '-' && is_date(str_from(s, i + 1))) {
            return str_sub(s, 0, i);
        }
    }
    return STR_NONE;
}

static str before_last(str s, char c)
{
    size_t i = s.len;
    while (i > 0 && s.p[i - 1] != c) {
        i--;
    }
    return str_sub(s, 0, i > 0 ? i - 1 : 0);
}

static str host_in_name(str name)
{
    if (str_starts(name, STR("Collection-"))) {
        return before_date(str_from(name, 11));
    }
    if (str_starts(name, STR("uac-"))) {
        return before_last(before_last(str_from(name, 4), '-'), '-');
    }
    if (str_starts(name, STR("DFIR-ORC_"))) {
        str rest = str_from(name, 9), type;
        (void)str_cut(&rest, '_', &type);
        return before_last(rest, '_');
    }
    size_t mark = str_find_char(name, '_');
    return is_date(name) && mark < name.len ? str_from(name, mark + 1) : STR_NONE;
}

str host_of_collection(str collection)
{
    str host = STR_NONE;
    for (str rest = collection; rest.len > 0 && host.len == 0; rest = str_dir(rest)) {
        host = host_in_name(without_archive_end(without_end(str_base(rest), STR("!"))));
    }
    return host;
}
