/* One format, fed hostile bytes: whole, in two parts that must give what the whole gives, and
 * with hardly any memory. Compiled once a line of formats.list, with -DFUZZ_FORMAT=name. */
#include "fuzz.h"
#include "record.h"

#include <stdlib.h>

#define PASTE(a, b)  a##b
#define FORMAT_OF(n) PASTE(format_, n)

extern const struct format FORMAT_OF(FUZZ_FORMAT);

enum { OUT_MAX = 64 << 20, SMALL_BUDGET = 100 << 10, MEMORY_BUDGET = 1 << 20 };

static void must_agree(const struct buf *a, const struct buf *b)
{
    if (buf_ok(a) && buf_ok(b) && !str_eq(buf_str(a), buf_str(b))) {
        abort(); /* the parts differ from the whole */
    }
}

/* What a parser remembers of a unit that was cut short, and of the unit itself, changes nothing. */
static void must_not_depend_on_memory(const struct format *f, bytes unit, str path,
                                      const struct buf *whole)
{
    struct memory memory = {0};
    struct buf out;
    arena_init(&memory.arena, MEMORY_BUDGET);
    buf_init(&out, OUT_MAX);
    struct record_options o = {.to = unit.len / 2, .memory = &memory};
    record_unit(f, (bytes){unit.p, unit.len / 2}, path, &o, &out);
    o.to = unit.len;
    for (int i = 0; i < 2; i++) {
        buf_clear(&out);
        record_unit(f, unit, path, &o, &out);
        must_agree(whole, &out);
    }
    buf_done(&out);
    arena_done(&memory.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct format *f = &FORMAT_OF(FUZZ_FORMAT);
    bytes unit = {data, size};
    str path = STR("a.zip!/OABGeneratorLog/x.log");
    struct buf whole, other;
    buf_init(&whole, OUT_MAX);
    buf_init(&other, OUT_MAX);
    (void)f->probe((bytes){data, size < PROBE_HEAD ? size : PROBE_HEAD}, path);
    record_unit(f, unit, path, NULL, &whole);
    struct memory memory = {0};
    arena_init(&memory.arena, MEMORY_BUDGET);
    if (f->cut && size > 1) {
        record_parts(f, unit, path, size / 2, NULL, &other);
        must_agree(&whole, &other);
        buf_clear(&other);
        record_parts(f, unit, path, size / 5 + 1, &memory, &other);
        must_agree(&whole, &other);
    }
    arena_done(&memory.arena);
    must_not_depend_on_memory(f, unit, path, &whole);
    buf_clear(&other);
    record_unit(f, unit, path, &(struct record_options){.arena_budget = SMALL_BUDGET}, &other);
    buf_clear(&other);
    record_unit(f, unit, path, &(struct record_options){.carve = true}, &other);
    buf_done(&whole);
    buf_done(&other);
    return 0;
}
