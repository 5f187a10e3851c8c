/* What a plain format gives as a value stands in its unit for the sieve to see: else the trail
 * would lead past it. Over all golden samples; the folder is the argument. */
#include "kit.h"

#include "formats/format.h"
#include "model/value.h"
#include "trace/sieve.h"

#include <dirent.h>

enum { BUDGET = 256 << 20, LONGEST_NEEDLE = 200 };

static const char *samples;

struct seen {
    bytes unit;
    struct arena *arena;
    const char *sample;
    size_t values, unseen;
};

/* A needle that nothing can be looked for by is no fault: then all is read. */
static void look_for(struct seen *s, const struct event *e, const struct field *f)
{
    struct arena_mark mark = arena_mark(s->arena);
    str value = value_text(f, s->arena);
    const struct quarry q = {STR("value"), value, value};
    struct warmth w;
    struct sieve *sieve = value.len <= LONGEST_NEEDLE ? sieve_new(s->arena, &q, 1) : NULL;
    if (sieve && sieve_look(sieve, s->unit, 0, s->unit.len, s->arena, &w)) {
        bool warm = w.any && warmth_near(&w, e->offset, e->len);
        s->values++;
        s->unseen += !warm;
        if (!warm) {
            (void)fprintf(stderr, "%s: %.*s: %.*s\n", s->sample, STR_ARG(f->name), STR_ARG(value));
        }
    }
    arena_rewind(s->arena, mark);
}

static bool on_head(void *ctx, const struct event *head)
{
    (void)ctx, (void)head;
    return true;
}

static bool on_event(void *ctx, const struct event *e)
{
    struct seen *s = ctx;
    for (size_t i = 0; i < e->nfields; i++) {
        const struct field *f = &e->fields[i];
        if (f->type == VALUE_TEXT || f->type == VALUE_ANSI || f->type == VALUE_UTF16) {
            look_for(s, e, f);
        }
    }
    return true;
}

static void on_note(void *ctx, const struct note *n)
{
    (void)ctx, (void)n;
}

static bool stopped(void *ctx)
{
    (void)ctx;
    return false;
}

static bytes read_sample(const char *path, struct arena *a)
{
    FILE *f = fopen(path, "rb");
    uint8_t *room = arena_alloc(a, 16 << 20);
    size_t len = f && room ? fread(room, 1, 16 << 20, f) : 0;
    CHECK(f && room);
    if (f) {
        (void)fclose(f);
    }
    return (bytes){room, len};
}

static size_t look_into(const struct format *f, const char *path, const char *name)
{
    struct arena sample, unit, scratch, values;
    struct names names;
    arena_init(&sample, BUDGET);
    arena_init(&unit, BUDGET);
    arena_init(&scratch, BUDGET);
    arena_init(&values, BUDGET);
    CHECK(names_init(&names, &sample));
    struct seen s = {.unit = read_sample(path, &sample), .arena = &values, .sample = name};
    struct sink sink = {.ctx = &s,
                        .on_head = on_head,
                        .on_event = on_event,
                        .on_note = on_note,
                        .stopped = stopped};
    struct parse p = {.unit = s.unit,
                      .to = s.unit.len,
                      .path = str_of(name),
                      .names = &names,
                      .arena = &unit,
                      .scratch = &scratch,
                      .sink = &sink};
    f->parse(&p);
    CHECK(s.unseen == 0);
    arena_done(&values);
    arena_done(&scratch);
    arena_done(&unit);
    arena_done(&sample);
    return s.values;
}

static size_t look_into_samples(const struct format *f)
{
    char folder[4096], path[4400];
    size_t values = 0;
    (void)snprintf(folder, sizeof folder, "%s/%s", samples, f->name);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        str name = str_of(e->d_name);
        if (e->d_name[0] != '.' && !str_ends(name, STR(".expected"))) {
            (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
            values += look_into(f, path, e->d_name);
        }
    }
    CHECK(d != NULL);
    if (d) {
        (void)closedir(d);
    }
    return values;
}

static void values_of_plain_formats_are_seen_by_the_sieve(void)
{
    size_t plain = 0;
    for (size_t i = 0; formats[i]; i++) {
        if (formats[i]->plain) {
            CHECK(look_into_samples(formats[i]) > 0);
            plain++;
        }
    }
    CHECK(plain > 3);
}

int main(int argc, char **argv)
{
    samples = argc > 1 ? argv[1] : ".";
    RUN(values_of_plain_formats_are_seen_by_the_sieve);
    return kit_end();
}
