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

str host_path(str provenance, struct arena *a)
{
    str path = inside_last_archive(provenance), rest = path, part;
    while (str_cut(&rest, '/', &part)) {
        if (is_drive(part) && is_top_folder(rest)) {
            return with_drive(part.p[0], rest, a);
        }
    }
    return path;
}
