#include "sources/provenance.h"

#include "base/text.h"

str provenance_clean(struct arena *a, str path)
{
    char *out = arena_alloc(a, path.len + 2);
    size_t len = 0;
    str rest = path, part;
    if (!out) {
        return STR_NONE;
    }
    if (str_starts(path, STR("/"))) {
        out[len++] = '/';
    }
    while (str_cut(&rest, '/', &part)) {
        if (part.len == 0 || str_eq(part, STR("."))) {
            continue;
        }
        if (len > 0 && out[len - 1] != '/') {
            out[len++] = '/';
        }
        for (size_t i = 0; i < part.len; i++) {
            out[len++] = part.p[i];
        }
    }
    return len > 0 ? (str){out, len} : STR(".");
}

str provenance_below(struct arena *a, str folder, str path)
{
    if (str_eq(folder, STR("."))) {
        return arena_str(a, path);
    }
    bool root = str_ends(folder, STR("/"));
    return arena_printf(a, "%.*s%s%.*s", STR_ARG(folder), root ? "" : "/", STR_ARG(path));
}

str provenance_member(struct arena *a, str archive, str path)
{
    return arena_printf(a, "%.*s!/%.*s", STR_ARG(archive), STR_ARG(path));
}

str utf8_made_valid(struct arena *a, str s)
{
    if (utf8_valid(s)) {
        return s;
    }
    char *out = arena_array(a, s.len, 3); /* a bad byte becomes three */
    size_t len = 0;
    for (size_t at = 0; out && at < s.len;) {
        char code[4];
        size_t n = utf8_put(code, utf8_next(s, &at));
        for (size_t i = 0; i < n; i++) {
            out[len++] = code[i];
        }
    }
    return (str){out, len};
}

str provenance_unique(struct table *seen, struct arena *a, str path, uint64_t number)
{
    str name = path;
    uint32_t ignored = 0;
    while (table_get(seen, name) != TABLE_NONE) {
        name = arena_printf(a, "%.*s#%llu", STR_ARG(path), (unsigned long long)number++);
    }
    return table_put(seen, name, 0, &ignored) ? name : STR_NONE;
}
