#include "formats/archive/member_name.h"

#include "base/text.h"
#include "formats/archive/limits.h"

#include <string.h>

static bool is_separator(char c)
{
    return c == '/' || c == '\\';
}

/* One component, escaped into `out`; what was written. */
static size_t put_component(char *out, size_t room, str part)
{
    size_t len = 0;
    for (size_t at = 0; at < part.len;) {
        uint32_t c = utf8_next(part, &at);
        char utf8[4];
        bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
        size_t n = utf8_put(utf8, control ? 0xfffd : c);
        if (len + n > room) {
            break;
        }
        memcpy(out + len, utf8, n);
        len += n;
    }
    return len;
}

str member_name(struct arena *a, str written)
{
    char out[ARCHIVE_NAME_MAX];
    size_t len = 0;
    for (size_t at = 0; at < written.len && len + 1 < sizeof out;) {
        size_t end = at;
        while (end < written.len && !is_separator(written.p[end])) {
            end++;
        }
        str part = str_sub(written, at, end - at);
        at = end + 1;
        if (!part.len || str_eq(part, STR(".")) || str_eq(part, STR(".."))) {
            continue;
        }
        if (len) {
            out[len++] = '/';
        }
        len += put_component(out + len, sizeof out - len, part);
    }
    return arena_str(a, (str){out, len});
}
