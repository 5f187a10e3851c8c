#include "engine/message.h"
#include "kit.h"

static uint8_t room[LIMIT_MESSAGE];

static struct message again(struct arena *a, const struct message *m)
{
    struct message back = {0};
    size_t len = message_write(m, room);
    CHECK(len > 0);
    CHECK(message_read(arena_bytes(a, (bytes){room, len}), &back, a));
    CHECK_INT(back.kind, m->kind);
    return back;
}

static struct message sample_hit(void)
{
    static struct named_value fields[] = {
        {STR_INIT("Image"), STR_INIT("C:\\x.exe")},
        {STR_INIT("Empty"), STR_INIT("")         },
    };
    return (struct message){
        .kind = MESSAGE_HIT,
        .hit = {.which = 7,
                .record = 8,
                .offset = UINT64_MAX,
                .len = 9,
                .time = -5,
                .channel = STR("Security"),
                .host = STR("h"),
                .event_id = 4688,
                .fields = fields,
                .nfields = 2},
    };
}

static void a_hit_comes_back_as_it_went(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct message m = sample_hit(), back = again(&a, &m);
    CHECK_INT(back.hit.which, 7);
    CHECK(back.hit.record == 8 && back.hit.offset == UINT64_MAX && back.hit.len == 9);
    CHECK_INT(back.hit.time, -5);
    CHECK_STR(back.hit.channel, "Security");
    CHECK_INT(back.hit.nfields, 2);
    CHECK_STR(back.hit.fields[0].value, "C:\\x.exe");
    CHECK_STR(back.hit.fields[1].name, "Empty");
    arena_done(&a);
}

static void the_others_come_back_too(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct message m = {
        .kind = MESSAGE_TASK, .task = {TASK_PART, true, 3, 100, 10, 90, 1234, STR("a.zip!/b")}
    };
    struct message back = again(&a, &m);
    CHECK(back.task.kind == TASK_PART && back.task.hash && back.task.modified == 1234 &&
          back.task.format == 3);
    CHECK(back.task.size == 100 && back.task.from == 10 && back.task.to == 90);
    CHECK_STR(back.task.path, "a.zip!/b");
    int64_t stretches[] = {-3, 0, 5};
    m = (struct message){
        .kind = MESSAGE_SOURCE,
        .source = {.host = STR("h"),
                   .channel = STR("c"),
                   .build = STR("15.1.2176.2"),
                   .events = 6,
                   .first = -1,
                   .last = 1,
                   .width = 2,
                   .stretches = stretches,
                   .nstretches = 3}
    };
    back = again(&a, &m);
    CHECK_STR(back.source.build, "15.1.2176.2");
    CHECK(back.source.events == 6 && back.source.first == -1 && back.source.width == 2);
    CHECK(back.source.nstretches == 3 && back.source.stretches[0] == -3);
    m = (struct message){
        .kind = MESSAGE_DONE, .done = {.events = 4, .hashed = true}
    };
    m.done.sha256[31] = 0xee;
    back = again(&a, &m);
    CHECK(back.done.events == 4 && back.done.hashed && back.done.sha256[31] == 0xee);
    arena_done(&a);
}

static void any_message_cut_short_or_grown_is_refused(void)
{
    struct arena a;
    struct message m = sample_hit(), back;
    size_t len = message_write(&m, room);
    arena_init(&a, 1 << 20);
    for (size_t cut = 0; cut < len; cut++) {
        CHECK(!message_read((bytes){room, cut}, &back, &a));
    }
    room[len] = 0;
    CHECK(!message_read((bytes){room, len + 1}, &back, &a));
    arena_done(&a);
}

static void bad_text_becomes_valid(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct message m = {
        .kind = MESSAGE_VOTE, .vote = {STR("a\xff"), -20, 3}
    };
    struct message back = again(&a, &m);
    CHECK_STR(back.vote.host, "a\xef\xbf\xbd");
    CHECK(back.vote.quarter_hours == -20 && back.vote.count == 3);
    arena_done(&a);
}

static void a_short_message_cannot_ask_for_much_memory(void)
{
    struct arena a;
    struct message m = sample_hit(), back;
    m.hit.nfields = 0;
    size_t len = message_write(&m, room);
    room[len - 4] = 0xff; /* the count of fields that do not follow */
    room[len - 3] = 0x0f;
    arena_init(&a, 1 << 12);
    uint64_t budget = a.budget;
    CHECK(!message_read((bytes){room, len}, &back, &a));
    CHECK(a.budget == budget);
    arena_done(&a);
}

static void what_is_too_large_is_not_written(void)
{
    static char large[LIMIT_MESSAGE + 1];
    memset(large, 'x', sizeof large);
    struct message m = {.kind = MESSAGE_SEVERAL,
                        .several = bytes_of_str((str){large, sizeof large})};
    CHECK(message_write(&m, room) == 0);
    m.several.len = LIMIT_SEVERAL; /* with its kind and length */
    CHECK(message_write(&m, room) == LIMIT_MESSAGE);
    struct named_value field = {
        STR("n"), {large, LIMIT_FIELD_TEXT + 1}
    };
    m = (struct message){
        .kind = MESSAGE_HIT, .hit = {.fields = &field, .nfields = 1}
    };
    CHECK(message_write(&m, room) == 0);
}

static void several_come_apart_as_they_were_put_together(void)
{
    static uint8_t frames[LIMIT_SEVERAL];
    struct arena a;
    struct message hit = sample_hit(), back;
    size_t len = 0;
    arena_init(&a, 1 << 20);
    for (unsigned i = 0; i < 3; i++) {
        hit.hit.record = i;
        len += message_frame((bytes){room, message_write(&hit, room)}, frames + len);
    }
    struct message m = {
        .kind = MESSAGE_SEVERAL, .several = {frames, len}
    };
    m = again(&a, &m);
    bytes rest = m.several, one;
    for (unsigned i = 0; i < 3; i++) {
        CHECK(message_next(&rest, &one) && message_read(one, &back, &a));
        CHECK(back.kind == MESSAGE_HIT && back.hit.record == i);
    }
    CHECK(rest.len == 0 && !message_next(&rest, &one));
    for (size_t cut = 1; cut < len / 3; cut++) {
        rest = (bytes){frames, cut};
        CHECK(!message_next(&rest, &one) && rest.len == 0);
    }
    arena_done(&a);
}

static void noise_is_refused_or_harmless(void)
{
    uint32_t seed = 1;
    for (int i = 0; i < 20000; i++) {
        struct arena a;
        struct message m;
        uint8_t noise[96];
        arena_init(&a, 1 << 16);
        for (size_t k = 0; k < sizeof noise; k++) {
            seed = seed * 1664525 + 1013904223;
            noise[k] = (uint8_t)(seed >> 24) & ((seed >> 8 & 3) ? 0x03 : 0xff);
        }
        noise[0] %= MESSAGE_COUNT;
        noise[1] = noise[2] = noise[3] = 0;
        (void)message_read((bytes){noise, seed % sizeof noise}, &m, &a);
        arena_done(&a);
    }
}

int main(void)
{
    RUN(a_hit_comes_back_as_it_went);
    RUN(the_others_come_back_too);
    RUN(any_message_cut_short_or_grown_is_refused);
    RUN(bad_text_becomes_valid);
    RUN(a_short_message_cannot_ask_for_much_memory);
    RUN(what_is_too_large_is_not_written);
    RUN(several_come_apart_as_they_were_put_together);
    RUN(noise_is_refused_or_harmless);
    return kit_end();
}
