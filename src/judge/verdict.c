/* The verdict block: how likely, how sure and why, what was done, what could not be seen. Four
 * claims; likelihood and confidence never share a sentence. */
#include "base/text.h"
#include "judge/bench.h"

enum { CHANNELS_NAMED = 6, VALUES_NAMED = 3, COMMAND_MAX = 90 };

struct support {           /* what the proven rung stands on */
    struct words channels; /* different logs: written by different parts of the system */
    size_t proofs, strong;
    struct words hosts;
};

static void put_new(struct bench *b, struct words *list, str word, size_t max)
{
    if (word.len == 0 || words_have(*list, word) || list->count >= max) {
        return;
    }
    str *grown = ARENA_ARRAY(b->arena, str, list->count + 1);
    for (size_t i = 0; grown && i < list->count; i++) {
        grown[i] = list->items[i];
    }
    if (grown) {
        grown[list->count++] = word;
        list->items = grown;
    }
}

/* Of two names of one host the longer says more. */
static void put_host(struct bench *b, struct words *hosts, str host)
{
    for (size_t i = 0; i < hosts->count && host.len; i++) {
        if (bench_same_host(b, hosts->items[i], host)) {
            struct words others = {NULL, 0};
            for (size_t k = 0; k < hosts->count; k++) {
                bool better = k == i && host.len > hosts->items[k].len;
                put_new(b, &others, better ? host : hosts->items[k], HOSTS_NAMED);
            }
            *hosts = others;
            return;
        }
    }
    put_new(b, hosts, host, HOSTS_NAMED);
}

static struct support support_of(struct bench *b)
{
    enum { CHANNELS_MAX = 32 };
    struct support s = {0};
    int floor = b->out->verdict.rung < 3 ? 1 : 3;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct grade *g = &b->grades[i];
        const struct finding *f = &b->in->findings[i];
        if (!g->basis) {
            continue;
        }
        if (g->rung >= floor || b->out->verdict.state == VERDICT_CANNOT_TELL) {
            put_host(b, &s.hosts, f->host);
        }
        if (g->ours && g->rung >= floor) {
            put_new(b, &s.channels, f->channel, CHANNELS_MAX);
            s.proofs += g->weight == WEIGHT_PROOF;
            s.strong += g->weight == WEIGHT_STRONG;
        }
    }
    return s;
}

static enum likelihood likelihood_of(const struct verdict *v, const struct support *s)
{
    if (v->state == VERDICT_NONE || v->state == VERDICT_CANNOT_TELL) {
        return LIKELIHOOD_NONE;
    }
    if (s->proofs && s->channels.count > 1) {
        return LIKELIHOOD_ALMOST_CERTAIN;
    }
    bool well = s->proofs || (s->strong > 1 && s->channels.count > 1);
    return well ? LIKELIHOOD_VERY_LIKELY : LIKELIHOOD_LIKELY;
}

static bool saw_everything(const struct bench *b)
{
    const struct coverage *c = &b->out->coverage;
    bool whole = c->units[OUTCOME_FAILED] + c->units[OUTCOME_PARTLY] == 0;
    return whole && c->nblind_spots == 0 && c->nsources > 1;
}

/* Of "no sign": never high, for absence is only as good as what was looked at. */
static enum confidence confidence_in_silence(const struct bench *b)
{
    bool sure = saw_everything(b) && text_is_empty(bench_habits(b));
    return sure ? CONFIDENCE_MODERATE : CONFIDENCE_LOW;
}

static enum confidence confidence_in_signs(const struct support *s)
{
    if (s->proofs && s->channels.count >= 3) {
        return CONFIDENCE_HIGH;
    }
    return s->proofs || s->channels.count >= 2 ? CONFIDENCE_MODERATE : CONFIDENCE_LOW;
}

/* Who clears a log leaves the picture he wants to leave; and a flaw that works is used. */
static enum confidence confidence_of(const struct bench *b, const struct support *s)
{
    const struct verdict *v = &b->out->verdict;
    if (v->state == VERDICT_NONE) {
        return confidence_in_silence(b);
    }
    if (v->state == VERDICT_CANNOT_TELL) {
        return CONFIDENCE_LOW;
    }
    enum confidence c = confidence_in_signs(s);
    return (b->cleared || b->unfollowed) && c > CONFIDENCE_LOW ? c - 1 : c;
}

