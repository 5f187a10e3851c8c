/* How the lines of an access log are written: a format string of Apache (LogFormat) or nginx
 * (log_format), compiled; and the usual ones.
 *
 *     %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"
 *     $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent
 *
 * A value goes on until the text that stands behind it in the format string; between double
 * quotes a backslash hides a quote. Fields are called as W3C extended logs call them: c-ip,
 * cs-method, cs-uri-stem, sc-status, cs-user-agent; other headers cs-NAME (request) and sc-NAME
 * (answer), in lower case. What has no name there keeps the one it has in the format string.
 * The request line gives cs-method, cs-uri-stem, cs-uri-query and cs-version. */
#ifndef FORMATS_WEB_LOG_PATTERN_H
#define FORMATS_WEB_LOG_PATTERN_H

#include "base/arena.h"
#include "model/event.h"

enum { PATTERN_PARTS_MAX = 64, PATTERN_FIELDS_MAX = 96, PATTERN_TEXT_MAX = 4096 };
enum { CLF_LEN = 26 }; /* 03/Mar/2021:04:31:18 +0100 */

enum log_part_kind {
    PART_TEXT,
    PART_STATUS, /* digits, or - */
    PART_REQUEST,
    PART_URI,       /* path and query */
    PART_URL,       /* the same, perhaps with scheme and host in front: Squid's */
    PART_QUERY,     /* with its ? */
    PART_TIME_CLF,  /* 03/Mar/2021:04:31:18 +0100 */
    PART_TIME_ISO,  /* time_parse() reads it */
    PART_TIME_UNIX, /* seconds, with or without a fraction */
    PART_TIME_MSEC,
    PART_TIME_USEC,
};

struct log_part {
    enum log_part_kind kind;
    str before;     /* the text in front of the value */
    bool quoted;    /* between double quotes */
    bool padded;    /* blanks may stand in front of the value */
    bool word;      /* it ends at the first blank, whatever the text behind it is */
    uint16_t field; /* index of its first field */
};

struct log_pattern {
    struct log_part parts[PATTERN_PARTS_MAX];
    size_t nparts;
    size_t optional; /* parts from here on may all be missing; nparts: none may */
    str after;       /* the text behind the last value */
    bool extra;      /* more may follow; it is the last field, `extra` */
    size_t nfields;
    struct field
        fields[PATTERN_FIELDS_MAX]; /* names and numbers; of the last line also the values */
    bool timed;                     /* some part is a time */

    usec time;         /* of the last line; TIME_NONE */
    char day_text[20]; /* the day and zone last read: lines of one day follow each other */
    usec day, zone;
};

/* NULL when it fits into one, else what is wrong: a message id. `names` NULL: only look. */
const char *log_pattern_compile(struct log_pattern *out, const struct names *names, str format,
                                struct arena *a);

/* Names the fields of a pattern made by hand: "c-ip" and so on, in order. */
void log_pattern_name(struct log_pattern *p, const struct names *names, size_t field, str name);

/* A time of the common log format, of the pattern's line; TIME_NONE. */
usec log_pattern_clf_time(struct log_pattern *p, str value);

/* Whether the line is written so; a time that is none of the common log format is a line that is
 * not, any other is TIME_NONE. Fills the values and the time; they borrow from the line. */
bool log_pattern_match(struct log_pattern *p, str line);

#endif
