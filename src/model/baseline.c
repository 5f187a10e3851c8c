#include "model/baseline.h"

#include "base/text.h"

#include <string.h>

enum { HASH_BYTES = 32, HASH_DIGITS = 64, NAME_MAX_LEN = 64 };

void baseline_init(struct baseline *b, struct arena *arena)
{
    *b = (struct baseline){.arena = arena};
    table_init(&b->paths, arena, false);
    table_init(&b->files, arena, false);
    table_init(&b->seen, arena, false);
}

/* Lower case, with slashes, as all paths are compared. */
static str plain(struct arena *a, str path)
{
    char *out = arena_alloc(a, path.len + 1);
    for (size_t i = 0; out && i < path.len; i++) {
        out[i] = path.p[i] == '\\' ? '/' : ascii_lower(path.p[i]);
    }
    return out ? (str){out, path.len} : STR_NONE;
}

static str file_key(struct arena *a, str path, const uint8_t *sha256)
{
    char *out = arena_alloc(a, path.len + HASH_BYTES + 1);
    if (!out) {
        return STR_NONE;
    }
    memcpy(out, sha256, HASH_BYTES);
    if (path.len > 0) {
        memcpy(out + HASH_BYTES, path.p, path.len);
    }
    return (str){out, path.len + HASH_BYTES};
}

/* ---- reading */

