#include "formats/format.h"
#include "formats/web/access_log.h"

#define FORMAT(folder, name) extern const struct format format_##name;
#include "formats/formats.list"
#undef FORMAT

const struct format *const formats[] = {
#define FORMAT(folder, name) &format_##name,
#include "formats/formats.list"
#undef FORMAT
    NULL,
};

const struct format *format_of(bytes head, str path)
{
    const struct format *best = NULL;
    int surest = NO_MATCH;
    bytes seen = {head.p, head.len < PROBE_HEAD ? head.len : PROBE_HEAD};
    for (size_t i = 0; formats[i]; i++) {
        int sure = formats[i]->probe(seen, path);
        if (sure > surest) {
            surest = sure;
            best = formats[i];
        }
    }
    return best;
}

const struct format *format_given(bytes head, str path, str log_format)
{
    bytes seen = {head.p, head.len < PROBE_HEAD ? head.len : PROBE_HEAD};
    bool given = log_format.len && access_log_is(seen, log_format);
    return given ? &format_access_log : format_of(head, path);
}

const struct format *format_named(str name)
{
    for (size_t i = 0; formats[i]; i++) {
        if (str_eq(str_of(formats[i]->name), name)) {
            return formats[i];
        }
    }
    return NULL;
}

bool emit_head(struct parse *p, const struct event *head)
{
    return p->sink->on_head(p->sink->ctx, head);
}

bool emit_event(struct parse *p, const struct event *e)
{
    return p->sink->on_event(p->sink->ctx, e);
}

void emit_note(struct parse *p, enum note_id id, uint64_t offset, uint64_t len)
{
    p->sink->on_note(p->sink->ctx, &(struct note){id, offset, len});
}

bool emit_member(struct parse *p, const struct member *m)
{
    return p->sink->on_member(p->sink->ctx, m);
}

bool emit_member_data(struct parse *p, bytes piece)
{
    return p->sink->on_member_data(p->sink->ctx, piece);
}

void emit_member_end(struct parse *p, bool whole)
{
    p->sink->on_member_end(p->sink->ctx, whole);
}

bool parse_stopped(struct parse *p)
{
    return p->sink->stopped && p->sink->stopped(p->sink->ctx);
}
