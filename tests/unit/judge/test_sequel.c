/* A request that looks like an exploit at 0, of a log that lasts for a day; and what came of it. */
#include "evidence.h"

static const struct entity_ref client = {STR_INIT("address"), STR_INIT("attacker"),
                                         STR_INIT("198.51.100.1")};
static const struct entity_ref other = {STR_INIT("address"), STR_INIT("attacker"),
                                        STR_INIT("198.51.100.2")};

static struct finding *by(struct finding *f, const struct entity_ref *who)
{
    f->entities = who;
    f->nentities = 1;
    return f;
}

static struct finding *tried(struct evidence *e, int rung)
{
    evidence_init(e);
    has_unit(e, "a", OUTCOME_PARSED, 100);
    has_log(e, "iis", -HOUR_S, 24 * HOUR_S);
    return by(saw(e, rung, WEIGHT_STRONG, "entry", "iis", 0), &client);
}

static bool entry_says(const struct assessment *as, const char *text)
{
    const struct stage *entry = stage_of(as, "entry");
    return entry && says(entry->claims, entry->nclaims, text);
}

static void a_further_step_of_the_same_address_is_told(void)
{
    struct evidence e;
    (void)tried(&e, 2);
    (void)by(saw(&e, 5, WEIGHT_STRONG, "execute", "iis", 40), &client);
    struct assessment as = judged(&e);
    CHECK(entry_says(&as, "Sentence 0. 40 s after such a request the same address went further: "
                          "Sentence 1."));
    e.findings[1].time = AT(16 * 60); /* another day's work */
    as = judged(&e);
    CHECK(!entry_says(&as, "went further"));
    e.findings[1].time = AT(40);
    e.findings[1].entities = &other; /* of somebody else */
    as = judged(&e);
    CHECK(!entry_says(&as, "went further"));
    evidence_done(&e);
}

static void what_happened_on_the_host_is_told_when_the_address_is_silent(void)
{
    struct evidence e;
    (void)tried(&e, 3);
    struct finding *file = saw(&e, 4, WEIGHT_LEAD, "write", "sysmon", 100);
    struct assessment as = judged(&e);
    CHECK(
        entry_says(&as, "100 s after such a request this happened on the same host: Sentence 1."));
    file->host = STR("OTHER");
    as = judged(&e);
    CHECK(!entry_says(&as, "on the same host"));
    evidence_done(&e);
}

static void the_nearest_request_is_asked(void)
{
    struct evidence e;
    struct finding first = *tried(&e, 3);
    struct finding *again = &e.findings[e.nfindings++];
    *again = first; /* the same rule and address, ten minutes later */
    again->id = STR("again");
    again->time = AT(600);
    (void)by(saw(&e, 5, WEIGHT_STRONG, "execute", "iis", 610), &client);
    struct assessment as = judged(&e);
    CHECK(entry_says(&as, "10 s after such a request"));
    evidence_done(&e);
}

/* Two requests of one exploit, by two rules, before one page. */
static void one_page_follows_once(void)
{
    struct evidence e;
    (void)tried(&e, 2);
    (void)by(saw(&e, 2, WEIGHT_STRONG, "entry", "iis", 5), &client);
    (void)by(saw(&e, 5, WEIGHT_STRONG, "execute", "iis", 40), &client);
    struct assessment as = judged(&e);
    const struct stage *entry = stage_of(&as, "entry");
    CHECK_INT(entry->nclaims, 2);
    CHECK(str_has(entry->claims[0].text.in[LANG_EN], STR("went further")));
    CHECK_STR(entry->claims[1].text.in[LANG_EN], "Sentence 1.");
    evidence_done(&e);
}

static void silence_weakens_what_answered(void)
{
    struct evidence e;
    struct finding *f = tried(&e, 3);
    rule_of(&e, f)->weight = WEIGHT_PROOF;
    struct assessment as = judged(&e);
    CHECK(entry_says(&as, "Nothing that would follow it was seen in the next 15 minutes"));
    CHECK(entry_says(&as, "What would settle it"));
    CHECK_INT(as.verdict.state, VERDICT_EXPLOITED);
    CHECK_INT(as.verdict.confidence, CONFIDENCE_LOW);
    CHECK(says(as.verdict.sentences, as.verdict.nsentences, "Nothing followed the requests"));
    (void)by(saw(&e, 5, WEIGHT_LEAD, "execute", "iis", 40), &client);
    as = judged(&e);
    CHECK_INT(as.verdict.confidence, CONFIDENCE_MODERATE);
    CHECK(!says(as.verdict.sentences, as.verdict.nsentences, "Nothing followed"));
    evidence_done(&e);
}

static void a_log_that_ends_at_once_is_no_silence(void)
{
    struct evidence e;
    struct finding *f = tried(&e, 3);
    rule_of(&e, f)->weight = WEIGHT_PROOF;
    e.sources[0].last = AT(60);
    struct assessment as = judged(&e);
    CHECK(entry_says(&as, "this log ends before"));
    CHECK_INT(as.verdict.confidence, CONFIDENCE_MODERATE);
    evidence_done(&e);
}

int main(void)
{
    RUN(a_further_step_of_the_same_address_is_told);
    RUN(what_happened_on_the_host_is_told_when_the_address_is_silent);
    RUN(the_nearest_request_is_asked);
    RUN(one_page_follows_once);
    RUN(silence_weakens_what_answered);
    RUN(a_log_that_ends_at_once_is_no_silence);
    return kit_end();
}
