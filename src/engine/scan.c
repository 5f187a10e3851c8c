#include "engine/scan.h"

#include "attribute/attribute.h"
#include "os/clock.h"

#include <string.h>

#define CASE_BUDGET (8 * LIMIT_GIB)

static void on_progress(void *ctx, const struct plan_progress *p)
{
    struct scanning *s = ctx;
    if (s->scan->on_progress) {
        const struct progress told = {
            .doing = s->doing,
            .units_done = p->units_done,
            .units = p->units,
            .bytes_done = p->bytes_done,
            .bytes = p->bytes,
            .seconds = os_seconds() - s->started,
        };
        s->scan->on_progress(s->scan->ctx, &told);
    }
}

static void on_confined(void *ctx, const char *how, bool weak)
{
    struct scanning *s = ctx;
    if (s->scan->on_confined && s->job.mode == JOB_SCAN) {
        s->scan->on_confined(s->scan->ctx, how, weak);
    }
}

bool scan_pass(struct scanning *s, const struct job *job, const struct consumer *consumer,
               struct err *err)
{
    const struct reading reading = {
        .source = &s->source,
        .job = job,
        .consumer = consumer,
        .workers = s->scan->workers,
        .folder = s->folder,
        .cancel = s->scan->cancel,
        .on_progress = on_progress,
        .on_confined = job->mode == JOB_SCAN ? on_confined : NULL,
        .ctx = s,
    };
    return conduct(&reading, err);
}

static bool read_case(struct case_file *c, struct arena *a, struct judge_input *in, struct err *err)
{
    struct finding *findings = NULL;
    struct unit_row *units = NULL;
    struct source_row *sources = NULL;
    bool ok = case_findings(c, a, &findings, &in->nfindings, err) &&
              case_units(c, a, &units, &in->nunits, err) &&
              case_sources(c, a, &sources, &in->nsources, err);
    in->findings = findings;
    in->units = units;
    in->sources = sources;
    return ok;
}

/* Of what proves that somebody is in, or was made from it: his address. */
static str intruder_of(const struct finding *f, size_t entity)
{
    const struct entity_ref *e = &f->entities[entity];
    bool in =
        !f->trail && f->rule->rung >= 3 && (f->rule->weight >= WEIGHT_STRONG || f->led_by.len > 0);
    bool his = str_eq(e->kind, STR("address")) && str_eq(e->role, STR("attacker"));
    return in && his ? e->value : STR_NONE;
}

static bool has_client(const struct visit *list, size_t count, str address)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i].address, address)) {
            return true;
        }
    }
    return false;
}

static bool read_intruders(struct case_file *c, struct arena *a, struct judge_input *in,
                           struct err *err)
{
    enum { INTRUDERS_MAX = 256 };
    struct visit *out = ARENA_ARRAY(a, struct visit, INTRUDERS_MAX);
    bool ok = out || err_set(err, ERR_FULL, "out of memory");
    for (size_t i = 0; ok && i < in->nfindings; i++) {
        for (size_t k = 0; ok && k < in->findings[i].nentities; k++) {
            str address = intruder_of(&in->findings[i], k);
            if (address.len && in->nintruders < INTRUDERS_MAX &&
                !has_client(out, in->nintruders, address)) {
                struct visit *v = &out[in->nintruders];
                ok = case_client(c, address, a, v, err);
                in->nintruders += v->requests > 0;
            }
        }
    }
    in->intruders = out;
    return ok;
}

static bool read_traffic(struct case_file *c, struct arena *a, struct judge_input *in,
                         struct err *err)
{
    enum { OFTEN = 100 };
    struct visit *visits = NULL, *clients = NULL;
    bool ok = case_pages(c, a, &visits, &in->nvisits, err) &&
              case_clients(c, OFTEN, a, &clients, &in->nclients, err);
    in->visits = visits;
    in->clients = clients;
    return ok && read_intruders(c, a, in, err);
}

