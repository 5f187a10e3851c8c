/* Logs of Postfix, Dovecot and Exim: in syslog's form (mail.log, maillog), or their own.
 *
 *     Mar  3 04:31:18 mail01 postfix/smtpd[12]: 4D1C22: client=a.example[192.0.2.1]
 *     2021-03-03 04:31:18 1lHJab-0001AB-Cd <= a@b.example H=a.example [192.0.2.1] P=esmtp
 *     Mar 03 04:31:18 imap-login: Info: Login: user=<alice>, rip=192.0.2.1
 *
 * The channel is the server's name: postfix, exim, dovecot; other programs that write to the same
 * file are in channel syslog. Exim and Dovecot write local time, unless they say their zone. */
#include "formats/line_log.h"
#include "formats/mail/mail_line.h"
#include "formats/unix/syslog_head.h"

enum { LINES_TRIED = 16 };

struct mail_log {
    struct line_log l;
    struct mail_line line;
    usec written;
};

/* "2021-03-03 04:31:18 ", perhaps with a fraction and a zone behind it: Exim, and Dovecot where
 * it is told to. */
static bool mail_log_own_time(str line, usec *time, str *rest)
{
    size_t len = 19;
    bool space = line.len > len + 1 && line.p[4] == '-' && line.p[7] == '-' && line.p[10] == ' ';
    if (!space) {
        return false;
    }
    size_t end = len + str_find_char(str_from(line, len), ' ');
    str zone = str_from(line, end + 1);
    if (str_starts(zone, STR("+")) || (str_starts(zone, STR("-")) && zone.len > 5)) {
        end += 1 + str_find_char(zone, ' ');
    }
    *time = time_parse(str_sub(line, 0, end));
    *rest = str_from(line, end + 1);
    return *time != TIME_NONE;
}

/* Exim may write its process number before the id. */
static str exim_message(str rest)
{
    size_t close = str_find(rest, STR("] "));
    bool pid = str_starts(rest, STR("[")) && close < 12;
    return pid ? str_from(rest, close + 2) : rest;
}

static bool is_dovecot_service(str rest)
{
    static const str services[] = {
        STR_INIT("imap"),       STR_INIT("pop3"),   STR_INIT("lmtp"),    STR_INIT("auth"),
        STR_INIT("lda"),        STR_INIT("master"), STR_INIT("doveadm"), STR_INIT("managesieve"),
        STR_INIT("submission"), STR_INIT("config"), STR_INIT("anvil"),   STR_INIT("log"),
        STR_INIT("ssl-params"), STR_INIT("stats"),  STR_INIT("indexer"), STR_INIT("dict")};
    for (size_t i = 0; i < ARRAY_LEN(services); i++) {
        str behind = str_from(rest, services[i].len);
        if (str_starts(rest, services[i]) && behind.len && !ascii_is_alnum(behind.p[0])) {
            return str_find(rest, STR(": ")) < rest.len;
        }
    }
    return false;
}

struct mail_read {
    struct syslog_head head;
    str channel;
};

/* Dovecot writes its service where syslog has a program; Exim begins as nobody does. */
static bool mail_log_read(str text, usec written, struct mail_read *out)
{
    str rest;
    usec time = TIME_NONE;
    if (mail_log_own_time(text, &time, &rest)) {
        bool dovecot = is_dovecot_service(rest);
        out->channel = dovecot ? STR("dovecot") : STR("exim");
        out->head = (struct syslog_head){.time = time};
        out->head.message = dovecot ? rest : exim_message(rest);
        return true;
    }
    if (!syslog_head(text, written, &out->head)) {
        return false;
    }
    str program = out->head.program;
    if (!out->head.host.len && is_dovecot_service(str_from(text, (size_t)(program.p - text.p)))) {
        out->channel = STR("dovecot");
        out->head.message = str_from(text, (size_t)(program.p - text.p));
        out->head.program = STR_NONE;
        return true;
    }
    str channel = mail_channel(program);
    out->channel = channel.len ? channel : STR("syslog");
    return true;
}

