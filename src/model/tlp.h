/* The Traffic Light Protocol, version 2.0 of FIRST: who may see what was shared. */
#ifndef MODEL_TLP_H
#define MODEL_TLP_H

#include "base/str.h"

/* Ever stricter; none: nobody marked it. */
enum tlp { TLP_NONE, TLP_CLEAR, TLP_GREEN, TLP_AMBER, TLP_AMBER_STRICT, TLP_RED, TLP_COUNT };

/* All are empty for none. */
str tlp_name(enum tlp t);    /* "TLP:AMBER+STRICT" */
str tlp_word(enum tlp t);    /* "amber+strict" */
str tlp_marking(enum tlp t); /* id of STIX's marking definition */

/* "amber", "TLP:AMBER+STRICT", "tlp:white" (version 1 for clear), or the id of a marking definition
 * of either version, in any letter case. False when it is none. */
bool tlp_parse(str s, enum tlp *out);

#endif
