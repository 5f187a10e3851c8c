/* Time that only moves forward, randomness, and how much machine there is. */
#ifndef OS_CLOCK_H
#define OS_CLOCK_H

#include <stddef.h>
#include <stdint.h>

double os_seconds(void); /* since some moment in the past; never goes back */
int64_t os_now(void);    /* microseconds since 1970 UTC, as this machine believes */
unsigned os_cores(void); /* that this process may use; at least 1 */
void os_random(void *out, size_t len);

#endif
