/* What is known to belong in certain folders: files by their path there and their SHA-256. One
 * text file, of the form that sha256sum reads and writes, any number of them in one baseline:
 *
 *     # place: FrontEnd/HttpProxy
 *     49194ca2...  FrontEnd/HttpProxy/owa/auth/logon.aspx
 *
 * A place is a folder of which all is told, wherever it lies: below C:\Program Files, in an
 * archive. A file without `place` lines has the first folders of its paths as places. Letter case
 * and the kind of slash do not count. Once read a baseline is not changed, so workers share it. */
#ifndef MODEL_BASELINE_H
#define MODEL_BASELINE_H

#include "base/table.h"

struct baseline {
    struct arena *arena;
    struct table paths; /* lower case, with `/` */
    struct table files; /* path and hash in one key */
    str *places;
    size_t nplaces, places_cap;
    str *names; /* distinct names of files, lower case */
    size_t nnames, names_cap;
    struct table seen; /* names */
};

enum standing {
    STANDING_NONE,    /* the baseline has nothing to say of this place */
    STANDING_FOREIGN, /* no file of this name belongs here */
    STANDING_CHANGED, /* one does, with other content */
    STANDING_KNOWN,   /* this file belongs here */
};

void baseline_init(struct baseline *b, struct arena *arena);

/* False with the number of the line that is not understood, or 0 over budget. */
bool baseline_read(struct baseline *b, str text, uint32_t *line);

/* `path` as its host calls it, or as it lies in a collection; `sha256` 32 bytes. */
enum standing baseline_standing(const struct baseline *b, str path, const uint8_t *sha256,
                                struct arena *scratch);
const char *standing_name(enum standing s); /* "known": for rules and machines */

/* A name of the baseline that the file's name is nearly, without being one: empty for none. */
str baseline_likeness(const struct baseline *b, str path, struct arena *scratch);

#endif
