#include "cli/whereabouts.h"

#include "base/buf.h"

#include <string.h>

enum { COMMAND_MAX = 1 << 16 };

/* `pattern`: bsdtar takes the name of a member for a pattern. */
static void put_quoted(struct buf *b, str s, bool pattern)
{
    buf_char(b, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '\'') {
            buf_add(b, STR("'\\''"));
        } else {
            if (pattern && strchr("*?[]\\", s.p[i])) {
                buf_char(b, '\\');
            }
            buf_char(b, s.p[i]);
        }
    }
    buf_char(b, '\'');
}

/* Takes what stands before the next "!/" off `*rest`; false when there is no further one. */
static bool cut_member(str *rest, str *outer)
{
    size_t at = str_find(*rest, STR("!/"));
    *outer = str_sub(*rest, 0, at);
    if (at == rest->len) {
        return false;
    }
    *rest = str_from(*rest, at + 2);
    return true;
}

str whereabouts_command(struct arena *a, str unit, uint64_t offset, uint64_t len)
{
    struct buf b;
    buf_init(&b, COMMAND_MAX);
    str outer, rest = unit;
    bool first = true;
    while (cut_member(&rest, &outer)) {
        str inner = rest, member;
        (void)cut_member(&inner, &member);
        buf_add(&b, first ? STR("bsdtar -xOf ") : STR(" | bsdtar -xOf - "));
        if (first) {
            put_quoted(&b, outer, false);
            buf_char(&b, ' ');
        }
        put_quoted(&b, member, true);
        first = false;
    }
    if (first) {
        buf_add(&b, STR("tail -c +"));
        buf_printf(&b, "%llu ", (unsigned long long)offset + 1);
        put_quoted(&b, unit, false);
    } else {
        buf_printf(&b, " | tail -c +%llu", (unsigned long long)offset + 1);
    }
    buf_printf(&b, " | head -c %llu | xxd", (unsigned long long)len);
    str command = arena_str(a, buf_str(&b));
    buf_done(&b);
    return command;
}
