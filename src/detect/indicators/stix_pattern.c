/* The patterns that name values: equalities in brackets, joined by OR and AND. The rest of the
 * language has to wait for a reader of its own, and is told as not understood.
 *
 *     [ipv4-addr:value = '198.51.100.7' OR domain-name:value = 'evil.example']
 *     [file:hashes.'SHA-256' = '...'] OR [url:value = 'http://evil.example/'] */
#include "detect/indicators/set.h"

enum { COMPARISONS_MAX = 1 << 20, PATH_LONGEST = 1024 };

struct walking {
    str rest;
    struct arena *arena;
    stix_comparison *tell; /* NULL: only look whether it is understood */
    void *ctx;
    bool all, bad;
};

static void skip_blanks(struct walking *p)
{
    while (p->rest.len && ascii_is_space(p->rest.p[0])) {
        p->rest = str_from(p->rest, 1);
    }
}

static bool take(struct walking *p, str token)
{
    skip_blanks(p);
    bool there = str_starts(p->rest, token);
    p->rest = str_from(p->rest, there ? token.len : 0);
    return there;
}

/* Of letters: not the beginning of a longer one. */
static bool take_word(struct walking *p, str word)
{
    skip_blanks(p);
    bool longer = p->rest.len > word.len && ascii_is_alnum(p->rest.p[word.len]);
    return !longer && take(p, word);
}

/* `type:a.b.'C-D'`, without its quotes. */
static str object_path(struct walking *p)
{
    skip_blanks(p);
    size_t most = p->rest.len < PATH_LONGEST ? p->rest.len : PATH_LONGEST, i = 0, len = 0;
    char *out = arena_alloc(p->arena, most + 1);
    for (bool inside = false; out && i < most; i++) {
        char c = p->rest.p[i];
        bool step = c == '.' || c == ':' || c == '[' || c == ']' || c == '*';
        if (!inside && !ascii_is_alnum(c) && c != '-' && c != '_' && !step && c != '\'' &&
            c != '"') {
            break;
        }
        bool quote = c == '\'' || c == '"';
        inside ^= quote;
        out[len] = c;
        len += !quote;
    }
    p->rest = str_from(p->rest, i);
    return out ? (str){out, len} : STR_NONE;
}

static size_t end_of_literal(str s)
{
    size_t i = 0;
    while (i < s.len && s.p[i] != '\'') {
        i += s.p[i] == '\\' && i + 1 < s.len ? 2 : 1;
    }
    return i;
}

static str literal(struct walking *p)
{
    bool text = take(p, STR("'"));
    size_t end = end_of_literal(p->rest), i = 0, len = 0;
    char *out = text ? arena_alloc(p->arena, end + 1) : NULL;
    for (; out && i < p->rest.len && p->rest.p[i] != '\''; i++) {
        i += p->rest.p[i] == '\\' && i + 1 < p->rest.len;
        out[len++] = p->rest.p[i];
    }
    p->bad |= !out || i == p->rest.len;
    p->rest = str_from(p->rest, i + 1);
    return out ? (str){out, len} : STR_NONE;
}

static void comparison(struct walking *p)
{
    struct arena_mark mark = arena_mark(p->arena);
    str path = object_path(p);
    p->bad |= !take(p, STR("==")) && !take(p, STR("="));
    str value = p->bad ? STR_NONE : literal(p);
    p->bad |= path.len == 0 || value.len == 0;
    if (!p->bad && p->tell) {
        p->tell(p->ctx, path, value);
    }
    arena_rewind(p->arena, mark);
}

static bool joined(struct walking *p)
{
    bool both = take_word(p, STR("AND"));
    p->all |= both;
    return both || take_word(p, STR("OR"));
}

/* Parentheses change nothing here: what stands in them is a value like the others. */
static void observation(struct walking *p, size_t *budget)
{
    p->bad |= !take(p, STR("["));
    do {
        while (take(p, STR("("))) {
        }
        comparison(p);
        while (!p->bad && take(p, STR(")"))) {
        }
    } while (!p->bad && --*budget && joined(p));
    p->bad |= *budget == 0 || !take(p, STR("]"));
}

static bool walk(struct walking *p)
{
    size_t budget = COMPARISONS_MAX;
    do {
        observation(p, &budget);
    } while (!p->bad && joined(p));
    skip_blanks(p);
    return !p->bad && p->rest.len == 0;
}

bool stix_pattern(str pattern, struct arena *a, stix_comparison *tell, void *ctx, bool *all)
{
    struct walking look = {.rest = pattern, .arena = a};
    if (!walk(&look)) {
        return false;
    }
    *all = look.all;
    struct walking p = {.rest = pattern, .arena = a, .tell = tell, .ctx = ctx};
    return walk(&p);
}
