/* The intrusion: the chain of March 2021 (CVE-2021-26855, then CVE-2021-27065), as the logs of
 * servers that went through it show it. */
#ifndef EXAMPLE_BREACH_H
#define EXAMPLE_BREACH_H

#include "scene.h"

void breach_hour(struct scene *s, usec hour); /* what of it happens in this hour */
bool breach_files(struct scene *s);           /* what it leaves in the web root */

#endif