bool scan_judge(struct scanning *s, const struct held_list *held, struct err *err)
{
    const struct knowledge *k = s->scan->knowledge;
    struct judge_input in = {
        .dossiers = k->dossiers,
        .ndossiers = k->ndossiers,
        .held = held->items,
        .nheld = held->count,
    };
    memcpy(in.catalogs, k->catalogs, sizeof in.catalogs);
    struct arena a;
    struct assessment assessment = {0};
    s->doing = N_("judging");
    arena_init(&a, CASE_BUDGET);
    bool ok = read_case(s->file, &a, &in, err) && read_traffic(s->file, &a, &in, err);
    if (ok) {
        judge(&in, &a, &assessment);
        struct entity *entities = NULL;
        assessment.nentities = trace_entities(in.findings, in.nfindings, &a, &entities);
        assessment.entities = entities;
        const struct attribute_input known = {&assessment, in.findings, in.nfindings, k->actors,
                                              in.catalogs};
        attribute(&known, &a, &assessment.attribution);
        ok = case_put_assessment(s->file, &assessment, err);
    }
    arena_done(&a);
    return ok;
}

/* Rules that did not load are part of the answer. */
static bool put_rules(struct scanning *s, struct err *err)
{
    const struct sigma *sigma = s->job.sigma;
    size_t of_sigma = sigma_problem_count(sigma), count = 0;
    size_t all = of_sigma + yara_problem_count(s->job.yara);
    struct arena a;
    arena_init(&a, LIMIT_GIB);
    str *lines = ARENA_ARRAY(&a, str, all + 1);
    for (size_t i = 0; lines && i < all; i++) {
        const struct rule_problem *p =
            i < of_sigma ? sigma_problem(sigma, i) : yara_problem(s->job.yara, i - of_sigma);
        if (p->fatal) {
            lines[count++] = arena_printf(&a, "%.*s:%u:%u: %.*s", STR_ARG(p->file), p->line,
                                          p->column, STR_ARG(p->text));
        }
    }
    bool ok = case_put_rules(s->file, job_rules(&s->job), lines, count, err);
    arena_done(&a);
    return ok;
}

static void end_progress(struct scanning *s)
{
    if (s->scan->on_progress) {
        const struct progress told = {
            .doing = s->doing,
            .units_done = s->source.count,
            .units = s->source.count,
            .bytes_done = s->source.bytes,
            .bytes = s->source.bytes,
            .seconds = os_seconds() - s->started,
            .last = true,
        };
        s->scan->on_progress(s->scan->ctx, &told);
    }
}

static bool open_evidence(struct scanning *s, struct err *err)
{
    bool ok = source_open(&s->source, s->scan->evidence, s->scan->nevidence, err) &&
              backups_open(&s->backups, &s->source, s->scan->password, err);
    s->job.backups = &s->backups;
    if (ok && s->backups.locked.len > 0 && s->scan->on_locked) {
        s->scan->on_locked(s->scan->ctx, s->backups.locked);
    }
    return ok;
}

static bool run(struct scanning *s, struct err *err)
{
    struct held_list held = {NULL, 0};
    struct arena a;
    arena_init(&a, LIMIT_GIB);
    bool ok = open_evidence(s, err) && put_rules(s, err) && scan_read(s, err) &&
              scan_hosts(s, err) && scan_clocks(s, err) && scan_correlations(s, err) &&
              scan_trail(s, &a, &held, err) && scan_hosts(s, err) && scan_judge(s, &held, err) &&
              case_set_complete(s->file, err);
    if (ok) {
        end_progress(s);
    }
    source_close(&s->source);
    backups_close(&s->backups);
    arena_done(&a);
    return ok;
}

bool scan_run(const struct scan *scan, struct case_file *c, struct err *err)
{
    struct arena a;
    struct case_info info;
    struct scanning s = {
        .scan = scan,
        .file = c,
        .job = {.mode = JOB_SCAN,
                .names = scan->knowledge->names,
                .sigma = scan->knowledge->sigma,
                .yara = scan->knowledge->yara,
                .indicators = scan->knowledge->indicators,
                .patterns = scan->knowledge->patterns,
                .baseline = scan->knowledge->baseline,
                .from = scan->from,
                .to = scan->to,
                .part = scan->carve ? LIMIT_CARVE_PART : LIMIT_PART,
                .carve = scan->carve,
                .log_format = scan->log_format,
                .seconds = LIMIT_TASK_SECONDS},
        .started = os_seconds(),
        .doing = N_("reading"),
    };
    arena_init(&a, LIMIT_MIB * 16);
    os_random(&s.job.key, sizeof s.job.key);
    bool ok = case_info(c, &a, &info, err);
    if (ok && info.path.len > 0) {
        str folder = str_dir(info.path);
        s.folder = folder.len > 0 ? arena_str(&a, folder).p : ".";
    }
    ok = ok && (info.complete || run(&s, err));
    arena_done(&a);
    return ok;
}
