/* A YARA file cut into its pieces, without understanding them: so that one rule that libyara
 * refuses can be left out and the others kept. */
#ifndef DETECT_YARA_PIECES_H
#define DETECT_YARA_PIECES_H

#include "base/str.h"

enum yara_piece_kind { YARA_RULE, YARA_IMPORT, YARA_INCLUDE, YARA_OTHER };

struct yara_piece {
    enum yara_piece_kind kind;
    str text;             /* of the file, `private` and `global` included */
    str name;             /* of the rule; what is imported or included */
    uint32_t first, last; /* lines, from 1 */
};

struct yara_cutter {
    str text;
    size_t at;
    uint32_t line;
};

struct yara_cutter yara_cutter_of(str text);

/* The next piece; what stands between pieces is blank or comment. False at the end. */
bool yara_cutter_next(struct yara_cutter *c, struct yara_piece *out);

#endif
