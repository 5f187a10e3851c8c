/* One format, fed hostile bytes: whole, in two parts that must give what the whole gives, and
 * with hardly any memory. Compiled once a line of formats.list, with -DFUZZ_FORMAT=name. */
#include "fuzz.h"
#include "record.h"

#include <stdlib.h>

#define PASTE(a, b)  a##b
#define FORMAT_OF(n) PASTE(format_, n)

extern const struct format FORMAT_OF(FUZZ_FORMAT);

enum { OUT_MAX = 64 << 20, SMALL_BUDGET = 100 << 10 };

static void must_agree(const struct buf *a, const struct buf *b)
{
    if (buf_ok(a) && buf_ok(b) && !str_eq(buf_str(a), buf_str(b))) {
        abort(); /* the parts differ from the whole */
    }
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
    if (f->cut && size > 1) {
        record_parts(f, unit, path, size / 2, &other);
        must_agree(&whole, &other);
        buf_clear(&other);
        record_parts(f, unit, path, size / 5 + 1, &other);
        must_agree(&whole, &other);
    }
    buf_clear(&other);
    record_unit(f, unit, path, &(struct record_options){.arena_budget = SMALL_BUDGET}, &other);
    buf_clear(&other);
    record_unit(f, unit, path, &(struct record_options){.carve = true}, &other);
    buf_done(&whole);
    buf_done(&other);
    return 0;
}
