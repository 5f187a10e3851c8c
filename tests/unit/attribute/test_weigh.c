/* The reference method, and the answers that it gave on the development cases, are the truth here:
 * shared/attribution/ref_engine.py and results/ref_dev.jsonl. */
#include "attribute/weigh.h"
#include "base/json.h"

#include "kit.h"

#include <math.h>

static str read_file(struct arena *a, const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/attribution/%s", kit_shared(), name);
    FILE *f = fopen(path, "rb");
    if (!f) {
        return STR_NONE;
    }
    (void)fseek(f, 0, SEEK_END);
    size_t size = (size_t)ftell(f);
    rewind(f);
    char *text = arena_alloc(a, size + 1);
    size_t got = text ? fread(text, 1, size, f) : 0;
    (void)fclose(f);
    return (str){text, got};
}

/* The text of the member `key` of an object, without quotes; what it begins with. */
static str member(str object, const char *key)
{
    char wanted[64];
    (void)snprintf(wanted, sizeof wanted, "\"%s\":", key);
    str rest = str_from(object, str_find(object, str_of(wanted)) + strlen(wanted));
    rest = str_trim(rest);
    return str_starts(rest, STR("\"")) ? str_sub(rest, 1, str_find_char(str_from(rest, 1), '"'))
                                       : rest;
}

/* Is `answer` what the line says: the same actors in the same order, p within 1e-4? */
static bool agrees(const struct answer *answer, str line)
{
    str rest = str_from(line, str_find(line, STR("\"ranking\":[[")) + strlen("\"ranking\":["));
    size_t i = 0;
    for (; str_starts(rest, STR("[\"")) && i < answer->count; i++) {
        str id = str_sub(rest, 2, str_find_char(str_from(rest, 2), '"'));
        double p = strtod(rest.p + id.len + 4, NULL);
        if (!str_eq(id, answer->list[i].actor->id) || fabs(p - answer->list[i].p) > 1e-4) {
            (void)fprintf(stderr, "%.*s: place %zu is %.*s %.5f, not %.*s %.5f\n",
                          STR_ARG(member(line, "id")), i + 1, STR_ARG(answer->list[i].actor->id),
                          answer->list[i].p, STR_ARG(id), p);
            return false;
        }
        rest = str_from(rest, str_find_char(rest, ']') + 1);
        rest = str_from(rest, str_starts(rest, STR(",")) ? 1 : 0);
    }
    double unknown = strtod(member(line, "unknown").p, NULL), shown = 0;
    for (size_t k = 0; k < answer->count; k++) {
        shown += answer->list[k].p;
    }
    return i > 0 && fabs(1 - shown - unknown) < 1e-4;
}

/* One case against its release of the knowledge base. */
static bool check_case(struct arena *a, str object, str truth)
{
    struct observed o;
    struct actors k;
    struct answer answer;
    struct err err = {0};
    char name[64], wanted[80];
    (void)snprintf(name, sizeof name, "bench/kb/%.*s.tsv", STR_ARG(member(object, "kb")));
    str kb = read_file(a, name);
    if (!kb.len || !actors_read(kb, name, a, &k, &err) ||
        !observed_read(bytes_of_str(object), &(uint64_t){0}, "case", a, &o, &err) ||
        !weigh(&k, &o, &model_reference, a, &answer)) {
        (void)fprintf(stderr, "%s: %s\n", name, err.text);
        return false;
    }
    (void)snprintf(wanted, sizeof wanted, "{\"id\":\"%.*s\"", STR_ARG(o.id));
    str line = str_from(truth, str_find(truth, str_of(wanted)));
    return agrees(&answer, str_sub(line, 0, str_find_char(line, '\n')));
}

