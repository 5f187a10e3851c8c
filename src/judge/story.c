/* What happened, in stages. A claim is one sentence with all findings that say the same: one
 * process seen by Sysmon and by the security log, one page written over three records. */
#include "base/table.h"
#include "judge/bench.h"

/* More sentences than these from one rule in one stage tell a reader nothing new, fewer still
 * when it only says that somebody knocked. */
enum { CLAIMS_A_RULE = 6, KNOCKS_A_RULE = 2, RUNG_KNOCK = 2, CLAIMS_A_STAGE = 60 };

/* Context is told when it stands this close to what is proven. */
#define NEAR (INT64_C(10) * 60 * USEC_PER_SEC)

/* Two logs of one server are this close about one thing. */
#define TWINS (INT64_C(5) * USEC_PER_SEC)

enum { CHAPTER_PROBE, CHAPTER_ENTRY };

static const struct {
    str id;
    const char *title;  /* a message id */
    const char *unseen; /* said when nothing shows it; NULL: then nothing is said */
} chapters[] = {
    {STR_INIT("probe"),      N_("How they looked for weaknesses"),     NULL                                                },
    {STR_INIT("entry"),      N_("How they came in"),
     N_("Nothing in this evidence shows how they came in.")                                                                },
    {STR_INIT("write"),      N_("What they left behind"),              NULL                                                },
    {STR_INIT("execute"),    N_("What they ran"),                      NULL                                                },
    {STR_INIT("discover"),   N_("What they looked at"),                NULL                                                },
    {STR_INIT("credential"), N_("Which passwords and keys they took"),
     N_("Nothing in this evidence shows that passwords or keys were taken.")                                               },
    {STR_INIT("persist"),    N_("How they meant to stay"),             NULL                                                },
    {STR_INIT("hide"),       N_("How they hid"),                       NULL                                                },
    {STR_INIT("move"),       N_("Where they went from here"),
     N_("Nothing in this evidence shows that they went on to other machines.")                                             },
    {STR_INIT("collect"),    N_("What they gathered"),
     N_("Nothing in this evidence shows that mail or files were gathered.")                                                },
    {STR_INIT("exfiltrate"), N_("What left"),                          N_("Nothing in this evidence shows that data left.")},
    {STR_INIT("impact"),     N_("What they damaged"),
     N_("Nothing in this evidence shows that data was destroyed or encrypted.")                                            },
};

struct draft { /* a claim being gathered */
    const struct finding *best;
    struct grade grade;
    const struct rule_info *rule;
    usec first;               /* TIME_NONE when no finding in it has a time */
    size_t count, room, more; /* findings in it; ids kept; findings past CLAIMS_A_RULE */
    str *ids;
};

struct chapter {
    struct bench *bench;
    struct draft drafts[CLAIMS_A_STAGE];
    size_t ndrafts;
    usec first, last;
    str sequels[CLAIMS_A_STAGE]; /* gists of those that were told */
    size_t nsequels;
};

/* What a finding is about, for saying things once: the first entity that has a role. */
static const struct entity_ref *subject_of(const struct finding *f)
{
    for (size_t i = 0; i < f->nentities; i++) {
        if (f->entities[i].role.len) {
            return &f->entities[i];
        }
    }
    return NULL;
}

/* An address does many things, each its own sentence; a page is written once, a command run once,
 * however many rules and logs say so. */
static bool happens_once(const struct entity_ref *e)
{
    return !str_eq(e->kind, STR("address")) && !str_eq(e->kind, STR("account")) &&
           !str_eq(e->kind, STR("agent"));
}

/* One step of a dossier, seen by two logs of the server within a breath. */
static bool are_twins(const struct finding *x, const struct finding *y)
{
    usec apart = x->time < y->time ? y->time - x->time : x->time - y->time;
    bool timed = x->time != TIME_NONE && y->time != TIME_NONE;
    if (!timed || apart > TWINS || x->rule->rung != y->rule->rung ||
        str_eq(x->channel, y->channel)) {
        return false;
    }
    const struct words tags = {x->rule->tags, x->rule->ntags};
    for (size_t i = 0; i < y->rule->ntags; i++) {
        str tag = y->rule->tags[i];
        if (str_starts(tag, STR("limier.")) && words_have(tags, tag)) {
            return true;
        }
    }
    return false;
}

static bool says_the_same(const struct bench *b, const struct finding *x, const struct finding *y)
{
    if (!bench_same_host(b, x->host, y->host)) {
        return false;
    }
    const struct entity_ref *e = subject_of(x), *f = subject_of(y);
    if (e && f) {
        return str_eq(e->kind, f->kind) && str_eq(e->role, f->role) &&
               str_eq_nocase(e->value, f->value) && (x->rule == y->rule || happens_once(e));
    }
    return !e && !f && (are_twins(x, y) || str_eq(x->summary.in[LANG_EN], y->summary.in[LANG_EN]));
}

static void add_id(struct chapter *c, struct draft *d, const struct finding *f)
{
    if (d->count == d->room && d->room < IDS_MAX) {
        str *grown = arena_grow(c->bench->arena, d->ids, &d->room, d->room + 1, sizeof *grown);
        d->ids = grown ? grown : d->ids;
    }
    if (d->ids && d->count < d->room) {
        d->ids[d->count++] = f->id;
    }
}

