#include "kit.h"
#include "serve/envelope.h"

#include "base/buf.h"

static struct arena arena;

static void collect(void *ctx, bytes json)
{
    buf_add(ctx, str_of_bytes(json));
    buf_char(ctx, '|');
}

static void check_each(const char *in, enum envelope_fault fault, const char *want)
{
    struct buf out;
    buf_init(&out, 4096);
    CHECK_INT(envelope_each(bytes_of_str(str_of(in)), collect, &out), fault);
    CHECK_STR(buf_str(&out), want);
    buf_done(&out);
}

static void objects_come_as_they_were_written(void)
{
    check_each("{\"a\":{\"objects\":[1]},\"objects\":[{\"b\": [1, 2]} , \"x\\n\", -1.5e3,null,[] "
               "],\"z\":0}",
               ENVELOPE_FINE, "{\"b\": [1, 2]}|\"x\\n\"|-1.5e3|null|[]|");
    check_each("{\"objects\":[],\"objects\":[1]}", ENVELOPE_FINE, "");
}

static void nothing_comes_from_what_is_broken(void)
{
    check_each("{}", ENVELOPE_NO_OBJECTS, "");
    check_each("{\"objects\":{}}", ENVELOPE_NO_OBJECTS, "");
    check_each("[{\"objects\":[1]}]", ENVELOPE_NO_OBJECTS, "");
    check_each("{\"objects\":[{},{}", ENVELOPE_NO_JSON, "");
    check_each("{\"objects\":[{}]} x", ENVELOPE_NO_JSON, "");
    check_each("", ENVELOPE_NO_JSON, "");
}

static void a_page_tells_what_follows(void)
{
    struct envelope e;
    str text = STR("{\"more\":true,\"next\":\"\\u0061b\",\"objects\":[{},{}]}");
    CHECK(envelope_look(bytes_of_str(text), &arena, &e) == ENVELOPE_FINE);
    CHECK(e.more && e.count == 2);
    CHECK_STR(e.next, "ab");
}

int main(void)
{
    arena_init(&arena, 1 << 20);
    RUN(objects_come_as_they_were_written);
    RUN(nothing_comes_from_what_is_broken);
    RUN(a_page_tells_what_follows);
    arena_done(&arena);
    return kit_end();
}
