/* What mail servers say in a line of a log, as fields: Postfix, Dovecot, Exim.
 *
 * They are called alike whoever writes: QueueId, MessageId, From, To, ClientName, ClientIpAddress,
 * Relay, Status, Reason, User, Method ... (mail_line.c lists them). */
#ifndef FORMATS_MAIL_MAIL_LINE_H
#define FORMATS_MAIL_MAIL_LINE_H

#include "model/event.h"

enum { MAIL_FIELDS_MAX = 48 };

struct mail_line {
    const struct names *names;
    uint8_t type; /* of the fields */
    struct field fields[MAIL_FIELDS_MAX];
    size_t nfields; /* what is more is left: it stands in Message anyhow */
};

/* The channel of a program by its name in syslog: postfix, dovecot, exim; empty for others. */
str mail_channel(str program);

/* Adds the fields of the message. */
void mail_line_read(struct mail_line *m, str channel, str program, str message);

void mail_line_add(struct mail_line *m, str name, str value);

/* Exim begins its lines with a message id, after the time: 1lHJab-0001AB-Cd, or longer ones. */
bool mail_is_exim_id(str s);

#endif
