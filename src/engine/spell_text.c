/* Text in UTF-8 and UTF-16, escaped for JSON or XML on the way, sixteen characters at a time. */
#include "engine/spell.h"

#include "base/reader.h"
#include "base/text.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum {
    STEP = 16,   /* characters looked at together */
    TURN = 4096, /* characters between two looks at the room */
    LONGEST = 6, /* bytes that one becomes: \u0007, &quot; */
};

enum spelling { SPELL_JSON, SPELL_XML };

/* ---- escapes ---- */

static char *put(char *o, str s)
{
    memcpy(o, s.p, s.len);
    return o + s.len;
}

static char *put_json(char *o, uint32_t c)
{
    static const char digits[] = "0123456789abcdef";
    if (c >= 0xa0 && c != 0x2028 && c != 0x2029) {
        return o + utf8_put(o, c);
    }
    o = put(o, STR("\\u"));
    for (int shift = 12; shift >= 0; shift -= 4) {
        *o++ = digits[c >> shift & 15];
    }
    return o;
}

/* What stands behind a backslash for it; 0 when there is no such escape. */
static inline char short_escape(uint32_t c)
{
    static const char escapes[128] = {['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
                                      ['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't'};
    return c < sizeof escapes ? escapes[c] : 0;
}

static char *put_xml(char *o, uint32_t c)
{
    switch (c) {
    case '<':
        return put(o, STR("&lt;"));
    case '>':
        return put(o, STR("&gt;"));
    case '&':
        return put(o, STR("&amp;"));
    case '"':
        return put(o, STR("&quot;"));
    case '\'':
        return put(o, STR("&#39;"));
    case '\t':
        return put(o, STR("&#9;"));
    case '\n':
        return put(o, STR("&#10;"));
    case '\r':
        return put(o, STR("&#13;"));
    default:
        return o + utf8_put(o, c < 0x20 || c == 0xfffe || c == 0xffff ? 0xfffd : c);
    }
}

static inline char *put_character(char *o, uint32_t c, enum spelling how)
{
    return how == SPELL_JSON ? put_json(o, c) : put_xml(o, c);
}

/* ---- many characters at a time ----
 *
 * narrow() writes `count` characters, no more than STEP, as if all were plain, and says by a bit
 * each which of them are not. From the first of these on, what it wrote is rubbish. */

static inline unsigned is_odd(unsigned c, enum spelling how)
{
    return c < 0x20 || c >= 0x7f || c == '"' ||
           (how == SPELL_JSON ? c == '\\' : c == '<' || c == '>' || c == '&' || c == '\'');
}

static inline unsigned unit_at(const uint8_t *p, size_t i, size_t unit)
{
    return unit == 1 ? p[i] : load_u16le(p + 2 * i);
}

static inline unsigned narrow_one(char *o, const uint8_t *p, size_t unit, enum spelling how)
{
    unsigned c = unit_at(p, 0, unit);
    *o = (char)c;
    return is_odd(c, how);
}

#if defined(__SSE2__)

/* Bits of the bytes that cannot stand as they are; those that are no ASCII among them. */
static inline unsigned odd_ones(__m128i x, enum spelling how)
{
    __m128i odd = _mm_or_si128(_mm_cmplt_epi8(x, _mm_set1_epi8(0x20)),
                               _mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f)));
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('"')));
    if (how == SPELL_JSON) {
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
    } else {
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('<')));
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('>')));
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('&')));
        odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('\'')));
    }
    return (unsigned)_mm_movemask_epi8(odd);
}