/* Mar  3 04:31:18, perhaps behind <22>. */
static bool mail_log_no_year(str text)
{
    size_t at = str_starts(text, STR("<")) ? str_find_char(text, '>') + 1 : 0;
    return at < text.len && !ascii_is_digit(text.p[at]);
}

static void mail_log_fields(struct mail_log *x, const struct mail_read *r, struct event *event)
{
    struct mail_line *m = &x->line;
    m->type = x->l.text_type;
    m->nfields = 0;
    mail_line_add(m, STR("program"), r->head.program);
    mail_line_add(m, STR("pid"), r->head.pid);
    mail_line_add(m, STR("Message"), r->head.message);
    mail_line_read(m, r->channel, r->head.program, r->head.message);
    line_log_fields(&x->l, event, m->fields, m->nfields);
}

static void mail_log_line(struct mail_log *x, const struct line *line, str text)
{
    struct mail_read r;
    if (!mail_log_read(text, x->written, &r)) {
        line_log_note(&x->l, line->ended ? NOTE_BAD_LINE : NOTE_TRUNCATED, line);
        return;
    }
    if (line->number == 1 && mail_log_no_year(text)) {
        line_log_note(&x->l, NOTE_YEAR_INFERRED, line);
    }
    if (r.head.time == TIME_NONE) {
        line_log_note(&x->l, NOTE_BAD_TIME, line);
    }
    struct origin origin = {.channel = r.channel, .host = r.head.host};
    struct event event;
    if (line_log_head(&x->l, line, r.head.time, &origin, &event)) {
        mail_log_fields(x, &r, &event);
    }
}

static void mail_log_parse(struct parse *p)
{
    struct mail_log *x = ARENA_NEW(p->arena, struct mail_log);
    if (!x) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    x->line.names = p->names;
    x->written = line_log_written(p);
    struct line line;
    str text;
    for (line_log_begin(&x->l, p); line_log_next(&x->l, &line, &text);) {
        mail_log_line(x, &line, text);
    }
}

/* ---- recognised */

static bool mail_log_named(str path)
{
    static const str names[] = {STR_INIT("mail"), STR_INIT("exim"), STR_INIT("dovecot"),
                                STR_INIT("postfix"), STR_INIT("zimbra")};
    str base = str_base(path);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_starts_nocase(base, names[i])) {
            return true;
        }
    }
    return str_starts_nocase(base, STR("mainlog")) && str_has_nocase(path, STR("exim"));
}

/* A line of Exim's own is told by its message id: others begin with such a time too. */
static bool mail_log_is(const struct mail_read *r)
{
    str rest = r->head.message, id;
    if (!str_eq(r->channel, STR("exim")) || r->head.program.len) {
        return !str_eq(r->channel, STR("syslog"));
    }
    return str_cut(&rest, ' ', &id) && mail_is_exim_id(id);
}

static int mail_log_probe(bytes head, str path)
{
    char room[PROBE_HEAD];
    str rest = text_head(head, room, sizeof room), line;
    size_t read = 0, mail = 0;
    for (int i = 0; i < LINES_TRIED && str_cut(&rest, '\n', &line) && rest.p; i++) {
        struct mail_read r;
        if (mail_log_read(str_trim(line), TIME_NONE, &r)) {
            read++;
            mail += mail_log_is(&r);
        }
    }
    bool all = mail > 0 && mail == read;
    if (all || (mail > 0 && mail_log_named(path))) {
        return BY_SHAPE;
    }
    return NO_MATCH;
}

const struct format format_mail_log = {
    .name = "mail_log",
    .title = "log of a mail server (Postfix, Exim, Dovecot)",
    .probe = mail_log_probe,
    .parse = mail_log_parse,
    .cut = lines_cut,
};
