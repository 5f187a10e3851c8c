#include "formats/lines.h"

#include "base/text.h"

#include <string.h>

enum { PLAIN_BYTES = 16 };

enum text_encoding text_encoding_of(bytes head, size_t *mark)
{
    const uint8_t *p = head.p;
    *mark = 0;
    if (head.len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
        *mark = 3;
        return TEXT_UTF8;
    }
    if (head.len >= 2 && (memcmp(p, "\xff\xfe", 2) == 0 || memcmp(p, "\xfe\xff", 2) == 0)) {
        *mark = 2;
        return p[0] == 0xff ? TEXT_UTF16LE : TEXT_UTF16BE;
    }
    if (head.len >= 4 && p[0] && !p[1] && p[2] && !p[3]) {
        return TEXT_UTF16LE;
    }
    if (head.len >= 4 && !p[0] && p[1] && !p[2] && p[3]) {
        return TEXT_UTF16BE;
    }
    return TEXT_UTF8;
}

str text_utf16(struct arena *a, bytes b, enum text_encoding encoding)
{
    if (encoding != TEXT_UTF16BE) {
        return text_utf16le(a, b);
    }
    uint8_t *swapped = arena_alloc(a, b.len);
    if (!swapped) {
        return STR_NONE;
    }
    for (size_t i = 0; i + 1 < b.len; i += 2) {
        swapped[i] = b.p[i + 1];
        swapped[i + 1] = b.p[i];
    }
    return text_utf16le(a, (bytes){swapped, b.len & ~(size_t)1});
}

struct lines lines_of(bytes unit, uint64_t to, size_t limit)
{
    size_t mark = 0;
    enum text_encoding encoding = text_encoding_of(unit, &mark);
    return (struct lines){
        .in = unit,
        .at = mark,
        .to = to < unit.len ? to : unit.len,
        .limit = limit,
        .encoding = encoding,
    };
}

static size_t lines_step(const struct lines *l)
{
    return l->encoding == TEXT_UTF8 ? 1 : 2;
}

static bool lines_is_unit(const struct lines *l, size_t at, uint8_t c)
{
    const uint8_t *p = l->in.p + at;
    switch (l->encoding) {
    case TEXT_UTF16LE:
        return at + 1 < l->in.len && p[0] == c && p[1] == 0;
    case TEXT_UTF16BE:
        return at + 1 < l->in.len && p[0] == 0 && p[1] == c;
    case TEXT_UTF8:
        break;
    }
    return at < l->in.len && p[0] == c;
}

/* Behind the line end of the line that goes on at `at`; the end of the unit when there is none. */
static size_t lines_end(const struct lines *l, size_t at)
{
    size_t step = lines_step(l), newline_byte = l->encoding == TEXT_UTF16BE ? 1 : 0, base = at;
    while (at < l->in.len) {
        const uint8_t *hit = memchr(l->in.p + at, '\n', l->in.len - at);
        if (!hit) {
            break;
        }
        size_t found = (size_t)(hit - l->in.p);
        if (step == 1) {
            return found + 1;
        }
        size_t start = found - newline_byte;
        if (start >= base && (start - base) % 2 == 0 && lines_is_unit(l, start, '\n')) {
            return start + 2;
        }
        at = found + 1;
    }
    return l->in.len;
}

static size_t lines_trim(const struct lines *l, size_t start, size_t end, uint8_t c)
{
    size_t step = lines_step(l);
    while (end >= start + step && lines_is_unit(l, end - step, c)) {
        end -= step;
    }
    return end;
}

/* So many bytes of plain ASCII are no UTF-16. */
static bool lines_is_plain(const uint8_t *p, size_t len)
{
    bool plain = len >= PLAIN_BYTES;
    for (size_t i = 0; plain && i < PLAIN_BYTES; i++) {
        plain = p[i] >= 0x20 && p[i] < 0x7f;
    }
    return plain;
}

/* Logs that several programs wrote to, or that were put together, turn to another encoding from
 * one line to the next. How long the byte order mark is that says so. */
static size_t lines_turn(struct lines *l)
{
    size_t left = l->in.len - (size_t)l->at, mark = 0;
    bytes here = {l->in.p + l->at, left};
    if (l->encoding != TEXT_UTF8) {
        l->encoding = lines_is_plain(here.p, left) ? TEXT_UTF8 : l->encoding;
    } else if (left >= 4 && (here.p[0] >= 0xfe || !here.p[0] != !here.p[1])) {
        enum text_encoding turned = text_encoding_of(here, &mark);
        mark = turned == TEXT_UTF8 ? 0 : mark;
        l->encoding = turned;
    }
    return mark;
}

/* Without the NULs before it, the line end, and the NULs and CRs behind it. */
static bytes lines_bare(const struct lines *l, size_t first, size_t *next, bool *ended,
                        bool *padded)
{
    size_t start = first, step = lines_step(l);
    while (lines_is_unit(l, start, 0)) {
        start += step;
    }
    *next = lines_end(l, start);
    *ended = *next >= start + step && lines_is_unit(l, *next - step, '\n');
    size_t end = *ended ? *next - step : *next;
    size_t text_end = lines_trim(l, start, end, 0);
    size_t stop = lines_trim(l, start, text_end, '\r');
    *padded = start > first || text_end < end;
    return (bytes){l->in.p + start, stop - start};
}

