/* The combined and the common log format, written as nearly every line of them is, in one walk. */
#ifndef FORMATS_WEB_COMBINED_H
#define FORMATS_WEB_COMBINED_H

#include "formats/web/log_pattern.h"

/* As a format string; `extra` follows. */
#define COMBINED "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\""

/* True: the line is written so, and what log_pattern_match() would put into `p`, which must be
 * compiled from COMBINED, is there. False: the line is less usual; ask log_pattern_match(). */
bool combined_match(struct log_pattern *p, str line);

#endif