static usec earlier(usec a, usec b)
{
    return a == TIME_NONE || (b != TIME_NONE && b < a) ? b : a;
}

/* The weightier finding gives the sentence; among equals the earlier. */
static void join(struct chapter *c, struct draft *d, const struct finding *f, struct grade g)
{
    if (g.weight > d->grade.weight) {
        d->best = f;
        d->grade = g;
    }
    d->first = earlier(d->first, f->time);
    add_id(c, d, f);
}

static struct draft *draft_for(struct chapter *c, const struct finding *f)
{
    size_t of_rule = 0;
    struct draft *last = NULL;
    for (size_t i = 0; i < c->ndrafts; i++) {
        struct draft *d = &c->drafts[i];
        if (says_the_same(c->bench, d->best, f)) {
            return d;
        }
        if (d->rule == f->rule) {
            of_rule++;
            last = d;
        }
    }
    size_t most = f->rule->rung <= RUNG_KNOCK ? KNOCKS_A_RULE : CLAIMS_A_RULE;
    if (of_rule < most && c->ndrafts < CLAIMS_A_STAGE) {
        return NULL;
    }
    last = last ? last : &c->drafts[c->ndrafts - 1];
    last->more++;
    return last;
}

static void gather(struct chapter *c, const struct finding *f, struct grade g)
{
    struct draft *d = draft_for(c, f);
    if (d) {
        join(c, d, f, g);
    } else {
        d = &c->drafts[c->ndrafts++];
        *d = (struct draft){.best = f, .grade = g, .rule = f->rule, .first = f->time};
        add_id(c, d, f);
    }
    c->first = earlier(c->first, f->time);
    c->last = f->time > c->last ? f->time : c->last;
}

static bool is_near(const struct bench *b, const struct finding *f)
{
    return b->out->verdict.state >= VERDICT_EXPLOITED && f->time != TIME_NONE &&
           bench_is_near(b, f->host, f->time, NEAR);
}

/* One command is told in one chapter: that of the highest rung a rule gives it. */
struct homes {
    struct table table; /* of commands */
    size_t *finding;    /* by their number: the finding whose stage wins */
    size_t count;
};

static str command_told(const struct bench *b, size_t i)
{
    const struct entity_ref *e = b->grades[i].basis ? subject_of(&b->in->findings[i]) : NULL;
    return e && str_eq(e->kind, STR("command")) ? e->value : STR_NONE;
}

static void settle(struct bench *b, struct homes *h)
{
    table_init(&h->table, b->arena, true);
    h->finding = ARENA_ARRAY(b->arena, size_t, b->in->nfindings + 1);
    for (size_t i = 0; h->finding && i < b->in->nfindings; i++) {
        uint32_t at;
        str command = command_told(b, i);
        if (command.len == 0 || !table_put(&h->table, command, (uint32_t)h->count, &at)) {
            continue;
        }
        if (at == h->count) {
            h->finding[h->count++] = i;
        } else if (b->grades[i].rung > b->grades[h->finding[at]].rung) {
            h->finding[at] = i;
        }
    }
}

static str home_of(const struct bench *b, const struct homes *h, size_t i)
{
    str command = command_told(b, i);
    uint32_t at = command.len && h->finding ? table_get(&h->table, command) : TABLE_NONE;
    return b->in->findings[at == TABLE_NONE ? i : h->finding[at]].rule->stage;
}

static bool is_told(const struct bench *b, const struct homes *h, size_t i, str stage)
{
    const struct grade *g = &b->grades[i];
    return g->ours && str_eq(home_of(b, h, i), stage) &&
           (g->basis || is_near(b, &b->in->findings[i]));
}

/* Seven requests of one exploit are followed by one page: it is said with the first. */
static struct text sequel_once(struct chapter *c, const struct draft *d)
{
    str gist = STR_NONE;
    struct text told = bench_sequel(c->bench, d->best, &gist);
    if (text_is_empty(told) || words_have((struct words){c->sequels, c->nsequels}, gist)) {
        return (struct text){{STR_NONE}};
    }
    c->sequels[c->nsequels++] = gist;
    return told;
}

static struct claim claim_of(struct chapter *c, const struct draft *d)
{
    struct claim claim = {
        .text = d->best->summary, .findings = {d->ids, d->count}
    };
    claim.text = text_join(c->bench->arena, claim.text, STR(" "), sequel_once(c, d));
    if (!c->bench->lone_host && d->best->host.len) {
        struct said args[] = {
            {"host",     text_same(d->best->host)},
            {"sentence", claim.text              },
        };
        claim.text = say(&c->bench->speaker, N_("{host}: {sentence}"), args, ARRAY_LEN(args));
    }
    if (d->more) {
        const struct speaker *s = &c->bench->speaker;
        struct said n = {"n", text_same(arena_printf(s->arena, "%zu", d->more))};
        struct text more = say(s, N_("(Further findings of this kind: {n}.)"), &n, 1);
        claim.text = text_join(s->arena, claim.text, STR(" "), more);
    }
    return claim;
}

