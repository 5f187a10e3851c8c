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

/* How a compressed file that is not an archive is unpacked; NULL for archives, which bsdtar
 * reads, compressed or not. */
static const char *unpacker(str outer, str member)
{
    static const struct {
        str ext;
        const char *command;
    } known[] = {
        {STR_INIT(".gz"),  "gzip -dc" },
        {STR_INIT(".bz2"), "bzip2 -dc"},
        {STR_INIT(".xz"),  "xz -dc"   },
        {STR_INIT(".zst"), "zstd -dc" },
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        str name = str_base(outer);
        bool ours = str_ends_nocase(name, known[i].ext);
        if (ours && str_eq(str_sub(name, 0, name.len - known[i].ext.len), member)) {
            return known[i].command;
        }
    }
    return NULL;
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

/* `outer` is empty when the archive comes through a pipe. */
static void put_step(struct buf *b, str outer, str name, str member)
{
    const char *command = unpacker(name, member);
    buf_add(b, str_of(command ? command : "bsdtar -xOf"));
    if (outer.len) {
        buf_char(b, ' ');
        put_quoted(b, outer, false);
    } else if (!command) {
        buf_add(b, STR(" -"));
    }
    if (!command) {
        buf_char(b, ' ');
        put_quoted(b, member, true);
    }
    buf_add(b, STR(" | "));
}

str whereabouts_command(struct arena *a, str unit, uint64_t offset, uint64_t len)
{
    struct buf b;
    buf_init(&b, COMMAND_MAX);
    str outer, rest = unit;
    bool piped = false;
    while (cut_member(&rest, &outer)) {
        str inner = rest, member;
        (void)cut_member(&inner, &member);
        put_step(&b, piped ? STR_NONE : outer, outer, member);
        piped = true;
    }
    buf_printf(&b, "tail -c +%llu", (unsigned long long)offset + 1);
    if (!piped) {
        buf_char(&b, ' ');
        put_quoted(&b, unit, false);
    }
    buf_printf(&b, " | head -c %llu | xxd", (unsigned long long)len);
    str command = arena_str(a, buf_str(&b));
    buf_done(&b);
    return command;
}
