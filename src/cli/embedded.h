/* The project's own knowledge, put into the binary by tools/embed.py: rules, dossiers, the
 * mapping of log sources, translations. Each table ends with an empty name. */
#ifndef CLI_EMBEDDED_H
#define CLI_EMBEDDED_H

#include "base/str.h"

struct embedded {
    str name; /* below its folder: "exchange/proxylogon.yml" */
    bytes data;
};

extern const struct embedded embedded_rules[];        /* rules/, with logsources.yml */
extern const struct embedded embedded_yara[];         /* rules/yara/ */
extern const struct embedded embedded_dossiers[];     /* dossiers/ */
extern const struct embedded embedded_actors[];       /* actors/ */
extern const struct embedded embedded_known_good[];   /* data/known_good/ */
extern const struct embedded embedded_translations[]; /* fr.mo */

#endif