/* The same for most lines: UTF-8 without NULs. NULL in it for the others. */
static bytes lines_plain(const struct lines *l, size_t first, size_t *next)
{
    const uint8_t *p = l->in.p + first;
    const uint8_t *hit = p[0] ? memchr(p, '\n', l->in.len - first) : NULL;
    size_t len = hit ? (size_t)(hit - p) : 0;
    len -= len && p[len - 1] == '\r';
    bool plain = hit && !(len && (p[len - 1] == 0 || p[len - 1] == '\r'));
    *next = hit ? first + (size_t)(hit - p) + 1 : 0;
    return (bytes){plain ? p : NULL, len};
}

bool lines_next(struct lines *l, struct line *line)
{
    if (l->at >= l->to) {
        return false;
    }
    size_t offset = (size_t)l->at, first = offset + lines_turn(l), next = 0;
    bool ended = true, padded = false, narrow = l->encoding == TEXT_UTF8 && first < l->in.len;
    bytes raw = narrow ? lines_plain(l, first, &next) : (bytes){0};
    if (!raw.p) {
        raw = lines_bare(l, first, &next, &ended, &padded);
    }
    *line = (struct line){
        .offset = offset,
        .len = next - offset,
        .number = ++l->number,
        .raw = {raw.p, raw.len <= l->limit ? raw.len : 0},
        .ended = ended,
        .too_long = raw.len > l->limit,
        .padded = padded,
        .encoding = l->encoding,
    };
    l->at = next;
    return true;
}

/* ---- passing over */

enum { SKIP_BLOCK = 128 }; /* fewer than a byte can count */

/* A plain loop over a fixed number of bytes, which compilers make vectors of. */
static uint8_t lines_count_block(const uint8_t *p, uint8_t *odd)
{
    uint8_t ends = 0, any = 0;
    for (size_t i = 0; i < SKIP_BLOCK; i++) {
        ends = (uint8_t)(ends + (p[i] == '\n' ? 1 : 0));
        any |= (uint8_t)(p[i] == 0 ? 1 : 0) | (uint8_t)(p[i] >= 0xfe ? 1 : 0);
    }
    *odd |= any;
    return ends;
}

/* How many lines end in it. False where it holds what UTF-16 has: there lines may turn. */
static bool lines_count(bytes b, uint64_t *count)
{
    uint8_t odd = 0;
    size_t at = 0;
    for (; at + SKIP_BLOCK <= b.len && !odd; at += SKIP_BLOCK) {
        *count += lines_count_block(b.p + at, &odd);
    }
    for (; at < b.len; at++) {
        *count += b.p[at] == '\n';
        odd |= (b.p[at] == 0) | (b.p[at] >= 0xfe);
    }
    return !odd;
}

void lines_skip(struct lines *l, uint64_t before)
{
    before = before < l->to ? before : l->to;
    if (l->encoding == TEXT_UTF8 && l->at < before) {
        const uint8_t *p = l->in.p;
        bool at_start = p[before - 1] == '\n';
        size_t stop = at_start ? (size_t)before : lines_end(l, (size_t)before);
        uint64_t ends = 0;
        if (lines_count((bytes){p + l->at, stop - (size_t)l->at}, &ends)) {
            l->number += ends + (p[stop - 1] != '\n');
            l->at = stop;
        }
    }
    struct line line;
    while (l->at < before && lines_next(l, &line)) {
    }
}

uint64_t lines_back(bytes unit, uint64_t at)
{
    at -= at > 0;
    while (at > 0 && unit.p[at - 1] != '\n') {
        at--;
    }
    return at;
}

str lines_text(const struct lines *l, const struct line *line, struct arena *a)
{
    return l->encoding == TEXT_UTF8 ? str_of_bytes(line->raw)
                                    : text_utf16(a, line->raw, l->encoding);
}

uint64_t lines_cut(bytes unit, uint64_t near)
{
    struct lines l = lines_of(unit, unit.len, SIZE_MAX);
    if (near == 0 || near >= unit.len) {
        return near == 0 ? 0 : unit.len;
    }
    if (near <= l.at) {
        return l.at;
    }
    size_t step = lines_step(&l), at = (size_t)near;
    at += (at - (size_t)l.at) % step;
    return lines_end(&l, at - step);
}

str text_narrow(bytes b, enum text_encoding encoding, char *room, size_t size)
{
    if (encoding == TEXT_UTF8) {
        return str_of_bytes(b);
    }
    size_t len = 0, low = encoding == TEXT_UTF16BE ? 1 : 0;
    for (size_t i = 0; i + 1 < b.len && len < size; i += 2) {
        bool ascii = b.p[i + 1 - low] == 0 && b.p[i + low] < 0x80;
        uint8_t c = ascii ? b.p[i + low] : '?';
        room[len++] = (char)c;
    }
    return (str){room, len};
}

str text_head(bytes head, char *room, size_t size)
{
    size_t mark = 0;
    enum text_encoding encoding = text_encoding_of(head, &mark);
    bytes behind = {head.p ? head.p + mark : NULL, head.len - mark};
    return text_narrow(behind, encoding, room, size);
}
