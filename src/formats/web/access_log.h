/* For who asks before a unit is parsed. */
#ifndef FORMATS_WEB_ACCESS_LOG_H
#define FORMATS_WEB_ACCESS_LOG_H

#include "formats/format.h"
#include "formats/web/log_pattern.h"

extern const struct format format_access_log;

/* The first is combined_match()'s. NULL over budget. */
struct log_pattern *access_log_usual(size_t which, const struct names *names, struct arena *a);

/* Whether one of the first lines is written as the user's format string says. */
bool access_log_is(bytes head, str log_format);

/* What is wrong with a format string: a message id; NULL when nothing is. */
const char *access_log_refuses(str log_format);

#endif
