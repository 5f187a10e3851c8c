/* Which tables of which databases are logs, and what their columns mean. */
#ifndef FORMATS_DATABASE_DATABASE_LOGS_H
#define FORMATS_DATABASE_DATABASE_LOGS_H

#include "formats/database/sqlite.h"
#include "model/time.h"

enum database_clock {
    CLOCK_NONE,
    CLOCK_APPLE,   /* seconds since 2001; messages of iOS 11 and later: nanoseconds */
    CLOCK_UNIX,    /* seconds since 1970, whole or not */
    CLOCK_UNIX_MS, /* thousandths */
    CLOCK_UNIX_US, /* millionths */
    CLOCK_1601,    /* millionths of a second since 1601 */
};

/* What a column says in another table: the row that `from` numbers there, or the row that a column
 * `via` of it numbers in `via_table`. */
struct database_join {
    const char *from, *table, *via, *via_table; /* via: NULL for none */
    const char *column, *field;
};

struct database_column {
    const char *name, *field;
};

/* What the columns cannot say by themselves. */
enum database_more { MORE_NOTHING, MORE_PROCESS, MORE_MESSAGE, MORE_BACKUP_FILE };

enum { DATABASE_JOINS = 3, DATABASE_RENAMED = 4 };

struct database_log {
    const char *channel;
    const char *table, *beside; /* told by its name and that of another table, or of a column */
    const char *time;
    enum database_clock clock;
    enum database_more more;
    bool gaps; /* numbers of rows that are missing are told */
    struct database_column renamed[DATABASE_RENAMED];
    struct database_join joins[DATABASE_JOINS];
};

/* The log that a table is; NULL: none that is known. */
const struct database_log *database_log_of(const struct sqlite *db, const struct sqlite_table *t);

usec database_time(enum database_clock clock, const struct sqlite_value *v);

#endif