static void the_reference_method_is_followed_on_every_case_of_walk_forward(void)
{
    if (!kit_shared()) {
        SKIP("LIMIER_SHARED is not set: no benchmark here");
        return;
    }
    struct arena files, a;
    arena_init(&files, 16 << 20);
    arena_init(&a, 64 << 20);
    str cases = read_file(&files, "bench/dev.json"),
        truth = read_file(&files, "results/ref_dev.jsonl");
    str rest = str_from(cases, str_find(cases, STR("\"cases\":")));
    rest = str_from(rest, str_find_char(rest, '[') + 1);
    size_t checked = 0;
    while (str_find_char(rest, '{') < rest.len) {
        rest = str_from(rest, str_find_char(rest, '{'));
        struct json j = json_of(bytes_of_str(rest));
        json_skip(&j, json_next(&j));
        str object = str_sub(rest, 0, (size_t)j.at);
        rest = str_from(rest, (size_t)j.at);
        if (str_starts(member(object, "drop"), STR("{}"))) {
            CHECK(check_case(&a, object, truth));
            checked++;
        }
        arena_reset(&a);
    }
    CHECK_INT(checked, 190);
    arena_done(&a);
    arena_done(&files);
}

/* Reckoned by hand: two live actors, one of them with S0001, in its only report.
 * credit = ln 2 / (1 + 1), share = 1.5 / 3, W = ln(0.8 + 0.2 * 0.34657 / 0.5) = ln 0.93863 */
static void the_weight_of_one_item_is_what_the_formula_says(void)
{
    struct arena a;
    struct actors k;
    struct err err = {0};
    arena_init(&a, 1 << 20);
    CHECK(actors_read(STR("G1\tOne\t\t2014\t\tS0001=1\nG2\tTwo\t\t2014\tT1003=1\t\n"), "kb", &a, &k,
                      &err));
    double has = weigh_item(&k, &model_reference, ITEM_SOFTWARE, STR("S0001"), 1, &k.list[0]);
    double not = weigh_item(&k, &model_reference, ITEM_SOFTWARE, STR("S0001"), 1, &k.list[1]);
    CHECK(fabs(has - log(0.8 + 0.2 * (0.6931472 / 2) / 0.5)) < 1e-6);
    CHECK(fabs(not -log(0.8)) < 1e-9);
    arena_done(&a);
}

static void the_ledger_adds_up_to_the_score(void)
{
    struct arena a;
    struct actors k;
    struct err err = {0};
    struct observed o;
    struct answer answer;
    arena_init(&a, 1 << 20);
    CHECK(actors_read(STR("G1\tOne\t\t2014,2015\tT1003.001=2,T1059=1\tS0001=1\n"
                          "G2\tTwo\t\t2014\tT1003.002=1\tS0002=1\n"),
                      "kb", &a, &k, &err));
    CHECK(observed_read(bytes_of_str(STR("{\"techniques\":[\"T1003.001\",\"T1003.002\",\"T1059\"],"
                                         "\"software\":[\"S0001\"]}")),
                        &(uint64_t){0}, "o", &a, &o, &err));
    CHECK(weigh(&k, &o, &model_reference, &a, &answer));
    for (size_t i = 0; i < answer.count; i++) {
        const struct actor *g = answer.list[i].actor;
        double sum = 0;
        for (size_t t = 0; t < o.of[ITEM_TECHNIQUE].count; t++) {
            sum +=
                weigh_item(&k, &model_reference, ITEM_TECHNIQUE, o.of[ITEM_TECHNIQUE].ids[t], 1, g);
        }
        sum += 0.3 * weigh_item(&k, &model_reference, ITEM_PARENT, STR("T1003"), 1, g);
        sum += 0.3 * weigh_item(&k, &model_reference, ITEM_PARENT, STR("T1059"), 1, g);
        sum += weigh_item(&k, &model_reference, ITEM_SOFTWARE, STR("S0001"), 1, g);
        CHECK(fabs(sum - answer.list[i].nats) < 1e-9);
    }
    CHECK_STR(answer.list[0].actor->id, "G1");
    arena_done(&a);
}

int main(void)
{
    RUN(the_weight_of_one_item_is_what_the_formula_says);
    RUN(the_ledger_adds_up_to_the_score);
    RUN(the_reference_method_is_followed_on_every_case_of_walk_forward);
    return kit_end();
}
