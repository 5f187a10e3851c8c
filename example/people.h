/* People and their devices at work, and the administrator. */
#ifndef EXAMPLE_PEOPLE_H
#define EXAMPLE_PEOPLE_H

#include "scene.h"

void people_work(struct scene *s, usec hour);
void administrator_works(struct scene *s, usec hour); /* once a day */

/* Their requests to the company's own web application, which lies beside Exchange. */
void people_ask_helpdesk(struct scene *s, usec hour);

#endif
