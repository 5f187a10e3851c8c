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

/* A mailbox exported to a page: binary, with the line of a draft in the middle. `path` is below
 * the root of the disk; `name` is that of the page. */
bool pages_exported(struct scene *s, const char *path, const char *name, usec written,
                    usec compiled);

/* The pages of a web mail in PHP, below `folder`; and one that the intruder has added. */
bool pages_webmail(struct scene *s, const char *folder);
bool pages_php_shell(struct scene *s, const char *path, usec written);

#endif