static inline __m128i sixteen_at(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline __m128i eight_at(const uint8_t *p)
{
    return _mm_loadl_epi64((const __m128i *)(const void *)p);
}

static inline __m128i four_at(const uint8_t *p)
{
    return _mm_cvtsi32_si128((int)load_u32le(p));
}

/* Units above 0xff saturate, those above 0x7fff become 0: odd ones, both. */
static inline __m128i packed(__m128i x, __m128i y)
{
    return _mm_packus_epi16(x, y);
}

/* The first `half` characters and the last, which overlap: so nothing is read behind the end. */
static inline __m128i halves(const uint8_t *p, size_t count, size_t half, size_t unit)
{
    const uint8_t *q = p + (count - half) * unit;
    if (half == 8) {
        return unit == 2 ? packed(sixteen_at(p), sixteen_at(q))
                         : _mm_unpacklo_epi64(eight_at(p), eight_at(q));
    }
    __m128i zero = _mm_setzero_si128();
    if (half == 4) {
        return unit == 2 ? packed(_mm_unpacklo_epi64(eight_at(p), eight_at(q)), zero)
                         : _mm_unpacklo_epi32(four_at(p), four_at(q));
    }
    return unit == 2 ? packed(_mm_unpacklo_epi32(four_at(p), four_at(q)), zero)
                     : _mm_cvtsi32_si128((int)(load_u16le(p) | (uint32_t)load_u16le(q) << 16));
}

static inline unsigned narrow_half(char *o, const uint8_t *p, size_t count, size_t half,
                                   size_t unit, enum spelling how)
{
    __m128i x = halves(p, count, half, unit);
    unsigned odd = odd_ones(x, how), ones = (1u << half) - 1;
    char both[8];
    if (half == 8) {
        _mm_storel_epi64((__m128i *)(void *)o, x);
        _mm_storel_epi64((__m128i *)(void *)(o + count - 8), _mm_unpackhi_epi64(x, x));
    } else {
        _mm_storel_epi64((__m128i *)(void *)both, x);
        memcpy(o, both, half);
        memcpy(o + count - half, both + half, half);
    }
    return (odd & ones) | (odd >> half & ones) << (count - half);
}

static inline unsigned narrow(char *o, const uint8_t *p, size_t count, size_t unit,
                              enum spelling how)
{
    if (count == STEP) {
        __m128i x = unit == 1 ? sixteen_at(p) : packed(sixteen_at(p), sixteen_at(p + STEP));
        _mm_storeu_si128((__m128i *)(void *)o, x);
        return odd_ones(x, how);
    }
    return count >= 8   ? narrow_half(o, p, count, 8, unit, how)
           : count >= 4 ? narrow_half(o, p, count, 4, unit, how)
           : count >= 2 ? narrow_half(o, p, count, 2, unit, how)
                        : narrow_one(o, p, unit, how);
}

#else

static inline unsigned narrow(char *o, const uint8_t *p, size_t count, size_t unit,
                              enum spelling how)
{
    unsigned odd = 0;
    for (size_t i = 0; i < count; i++) {
        odd |= narrow_one(o + i, p + i * unit, unit, how) << i;
    }
    return odd;
}

#endif

static uint32_t utf16_next(const uint8_t *p, size_t count, size_t *at)
{
    uint32_t c = load_u16le(p + 2 * (*at)++);
    if (c < 0xd800 || c > 0xdfff) {
        return c;
    }
    uint32_t low = *at < count ? load_u16le(p + 2 * *at) : 0;
    if (c > 0xdbff || low < 0xdc00 || low > 0xdfff) {
        return 0xfffd;
    }
    ++*at;
    return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

static inline uint32_t next(const uint8_t *p, size_t count, size_t unit, size_t *at)
{
    return unit == 2 ? utf16_next(p, count, at) : utf8_next(str_of_bytes((bytes){p, count}), at);
}

/* What stands around a text. */
struct frame {
    char before[4], after[4];
    uint8_t nbefore, nafter;
};

static const struct frame bare = {0}, in_quotes = {"\"", "\"", 1, 1},
                          first_key = {"\"", "\":", 1, 2}, other_key = {",\"", "\":", 2, 2};

/* A block with as much behind it. The escapes in it are found together, so that none waits for the
 * one before. Gives how many characters were written: to the first that has no short escape. */
static inline size_t spell_block(char **o, const uint8_t *p, size_t unit, enum spelling how)
{
    char *to = *o;
    size_t done = 0;
    unsigned odd = narrow(to, p, STEP, unit, how);
    for (; odd; odd &= odd - 1) {
        size_t n = (size_t)__builtin_ctz(odd);
        char escape = how == SPELL_JSON ? short_escape(unit_at(p, n, unit)) : 0;
        to += n - done;
        done = n;
        if (!escape) {
            break;
        }
        *to++ = '\\';
        *to++ = escape;
        done++;
        (void)narrow(to, p + done * unit, STEP, unit, how);
    }
    size_t end = odd ? done : STEP;
    *o = to + (end - done);
    return end;
}

/* The last ones: to the end, or to the first that is not plain. */
static inline size_t spell_plain(char **o, const uint8_t *p, size_t count, size_t unit,
                                 enum spelling how)
{
    size_t width = count < STEP ? count : STEP;
    unsigned odd = narrow(*o, p, width, unit, how);
    size_t plain = odd ? (size_t)__builtin_ctz(odd) : width;
    *o += plain;
    return plain;
}

/* From character `*at` to `stop` or a little further, but not behind `count`. */
__attribute__((always_inline)) static inline char *spell_turn(char *o, const uint8_t *p,
                                                              size_t count, size_t *at, size_t stop,
                                                              size_t unit, enum spelling how)
{
    size_t i = *at;
    while (i < stop) {
        bool block = count - i >= 2 * (size_t)STEP;
        size_t done = block ? spell_block(&o, p + i * unit, unit, how)
                            : spell_plain(&o, p + i * unit, count - i, unit, how);
        i += done;
        if (done == STEP || i == count) {
            continue;
        }
        char escape = how == SPELL_JSON ? short_escape(unit_at(p, i, unit)) : 0;
        if (escape) {
            *o++ = '\\';
            *o++ = escape;
            i++;
            continue;
        }
        uint32_t c = next(p, count, unit, &i);
        if (c == 0 && unit == 2) {
            i = count;
            break;
        }
        o = put_character(o, c, how);
    }
    *at = i;
    return o;
}

/* `count` characters of `unit` bytes; those of two end at the first NUL. Written out for each use,
 * so that its inner loop asks nothing. */
__attribute__((always_inline)) static inline void spell(struct buf *b, const struct frame *frame,
                                                        const uint8_t *p, size_t count, size_t unit,
                                                        enum spelling how)
{
    size_t i = 0;
    size_t nbefore = frame->nbefore;
    do {
        size_t stop = count - i < TURN ? count : i + TURN;
        char *o = spell_room(b, (stop - i + STEP) * LONGEST + STEP);
        if (!o) {
            return;
        }
        memcpy(o, frame->before, sizeof frame->before);
        o = spell_turn(o + nbefore, p, count, &i, stop, unit, how);
        nbefore = 0;
        if (i == count) {
            memcpy(o, frame->after, sizeof frame->after);
            o += frame->nafter;
        }
        spell_end(b, o);
    } while (i < count);
}

void spell_json_utf16(struct buf *b, bytes raw)
{
    spell(b, &in_quotes, raw.p, raw.len / 2, 2, SPELL_JSON);
}

void spell_xml_utf16(struct buf *b, bytes raw)
{
    spell(b, &bare, raw.p, raw.len / 2, 2, SPELL_XML);
}

static void json_utf8(struct buf *b, const struct frame *frame, str s)
{
    spell(b, frame, bytes_of_str(s).p, s.len, 1, SPELL_JSON);
}

void spell_json_text(struct buf *b, str s)
{
    json_utf8(b, &in_quotes, s);
}

void spell_json_key(struct buf *b, str s, bool first)
{
    json_utf8(b, first ? &first_key : &other_key, s);
}

void spell_xml_text(struct buf *b, str s)
{
    spell(b, &bare, bytes_of_str(s).p, s.len, 1, SPELL_XML);
}
