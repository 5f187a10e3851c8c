/* Hashes of files that are alike: the same as others make them, compared as others do, and looked
 * up without comparing each with each. */
#include "detect/indicators/alike.h"
#include "detect/indicators/indicators.h"
#include "kit.h"

enum { BUDGET = 256 << 20, FILE_MAX = 1 << 20 };

/* ---- what others answer */

static str next_word(str *line)
{
    str word = STR_NONE;
    (void)str_cut(line, ' ', &word);
    return word;
}

static uint64_t next_number(str *line)
{
    uint64_t n = 0;
    CHECK(str_u64(next_word(line), &n));
    return n;
}

/* As the vectors were made: a linear congruence, of which each kind takes less. */
static bytes file_of(struct arena *a, str kind, uint32_t seed, size_t size, size_t changed)
{
    uint8_t *out = arena_alloc(a, size + 1);
    for (size_t i = 0; out && i < size; i++) {
        seed = seed * 1103515245U + 12345U;
        uint32_t n = seed >> 16;
        out[i] = (uint8_t)(str_eq(kind, STR("noise"))     ? n
                           : str_eq(kind, STR("letters")) ? 'a' + n % 26
                           : str_eq(kind, STR("few"))     ? 'a' + n % 3
                           : i % 4096 < 512               ? n
                                                          : 0);
        out[i] ^= changed && i % changed == changed - 1 ? 0x15 : 0;
    }
    return (bytes){out, size};
}

static void check_file(struct arena *a, str line)
{
    str kind = next_word(&line);
    uint32_t seed = (uint32_t)next_number(&line);
    size_t size = next_number(&line), changed = next_number(&line);
    const bytes file = file_of(a, kind, seed, size, changed);
    const struct piecewise pieces = piecewise_of(file);
    struct tlsh digest;
    str ssdeep = next_word(&line);
    CHECK(str_eq(piecewise_text(&pieces, a), ssdeep));
    CHECK(str_eq(tlsh_of(file, &digest) ? tlsh_text(&digest, a) : STR("-"), line));
}

static void check_likeness(str line)
{
    struct piecewise p, q;
    struct tlsh t, u;
    str one = next_word(&line), other = next_word(&line);
    uint64_t want = next_number(&line);
    if (piecewise_parse(one, &p) && piecewise_parse(other, &q)) {
        piecewise_squeeze(&p);
        piecewise_squeeze(&q);
        CHECK_INT(piecewise_score(&p, &q), want);
        CHECK_INT(piecewise_score(&q, &p), want);
    } else if (tlsh_parse(one, &t) && tlsh_parse(other, &u)) {
        CHECK_INT(tlsh_distance(&t, &u), want);
        CHECK_INT(tlsh_distance(&u, &t), want);
    } else {
        CHECK(false);
    }
}

static void hashes_and_scores_are_what_others_answer(void)
{
    static char text[1 << 18];
    struct arena a;
    FILE *f = fopen(LIKENESS, "rb");
    CHECK(f);
    size_t len = f ? fread(text, 1, sizeof text, f) : 0, files = 0, pairs = 0;
    str rest = {text, len}, line;
    arena_init(&a, BUDGET);
    while (str_cut(&rest, '\n', &line)) {
        str what = next_word(&line);
        if (str_eq(what, STR("file"))) {
            check_file(&a, line);
            arena_reset(&a);
            files++;
        } else if (str_eq(what, STR("like"))) {
            check_likeness(line);
            pairs++;
        }
    }
    CHECK(files >= 70 && pairs >= 100);
    arena_done(&a);
    if (f) {
        (void)fclose(f);
    }
}

static void what_is_no_hash_is_none(void)
{
    static const char *const wrong[] = {
        "",       "3",        "3:",      "3:a",        "4:abc:def",       "3:ab c:def",
        "3::abc", "3:abc:d?", "3:a:b:c", "03x:a:b",    "99999999999:a:b", "T1",
        "T1zz",   "TNULL",    "::1",     "1.2.3.4:80", "a:b:c",           "12:",
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        CHECK(!is_alike_hash(KIND_SSDEEP, str_of(wrong[i])));
        CHECK(!is_alike_hash(KIND_TLSH, str_of(wrong[i])));
    }
    CHECK(is_alike_hash(KIND_SSDEEP, STR("3:abc:def,\"a name, with more: of it\"")));
}