/* A command line of a web shell's client fills a page; its beginning tells. */
static str beginning(const struct bench *b, str value)
{
    size_t at = 0, end = 0;
    while (at < value.len && at < COMMAND_MAX) {
        end = at;
        (void)utf8_next(value, &at);
    }
    return at < value.len ? arena_printf(b->arena, "`%.*s\xe2\x80\xa6`", (int)end, value.p)
                          : arena_printf(b->arena, "`%.*s`", STR_ARG(value));
}

static struct words quoted(const struct bench *b, struct words commands)
{
    str *items = ARENA_ARRAY(b->arena, str, commands.count + 1);
    for (size_t i = 0; items && i < commands.count; i++) {
        items[i] = beginning(b, commands.items[i]);
    }
    return (struct words){items, items ? commands.count : 0};
}

static struct text list_of(const struct bench *b, struct words words, size_t max)
{
    struct text out = {{STR_NONE}};
    for (size_t i = 0; i < words.count && i < max; i++) {
        out = text_join(b->arena, out, STR(", "), text_same(words.items[i]));
    }
    if (words.count > max) {
        out = text_join(b->arena, out, STR(", "), text_same(STR("\xe2\x80\xa6")));
    }
    return out;
}

static struct text number(const struct bench *b, size_t n)
{
    return text_same(arena_printf(b->arena, "%zu", n));
}

static void sentence(struct bench *b, struct text t)
{
    struct verdict *v = &b->out->verdict;
    if (!text_is_empty(t) && v->nsentences < ARRAY_LEN(v->sentences)) {
        v->sentences[v->nsentences++] = (struct claim){.text = t, .findings = v->because};
    }
}

/* ---- 1: how likely */

static const char *likelihood_sentence(const struct bench *b, const struct support *s)
{
    /* by state, then by what is known of hosts: none named, one, several */
    static const char *const ids[VERDICT_COUNT][3] = {
        [VERDICT_SCANNED] = {N_("This server was probed for weaknesses; nothing shows more."),
                             N_("{hosts} was probed for weaknesses; nothing shows more."),
                             N_("These hosts were probed for weaknesses; nothing shows more: "
                                "{hosts}.")             },
        [VERDICT_ATTEMPTED] = {N_("Somebody tried to break in; nothing shows that it worked."),
                             N_("Somebody tried to break into {hosts}; nothing shows that it "
                                  "worked."),
                             N_("Somebody tried to break into these hosts; nothing shows that "
                                  "it worked: {hosts}.")},
        [VERDICT_EXPLOITED] = {N_("It is {likelihood} that a flaw of this server was exploited."),
                             N_("It is {likelihood} that a flaw of {hosts} was exploited."),
                             N_("It is {likelihood} that a flaw of these hosts was exploited: "
                                  "{hosts}.")           },
        [VERDICT_COMPROMISED] = {N_("It is {likelihood} that this server was compromised."),
                             N_("It is {likelihood} that {hosts} was compromised."),
                             N_("It is {likelihood} that these hosts were compromised: "
                                    "{hosts}.")         },
    };
    enum verdict_state state = b->out->verdict.state;
    if (state == VERDICT_CANNOT_TELL) {
        return s->hosts.count || b->in->nfindings
                   ? N_("Whether there was a compromise cannot be told from this evidence: there "
                        "are leads, and nothing that proves or refutes them.")
                   : N_("Whether there was a compromise cannot be told: nothing was read that "
                        "could "
                        "show one.");
    }
    return ids[state][s->hosts.count < 2 ? s->hosts.count : 2];
}

static struct text words_for(const struct bench *b, enum likelihood l)
{
    return say_plain(&b->speaker, likelihood_words(l));
}

/* Silence is of a time: what came before and after it, nobody looked at. */
static struct text say_silence(const struct bench *b)
{
    struct gap seen = bench_window(b);
    struct said args[] = {
        {"from", text_time(b->arena, seen.from)},
        {"to",   text_time(b->arena, seen.to)  },
    };
    return say(
        &b->speaker,
        seen.from == TIME_NONE
            ? N_("We found no sign of compromise in what we could see.")
            : N_("We found no sign of compromise in what we could see, from {from} to {to}."),
        args, ARRAY_LEN(args));
}

