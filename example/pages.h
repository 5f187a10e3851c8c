/* Files below the web root, and what the compiler made of them. */
#ifndef EXAMPLE_PAGES_H
#define EXAMPLE_PAGES_H

#include "scene.h"

/* The name of the page that the intruder leaves: one letter from a page that Exchange ships. */
#define SHELL "OutlookQN.aspx"

/* The page's one line of code, which the intruder has put into the address book's URL. Put
 * together from harmless parts, here and now: it never stands whole in this project. */
const char *shell_line(struct arena *a);

bool pages_shipped(struct scene *s);
bool pages_shell(struct scene *s, usec dropped, usec compiled);

#endif
