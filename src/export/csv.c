/* Findings as a table (RFC 4180), one a line. Evidence is hostile to spreadsheets too: a cell
 * that would be taken for a formula gets an apostrophe in front. */
#include "export/exporter.h"

#include "store/shape.h"

#include <string.h>

static void cell(struct buf *out, str s)
{
    bool formula = s.len && strchr("=+-@\t\r", s.p[0]);
    buf_add(out, formula ? STR("\"'") : STR("\""));
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '"') {
            buf_char(out, '"');
        }
        buf_char(out, s.p[i]);
    }
    buf_char(out, '"');
}

static void cells(struct buf *out, const str *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i) {
            buf_char(out, ',');
        }
        cell(out, values[i]);
    }
}

static str joined(struct arena *a, const str *items, size_t count)
{
    str all = STR_NONE;
    for (size_t i = 0; i < count; i++) {
        all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? " " : "", STR_ARG(items[i]));
    }
    return all;
}

static void write_row(const struct finding *f, struct arena *a, struct buf *out)
{
    struct buf fields;
    buf_init(&fields, 1 << 24);
    shape_write_list(&fields, &shape_named_value, f->fields, f->nfields);
    const str values[] = {
        f->id,
        time_text(a, f->time),
        str_of(level_name(f->rule->level)),
        f->rule->title,
        f->rule->id,
        f->rule->engine,
        f->rule->author,
        joined(a, f->rule->attack, f->rule->nattack),
        f->host,
        f->channel,
        arena_printf(a, "%u", f->event_id),
        f->unit,
        arena_printf(a, "%llu", (unsigned long long)f->record),
        arena_printf(a, "%llu", (unsigned long long)f->offset),
        f->summary.in[LANG_EN],
        buf_str(&fields),
    };
    cells(out, values, ARRAY_LEN(values));
    buf_add(out, STR("\r\n"));
    buf_done(&fields);
}

static void csv_write(const struct report *r, const struct export_style *style, struct buf *out)
{
    struct arena a;
    arena_init(&a, 1 << 24);
    buf_add(out, STR("id,time,level,title,rule,engine,author,attack,host,channel,event_id,unit,"
                     "record,offset,summary,fields\r\n"));
    for (size_t i = 0; i < r->nfindings; i++) {
        if (report_shows(r, i, style->min_level)) {
            write_row(&r->findings[i], &a, out);
            arena_reset(&a);
        }
    }
    arena_done(&a);
}

const struct exporter exporter_csv = {
    .name = "csv",
    .title = N_("the findings, for a spreadsheet"),
    .write = csv_write,
};
