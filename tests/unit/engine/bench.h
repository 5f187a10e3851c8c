/* A small world for the engine's tests: one rule, lines of JSON as evidence, archives made on the
 * spot, and what a scan left as one text that can be compared. */
#ifndef TESTS_UNIT_ENGINE_BENCH_H
#define TESTS_UNIT_ENGINE_BENCH_H

#include "../os/scene.h"
#include "base/buf.h"
#include "base/text.h"
#include "engine/engine.h"
#include "kit.h"

#include <archive.h>
#include <archive_entry.h>

static const char bench_sources[] = "sources:\n"
                                    "  - category: bench\n"
                                    "    shown_by:\n"
                                    "      - channel: Bench\n";

static const char bench_rule[] = "title: An evil word\n"
                                 "id: 11111111-1111-1111-1111-111111111111\n"
                                 "logsource:\n"
                                 "    category: bench\n"
                                 "detection:\n"
                                 "    selection:\n"
                                 "        Word|contains: evil\n"
                                 "    condition: selection\n"
                                 "level: high\n";

/* The same, and a rule over it: a host that says it again and again. */
static const char bench_correlation[] = "title: An evil word\n"
                                        "id: 11111111-1111-1111-1111-111111111111\n"
                                        "name: word\n"
                                        "logsource:\n"
                                        "    category: bench\n"
                                        "detection:\n"
                                        "    selection:\n"
                                        "        Word|contains: evil\n"
                                        "    condition: selection\n"
                                        "level: high\n"
                                        "---\n"
                                        "title: Evil words\n"
                                        "id: 22222222-2222-2222-2222-222222222222\n"
                                        "correlation:\n"
                                        "    type: event_count\n"
                                        "    rules: [word]\n"
                                        "    group-by: [Hostname]\n"
                                        "    timespan: 10m\n"
                                        "    condition:\n"
                                        "        gte: 3\n"
                                        "    generate: true\n"
                                        "level: high\n";

struct bench {
    struct arena arena;
    struct names names;
    struct knowledge knowledge;
    struct scene scene;
};

static inline bytes bench_bytes(const char *text)
{
    return bytes_of_str(str_of(text));
}

static inline struct bench *bench_with(const char *rules)
{
    struct bench *b = calloc(1, sizeof *b);
    struct err err = {0};
    struct yaml_error where = {0};
    if (!b) {
        abort();
    }
    arena_init(&b->arena, (uint64_t)1 << 30);
    bool ok = names_init(&b->names, &b->arena);
    struct sigma *s = sigma_new(&b->arena, &b->names);
    ok = ok && sigma_add_sources(s, STR("bench"), bench_bytes(bench_sources), &where);
    ok = ok && sigma_add(s, STR("bench.yml"), bench_bytes(rules)) > 0;
    ok = ok && sigma_compile(s, &err);
    if (!ok) {
        (void)fprintf(stderr, "bench: %s %s\n", where.text, err.text);
        abort();
    }
    b->knowledge = (struct knowledge){.names = &b->names, .sigma = s};
    b->scene = scene_new();
    return b;
}

static inline struct bench *bench_new(void)
{
    return bench_with(bench_rule);
}

static inline void bench_free(struct bench *b)
{
    sigma_done(b->knowledge.sigma);
    arena_done(&b->arena);
    scene_done(&b->scene);
    free(b);
}

/* `count` events, one a minute from `start` (minutes since 2021-03-01); every seventh is evil. */
static inline void bench_log(struct buf *out, unsigned start, unsigned count)
{
    for (unsigned i = start; i < start + count; i++) {
        buf_printf(out,
                   "{\"@timestamp\":\"2021-03-%02uT%02u:%02u:00Z\",\"Channel\":\"Bench\","
                   "\"EventID\":%u,\"Hostname\":\"host%u\",\"Word\":\"%s %u\"}\n",
                   1 + i / 1440 % 28, i / 60 % 24, i % 60, 1 + i % 3, i % 2,
                   i % 7 == 0 ? "evil" : "good", i);
    }
}

static inline void bench_file(struct bench *b, const char *name, unsigned start, unsigned count)
{
    struct buf out;
    buf_init(&out, 1 << 28);
    bench_log(&out, start, count);
    scene_write(&b->scene, name, out.p ? out.p : "", out.len);
    buf_done(&out);
}

/* ---- archives */

struct bench_member {
    const char *name;
    const void *data;
    size_t len;
};