/* Who was not let in did not come in; what proves nothing is for somebody to look at. */
static struct text title_of(const struct bench *b, size_t at)
{
    const char *id = chapters[at].title;
    if (b->out->verdict.state < VERDICT_EXPLOITED) {
        bool knock = at <= CHAPTER_ENTRY;
        id = knock ? at == CHAPTER_PROBE ? chapters[at].title : N_("What they tried")
                   : N_("What a person should look at");
    }
    return say_plain(&b->speaker, id);
}

/* By time, what has none last; drafts of one time keep their order. */
static void put_in_order(struct chapter *c)
{
    for (size_t i = 1; i < c->ndrafts; i++) {
        struct draft d = c->drafts[i];
        size_t at = i;
        while (at > 0 && earlier(c->drafts[at - 1].first, d.first) != c->drafts[at - 1].first) {
            c->drafts[at] = c->drafts[at - 1];
            at--;
        }
        c->drafts[at] = d;
    }
}

static bool write_chapter(struct bench *b, const struct homes *h, size_t at, struct stage *out)
{
    struct chapter *c = ARENA_NEW(b->arena, struct chapter);
    if (!c) {
        return false;
    }
    *c = (struct chapter){.bench = b, .first = TIME_NONE, .last = TIME_NONE};
    for (size_t i = 0; i < b->in->nfindings; i++) {
        if (is_told(b, h, i, chapters[at].id)) {
            gather(c, &b->in->findings[i], b->grades[i]);
        }
    }
    struct claim *claims = ARENA_ARRAY(b->arena, struct claim, c->ndrafts + 1);
    if (c->ndrafts == 0 || !claims) {
        return false;
    }
    put_in_order(c);
    for (size_t i = 0; i < c->ndrafts; i++) {
        claims[i] = claim_of(c, &c->drafts[i]);
    }
    *out = (struct stage){
        .id = chapters[at].id,
        .title = title_of(b, at),
        .first = c->first,
        .last = c->last,
        .claims = claims,
        .nclaims = c->ndrafts,
        .seen = true,
    };
    return true;
}

/* ---- what nothing shows, and whether it would have shown */

static struct text would_it_show(struct bench *b, str stage)
{
    struct text missing = {{STR_NONE}}, there = {{STR_NONE}};
    bool held = false;
    for (size_t i = 0; i < b->ndossiers; i++) {
        const struct dossier *d = b->dossiers[i].dossier;
        for (size_t k = 0; k < d->nsteps; k++) {
            const struct dossier_step *step = &d->steps[k];
            if (!str_eq(step->stage, stage) || text_is_empty(step->title)) {
                continue;
            }
            struct words present = bench_present(b, step->logs);
            bool seen = present.count > 0;
            held = held || bench_holds(b, step->logs);
            struct text logs = bench_log_titles(b, d, seen ? present : step->logs);
            struct text *list = seen ? &there : &missing;
            *list = text_is_empty(*list) ? logs : *list;
        }
    }
    struct said args[] = {
        {"missing", missing},
        {"there",   there  },
    };
    const char *id = N_("Logs that could show it were read: {there}.");
    if (text_is_empty(there) && text_is_empty(missing)) {
        return missing;
    }
    if (text_is_empty(there)) {
        id = held ? N_("It could not have shown it of all hosts and for the whole time: {missing}.")
                  : N_("It could not have shown it: it holds none of these: {missing}.");
    } else if (!text_is_empty(missing)) {
        id = N_("Logs that could show some of it were read: {there}. For the rest one needs: "
                "{missing}.");
    }
    return say(&b->speaker, id, args, ARRAY_LEN(args));
}

static bool write_silence(struct bench *b, size_t at, struct stage *out)
{
    if (!chapters[at].unseen || b->out->verdict.state < VERDICT_EXPLOITED) {
        return false;
    }
    struct text why = would_it_show(b, chapters[at].id);
    struct claim *claim = ARENA_NEW(b->arena, struct claim);
    if (!claim || text_is_empty(why)) {
        return false;
    }
    struct text nothing = say_plain(&b->speaker, chapters[at].unseen);
    claim->text = text_join(b->arena, nothing, STR(" "), why);
    *out = (struct stage){
        .id = chapters[at].id,
        .title = say_plain(&b->speaker, chapters[at].title),
        .first = TIME_NONE,
        .last = TIME_NONE,
        .claims = claim,
        .nclaims = 1,
    };
    return true;
}

void bench_tell(struct bench *b)
{
    struct homes homes = {.count = 0};
    settle(b, &homes);
    struct stage *stages = ARENA_ARRAY(b->arena, struct stage, ARRAY_LEN(chapters) + 1);
    b->out->story = stages;
    for (size_t i = 0; stages && i < ARRAY_LEN(chapters); i++) {
        struct stage *next = &stages[b->out->nstages];
        if (write_chapter(b, &homes, i, next) || write_silence(b, i, next)) {
            b->out->nstages++;
        }
    }
    if (stages && bench_tell_trail(b, &stages[b->out->nstages])) {
        b->out->nstages++;
    }
}
