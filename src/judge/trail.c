/* Where the trail led: for each thing that was followed, how many records name it. */
#include "judge/bench.h"

enum { LEADS_MAX = 60, ACCOUNTS_MAX = 8 };

struct lead {  /* an entity that was followed, and what else it stands in */
    str label; /* what people call it */
    bool process;
    size_t count, first;
};

static bool holds(const struct finding *f, str kind, str value)
{
    for (size_t i = 0; i < f->nentities; i++) {
        if (str_eq(f->entities[i].kind, kind) && str_eq_nocase(f->entities[i].value, value)) {
            return true;
        }
    }
    return false;
}

static str command_of(const struct finding *f)
{
    for (size_t i = 0; i < f->nentities; i++) {
        if (str_eq(f->entities[i].kind, STR("command"))) {
            return f->entities[i].value;
        }
    }
    return STR_NONE;
}

static str field_of(const struct finding *f, str name)
{
    for (size_t i = 0; i < f->nfields; i++) {
        if (str_eq(f->fields[i].name, name)) {
            return f->fields[i].value;
        }
    }
    return STR_NONE;
}

/* Of a process that only the trail knows, the record of its start. */
static str command_of_process(const struct finding *f, str guid)
{
    if (!f->trail) {
        return holds(f, STR("process"), guid) ? command_of(f) : STR_NONE;
    }
    bool start = str_eq_nocase(field_of(f, STR("ProcessGuid")), guid);
    return start ? field_of(f, STR("CommandLine")) : STR_NONE;
}

/* A process is known to people by its command line, not by its GUID. */
static struct lead lead_of(const struct bench *b, size_t at)
{
    struct lead l = {.label = b->in->findings[at].led_by, .first = at};
    str guid = l.label;
    for (size_t i = 0; str_starts(guid, STR("{")) && i < b->in->nfindings && !l.process; i++) {
        str command = command_of_process(&b->in->findings[i], guid);
        if (command.len) {
            l.process = true;
            l.label = command;
        }
    }
    return l;
}

struct trail {
    struct lead leads[LEADS_MAX];
    size_t count;
    uint8_t *of; /* for each finding, the lead it belongs to; LEADS_MAX for none */
};

static size_t lead_for(struct trail *t, const struct bench *b, size_t at)
{
    struct lead l = lead_of(b, at);
    for (size_t i = 0; i < t->count; i++) {
        if (str_eq_nocase(t->leads[i].label, l.label)) {
            return i;
        }
    }
    if (t->count < LEADS_MAX) {
        t->leads[t->count++] = l;
    }
    return t->count - 1;
}

/* Findings of the trail come in long runs led by one thing. */
static void follow(struct trail *t, const struct bench *b)
{
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        t->of[i] = LEADS_MAX;
        if (!f->trail) {
            continue;
        }
        bool same = last != SIZE_MAX && str_eq_nocase(b->in->findings[last].led_by, f->led_by);
        size_t lead = same ? t->of[last] : lead_for(t, b, i);
        t->of[i] = (uint8_t)lead;
        t->leads[lead].count++;
        last = i;
    }
}

struct picking {
    const struct trail *trail;
    size_t lead;
};

static bool belongs(const struct bench *b, size_t i, void *ctx)
{
    const struct picking *p = ctx;
    (void)b;
    return p->trail->of[i] == p->lead;
}

static struct claim claim_of_lead(const struct bench *b, const struct trail *t, size_t at)
{
    const struct lead *lead = &t->leads[at];
    struct said args[] = {
        {"n",    text_same(arena_printf(b->arena, "%zu", lead->count))},
        {"what",      text_same(lead->label)                               },
        {"time", text_time(b->arena,              b->in->findings[lead->first].time)         },
    };
    bool timed = b->in->findings[lead->first].time != TIME_NONE;
    bool session = str_starts_nocase(lead->label, STR("0x"));
    const char *id = lead->process ? N_("Further records of the process that ran `{what}`: {n}, "
                                        "from {time} on.")
                     : session     ? N_("Further records of their session {what}: {n}, from {time} "
                                            "on.")
                     : timed       ? N_("Further records that name {what}: {n}, from {time} on.")
                                   : N_("Further records that name {what}: {n}.");
    struct picking p = {t, at};
    return (struct claim){
        .text = say(&b->speaker, id, args, ARRAY_LEN(args)),
        .findings = bench_ids(b, belongs, &p),
    };
}

/* With the first few by name; the others stand in the full report. */
static struct claim claim_of_held_back(const struct bench *b)
{
    enum { NAMED = 3 };
    struct text names = {{STR_NONE}};
    for (size_t i = 0; i < b->in->nheld && i < NAMED; i++) {
        const struct held *h = &b->in->held[i];
        struct said args[] = {
            {"what",                 text_same(h->value)},
            { "why", say_plain(&b->speaker,             h->why)},
        };
        names = text_join(b->arena, names, STR(", "),
                          say(&b->speaker, N_("{what} ({why})"), args, ARRAY_LEN(args)));
    }
    struct said args[] = {
        {"n",             text_same(arena_printf(b->arena, "%zu", b->in->nheld))},
        {"names", names                               },
    };
    return (struct claim){
        .text =
            say(&b->speaker, N_("Not followed, for they lead everywhere or nowhere: {n}. {names}"),
                args, ARRAY_LEN(args)),
    };
}

bool bench_tell_trail(struct bench *b, struct stage *out)
{
    struct trail *t = ARENA_NEW(b->arena, struct trail);
    uint8_t *of = ARENA_ARRAY(b->arena, uint8_t, b->in->nfindings + 1);
    struct claim *claims = ARENA_ARRAY(b->arena, struct claim, ACCOUNTS_MAX + LEADS_MAX + 1);
    if (!t || !of || !claims) {
        return false;
    }
    t->of = of;
    follow(t, b);
    size_t count = bench_accounts(b, claims, ACCOUNTS_MAX);
    for (size_t i = 0; i < t->count; i++) {
        claims[count++] = claim_of_lead(b, t, i);
    }
    if (b->in->nheld) {
        claims[count++] = claim_of_held_back(b);
    }
    *out = (struct stage){
        .id = STR("trail"),
        .title = say_plain(&b->speaker, N_("Where the trail led")),
        .first = TIME_NONE,
        .last = TIME_NONE,
        .claims = claims,
        .nclaims = count,
        .seen = true,
    };
    return count > 0;
}
