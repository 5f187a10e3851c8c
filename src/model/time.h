/* One clock everywhere: microseconds since 1970-01-01 UTC. Proleptic Gregorian, no leap
 * seconds, years 1 to 9999; what lies outside is TIME_NONE. */
#ifndef MODEL_TIME_H
#define MODEL_TIME_H

#include "base/arena.h"

typedef int64_t usec;

#define TIME_NONE     INT64_MIN
#define USEC_PER_SEC  INT64_C(1000000)
#define USEC_PER_HOUR (3600 * USEC_PER_SEC)
#define USEC_PER_DAY  (24 * USEC_PER_HOUR)

struct civil {
    int year, month, day, hour, minute, second, usec;
};

usec time_of_filetime(uint64_t filetime); /* 100 ns since 1601; 0 is TIME_NONE */
usec time_of_unix(int64_t seconds);
usec time_of_civil(struct civil c); /* UTC; TIME_NONE when a part is out of range */
struct civil civil_of_time(usec t);

/* RFC 3339 and its relatives: `T` or blank between date and time, a fraction of any length,
 * `Z`, an offset, or nothing (then UTC), a date alone. TIME_NONE when it is not one. */
usec time_parse(str s);

/* "Mar", in any letter case, is 3; 0 when it is no month. */
int month_named(str name);

/* RFC 3339 in UTC, with as much fraction as there is: none, 3 or 6 digits. TIME_NONE is empty. */
str time_text(struct arena *a, usec t);

#endif
