#include "engine/ident.h"

#include "os/digest.h"

enum { ID_DIGITS = 12 };

str finding_id(str unit, const struct hit *h, str rule, struct arena *a)
{
    uint8_t digest[DIGEST_LEN];
    char hex[DIGEST_HEX];
    struct arena_mark mark = arena_mark(a);
    str numbers = arena_printf(a, "%c%llu%c%llu%c", 0, (unsigned long long)h->offset, 0,
                               (unsigned long long)h->record, 0);
    struct digest *d = digest_new();
    digest_add(d, bytes_of_str(unit));
    digest_add(d, bytes_of_str(numbers));
    digest_add(d, bytes_of_str(rule));
    digest_end(d, digest);
    arena_rewind(a, mark);
    return arena_str(a, str_sub(digest_hex(digest, hex), 0, ID_DIGITS));
}
