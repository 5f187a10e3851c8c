/* Findings, sources and units made by hand, for judging them. */
#ifndef TESTS_JUDGE_EVIDENCE_H
#define TESTS_JUDGE_EVIDENCE_H

#include "judge/judge.h"
#include "kit.h"

#define AT(seconds) (INT64_C(1615704000) * USEC_PER_SEC + (seconds)*USEC_PER_SEC)
#define HOUR_S      3600

enum { MOST = 64 };

struct evidence {
    struct arena arena;
    struct rule_info rules[MOST];
    struct finding findings[MOST];
    size_t nfindings;
    struct source_row sources[MOST];
    size_t nsources;
    struct unit_row units[MOST];
    size_t nunits;
    const struct dossier *dossiers[8];
    size_t ndossiers;
    struct held held[4];
    size_t nheld;
};

static inline void evidence_init(struct evidence *e)
{
    *e = (struct evidence){0};
    arena_init(&e->arena, UINT64_C(64) << 20);
}

static inline void evidence_done(struct evidence *e)
{
    arena_done(&e->arena);
}

/* A finding of one of our rules. The caller may change what it gets. */
static inline struct finding *saw(struct evidence *e, int rung, enum weight weight,
                                  const char *stage, const char *channel, int64_t seconds)
{
    size_t i = e->nfindings++;
    e->rules[i] = (struct rule_info){
        .id = arena_printf(&e->arena, "rule-%zu", i),
        .title = arena_printf(&e->arena, "Rule %zu", i),
        .level = LEVEL_HIGH,
        .rung = rung,
        .weight = weight,
        .stage = str_of(stage),
    };
    e->findings[i] = (struct finding){
        .id = arena_printf(&e->arena, "f%zu", i),
        .rule = &e->rules[i],
        .unit = STR("unit"),
        .time = AT(seconds),
        .channel = str_of(channel),
        .host = STR("MX01"),
        .summary = {{arena_printf(&e->arena, "Sentence %zu.", i),
                     arena_printf(&e->arena, "Phrase %zu.", i)}},
    };
    return &e->findings[i];
}

/* A finding of a public rule, which knows no ladder. */
static inline struct finding *saw_of_others(struct evidence *e, enum level level, str *tactic,
                                            int64_t seconds)
{
    struct finding *f = saw(e, RUNG_NONE, WEIGHT_LEAD, "", "Security", seconds);
    struct rule_info *rule = &e->rules[e->nfindings - 1];
    rule->level = level;
    rule->tactics = tactic;
    rule->ntactics = 1;
    return f;
}

static inline struct rule_info *rule_of(struct evidence *e, const struct finding *f)
{
    return &e->rules[f - e->findings];
}

static inline void has_log(struct evidence *e, const char *channel, int64_t from, int64_t to)
{
    e->sources[e->nsources++] = (struct source_row){.unit = STR("unit"),
                                                    .host = STR("MX01"),
                                                    .channel = str_of(channel),
                                                    .first = AT(from),
                                                    .last = AT(to),
                                                    .events = 100};
}

static inline void has_unit(struct evidence *e, const char *path, enum outcome outcome,
                            uint64_t events)
{
    e->units[e->nunits++] = (struct unit_row){.path = str_of(path),
                                              .format = STR("evtx"),
                                              .outcome = outcome,
                                              .events = events,
                                              .size = 9};
}

static inline const struct dossier *knows(struct evidence *e, const char *yaml)
{
    struct yaml_error error = {0};
    const struct dossier *d =
        dossier_read(&e->arena, STR("test.yml"), bytes_of_str(str_of(yaml)), &error);
    if (!d) {
        (void)fprintf(stderr, "%u:%u: %s\n", error.line, error.column, error.text);
        exit(1);
    }
    e->dossiers[e->ndossiers++] = d;
    return d;
}

static inline struct assessment judged(struct evidence *e)
{
    const struct judge_input in = {
        .findings = e->findings,
        .nfindings = e->nfindings,
        .units = e->units,
        .nunits = e->nunits,
        .sources = e->sources,
        .nsources = e->nsources,
        .dossiers = e->dossiers,
        .ndossiers = e->ndossiers,
        .held = e->held,
        .nheld = e->nheld,
    };
    struct assessment as;
    judge(&in, &e->arena, &as);
    return as;
}

static inline bool says(const struct claim *claims, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (str_has(claims[i].text.in[LANG_EN], str_of(text))) {
            return true;
        }
    }
    return false;
}

static inline const struct stage *stage_of(const struct assessment *as, const char *id)
{
    for (size_t i = 0; i < as->nstages; i++) {
        if (str_eq(as->story[i].id, str_of(id))) {
            return &as->story[i];
        }
    }
    return NULL;
}

#endif