static int digit(char c)
{
    c = ascii_lower(c);
    return ascii_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hash(str text, uint8_t out[HASH_BYTES])
{
    bool ok = text.len == HASH_DIGITS;
    for (size_t i = 0; i < HASH_BYTES && ok; i++) {
        int high = digit(text.p[2 * i]), low = digit(text.p[2 * i + 1]);
        ok = high >= 0 && low >= 0;
        out[i] = ok ? (uint8_t)(high * 16 + low) : 0;
    }
    return ok;
}

static bool add_text(struct arena *a, str **items, size_t *count, size_t *cap, str text)
{
    str *grown = arena_grow(a, *items, cap, *count + 1, sizeof *grown);
    if (grown) {
        *items = grown;
        grown[(*count)++] = text;
    }
    return grown != NULL;
}

static bool add_place(struct baseline *b, str place)
{
    for (size_t i = 0; i < b->nplaces; i++) {
        if (str_eq(b->places[i], place)) {
            return true;
        }
    }
    return add_text(b->arena, &b->places, &b->nplaces, &b->places_cap, place);
}

static bool add_name(struct baseline *b, str name)
{
    uint32_t first = 0;
    if (!table_put(&b->seen, name, (uint32_t)b->nnames, &first)) {
        return false;
    }
    return first != b->nnames || add_text(b->arena, &b->names, &b->nnames, &b->names_cap, name);
}

static bool add_file(struct baseline *b, str path, const uint8_t *sha256)
{
    uint32_t ignored = 0;
    str key = file_key(b->arena, path, sha256);
    return key.len > 0 && table_put(&b->paths, path, 1, &ignored) &&
           table_put(&b->files, key, 1, &ignored) && add_name(b, str_base(path));
}

struct reading_baseline {
    struct baseline *b;
    bool placed; /* it names its places */
    bool full;
};

/* False: not understood. */
static bool read_line(struct reading_baseline *r, str line)
{
    static const str mark = STR_INIT("# place:");
    uint8_t sha256[HASH_BYTES];
    line = str_trim(line);
    if (str_starts(line, mark)) {
        r->placed = true;
        r->full |= !add_place(r->b, plain(r->b->arena, str_trim(str_from(line, mark.len))));
        return true;
    }
    if (line.len == 0 || line.p[0] == '#') {
        return true;
    }
    if (!read_hash(str_sub(line, 0, HASH_DIGITS), sha256) || line.len < HASH_DIGITS + 3) {
        return false;
    }
    str path = plain(r->b->arena, str_from(line, HASH_DIGITS + 2)); /* a blank, and a blank or * */
    r->full |= path.len == 0 || !add_file(r->b, path, sha256);
    if (!r->placed && !r->full) {
        r->full = !add_place(r->b, str_sub(path, 0, str_find_char(path, '/')));
    }
    return true;
}

bool baseline_read(struct baseline *b, str text, uint32_t *line)
{
    struct reading_baseline r = {.b = b};
    str rest = text, one;
    for (*line = 1; str_cut(&rest, '\n', &one); ++*line) {
        if (!read_line(&r, one)) {
            return false;
        }
        if (r.full) {
            *line = 0;
            return false;
        }
    }
    return true;
}

/* ---- asking */

static bool lies_in(str path, str place)
{
    return str_starts(path, place) && path.len > place.len && path.p[place.len] == '/';
}

/* `path` begins with a place. */
static enum standing standing_below(const struct baseline *b, str path, const uint8_t *sha256,
                                    struct arena *scratch)
{
    if (table_get(&b->paths, path) == TABLE_NONE) {
        return STANDING_FOREIGN;
    }
    str key = file_key(scratch, path, sha256);
    return table_get(&b->files, key) == TABLE_NONE ? STANDING_CHANGED : STANDING_KNOWN;
}

/* Places may lie in each other, as those of several files do: the best answer counts. */
enum standing baseline_standing(const struct baseline *b, str path, const uint8_t *sha256,
                                struct arena *scratch)
{
    str whole = plain(scratch, path);
    enum standing best = STANDING_NONE;
    if (str_ends(whole, STR(".config"))) { /* written when it is installed */
        return STANDING_NONE;
    }
    for (size_t at = 0; at < whole.len; at++) {
        str rest = str_from(whole, at);
        for (size_t i = 0; (at == 0 || whole.p[at - 1] == '/') && i < b->nplaces; i++) {
            enum standing s = lies_in(rest, b->places[i]) ? standing_below(b, rest, sha256, scratch)
                                                          : STANDING_NONE;
            best = s > best ? s : best;
        }
    }
    return best;
}

const char *standing_name(enum standing s)
{
    static const char *const names[] = {
        [STANDING_NONE] = "none",
        [STANDING_KNOWN] = "known",
        [STANDING_CHANGED] = "changed",
        [STANDING_FOREIGN] = "foreign",
    };
    return names[s];
}

/* ---- names that are nearly the same */

/* Insertions, deletions, replacements and swaps of neighbours that make one the other. */
static unsigned distance(str a, str b)
{
    unsigned rows[3][NAME_MAX_LEN + 1];
    unsigned *before = rows[0], *last = rows[1], *now = rows[2];
    for (unsigned k = 0; k <= b.len; k++) {
        last[k] = k;
    }
    for (size_t i = 1; i <= a.len; i++) {
        now[0] = (unsigned)i;
        for (size_t k = 1; k <= b.len; k++) {
            unsigned best = last[k - 1] + (a.p[i - 1] != b.p[k - 1]);
            best = last[k] + 1 < best ? last[k] + 1 : best;
            best = now[k - 1] + 1 < best ? now[k - 1] + 1 : best;
            bool swapped = i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] && a.p[i - 2] == b.p[k - 1];
            now[k] = swapped && before[k - 2] + 1 < best ? before[k - 2] + 1 : best;
        }
        unsigned *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[b.len];
}

static str stem(str name)
{
    return str_sub(name, 0, name.len - str_ext(name).len);
}

/* A short name is near many others by chance. */
static unsigned nearness(size_t len)
{
    return len < 5 ? 0 : len < 8 ? 1 : len < 16 ? 2 : 3;
}

str baseline_likeness(const struct baseline *b, str path, struct arena *scratch)
{
    str name = plain(scratch, str_base(path)), own = stem(name), best = STR_NONE;
    unsigned least = nearness(own.len) + 1;
    if (least == 1 || own.len > NAME_MAX_LEN || table_get(&b->seen, name) != TABLE_NONE) {
        return STR_NONE;
    }
    for (size_t i = 0; i < b->nnames; i++) {
        str other = stem(b->names[i]);
        size_t apart = other.len > own.len ? other.len - own.len : own.len - other.len;
        bool comparable = apart < least && other.len <= NAME_MAX_LEN && !str_eq(own, other);
        unsigned d = comparable ? distance(own, other) : least;
        if (d < least) {
            least = d;
            best = b->names[i];
        }
    }
    return best;
}
