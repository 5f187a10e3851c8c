#include "detect/stix/unicode.h"

#include "base/text.h"

#include <utf8proc.h>

enum { MARKS_MAX = 200 };

static bool is_ascii(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((uint8_t)s.p[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

/* Marks are put in order by their class, in time that is the square of a run of them. */
static bool is_writable(str s)
{
    size_t run = 0;
    for (size_t at = 0; at < s.len && run <= MARKS_MAX;) {
        const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)utf8_next(s, &at));
        run = p->combining_class ? run + 1 : 0;
    }
    return run <= MARKS_MAX;
}

static str put(struct arena *a, const utf8proc_int32_t *points, size_t count)
{
    char *p = arena_array(a, count + 1, 4);
    size_t len = 0;
    for (size_t i = 0; p && i < count; i++) {
        len += utf8_put(p + len, (uint32_t)points[i]);
    }
    return (str){p, len};
}

bool unicode_nfc(struct arena *a, str s, str *out)
{
    *out = s;
    if (is_ascii(s)) {
        return true;
    }
    if (s.len > UINT32_MAX || !utf8_valid(s) || !is_writable(s)) {
        return false;
    }
    const utf8proc_option_t form = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s.p;
    utf8proc_ssize_t len = (utf8proc_ssize_t)s.len;
    utf8proc_ssize_t count = utf8proc_decompose(p, len, NULL, 0, form);
    utf8proc_int32_t *points =
        count < 0 ? NULL : ARENA_ARRAY(a, utf8proc_int32_t, (size_t)count + 1);
    if (!points || utf8proc_decompose(p, len, points, count, form) != count) {
        return false;
    }
    count = utf8proc_normalize_utf32(points, count, form);
    *out = count < 0 ? STR_NONE : put(a, points, (size_t)count);
    return out->p != NULL;
}
