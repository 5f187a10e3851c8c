/* Text logs without columns that an investigation asks for by name: a line is an event, and its
 * text the message. Times are local to the server and differently written: none is claimed.
 *
 * OABGeneratorLog: "Download failed and temporary file ..." shows CVE-2021-26858. */
#include "formats/line_log.h"

enum { TEXT_LOG_LINE_MAX = 1 << 20, TEXT_LOG_ASK_EVERY = 4096 };

static const struct text_log {
    str folder; /* in whose path */
    str channel;
} text_logs[] = {
    {STR_INIT("OABGeneratorLog"), STR_INIT("exchange-oabgenerator")},
};

static const struct text_log *text_log_of(str path)
{
    bool log = str_ends_nocase(path, STR(".log")) || str_ends_nocase(path, STR(".txt"));
    for (size_t i = 0; log && i < ARRAY_LEN(text_logs); i++) {
        if (str_has_nocase(str_dir(path), text_logs[i].folder)) {
            return &text_logs[i];
        }
    }
    return NULL;
}

static bool text_log_line(struct parse *p, const struct lines *in, const struct line *line,
                          const struct origin *origin)
{
    if (line->padded) {
        emit_note(p, NOTE_NUL_PADDING, line->offset, line->len);
    }
    if (line->too_long) {
        emit_note(p, NOTE_LONG_LINE, line->offset, line->len);
    }
    if (!line->raw.len) {
        return true;
    }
    struct event event = {
        .time = TIME_NONE,
        .record = line->number,
        .offset = line->offset,
        .len = line->len,
        .origin = origin,
        .nfields = 1,
    };
    if (!emit_head(p, &event)) {
        return true;
    }
    str text = lines_text(in, line, p->scratch);
    struct field message = {STR("Message"), (const uint8_t *)text.p, (uint32_t)text.len,
                            FIELD_MESSAGE, VALUE_TEXT};
    event.fields = &message;
    return emit_event(p, &event);
}

static void text_log_parse(struct parse *p)
{
    const struct text_log *log = text_log_of(p->path);
    const struct origin origin = {.channel = log ? log->channel : STR("text")};
    struct lines in = lines_from(p, p->from, TEXT_LOG_LINE_MAX);
    struct line line;
    bool going = true;
    while (going && lines_next(&in, &line)) {
        if (line.offset < p->from) {
            continue;
        }
        struct arena_mark mark = arena_mark(p->scratch);
        going = text_log_line(p, &in, &line, &origin);
        arena_rewind(p->scratch, mark);
        going &= line.number % TEXT_LOG_ASK_EVERY || !parse_stopped(p);
    }
}

static int text_log_probe(bytes head, str path)
{
    return head.len && text_log_of(path) ? BY_NAME : NO_MATCH;
}

const struct format format_text_log = {
    .name = "text_log",
    .title = "text log without columns",
    .probe = text_log_probe,
    .parse = text_log_parse,
    .cut = lines_cut,
};
