/* Memory in one piece. */
#ifndef OS_MEMORY_H
#define OS_MEMORY_H

#include <stddef.h>

/* So many bytes of zeros, for the life of the process. They cost nothing until they are touched,
 * and then come in large pages where the system has such: the rules fill 70 MB, which is 18,000
 * faults otherwise. NULL when they are not to be had. */
void *os_room(size_t size);

#endif