/* ---- the index */

struct told {
    size_t count;
    uint32_t line;
    char text[200];
};

static void on_alike(void *ctx, const struct alikeness *found)
{
    struct told *t = ctx;
    t->count++;
    t->line = found->kept->line;
    (void)snprintf(t->text, sizeof t->text, "%.*s", STR_ARG(found->text));
}

/* One file in many: the index finds what a comparison with each finds. */
static void the_index_finds_what_comparing_all_finds(void)
{
    enum { MANY = 400 };
    struct arena a;
    struct image im = {.head.nkept = 2 * MANY};
    arena_init(&a, BUDGET);
    struct buf strings;
    buf_init(&strings, 1 << 20);
    buf_bytes(&strings, "\0\0\0", 4);
    struct kept *kept = ARENA_ARRAY(&a, struct kept, 2 * MANY);
    struct piecewise *pieces = ARENA_ARRAY(&a, struct piecewise, MANY);
    struct tlsh *digests = ARENA_ARRAY(&a, struct tlsh, MANY);
    for (uint32_t i = 0; i < MANY; i++) { /* families of eight, of several sizes */
        size_t size = 3000 + 500 * (i / 8 % 7) + 40 * (i % 8);
        const bytes file = file_of(&a, STR("letters"), 100 + i / 8, size, size / (i % 8 + 1));
        pieces[i] = piecewise_of(file);
        CHECK(tlsh_of(file, &digests[i]));
        for (uint32_t k = 0; k < 2; k++) {
            str text = k ? tlsh_text(&digests[i], &a) : piecewise_text(&pieces[i], &a);
            kept[2 * i + k] =
                (struct kept){k ? KIND_TLSH : KIND_SSDEEP, (uint32_t)strings.len, i, 0};
            const uint8_t len[4] = {(uint8_t)text.len, (uint8_t)(text.len >> 8), 0, 0};
            buf_bytes(&strings, len, 4);
            buf_add(&strings, text);
        }
        piecewise_squeeze(&pieces[i]);
    }
    im.kept = kept;
    im.strings = (const uint8_t *)strings.p;
    im.head.strings = strings.len;
    struct alike l = {0};
    struct alike_tried tried;
    CHECK_INT(alike_build(&l, &a, &im, 1), 0);
    alike_tried_init(&tried, &l);
    size_t most = 0;
    for (uint32_t i = 0; i < MANY; i++) {
        size_t near = 0, like = 0;
        struct told by_pieces = {0}, by_digest = {0};
        for (uint32_t k = 0; k < MANY; k++) {
            like += piecewise_score(&pieces[i], &pieces[k]) >= ALIKE_SCORE;
            near += tlsh_distance(&digests[i], &digests[k]) <= ALIKE_DISTANCE;
        }
        CHECK(alike_hash(&l, piecewise_text(&pieces[i], &a), &tried, &a, on_alike, &by_pieces));
        CHECK(alike_hash(&l, tlsh_text(&digests[i], &a), &tried, &a, on_alike, &by_digest));
        CHECK_INT(by_pieces.count, like);
        CHECK_INT(by_digest.count, near);
        CHECK(like >= 1 && near >= 1);
        most = like > most ? like : most;
    }
    CHECK(most > 1 && most < 20);
    alike_tried_done(&tried);
    buf_done(&strings);
    arena_done(&a);
}

