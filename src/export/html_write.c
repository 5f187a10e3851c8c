/* The only way into the page. */
#include "export/html.h"

enum { IDS_SHOWN = 3 };

void html_raw(struct html *h, const char *markup)
{
    buf_add(h->telling.page.out, str_of(markup));
}

void html_number(struct html *h, uint64_t n)
{
    buf_u64(h->telling.page.out, n);
}

static str entity_of(char c)
{
    switch (c) {
    case '&':
        return STR("&amp;");
    case '<':
        return STR("&lt;");
    case '>':
        return STR("&gt;");
    case '"':
        return STR("&quot;");
    case '\'':
        return STR("&#39;");
    default:
        return STR_NONE;
    }
}

void html_text(struct html *h, str s)
{
    struct buf *out = h->telling.page.out;
    buf_clear(&h->visible);
    buf_visible(&h->visible, s);
    str text = buf_str(&h->visible);
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        str entity = entity_of(text.p[i]);
        if (entity.len) {
            buf_add(out, str_sub(text, from, i - from));
            buf_add(out, entity);
            from = i + 1;
        }
    }
    buf_add(out, str_from(text, from));
}

/* What stands between two backticks is what somebody typed, or a name. */
void html_prose(struct html *h, str s)
{
    bool code = false;
    str part;
    while (s.len && str_cut(&s, '`', &part)) {
        bool closes = code || str_find_char(s, '`') < s.len;
        html_text(h, part);
        if (s.len || code) {
            html_raw(h, !closes ? "`" : code ? "</code>" : "<code>");
            code = closes && !code;
        }
    }
    html_raw(h, code ? "</code>" : "");
}

void html_say(struct html *h, const char *id)
{
    html_text(h, str_of(tr(h->telling.style->catalog, id)));
}

static void open_tag(struct html *h, const char *tag)
{
    html_raw(h, "<");
    html_raw(h, tag);
    html_raw(h, ">");
}

static void close_tag(struct html *h, const char *tag)
{
    str rest = str_of(tag), name = STR_NONE;
    (void)str_cut(&rest, ' ', &name);
    html_raw(h, "</");
    buf_add(h->telling.page.out, name);
    html_raw(h, ">");
}

void html_put(struct html *h, const char *tag, str text)
{
    open_tag(h, tag);
    html_text(h, text);
    close_tag(h, tag);
}

void html_put_said(struct html *h, const char *tag, const char *id)
{
    html_put(h, tag, str_of(tr(h->telling.style->catalog, id)));
}

void html_heading(struct html *h, const char *tag, str text)
{
    static const str ends[] = {STR_INIT(":"), STR_INIT("\xc2\xa0"), STR_INIT("\xe2\x80\xaf"),
                               STR_INIT(".")};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        text = str_ends(text, ends[i]) ? str_sub(text, 0, text.len - ends[i].len) : text;
    }
    html_put(h, tag, text);
}

str html_sentence(struct html *h, struct text text)
{
    return tell_in_language(&h->telling, text);
}

/* "2021-03-03 05:47:10" for people, the exact time for machines. */
void html_moment(struct html *h, usec time)
{
    if (time == TIME_NONE) {
        html_put_said(h, "span class=\"soft\"", N_("time not known"));
        return;
    }
    str exact = time_text(&h->telling.arena, time), shown = tell_moment(&h->telling, time);
    html_raw(h, "<time datetime=\"");
    html_text(h, exact);
    html_raw(h, "\">");
    html_text(h, str_sub(shown, 0, 10));
    html_raw(h, " ");
    html_text(h, str_sub(shown, 11, shown.len > 12 ? shown.len - 12 : 0));
    html_raw(h, "</time>");
}

void html_span(struct html *h, usec first, usec last)
{
    html_moment(h, first);
    if (first != TIME_NONE && last != first) {
        html_raw(h, " \xe2\x80\x93 ");
        html_moment(h, last);
    }
}

void html_id(struct html *h, str id)
{
    const struct report *r = h->telling.report;
    const struct finding *f = report_finding(r, id);
    if (f && h->place[f - r->findings] != PLACE_NONE) {
        html_raw(h, "<a class=\"id\" href=\"#f-");
        html_text(h, id);
        html_raw(h, "\">");
        html_text(h, id);
        html_raw(h, "</a>");
        return;
    }
    html_put(h, "span class=\"id\"", id);
}

/* Those first that stand on this page with all their details. */
void html_ids(struct html *h, struct ids ids)
{
    const struct report *r = h->telling.report;
    size_t shown = 0;
    html_raw(h, "<span class=\"ids\">");
    for (int key = 1; key >= 0; key--) {
        for (size_t i = 0; i < ids.count && shown < IDS_SHOWN; i++) {
            const struct finding *f = report_finding(r, ids.items[i]);
            bool is_key = f && h->place[f - r->findings] == PLACE_KEY;
            if (is_key == key) {
                html_raw(h, shown++ ? " " : "");
                html_id(h, ids.items[i]);
            }
        }
    }
    if (ids.count > shown) {
        html_raw(h, " +");
        html_number(h, ids.count - shown);
    }
    html_raw(h, "</span>");
}

void html_headings(struct html *h, const char *const *ids, size_t count)
{
    html_raw(h, "<thead><tr>");
    for (size_t i = 0; i < count; i++) {
        html_put_said(h, "th scope=\"col\"", ids[i]);
    }
    html_raw(h, "</tr></thead>\n");
}

void html_wide(struct html *h, const char *label)
{
    html_raw(h, "<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"");
    html_say(h, label);
    html_raw(h, "\">");
}

void html_wide_end(struct html *h)
{
    html_raw(h, "</div>\n");
}
