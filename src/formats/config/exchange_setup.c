/* ExchangeSetup.log: what setup of Exchange did, a line each, and for builds:
 *
 *     [03/02/2021 10:00:00.0123] [0] Setup version: 15.1.2176.2.
 *     [03/02/2021 10:00:01.0000] [0] Command Line Parameter Name='mode', Value='Upgrade'.
 *     [03/02/2021 10:31:00.0456] [0] The Exchange Server setup operation completed successfully.
 *
 * Channel "exchange-setup". A run that installed or upgraded and completed is the build that ran
 * from then on; one that only prepared the directory is not. The date has the order of the
 * invariant culture and the separator of the host's; times are taken as UTC. */
#include "formats/line_log.h"

enum { VERSION_MAX = 32 };

struct setup {
    struct line_log log;
    char version[VERSION_MAX]; /* that this run installs */
    size_t version_len;
    bool prepares; /* nothing but the directory */
    bool done;
};

struct setup_line {
    usec time;
    str level, message;
};

static unsigned two(str s, size_t at)
{
    return (unsigned)(s.p[at] - '0') * 10 + (unsigned)(s.p[at + 1] - '0');
}

static bool has_form(str s, const char *form)
{
    size_t i = 0;
    for (; form[i] && i < s.len; i++) {
        bool ok = form[i] == 'd' ? ascii_is_digit(s.p[i]) : form[i] == '?' || form[i] == s.p[i];
        if (!ok) {
            return false;
        }
    }
    return !form[i];
}

static bool read_line(str text, struct setup_line *out)
{
    static const char form[] = "[dd?dd?dddd dd:dd:dd.dddd] [";
    if (!has_form(text, form)) {
        return false;
    }
    struct civil c = {
        .year = (int)(two(text, 7) * 100 + two(text, 9)),
        .month = (int)two(text, 1),
        .day = (int)two(text, 4),
        .hour = (int)two(text, 12),
        .minute = (int)two(text, 15),
        .second = (int)two(text, 18),
        .usec =
            (int)((two(text, 21) * 100 + two(text, 23)) * 1000), /* thousandths, in four digits */
    };
    str rest = str_from(text, sizeof form - 1);
    *out = (struct setup_line){.time = time_of_civil(c)};
    bool ok = str_cut(&rest, ']', &out->level);
    out->message = str_trim(rest);
    return ok;
}

/* What the line says of the run it stands in. */
static void learn(struct setup *s, str message)
{
    static const str version = STR_INIT("Setup version: ");
    if (str_starts(message, version)) {
        str number = str_trim(str_from(message, version.len));
        number = str_ends(number, STR(".")) ? str_sub(number, 0, number.len - 1) : number;
        s->version_len = number.len < VERSION_MAX ? number.len : 0;
        for (size_t i = 0; i < s->version_len; i++) {
            s->version[i] = number.p[i];
        }
        s->prepares = false;
    }
    s->prepares |= str_has_nocase(message, STR("Parameter Name='prepare"));
    s->done =
        !s->prepares &&
        str_starts(message, STR("The Exchange Server setup operation completed successfully"));
}

static const struct origin *origin_of(struct setup *s)
{
    str build = {s->version, s->done ? s->version_len : 0};
    return origins_get(&s->log.origins, &(struct origin){.channel = STR("exchange-setup"),
                                                         .provider = STR("MSExchange Setup"),
                                                         .build = build});
}

static int exchange_setup_probe(bytes head, str path)
{
    char room[PROBE_HEAD];
    str rest = text_head(head, room, sizeof room), text;
    struct setup_line line;
    size_t seen = 0;
    bool named = str_has_nocase(str_base(path), STR("ExchangeSetup"));
    while (str_cut(&rest, '\n', &text) && seen++ < 8) {
        if (read_line(str_trim(text), &line)) {
            return named ? BY_MAGIC : BY_NAME;
        }
    }
    return NO_MATCH;
}

static void exchange_setup_parse(struct parse *p)
{
    struct setup *s = p->from == 0 ? ARENA_NEW(p->arena, struct setup) : NULL;
    struct line line;
    struct setup_line said;
    struct event event;
    str text;
    if (!s) {
        return;
    }
    for (line_log_begin(&s->log, p); line_log_next(&s->log, &line, &text);) {
        text = str_trim(text);
        bool known = read_line(text, &said);
        if (!known) { /* the rest of the message before it */
            said = (struct setup_line){TIME_NONE, STR_NONE, text};
        }
        if (known && said.time == TIME_NONE) {
            line_log_note(&s->log, NOTE_BAD_TIME, &line);
        }
        learn(s, said.message);
        const struct origin *origin = origin_of(s);
        if (!origin || !line_log_head(&s->log, &line, said.time, origin, &event)) {
            continue;
        }
        const struct field fields[] = {
            text_field(STR("Level"), names_find(p->names, STR("Level")), said.level,
                       s->log.text_type),
            text_field(STR("Message"), FIELD_MESSAGE, said.message, s->log.text_type),
        };
        line_log_fields(&s->log, &event, fields, ARRAY_LEN(fields));
    }
}

const struct format format_exchange_setup = {
    .name = "exchange_setup",
    .title = "setup of Exchange",
    .probe = exchange_setup_probe,
    .parse = exchange_setup_parse,
};
