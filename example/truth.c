#include "truth.h"

#include "base/buf.h"

#include <stdio.h>

enum { FILE_MAX_SIZE = 1 << 20 };

void truth_init(struct truth *t)
{
    *t = (struct truth){.nstages = 0};
    arena_init(&t->arena, UINT64_MAX);
}

void truth_done(struct truth *t)
{
    arena_done(&t->arena);
}

void truth_name(struct truth *t, enum truth_kind kind, const char *name)
{
    struct truth_names *n = &t->names[kind];
    for (size_t i = 0; i < n->count; i++) {
        if (str_eq(n->items[i], str_of(name))) {
            return;
        }
    }
    if (n->count < TRUTH_NAMES) {
        n->items[n->count++] = arena_str(&t->arena, str_of(name));
    }
}

void truth_stage(struct truth *t, const char *stage, usec when)
{
    for (size_t i = 0; i < t->nstages; i++) {
        if (str_eq(t->stages[i].name, str_of(stage))) {
            return; /* acts are played in the order of time */
        }
    }
    if (t->nstages < TRUTH_STAGES) {
        t->stages[t->nstages].name = arena_str(&t->arena, str_of(stage));
        t->stages[t->nstages++].first = when;
    }
}

static void add_names(struct buf *b, const char *key, const struct truth_names *n)
{
    buf_printf(b, "  \"%s\": [", key);
    for (size_t i = 0; i < n->count; i++) {
        buf_add(b, i ? STR(", ") : STR(""));
        buf_json(b, n->items[i]);
    }
    buf_add(b, STR("],\n"));
}

static void add_stages(struct buf *b, const struct truth *t, struct arena *scratch)
{
    buf_add(b, STR("  \"stages\": ["));
    for (size_t i = 0; i < t->nstages; i++) {
        buf_printf(b, "%s\n    {\"id\": \"%.*s\", \"first\": \"%.*s\"}", i ? "," : "",
                   STR_ARG(t->stages[i].name), STR_ARG(time_text(scratch, t->stages[i].first)));
    }
    buf_add(b, STR("],\n"));
}

static void add_truth(struct buf *b, const struct truth *t, struct arena *scratch)
{
    add_names(b, "addresses", &t->names[TRUTH_ADDRESS]);
    add_names(b, "shells", &t->names[TRUTH_SHELL]);
    add_names(b, "accounts", &t->names[TRUTH_ACCOUNT]);
    add_stages(b, t, scratch);
    buf_add(b, STR("  \"bytes_out\": {\"loot\": "));
    buf_u64(b, t->loot);
    buf_add(b, STR(", \"answered\": "));
    buf_u64(b, t->answered);
    buf_add(b, STR("}\n}\n"));
}

bool truth_write(const struct truth *t, const char *path, const char *scenario, const char *state,
                 int rung)
{
    struct arena scratch;
    arena_init(&scratch, UINT64_MAX);
    struct buf b;
    buf_init(&b, FILE_MAX_SIZE);
    buf_printf(&b, "{\n  \"scenario\": \"%s\",\n  \"state\": \"%s\",\n  \"rung\": %d,\n", scenario,
               state, rung);
    add_truth(&b, t, &scratch);
    FILE *file = fopen(path, "wb");
    bool written = file && fwrite(b.p, 1, b.len, file) == b.len;
    written = file && fclose(file) == 0 && written;
    buf_done(&b);
    arena_done(&scratch);
    return written;
}