/* A zip, or with `filter` (an ARCHIVE_FILTER_ number) a filtered tar, in memory; free() it. */
static inline void *bench_archive(const struct bench_member *members, size_t count, int filter,
                                  size_t *len)
{
    size_t cap = 65536;
    for (size_t i = 0; i < count; i++) {
        cap += members[i].len + members[i].len / 8 + 4096;
    }
    void *room = malloc(cap);
    struct archive *a = archive_write_new();
    bool ok = room && a;
    if (filter) {
        ok = ok && archive_write_add_filter(a, filter) == ARCHIVE_OK &&
             archive_write_set_format_pax_restricted(a) == ARCHIVE_OK;
    } else {
        ok = ok && archive_write_set_format_zip(a) == ARCHIVE_OK;
    }
    ok = ok && archive_write_open_memory(a, room, cap, len) == ARCHIVE_OK;
    for (size_t i = 0; ok && i < count; i++) {
        struct archive_entry *e = archive_entry_new();
        archive_entry_set_pathname(e, members[i].name);
        archive_entry_set_size(e, (la_int64_t)members[i].len);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, 0644);
        archive_entry_set_mtime(e, 1614600000, 0);
        ok = archive_write_header(a, e) == ARCHIVE_OK &&
             archive_write_data(a, members[i].data, members[i].len) == (la_ssize_t)members[i].len;
        archive_entry_free(e);
    }
    if (!ok || archive_write_free(a) != ARCHIVE_OK) {
        abort();
    }
    return room;
}

/* ---- scanning */

static inline void bench_show(struct buf *out, struct case_file *c)
{
    struct arena a;
    struct err err = {0};
    struct finding *f = NULL;
    struct unit_row *u = NULL;
    struct source_row *s = NULL;
    size_t nf = 0, nu = 0, ns = 0;
    arena_init(&a, (uint64_t)1 << 30);
    if (!case_findings(c, &a, &f, &nf, &err) || !case_units(c, &a, &u, &nu, &err) ||
        !case_sources(c, &a, &s, &ns, &err)) {
        buf_printf(out, "err %s\n", err.text);
    }
    for (size_t i = 0; i < nf; i++) {
        buf_printf(out, "finding %.*s %.*s %llu@%llu %lld %zu %.*s\n", STR_ARG(f[i].id),
                   STR_ARG(f[i].unit), (unsigned long long)f[i].record,
                   (unsigned long long)f[i].offset, (long long)f[i].time, f[i].nfields,
                   STR_ARG(f[i].rule->id));
        for (size_t k = 0; k < f[i].nfields && str_starts(f[i].rule->id, STR("2222")); k++) {
            buf_printf(out, "    %.*s %.*s\n", STR_ARG(f[i].fields[k].name),
                       STR_ARG(f[i].fields[k].value));
        }
    }
    for (size_t i = 0; i < nu; i++) {
        buf_printf(out, "unit %.*s %.*s %s %llu %02x%02x", STR_ARG(u[i].path), STR_ARG(u[i].format),
                   outcome_name(u[i].outcome), (unsigned long long)u[i].events, u[i].sha256[0],
                   u[i].sha256[31]);
        for (size_t k = 0; k < u[i].nnotes; k++) {
            str note = text_lower(&a, str_of(note_name(u[i].notes[k].id)));
            buf_printf(out, " %.*s*%llu", STR_ARG(note), (unsigned long long)u[i].notes[k].count);
        }
        buf_char(out, '\n');
    }
    for (size_t i = 0; i < ns; i++) {
        buf_printf(out, "source %.*s %.*s %.*s %llu %lld..%lld %zu\n", STR_ARG(s[i].unit),
                   STR_ARG(s[i].host), STR_ARG(s[i].channel), (unsigned long long)s[i].events,
                   (long long)s[i].first, (long long)s[i].last, s[i].ngaps);
    }
    arena_done(&a);
}

/* Scans `names` of the scene into the case at `path` (NULL: a passing one), from within the
 * scene's folder; appends what is in the case. */
static inline bool bench_scan(struct bench *b, const char *path, const char *const *names,
                              size_t count, unsigned workers, struct buf *out, struct err *err)
{
    struct case_file *c = NULL;
    const struct case_identity id = {STR("test"), STR("rules"), STR("evidence"), STR("options"),
                                     STR("command")};
    const struct scan scan = {
        .evidence = names,
        .nevidence = count,
        .knowledge = &b->knowledge,
        .workers = workers,
        .from = TIME_NONE,
        .to = TIME_NONE,
    };
    bool ok =
        chdir(b->scene.path) == 0 && case_create(path, &id, &c, err) && scan_run(&scan, c, err);
    if (ok) {
        bench_show(out, c);
    }
    case_close(c);
    return ok;
}

#endif