static void say_likelihood(struct bench *b, const struct support *s)
{
    if (b->out->verdict.state == VERDICT_NONE) {
        sentence(b, say_silence(b));
        return;
    }
    struct said args[] = {
        {"likelihood", words_for(b, b->out->verdict.likelihood)},
        { "hosts",   list_of(b,    s->hosts,                HOSTS_NAMED)},
    };
    sentence(b, say(&b->speaker, likelihood_sentence(b, s), args, ARRAY_LEN(args)));
}

/* ---- 2: how sure, and why */

static size_t count_basis(const struct bench *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        n += b->grades[i].basis;
    }
    return n;
}

static bool rests_on_ours(const struct bench *b)
{
    for (size_t i = 0; i < b->in->nfindings; i++) {
        if (b->grades[i].basis && b->grades[i].ours) {
            return true;
        }
    }
    return false;
}

static const char *confidence_sentence(const struct bench *b, const struct support *s)
{
    const struct verdict *v = &b->out->verdict;
    if (v->state == VERDICT_CANNOT_TELL) {
        if (count_basis(b) == 0) {
            return N_("Confidence is low: there was nothing to judge.");
        }
        return rests_on_ours(b)
                   ? N_("Confidence is low: nothing that was found proves an intrusion by itself "
                        "(leads: {leads}).")
                   : N_("Confidence is low: only rules of others match, which do so on healthy "
                        "servers too (leads: {leads}).");
    }
    if (v->state == VERDICT_NONE && v->confidence == CONFIDENCE_LOW && saw_everything(b)) {
        return N_("Confidence in this is low: there are leads that look like habits.");
    }
    if (v->state == VERDICT_NONE) {
        return v->confidence == CONFIDENCE_MODERATE
                   ? N_("Confidence in this is moderate: every log that would show an intrusion "
                        "known to us was read whole.")
                   : N_("Confidence in this is low: not all logs that would show an intrusion are "
                        "in this evidence, or not all could be read.");
    }
    if (s->channels.count == 0) {
        return N_("Confidence in this is low: only rules that do not prove it by themselves say "
                  "so.");
    }
    if (s->channels.count == 1) {
        return v->confidence == CONFIDENCE_LOW
                   ? N_("Confidence in this is low: a single source says so ({channels}).")
                   : N_("Confidence in this is moderate: the proof is clear, but a single source "
                        "holds it ({channels}).");
    }
    if (v->confidence == CONFIDENCE_LOW) {
        return N_("Confidence in this is low, though {n} sources agree ({channels}).");
    }
    return v->confidence == CONFIDENCE_HIGH
               ? N_("Confidence in this is high: {n} sources, written by different parts of the "
                    "system, agree ({channels}).")
               : N_("Confidence in this is moderate: {n} sources agree ({channels}).");
}

static bool is_lowered(const struct bench *b, const struct support *s)
{
    const struct verdict *v = &b->out->verdict;
    return v->state >= VERDICT_SCANNED && v->confidence < confidence_in_signs(s);
}

static struct text sources_of(const struct bench *b, const struct support *s)
{
    struct text out = {{STR_NONE}};
    for (size_t i = 0; i < s->channels.count && i < CHANNELS_NAMED; i++) {
        out = text_join(b->arena, out, STR(", "), bench_log_title(b, s->channels.items[i]));
    }
    return s->channels.count > CHANNELS_NAMED
               ? text_join(b->arena, out, STR(", "), text_same(STR("\xe2\x80\xa6")))
               : out;
}

/* Rules write "None known." where there is none. */
static bool has_other_explanation(const struct rule_info *rule)
{
    str benign = rule->benign.in[LANG_EN];
    return benign.len && !str_starts(benign, STR("None"));
}

/* Where little speaks for the verdict, what would speak against it is said in the same breath. */
static struct text other_explanation(const struct bench *b)
{
    const struct finding *best = NULL;
    const struct grade *of_best = NULL;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct grade *g = &b->grades[i];
        bool weightier = !best || g->weight > of_best->weight ||
                         (g->weight == of_best->weight && g->rung > of_best->rung);
        if (g->basis && g->ours && weightier) {
            best = &b->in->findings[i];
            of_best = g;
        }
    }
    if (!best || !has_other_explanation(best->rule)) {
        return (struct text){{STR_NONE}};
    }
    struct said benign = {"benign", best->rule->benign};
    return say(&b->speaker, N_("Another explanation of the weightiest sign: {benign}"), &benign, 1);
}

