/* shutdown.log of an iPhone: at each restart, who was still there when it should have ended.
 *
 *     After 1.26s, these clients are still here:
 *             remaining client pid: 93 (/usr/libexec/nanoregistryd)
 *     SIGTERM: [1625140800] ...
 *
 * The time, in seconds since 1970, stands behind those it is of. Channel "ios-shutdown", an event
 * for each that remained. */
#include "formats/lines.h"
#include "formats/phone/telling.h"

enum { SHUTDOWN_LINE_MAX = 1 << 16 };

static const str shutdown_client = STR_INIT("remaining client pid: ");
static const str shutdown_end = STR_INIT("SIGTERM: [");

static int shutdown_log_probe(bytes head, str path)
{
    (void)path;
    str text = str_of_bytes(head);
    bool ours =
        str_has(text, STR("these clients are still here:")) && str_has(text, shutdown_client);
    return ours ? BY_MAGIC : NO_MATCH;
}

/* The time of the restart that the text at `from` is of. */
static usec shutdown_time(bytes unit, uint64_t from)
{
    str rest = str_from(str_of_bytes(unit), from);
    rest = str_from(rest, str_find(rest, shutdown_end) + shutdown_end.len);
    uint64_t seconds = 0;
    bool ok = str_u64(str_sub(rest, 0, str_find_char(rest, ']')), &seconds);
    return ok && seconds < INT32_MAX ? time_of_unix((int64_t)seconds) : TIME_NONE;
}

static bool shutdown_tell(struct telling *t, str client, usec time, const struct line *line)
{
    str pid = str_sub(client, 0, str_find_char(client, ' '));
    str image = str_from(client, str_find_char(client, '(') + 1);
    image = str_ends(image, STR(")")) ? str_sub(image, 0, image.len - 1) : image;
    telling_add(t, "ProcessName", str_base(image));
    telling_add(t, "Image", image);
    telling_add(t, "ProcessId", pid);
    return telling_give(t, "ios-shutdown", time, line->offset, line->len);
}

static void shutdown_log_parse(struct parse *p)
{
    struct telling *t = p->from == 0 ? telling_new(p) : NULL;
    struct lines in = lines_of(p->unit, p->unit.len, SHUTDOWN_LINE_MAX);
    struct line line;
    usec time = TIME_NONE;
    bool timed = false; /* the time of this restart is known */
    while (t && !t->stopped && lines_next(&in, &line)) {
        str text = str_trim(str_of_bytes(line.raw));
        if (str_starts(text, shutdown_client)) {
            time = timed ? time : shutdown_time(p->unit, line.offset);
            timed = true;
            (void)shutdown_tell(t, str_from(text, shutdown_client.len), time, &line);
        } else if (str_starts(text, shutdown_end)) {
            timed = false;
        }
    }
}

const struct format format_shutdown_log = {
    .name = "shutdown_log",
    .title = "iPhone: log of restarts",
    .probe = shutdown_log_probe,
    .parse = shutdown_log_parse,
};
