/* What `ps` printed: a line that names the columns, then a line a process. The command is the last
 * column and may hold blanks. Channel "ios-process-list" for the ps.txt of a sysdiagnose, told by a
 * column that only Darwin has; else "process-list". They were there when it was run: the events
 * have no time. */
#include "formats/lines.h"
#include "formats/phone/telling.h"

enum { PS_COLUMNS = 32, PS_LINE_MAX = 1 << 16, PS_HEAD_LINES = 8 };

struct ps {
    str columns[PS_COLUMNS];
    size_t count;
};

static const struct {
    const char *column, *field;
} ps_known[] = {
    {"USER",    "User"           },
    {"PID",     "ProcessId"      },
    {"PPID",    "ParentProcessId"},
    {"STARTED", "Started"        },
};

static bool ps_word(str *rest, str *word)
{
    size_t from = 0;
    while (from < rest->len && ascii_is_space(rest->p[from])) {
        from++;
    }
    size_t to = from;
    while (to < rest->len && !ascii_is_space(rest->p[to])) {
        to++;
    }
    *word = str_sub(*rest, from, to - from);
    *rest = str_from(*rest, to);
    return word->len > 0;
}

/* A line of words in capitals, PID among them, that ends in the command. */
static bool ps_header(str line, struct ps *out)
{
    str word;
    bool pid = false;
    out->count = 0;
    while (out->count < PS_COLUMNS && ps_word(&line, &word)) {
        pid |= str_eq(word, STR("PID"));
        out->columns[out->count++] = word;
    }
    str last = out->count ? out->columns[out->count - 1] : STR_NONE;
    return pid && out->count >= 4 && (str_eq(last, STR("COMMAND")) || str_eq(last, STR("CMD")));
}

static bool ps_begin(struct lines *in, struct ps *out)
{
    struct line line;
    for (size_t i = 0; i < PS_HEAD_LINES && lines_next(in, &line); i++) {
        if (ps_header(str_of_bytes(line.raw), out)) {
            return true;
        }
    }
    return false;
}

static int process_list_probe(bytes head, str path)
{
    struct ps ps;
    struct lines in = lines_of(head, head.len, PS_LINE_MAX);
    (void)path;
    return ps_begin(&in, &ps) ? BY_SHAPE : NO_MATCH;
}

static bool ps_is_darwin(const struct ps *ps)
{
    for (size_t i = 0; i < ps->count; i++) {
        if (str_eq(ps->columns[i], STR("PRSNA"))) {
            return true;
        }
    }
    return false;
}

static void ps_add(struct telling *t, str column, str value)
{
    for (size_t i = 0; i < ARRAY_LEN(ps_known); i++) {
        if (str_eq(column, str_of(ps_known[i].column))) {
            telling_add(t, ps_known[i].field, value);
        }
    }
}

/* False: it has fewer columns. */
static bool ps_process(struct telling *t, const struct ps *ps, str text)
{
    str word;
    for (size_t i = 0; i + 1 < ps->count; i++) {
        if (!ps_word(&text, &word)) {
            t->nfields = 0;
            return false;
        }
        ps_add(t, ps->columns[i], word);
    }
    str command = str_trim(text), rest = command;
    (void)ps_word(&rest, &word);
    telling_add(t, "CommandLine", command);
    telling_add(t, "Image", word);
    telling_add(t, "ProcessName", str_base(word));
    return command.len > 0;
}

static void process_list_parse(struct parse *p)
{
    struct telling *t = p->from == 0 ? telling_new(p) : NULL;
    struct lines in = lines_of(p->unit, p->unit.len, PS_LINE_MAX);
    struct line line;
    struct ps ps;
    if (!t || !ps_begin(&in, &ps)) {
        return;
    }
    const char *channel = ps_is_darwin(&ps) ? "ios-process-list" : "process-list";
    while (!t->stopped && lines_next(&in, &line)) {
        str text = str_of_bytes(line.raw);
        if (str_trim(text).len > 0 && !ps_process(t, &ps, text)) {
            emit_note(p, NOTE_BAD_LINE, line.offset, line.len);
        } else if (t->nfields > 0) {
            (void)telling_give(t, channel, TIME_NONE, line.offset, line.len);
        }
    }
}

const struct format format_process_list = {
    .name = "process_list",
    .title = "list of processes, as ps prints it",
    .probe = process_list_probe,
    .parse = process_list_parse,
};
