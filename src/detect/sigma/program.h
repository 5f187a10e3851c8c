/* A condition made into steps: those that decide soon and cost little come first. */
#ifndef DETECT_SIGMA_PROGRAM_H
#define DETECT_SIGMA_PROGRAM_H

#include "detect/sigma/compile.h"

/* `w`: what was seen already when the program runs, most often. False over budget. */
bool program_make(struct arena *a, const struct node *n, const struct witness *w,
                  struct program *out) MUST_USE;

#endif