static void say_confidence(struct bench *b, const struct support *s)
{
    struct said args[] = {
        {"n",        number(b,     s->channels.count)},
        {"channels", sources_of(b, s)                },
        {"leads",    number(b,     count_basis(b))   },
    };
    struct text t = say(&b->speaker, confidence_sentence(b, s), args, ARRAY_LEN(args));
    if (b->cleared && is_lowered(b, s)) {
        t = text_join(
            b->arena, t, STR(" "),
            say_plain(&b->speaker, N_("It is a step lower because a log was cleared: what "
                                      "it held could tell another story.")));
    }
    t = text_join(b->arena, t, STR(" "), bench_habits(b));
    if (b->unfollowed) {
        t = text_join(b->arena, t, STR(" "),
                      say_plain(&b->speaker, N_("Nothing followed the requests that worked, which "
                                                "speaks for a test of the flaw.")));
    }
    if (b->out->verdict.confidence == CONFIDENCE_LOW) {
        t = text_join(b->arena, t, STR(" "), other_explanation(b));
    }
    sentence(b, t);
}

/* ---- 3: what was done */

/* "CVE-2021-26855 (2021-03-14T06:40:11Z), ...": flaws in order of first use. Findings without a
 * time stand first in their order, and are asked last. */
static struct text flaws_used(struct bench *b)
{
    struct words seen = {NULL, 0};
    struct text out = {{STR_NONE}};
    for (size_t i = 0; i < 2 * b->in->nfindings; i++) {
        size_t at = i % b->in->nfindings;
        bool timed = i < b->in->nfindings;
        const struct finding *f = &b->in->findings[at];
        bool counts = b->grades[at].basis && b->grades[at].weight >= WEIGHT_STRONG &&
                      (f->time != TIME_NONE) == timed;
        for (size_t k = 0; counts && k < f->rule->ncves; k++) {
            str cve = f->rule->cves[k];
            if (words_have(seen, cve)) {
                continue;
            }
            put_new(b, &seen, cve, (size_t)VALUES_NAMED * 2);
            str when = text_time(b->arena, f->time).in[LANG_EN];
            str flaw = arena_printf(b->arena, "%.*s (%.*s)", STR_ARG(cve), STR_ARG(when));
            out = text_join(b->arena, out, STR(", "), text_same(timed ? flaw : cve));
        }
    }
    return out;
}

/* Things of one kind in one role: "path", "shell"; in all stages when none is given. */
static struct words values_of(struct bench *b, str stage, str kind, str role)
{
    struct words out = {NULL, 0};
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        bool here = b->grades[i].basis && (stage.len == 0 || str_eq(f->rule->stage, stage));
        for (size_t k = 0; here && k < f->nentities; k++) {
            const struct entity_ref *e = &f->entities[k];
            if (str_eq(e->kind, kind) && str_eq(e->role, role)) {
                put_new(b, &out, e->value, VALUES_NAMED + 1);
            }
        }
    }
    return out;
}

static struct text said_of(struct bench *b, const char *id, struct text value)
{
    struct said arg = {"what", value};
    return text_is_empty(value) ? value : say(&b->speaker, id, &arg, 1);
}

static struct text ran(struct bench *b)
{
    struct words commands = values_of(b, STR("execute"), STR("command"), STR("executed"));
    struct words accounts = values_of(b, STR("execute"), STR("account"), STR("runs_as"));
    struct said args[] = {
        {"what", list_of(b, quoted(b, commands),      VALUES_NAMED)},
        {"who",      list_of(b,           accounts,     VALUES_NAMED)},
    };
    const char *id = accounts.count ? N_("They ran commands as {who}: {what}.")
                                    : N_("They ran commands: {what}.");
    return commands.count ? say(&b->speaker, id, args, ARRAY_LEN(args)) : (struct text){{STR_NONE}};
}

/* What they were after: goals of rung 6 with their first sign, losses of rung 7 in the words of the
 * finding. */
struct pursuit {
    size_t count;
    const struct finding *best;
    usec first, last;
};

static struct pursuit pursuit_of(const struct bench *b, str stage, int rung)
{
    struct pursuit p = {.first = TIME_NONE, .last = TIME_NONE};
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        const struct grade *g = &b->grades[i];
        if (!g->basis || g->rung < rung || !str_eq(f->rule->stage, stage)) {
            continue;
        }
        p.count++;
        p.best = p.best ? p.best : f;
        if (f->time != TIME_NONE) {
            p.first = p.first == TIME_NONE || f->time < p.first ? f->time : p.first;
            p.last = f->time > p.last ? f->time : p.last;
        }
    }
    return p;
}

