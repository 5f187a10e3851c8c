#include "formats/unix/syslog_says.h"

struct sayings {
    struct saying *list;
    size_t count;
};

static void say(struct sayings *s, str name, str value)
{
    if (value.len && s->count < SAYINGS_MAX) {
        s->list[s->count++] = (struct saying){name, value};
    }
}

/* What stands behind `before`, up to `end`; empty when `before` does not stand there. */
static str between(str s, str before, char end)
{
    size_t at = str_find(s, before);
    str behind = str_from(s, at + before.len);
    return at < s.len ? str_sub(behind, 0, str_find_char(behind, end)) : STR_NONE;
}

/* Accepted publickey for root from 198.51.100.7 port 4711 ssh2
 * Failed password for invalid user admin from 198.51.100.7 port 4711 ssh2
 * Invalid user admin from 198.51.100.7 port 4711 */
static void sshd(struct sayings *s, str message)
{
    static const struct {
        str before, action;
    } forms[] = {
        {STR_INIT("Accepted "),     STR_INIT("accepted")},
        {STR_INIT("Failed "),       STR_INIT("failed")  },
        {STR_INIT("Invalid user "), STR_INIT("invalid") },
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (!str_starts(message, forms[i].before)) {
            continue;
        }
        str user = between(message, STR(" for "), ' ');
        if (str_eq(user, STR("invalid")) || str_starts(message, STR("Invalid"))) {
            user = between(message, STR("nvalid user "), ' ');
        } else {
            say(s, STR("method"), between(message, forms[i].before, ' '));
        }
        say(s, STR("action"), forms[i].action);
        say(s, STR("User"), user);
        /* The name is the client's to choose, `from` too: the last one counts. */
        str tail = message;
        for (size_t at; (at = str_find(tail, STR(" from "))) < tail.len;) {
            tail = str_from(tail, at + 1);
        }
        say(s, STR("SourceIp"), between(tail, STR("from "), ' '));
        say(s, STR("SourcePort"), between(tail, STR(" port "), ' '));
        return;
    }
}

/* alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/bash */
static void sudo(struct sayings *s, str message)
{
    size_t colon = str_find(message, STR(" : "));
    if (colon < message.len && str_has(message, STR("COMMAND="))) {
        say(s, STR("User"), str_trim(str_sub(message, 0, colon)));
        say(s, STR("TargetUserName"), between(message, STR("USER="), ' '));
        say(s, STR("CurrentDirectory"), between(message, STR("PWD="), ' '));
        say(s, STR("CommandLine"), str_from(message, str_find(message, STR("COMMAND=")) + 8));
    }
}

/* (root) CMD (command) */
static void cron(struct sayings *s, str message)
{
    size_t at = str_find(message, STR(") CMD ("));
    if (str_starts(message, STR("(")) && at < message.len) {
        str command = str_from(message, at + STR(") CMD (").len);
        say(s, STR("User"), str_sub(message, 1, at - 1));
        say(s, STR("CommandLine"), str_sub(command, 0, command.len - (command.len > 0)));
    }
}

/* new user: name=x, UID=0, GID=0, home=/home/x, shell=/bin/bash, from=... */
static void useradd(struct sayings *s, str message)
{
    if (str_has(message, STR("name="))) {
        say(s, STR("TargetUserName"), between(message, STR("name="), ','));
        say(s, STR("uid"), between(message, STR("UID="), ','));
        say(s, STR("shell"), between(message, STR("shell="), ','));
    }
}

size_t syslog_says(str program, str message, struct saying out[SAYINGS_MAX])
{
    static const struct {
        str program;
        void (*read)(struct sayings *s, str message);
    } programs[] = {
        {STR_INIT("sshd"),         sshd   },
        {STR_INIT("sshd-session"), sshd   },
        {STR_INIT("sudo"),         sudo   },
        {STR_INIT("CRON"),         cron   },
        {STR_INIT("crond"),        cron   },
        {STR_INIT("useradd"),      useradd},
    };
    struct sayings s = {.list = out};
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (str_eq_nocase(program, programs[i].program)) {
            programs[i].read(&s, message);
        }
    }
    return s.count;
}
