#include "export/page.h"

#include "base/text.h"

enum { NARROWEST = 40, TEXT_MAX = 1 << 20 };

/* Controls, and what changes the order or hides between letters without being seen. */
static bool is_invisible(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00,    0x1f   },
        {0x7f,    0x9f   },
        {0xad,    0xad   },
        {0x61c,   0x61c  },
        {0x200b,  0x200f },
        {0x2028,  0x202e },
        {0x2060,  0x206f },
        {0xfeff,  0xfeff },
        {0xfff9,  0xfffb },
        {0xe0000, 0xe007f},
    };
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        if (c >= ranges[i].first && c <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

static void put_escaped(struct buf *b, uint32_t c)
{
    switch (c) {
    case '\n':
        buf_add(b, STR("\\n"));
        break;
    case '\r':
        buf_add(b, STR("\\r"));
        break;
    case '\t':
        buf_add(b, STR("\\t"));
        break;
    default:
        buf_printf(b, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
        break;
    }
}

void buf_visible(struct buf *b, str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        bool broken = c == 0xfffd && !str_starts(str_from(s, from), STR("\xef\xbf\xbd"));
        if (broken) {
            for (size_t i = from; i < at; i++) {
                buf_printf(b, "\\x%02x", (unsigned)(uint8_t)s.p[i]);
            }
        } else if (is_invisible(c)) {
            put_escaped(b, c);
        } else {
            buf_bytes(b, s.p + from, at - from);
        }
    }
}

size_t columns_of(str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len; n++) {
        (void)utf8_next(s, &at);
    }
    return n;
}

void page_blanks(struct page *p, size_t count)
{
    while (count-- > 0) {
        buf_char(p->out, ' ');
    }
}

static void paint_on(struct page *p, enum paint paint)
{
    static const char *const codes[] = {"0", "1", "2", "1;31", "1;33", "1;32", "1;37"};
    if (p->colour && paint != PAINT_NONE) {
        buf_printf(p->out, "\x1b[%sm", codes[paint]);
    }
}

static void paint_off(struct page *p, enum paint paint)
{
    if (p->colour && paint != PAINT_NONE) {
        buf_add(p->out, STR("\x1b[0m"));
    }
}

void page_paint(struct page *p, enum paint paint, str text)
{
    paint_on(p, paint);
    buf_visible(p->out, text);
    paint_off(p, paint);
}

void page_heading(struct page *p, const char *title)
{
    buf_char(p->out, '\n');
    page_paint(p, PAINT_BOLD, str_of(title));
    buf_char(p->out, '\n');
}

/* French sets a blank before these; they never begin a line. */
static bool is_lone_mark(str word)
{
    return word.len == 1 && str_find_char(STR(":;?!"), word.p[0]) < 4;
}

/* Words are what blanks separate; a no-break space keeps its word whole. A word that is wider
 * than the line stands on its own line uncut, so that a path can be copied. */
static void wrap(struct page *p, size_t indent, str text)
{
    size_t room = p->width > indent + NARROWEST / 2 ? p->width - indent : NARROWEST / 2;
    size_t used = 0, blanks = 0;
    str word;
    while (text.len && str_cut(&text, ' ', &word)) {
        size_t columns = columns_of(word);
        bool fits = used + blanks + columns <= room || is_lone_mark(word);
        if (columns && used && !fits) {
            buf_char(p->out, '\n');
            page_blanks(p, indent);
            used = 0;
        } else if (columns && used) {
            page_blanks(p, blanks);
            used += blanks;
        }
        buf_add(p->out, word);
        used += columns;
        blanks = columns ? 1 : blanks + 1;
    }
    buf_char(p->out, '\n');
}

void page_rest(struct page *p, size_t column, str text)
{
    struct buf visible;
    buf_init(&visible, TEXT_MAX);
    buf_visible(&visible, text);
    wrap(p, column, buf_str(&visible));
    buf_done(&visible);
}

void page_item(struct page *p, unsigned indent, str label, enum paint paint, str text)
{
    page_blanks(p, indent);
    page_paint(p, paint, label);
    page_rest(p, indent + columns_of(label), text);
}

void page_paragraph(struct page *p, unsigned indent, str text)
{
    page_item(p, indent, STR_NONE, PAINT_NONE, text);
}