static struct text say_pursuit(const struct bench *b, const struct pursuit *p, const char *once,
                               const char *often)
{
    struct said args[] = {
        {"first",    text_time(b->arena, p->first)},
        {"last",     text_time(b->arena, p->last) },
        {"sentence", p->best->summary  },
        {"n",  number(b,          p->count)         },
    };
    return say(&b->speaker, p->first == p->last ? once : often, args, ARRAY_LEN(args));
}

static struct text pursued(const struct bench *b)
{
    static const struct {
        str stage;
        int rung;
        const char *once, *often;
    } known[] = {
        {STR_INIT("credential"), 6, N_("They reached for passwords or keys ({first})."),
         N_("They reached for passwords or keys (first at {first}).")         },
        {STR_INIT("move"),       6, N_("They reached for other machines ({first})."),
         N_("They reached for other machines (first at {first}).")            },
        {STR_INIT("collect"),    6, N_("They gathered data ({first})."),
         N_("They gathered data (first at {first}).")                         },
        {STR_INIT("exfiltrate"), 7, N_("Data left ({first}). {sentence}"),
         N_("Data left ({n} signs, from {first} to {last}). {sentence}")      },
        {STR_INIT("impact"),     7, N_("Damage was done ({first}). {sentence}"),
         N_("Damage was done ({n} signs, from {first} to {last}). {sentence}")},
    };
    struct text all = {{STR_NONE}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        struct pursuit p = pursuit_of(b, known[i].stage, known[i].rung);
        if (p.count) {
            all = text_join(b->arena, all, STR(" "),
                            say_pursuit(b, &p, known[i].once, known[i].often));
        }
    }
    return all;
}

/* Every page was found by the trail: who used it, how and when is all that tells what it is. */
static bool shells_are_guessed(const struct bench *b)
{
    for (size_t i = 0; i < b->out->nshells; i++) {
        if (!b->out->shells[i].by_trail) {
            return false;
        }
    }
    return b->out->nshells > 0;
}

static const char *shells_told(const struct bench *b, size_t count)
{
    if (shells_are_guessed(b)) {
        return N_("They used a page as web shells are used: {what}.");
    }
    return count > 1 ? N_("They left web shells: {what}.") : N_("They left a web shell: {what}.");
}

static void say_effect(struct bench *b)
{
    if (b->out->verdict.state < VERDICT_EXPLOITED) {
        sentence(b, bench_exposure(b));
        return;
    }
    struct words shells = values_of(b, STR_NONE, STR("path"), STR("shell"));
    if (shells.count == 0) { /* known from its use alone */
        shells = values_of(b, STR_NONE, STR("url"), STR("shell"));
    }
    struct text parts[] = {
        said_of(b, N_("They came in through {what}."), flaws_used(b)),
        said_of(b, shells_told(b, shells.count), list_of(b, shells, VALUES_NAMED)),
        ran(b),
        pursued(b),
        bench_updates(b),
    };
    struct text all = {{STR_NONE}};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        all = text_join(b->arena, all, STR(" "), parts[i]);
    }
    sentence(b, all);
}

/* ---- 4: what could not be seen */

static const struct stage *stage_named(const struct bench *b, str id)
{
    for (size_t i = 0; i < b->out->nstages; i++) {
        if (str_eq(b->out->story[i].id, id)) {
            return &b->out->story[i];
        }
    }
    return NULL;
}

static void say_limit(struct bench *b)
{
    const struct coverage *c = &b->out->coverage;
    const struct stage *left = stage_named(b, STR("exfiltrate"));
    if (left && !left->seen) {
        sentence(b, left->claims[0].text);
        return;
    }
    if (c->nblind_spots) {
        sentence(b, c->blind_spots[0].text);
    }
}

void bench_sum_up(struct bench *b)
{
    struct verdict *v = &b->out->verdict;
    struct support s = support_of(b);
    b->unfollowed = bench_is_unfollowed(b);
    v->likelihood = likelihood_of(v, &s);
    v->confidence = confidence_of(b, &s);
    say_likelihood(b, &s);
    say_confidence(b, &s);
    say_effect(b);
    say_limit(b);
}
