#include "webmail_logs.h"

#include "base/buf.h"

#include <inttypes.h>
#include <string.h>

enum { LINE_MAX_SIZE = 65536, FIRST_SERIAL = 4000 };

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void take(struct scene *s, enum text_log log, usec t, struct buf *b)
{
    ledger_line(s->ledger, log, t, NULL, arena_str(s->arena, buf_str(b)));
    buf_done(b);
}

void nginx_line(struct scene *s, const struct hit *h)
{
    struct civil c = civil_of_time(h->time);
    struct buf b;
    buf_init(&b, LINE_MAX_SIZE);
    buf_printf(&b, "%s - %s [%02d/%s/%04d:%02d:%02d:%02d +0000] \"%s HTTP/1.1\" %u %" PRIu32,
               h->address, h->user ? h->user : "-", c.day, months[c.month - 1], c.year, c.hour,
               c.minute, c.second, h->request, h->status, h->size);
    buf_printf(&b, " \"%s\" \"%s\"", h->referer ? h->referer : "-", h->agent ? h->agent : "-");
    take(s, LOG_NGINX, h->time, &b);
}

/* ---- auditd: several records of one serial; log_format = ENRICHED */

static void begin_record(struct buf *b, const char *type, usec t, uint64_t serial)
{
    buf_init(b, LINE_MAX_SIZE);
    buf_printf(b, "type=%s msg=audit(%" PRId64 ".%03" PRId64 ":%" PRIu64 "):", type,
               t / USEC_PER_SEC, t % USEC_PER_SEC / 1000, serial);
}

static void add_hex(struct buf *b, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        buf_printf(b, "%02X", (unsigned)(unsigned char)text[i]);
    }
}

/* Words with blanks or quotes are written in hexadecimal. */
static void add_word(struct buf *b, const char *word)
{
    if (strpbrk(word, " \"\t")) {
        add_hex(b, word, strlen(word));
    } else {
        buf_printf(b, "\"%s\"", word);
    }
}

static void add_syscall(struct scene *s, const struct run *r, uint64_t serial)
{
    const char *name = r->uid == 0 ? "root" : "www-data";
    struct buf b;
    begin_record(&b, "SYSCALL", r->time, serial);
    buf_printf(&b,
               " arch=c000003e syscall=59 success=yes exit=0 a0=%" PRIx32 " a1=%" PRIx32
               " a2=%" PRIx32 " a3=8 items=2 ppid=%" PRIu32 " pid=%" PRIu32
               " auid=4294967295 uid=%" PRIu32 " gid=%" PRIu32,
               chance_below(&s->chance, UINT32_MAX), chance_below(&s->chance, UINT32_MAX),
               chance_below(&s->chance, UINT32_MAX), r->ppid, r->pid, r->uid, r->uid);
    static const char *const ids[] = {"euid", "suid", "fsuid", "egid", "sgid", "fsgid"};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        buf_printf(&b, " %s=%" PRIu32, ids[i], r->uid);
    }
    buf_printf(&b,
               " tty=(none) ses=4294967295 comm=\"%.*s\" exe=\"%s\" subj=unconfined key=\"exec\"",
               STR_ARG(str_base(str_of(r->words[0]))), r->exe);
    buf_printf(&b, "\035ARCH=x86_64 SYSCALL=execve AUID=\"unset\" UID=\"%s\" GID=\"%s\"", name,
               name);
    take(s, LOG_AUDIT, r->time, &b);
}

static void add_words(struct scene *s, const struct run *r, uint64_t serial)
{
    size_t count = 0;
    while (r->words[count]) {
        count++;
    }
    struct buf b;
    begin_record(&b, "EXECVE", r->time, serial);
    buf_printf(&b, " argc=%zu", count);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&b, " a%zu=", i);
        add_word(&b, r->words[i]);
    }
    take(s, LOG_AUDIT, r->time, &b);
}

static void add_title(struct scene *s, const struct run *r, uint64_t serial)
{
    struct buf b;
    begin_record(&b, "PROCTITLE", r->time, serial);
    buf_add(&b, STR(" proctitle="));
    for (size_t i = 0; r->words[i]; i++) {
        buf_add(&b, i ? STR("00") : STR(""));
        add_hex(&b, r->words[i], strlen(r->words[i]));
    }
    take(s, LOG_AUDIT, r->time, &b);
}

void audit_execve(struct scene *s, const struct run *r)
{
    uint64_t serial = FIRST_SERIAL + (uint64_t)(r->time - s->begin) / 1000;
    struct buf b;
    add_syscall(s, r, serial);
    add_words(s, r, serial);
    begin_record(&b, "CWD", r->time, serial);
    buf_printf(&b, " cwd=\"%s\"", r->folder);
    take(s, LOG_AUDIT, r->time, &b);
    begin_record(&b, "PATH", r->time, serial);
    buf_printf(&b,
               " item=0 name=\"%s\" inode=%" PRIu32 " dev=fd:01 mode=0100755 ouid=0 ogid=0 "
               "rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0"
               "\035OUID=\"root\" OGID=\"root\"",
               r->exe, chance_from(&s->chance, 130000, 990000));
    take(s, LOG_AUDIT, r->time, &b);
    add_title(s, r, serial);
}

void syslog_line(struct scene *s, enum text_log log, usec t, const char *tag, const char *text)
{
    struct civil c = civil_of_time(t);
    struct buf b;
    buf_init(&b, LINE_MAX_SIZE);
    buf_printf(&b, "%s %2d %02d:%02d:%02d " WEBMAIL_HOST " %s: %s", months[c.month - 1], c.day,
               c.hour, c.minute, c.second, tag, text);
    take(s, log, t, &b);
}
