/* The YARA rules that the user gives: files, and folders with .yar and .yara files. */
#ifndef CLI_YARA_RULES_H
#define CLI_YARA_RULES_H

#include "cli/knowledge.h"

/* Adds them to what was learned: compiled, counted, with what did not load, and in its digest. */
bool learn_yara(const struct option_list *paths, struct arena *a, struct learned *out,
                struct err *err) MUST_USE;

#endif
