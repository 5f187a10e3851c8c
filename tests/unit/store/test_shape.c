#include "store/shape.h"

#include "same.h"
#include "sample.h"

static struct arena arena;

static str json_of_shape(struct buf *b, const struct shape *s, const void *object)
{
    buf_init(b, 1 << 20);
    shape_write(b, s, object);
    CHECK(buf_ok(b));
    return buf_str(b);
}

static void an_assessment_comes_back_equal(void)
{
    struct buf b;
    struct assessment back = {0};
    CHECK(shape_read(&shape_assessment, json_of_shape(&b, &shape_assessment, &assessment_a), &arena,
                     &back));
    same_assessment(&assessment_a, &back);
    buf_done(&b);
}

static void a_rule_comes_back_equal(void)
{
    struct buf b;
    struct rule_info back = {0};
    CHECK(shape_read(&shape_rule, json_of_shape(&b, &shape_rule, &rule_a), &arena, &back));
    same_rule(&rule_a, &back);
    buf_done(&b);
}

static void times_are_rfc_3339_and_texts_have_two_members(void)
{
    struct buf b;
    CHECK_STR(json_of_shape(&b, &shape_gap, &(struct gap){0, TIME_NONE}),
              "{\"from\":\"1970-01-01T00:00:00Z\",\"to\":null}");
    buf_done(&b);
    struct text t = TEXT_OF("yes", "oui");
    CHECK_STR(json_of_shape(&b, &shape_text, &t), "{\"text\":\"yes\",\"text_fr\":\"oui\"}");
    buf_done(&b);
}

static void unknown_members_are_skipped_and_absent_ones_stay(void)
{
    struct gap g = {7, 8};
    CHECK(shape_read(&shape_gap, STR("{\"new\":[{\"from\":1}],\"to\":\"1970-01-01T00:00:01Z\"}"),
                     &arena, &g));
    CHECK(g.from == 7 && g.to == USEC_PER_SEC);
}

static void what_is_not_the_shape_is_refused(void)
{
    static const char *const bad[] = {"", "[]", "{", "{\"from\":1}", "{\"from\":\"x\"", "null"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct gap g = {0};
        CHECK(!shape_read(&shape_gap, str_of(bad[i]), &arena, &g));
    }
    struct verdict v = {0};
    CHECK(!shape_read(&shape_verdict, STR("{\"state\":\"sure\"}"), &arena, &v));
    CHECK(!shape_read(&shape_verdict, STR("{\"sentences\":[{},{},{},{},{}]}"), &arena, &v));
    CHECK(v.nsentences <= 4);
}

static void any_truncation_is_refused(void)
{
    struct buf b;
    str json = json_of_shape(&b, &shape_assessment, &assessment_a);
    for (size_t len = 0; len < json.len; len++) {
        struct assessment back = {0};
        struct arena_mark mark = arena_mark(&arena);
        CHECK(!shape_read(&shape_assessment, str_sub(json, 0, len), &arena, &back));
        arena_rewind(&arena, mark);
    }
    buf_done(&b);
}

static void little_memory_is_refused_not_crashed(void)
{
    struct buf b;
    str json = json_of_shape(&b, &shape_assessment, &assessment_a);
    for (uint64_t budget = 0; budget < 20000; budget += 512) {
        struct arena small;
        struct assessment back = {0};
        arena_init(&small, budget);
        (void)shape_read(&shape_assessment, json, &small, &back);
        arena_done(&small);
    }
    buf_done(&b);
}

static size_t member_size(const struct member *m)
{
    static const size_t sizes[] = {
        [MEMBER_STR] = sizeof(str),          [MEMBER_STRS] = sizeof(void *),
        [MEMBER_TEXT] = sizeof(struct text), [MEMBER_BOOL] = sizeof(bool),
        [MEMBER_INT] = sizeof(int),          [MEMBER_U32] = sizeof(uint32_t),
        [MEMBER_U64] = sizeof(uint64_t),     [MEMBER_I64] = sizeof(int64_t),
        [MEMBER_TIME] = sizeof(usec),        [MEMBER_ENUM] = sizeof(int),
        [MEMBER_LIST] = sizeof(void *),      [MEMBER_REAL] = sizeof(double),
    };
    size_t inside = m->shape ? m->shape->size : 0;
    return m->kind == MEMBER_STRUCT ? inside
           : m->kind == MEMBER_FEW  ? inside * m->max
                                    : sizes[m->kind];
}

/* What no member covers can only be padding, which is less than 8 bytes in a row. */
static void check_covered(const struct shape *s)
{
    bool covered[1024] = {false};
    CHECK(s->size <= sizeof covered);
    for (size_t i = 0; i < s->count; i++) {
        const struct member *m = &s->members[i];
        memset(covered + m->at, true, member_size(m));
        if (m->count_at) {
            memset(covered + m->count_at, true, sizeof(size_t));
        }
        if (m->shape) {
            check_covered(m->shape);
        }
    }
    size_t run = 0, longest = 0;
    for (size_t i = 0; i < s->size; i++) {
        run = covered[i] ? 0 : run + 1;
        longest = run > longest ? run : longest;
    }
    CHECK(longest < 8);
}

static void shapes_leave_no_member_out(void)
{
    check_covered(&shape_assessment);
    check_covered(&shape_rule);
    check_covered(&shape_named_value);
    check_covered(&shape_entity_ref);
    check_covered(&shape_text);
}

int main(void)
{
    arena_init(&arena, 1 << 24);
    RUN(an_assessment_comes_back_equal);
    RUN(a_rule_comes_back_equal);
    RUN(times_are_rfc_3339_and_texts_have_two_members);
    RUN(unknown_members_are_skipped_and_absent_ones_stay);
    RUN(what_is_not_the_shape_is_refused);
    RUN(any_truncation_is_refused);
    RUN(little_memory_is_refused_not_crashed);
    RUN(shapes_leave_no_member_out);
    arena_done(&arena);
    return kit_end();
}
