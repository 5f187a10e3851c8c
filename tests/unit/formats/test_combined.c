/* combined_match() against log_pattern_match(): what the one takes, the other takes the same way.
 */
#include "formats/web/access_log.h"
#include "formats/web/combined.h"
#include "kit.h"

static const char *const lines[] = {
    "198.51.100.9 - alice [03/Mar/2021:04:31:18 +0100] \"GET /a?b=c HTTP/1.1\" 200 1234 "
    "\"https://mail.example/\" \"Mozilla/5.0 (X11)\"",
    "192.0.2.7 - - [28/Feb/2021:23:59:59 -0330] \"POST /a HTTP/2.0\" 404 - \"-\" \"-\"",
    "2001:db8::7 - - [03/Mar/2021:04:31:18 +0000] \"GET / HTTP/1.0\" 304 0",
    "192.0.2.7 i u [03/Mar/2021:04:31:18 +0000] \"GET /?a?b HTTP/1.1\" 500 7 \"r\" \"a\" "
    "\"192.0.2.1\" -",
    "192.0.2.7 - - [03/Mar/2021:04:31:18 +0000] \"GET - HTTP/1.1\" 200 7 \"-\" \"a\" -",
};

enum { ROOM = 512 };

struct two {
    struct arena arena;
    struct log_pattern *walked, *matched;
    size_t taken;
};

static void two_init(struct two *t)
{
    *t = (struct two){0};
    arena_init(&t->arena, 1 << 20);
    t->walked = access_log_usual(0, NULL, &t->arena);
    t->matched = access_log_usual(0, NULL, &t->arena);
}

static bool same_fields(const struct log_pattern *a, const struct log_pattern *b)
{
    bool same = a->time == b->time && a->nfields == b->nfields;
    for (size_t i = 0; i < a->nfields; i++) {
        same &= a->fields[i].data == b->fields[i].data && a->fields[i].len == b->fields[i].len;
    }
    return same;
}

static void compare(struct two *t, str line)
{
    if (combined_match(t->walked, line)) {
        t->taken++;
        bool same = log_pattern_match(t->matched, line) && same_fields(t->walked, t->matched);
        CHECK(same);
        if (!same) {
            (void)fprintf(stderr, "%.*s\n", STR_ARG(line));
        }
    }
}

static void usual_lines_are_taken_as_the_pattern_takes_them(void)
{
    struct two t;
    two_init(&t);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        compare(&t, str_of(lines[i]));
    }
    CHECK_INT(t.taken, ARRAY_LEN(lines));
    arena_done(&t.arena);
}

/* In memory of its own length, so that a byte read behind it is found out. */
static void compare_alone(struct two *t, const char *line, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy) {
        memcpy(copy + 1, line, len);
        compare(t, (str){copy + 1, len});
    }
    free(copy);
}

static void every_place_changed(struct two *t, const char *line)
{
    static const char others[] = "\" -\\[]?A0/a\t";
    char text[ROOM];
    size_t len = strlen(line);
    for (size_t at = 0; at < len; at++) {
        for (size_t i = 0; i < sizeof others; i++) { /* and NUL */
            memcpy(text, line, len);
            text[at] = others[i];
            compare_alone(t, text, len);
            memmove(text + at + 1, line + at, len - at);
            compare_alone(t, text, len + 1);
        }
        memcpy(text, line, at);
        memcpy(text + at, line + at + 1, len - at - 1);
        compare_alone(t, text, len - 1);
        compare_alone(t, line, at);
    }
}

static void odd_lines_are_taken_so_or_left_to_it(void)
{
    struct two t;
    two_init(&t);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        every_place_changed(&t, lines[i]);
    }
    CHECK(t.taken > 1000);
    arena_done(&t.arena);
}

int main(void)
{
    RUN(usual_lines_are_taken_as_the_pattern_takes_them);
    RUN(odd_lines_are_taken_so_or_left_to_it);
    return kit_end();
}