/* Whoever writes a list cannot make each file cost a comparison with all of it. */
static void a_list_of_hashes_that_are_all_alike_costs_a_bounded_number_of_comparisons(void)
{
    enum { MANY = ALIKE_TRIED + 5 };
    struct arena a;
    struct image im = {.head.nkept = MANY};
    arena_init(&a, BUDGET);
    const char text[] = "\0\0\0\0\x1b\0\0\0"
                        "96:ABCDEFGHIJKLMNOP:QRSTUVW";
    struct kept *kept = ARENA_ARRAY(&a, struct kept, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        kept[i] = (struct kept){KIND_SSDEEP, 4, i, 0};
    }
    im.kept = kept;
    im.strings = (const uint8_t *)text;
    im.head.strings = sizeof text - 1;
    struct alike l = {0};
    struct alike_tried tried;
    struct told told = {0};
    CHECK_INT(alike_build(&l, &a, &im, 1), 0);
    alike_tried_init(&tried, &l);
    CHECK(!alike_hash(&l, STR("96:ABCDEFGHIJKLMNOP:QRSTUVW"), &tried, &a, on_alike, &told));
    CHECK_INT(told.count, ALIKE_TRIED);
    CHECK_STR(str_of(told.text), "100/100, 96:ABCDEFGHIJKLMNOP:QRSTUVW");
    alike_tried_done(&tried);
    arena_done(&a);
}

/* ---- as indicators */

static void on_hit(void *ctx, const struct indicator_hit *hit)
{
    char *said = ctx;
    for (size_t i = 0; i < hit->nfields; i++) {
        const struct named_value *f = &hit->fields[i];
        if (str_eq(f->name, STR("IndicatorKind")) || str_eq(f->name, STR("IndicatorLikeness"))) {
            size_t len = strlen(said);
            (void)snprintf(said + len, 400 - len, "%.*s ",
                           (int)(f->value.len < 12 ? f->value.len : 12), f->value.p);
        }
    }
}

static void a_file_that_is_like_one_of_a_list_is_a_lead_of_medium_level(void)
{
    struct arena a;
    struct names names;
    char said[400] = "", list[400];
    arena_init(&a, BUDGET);
    CHECK(names_init(&names, &a));
    indicators_names(&names);
    const bytes file = file_of(&a, STR("letters"), 7, 30000, 0);
    const bytes like = file_of(&a, STR("letters"), 7, 30000, 9000);
    const bytes other = file_of(&a, STR("letters"), 8, 30000, 0);
    struct indicators *set = indicators_new(&a, &names, (struct hash_key){1, 2});
    const struct piecewise pieces = piecewise_of(file);
    struct tlsh digest;
    CHECK(tlsh_of(file, &digest));
    (void)snprintf(list, sizeof list, "%.*s\ntlsh: %.*s\n", STR_ARG(piecewise_text(&pieces, &a)),
                   STR_ARG(tlsh_text(&digest, &a)));
    indicators_read(set, STR("list"), bytes_of_str(str_of(list)));
    indicators_build(set);
    CHECK(indicators_has_alike(set) && indicators_refused(set) == 0);
    CHECK_INT(indicators_count(set, KIND_SSDEEP) + indicators_count(set, KIND_TLSH), 2);
    struct indicator_run *run = indicator_run_new(set);
    CHECK(indicator_run_alike(run, file, &a, on_hit, said));
    CHECK_STR(str_of(said), "ssdeep 100/100, 768 tlsh distance 0,  ");
    said[0] = 0;
    CHECK(indicator_run_alike(run, like, &a, on_hit, said));
    CHECK(str_has(str_of(said), STR("ssdeep ")) && str_has(str_of(said), STR("tlsh distance")));
    CHECK(!str_has(str_of(said), STR("100/100")));
    said[0] = 0;
    CHECK(indicator_run_alike(run, other, &a, on_hit, said));
    CHECK_STR(str_of(said), "");
    for (uint32_t i = 0; i < indicators_rule_count(set); i++) {
        const struct rule_info *rule = indicators_rule(set, i);
        if (str_eq(rule->id, STR("indicator-ssdeep-alike")) ||
            str_eq(rule->id, STR("indicator-tlsh-alike"))) {
            CHECK(rule->level == LEVEL_MEDIUM && rule->weight == WEIGHT_LEAD);
        }
    }
    indicator_run_free(run);
    indicators_done(set);
    arena_done(&a);
}

int main(void)
{
    RUN(hashes_and_scores_are_what_others_answer);
    RUN(what_is_no_hash_is_none);
    RUN(the_index_finds_what_comparing_all_finds);
    RUN(a_list_of_hashes_that_are_all_alike_costs_a_bounded_number_of_comparisons);
    RUN(a_file_that_is_like_one_of_a_list_is_a_lead_of_medium_level);
    return kit_end();
}
