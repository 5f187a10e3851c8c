/* The beginning of a syslog line, in the three forms that files have:
 *
 *     Mar  3 10:11:12 mail01 sshd[812]: text                       RFC 3164: no year, no zone
 *     2021-03-03T10:11:12.123456+01:00 mail01 sshd[812]: text      rsyslog and syslog-ng, precise
 *     <38>1 2021-03-03T10:11:12Z mail01 sshd 812 - [x y="z"] text  RFC 5424
 *
 * each with or without `<priority>`. */
#ifndef FORMATS_UNIX_SYSLOG_HEAD_H
#define FORMATS_UNIX_SYSLOG_HEAD_H

#include "base/str.h"
#include "model/time.h"

struct syslog_head {
    usec time;        /* TIME_NONE when the year could not be told */
    str host;         /* empty when the line names none */
    str program, pid; /* empty when the line does not say */
    str priority;     /* digits; empty when the line has none */
    str structured;   /* RFC 5424: the elements in brackets */
    str message;
};

/* False when the line does not begin so. A time without year is put into the year before
 * `modified`, when the unit was last written (0, TIME_NONE: not known), so that it is not later:
 * the lines of a log that reaches back more than a year come too late by whole years. What has no
 * zone is taken for UTC. */
bool syslog_head(str line, usec modified, struct syslog_head *out);

#endif
