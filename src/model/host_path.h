/* A collected file as its own host calls it. */
#ifndef MODEL_HOST_PATH_H
#define MODEL_HOST_PATH_H

#include "base/arena.h"

/* triage.zip!/case/C/Windows/x.aspx lay at C:\Windows\x.aspx: a folder named like a drive with a
 * folder of Windows below it. Where no drive is known, the path inside the last archive, borrowed.
 */
str host_path(str provenance, struct arena *a);

#endif
