/* An ordinary hour of a mail server: people and their devices, probes, monitoring, services,
 * an administrator at work. The healthy server and the breached one have the same. */
#ifndef EXAMPLE_NOISE_H
#define EXAMPLE_NOISE_H

#include "scene.h"

void noise_hour(struct scene *s, usec hour);

#endif
