/* All findings. Without script the first few hundred stand in a plain table; all of them are in the
 * page as JSON rows, out of which the script makes a list that can be searched. Names that repeat
 * stand once, in sorted tables, and rows tell their numbers. */
#include "export/html.h"

#include <stdlib.h>

enum {
    SUMMARY_MOST = 240,
    ROWS_SIZE = 16 << 20, /* bytes of JSON; the rest is for other formats */
};

struct dictionary { /* sorted, each once */
    str *items;
    size_t count;
};

static int by_bytes(const void *left, const void *right)
{
    return str_cmp(*(const str *)left, *(const str *)right);
}

static void keep_once(struct dictionary *d)
{
    size_t kept = 0;
    qsort(d->items, d->count, sizeof *d->items, by_bytes);
    for (size_t i = 0; i < d->count; i++) {
        if (kept == 0 || !str_eq(d->items[kept - 1], d->items[i])) {
            d->items[kept++] = d->items[i];
        }
    }
    d->count = kept;
}

static size_t number_of(const struct dictionary *d, str s)
{
    const str *found = bsearch(&s, d->items, d->count, sizeof *d->items, by_bytes);
    return found ? (size_t)(found - d->items) : 0;
}

static str title_of(const struct html *h, const struct finding *f)
{
    return rule_title(f->rule, h->telling.style->lang);
}

static str unit_of(const struct html *h, const struct finding *f)
{
    (void)h;
    return f->unit;
}

static struct dictionary dictionary_of(struct html *h,
                                       str (*get)(const struct html *, const struct finding *))
{
    const struct report *r = h->telling.report;
    struct dictionary d = {ARENA_ARRAY(&h->telling.arena, str, r->nfindings + 1), 0};
    for (size_t i = 0; d.items && i < r->nfindings; i++) {
        if (report_shows(r, i, h->telling.style->min_level)) {
            d.items[d.count++] = get(h, &r->findings[i]);
        }
    }
    if (d.items) {
        keep_once(&d);
    }
    return d;
}

/* A JSON string that no parser of HTML can take for markup. */
static void put_json(struct html *h, str s)
{
    struct buf *out = h->telling.page.out;
    struct arena *a = &h->telling.arena;
    struct arena_mark mark = arena_mark(a);
    buf_clear(&h->visible);
    buf_visible(&h->visible, s);
    str visible = arena_str(a, buf_str(&h->visible));
    buf_clear(&h->visible);
    buf_json(&h->visible, visible);
    str json = buf_str(&h->visible);
    size_t from = 0;
    for (size_t i = 0; i < json.len; i++) {
        if (json.p[i] == '<' || json.p[i] == '>' || json.p[i] == '&') {
            buf_add(out, str_sub(json, from, i - from));
            buf_printf(out, "\\u%04x", (unsigned)(uint8_t)json.p[i]);
            from = i + 1;
        }
    }
    buf_add(out, str_from(json, from));
    arena_rewind(a, mark);
}

static void put_names(struct html *h, const char *name, const struct dictionary *d)
{
    buf_printf(h->telling.page.out, ",\n\"%s\":[", name);
    for (size_t i = 0; i < d->count; i++) {
        html_raw(h, i ? "," : "");
        put_json(h, d->items[i]);
    }
    html_raw(h, "]");
}

/* Cut between characters. */
static str summary_of(struct html *h, const struct finding *f)
{
    str text = html_sentence(h, f->summary);
    size_t end = SUMMARY_MOST;
    if (text.len <= SUMMARY_MOST) {
        return str_eq(text, title_of(h, f)) ? STR_NONE : text;
    }
    while (end > 0 && ((uint8_t)text.p[end] & 0xc0) == 0x80) {
        end--;
    }
    return arena_printf(&h->telling.arena, "%.*s\xe2\x80\xa6", (int)end, text.p);
}

/* [id, milliseconds or null, level, rule, file, record, offset, summary] */
static void put_row(struct html *h, const struct finding *f, const struct dictionary *titles,
                    const struct dictionary *units)
{
    struct buf *out = h->telling.page.out;
    html_raw(h, "[");
    put_json(h, f->id);
    html_raw(h, ",");
    if (f->time == TIME_NONE) {
        html_raw(h, "null");
    } else {
        buf_i64(out, f->time / 1000);
    }
    buf_printf(out, ",%d,%zu,%zu,%llu,%llu,", (int)f->rule->level,
               number_of(titles, title_of(h, f)), number_of(units, f->unit),
               (unsigned long long)f->record, (unsigned long long)f->offset);
    struct arena_mark mark = arena_mark(&h->telling.arena);
    put_json(h, summary_of(h, f));
    arena_rewind(&h->telling.arena, mark);
    html_raw(h, "]");
}

/* How many did not fit. */
static size_t put_rows(struct html *h, const struct dictionary *titles,
                       const struct dictionary *units)
{
    const struct report *r = h->telling.report;
    size_t start = h->telling.page.out->len, rows = 0, left = 0;
    html_raw(h, ",\n\"rows\":[\n");
    for (size_t i = 0; i < r->nfindings; i++) {
        if (!report_shows(r, i, h->telling.style->min_level)) {
            continue;
        }
        if (h->telling.page.out->len - start > ROWS_SIZE) {
            left++;
            continue;
        }
        html_raw(h, rows++ ? ",\n" : "");
        put_row(h, &r->findings[i], titles, units);
    }
    html_raw(h, "]");
    return left;
}

static void put_word(struct html *h, const char *name, const char *id)
{
    buf_printf(h->telling.page.out, ",\"%s\":", name);
    put_json(h, str_of(tr(h->telling.style->catalog, id)));
}

static void put_words(struct html *h)
{
    html_raw(h, "{\"levels\":[");
    for (int i = 0; i < LEVEL_COUNT; i++) {
        html_raw(h, i ? "," : "");
        put_json(h, str_of(tr(h->telling.style->catalog, level_name((enum level)i))));
    }
    html_raw(h, "]");
    put_word(h, "count", N_("{n} of {all} findings"));
    put_word(h, "record", N_("record {record}, byte {byte}"));
    put_word(h, "untimed", N_("time not known"));
    put_word(h, "contains", N_("Contains"));
    put_word(h, "least", N_("From level"));
    put_word(h, "hint", N_("words in any order; a minus in front leaves out"));
}

static size_t write_data(struct html *h)
{
    struct dictionary titles = dictionary_of(h, title_of), units = dictionary_of(h, unit_of);
    html_raw(h, "<script type=\"application/json\" id=\"rows\">\n");
    put_words(h);
    put_names(h, "titles", &titles);
    put_names(h, "units", &units);
    size_t left = put_rows(h, &titles, &units);
    html_raw(h, "}\n</script>\n");
    return left;
}

static void write_plain_row(struct html *h, const struct finding *f)
{
    html_raw(h, "<tr id=\"f-");
    html_text(h, f->id);
    html_raw(h, "\"><th scope=\"row\">");
    html_put(h, "code", f->id);
    html_raw(h, "</th><td>");
    html_moment(h, f->time);
    html_raw(h, "</td>");
    html_put_said(h, "td", level_name(f->rule->level));
    html_raw(h, "<td class=\"says\">");
    html_text(h, title_of(h, f));
    html_raw(h, "</td><td>");
    html_text(h, f->unit);
    html_raw(h, " #");
    html_number(h, f->record);
    html_raw(h, "</td></tr>\n");
}

static void write_plain(struct html *h)
{
    static const char *const titles[] = {N_("Finding"), N_("When"), N_("Level"),
                                         N_("What it shows"), N_("Where it is")};
    const struct report *r = h->telling.report;
    html_wide(h, N_("All findings"));
    html_raw(h, "<table>\n");
    html_headings(h, titles, ARRAY_LEN(titles));
    html_raw(h, "<tbody>\n");
    for (size_t i = 0; i < r->nfindings; i++) {
        if (h->place[i] == PLACE_LIST) {
            write_plain_row(h, &r->findings[i]);
        }
    }
    html_raw(h, "</tbody></table>\n");
    html_wide_end(h);
}

void html_list(struct html *h)
{
    const struct report *r = h->telling.report;
    size_t shown = 0, there = 0;
    for (size_t i = 0; i < r->nfindings; i++) {
        there += report_shows(r, i, h->telling.style->min_level);
        shown += h->place[i] != PLACE_NONE;
    }
    html_raw(h, "<div id=\"plain\">\n");
    html_put(h, "p class=\"note\"",
             arena_printf(&h->telling.arena,
                          tr(h->telling.style->catalog,
                             "Findings: %zu. Without script, this page lists %zu of them."),
                          there, shown));
    write_plain(h);
    html_raw(h, "</div>\n<div id=\"search\" hidden></div>\n");
    size_t left = write_data(h);
    if (left) {
        html_put(h, "p class=\"note\"",
                 arena_printf(&h->telling.arena,
                              tr(h->telling.style->catalog,
                                 "Too many for one page; not in it: %zu. limier report CASE "
                                 "--format csv has them all."),
                              left));
    }
}
