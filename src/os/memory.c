#include "os/memory.h"

#include <stdint.h>
#include <sys/mman.h>

enum { LARGE_PAGE = 2 << 20 };

void *os_room(size_t size)
{
    void *p = mmap(NULL, size + LARGE_PAGE, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }
    uint8_t *at = p;
    at += (LARGE_PAGE - (uintptr_t)at % LARGE_PAGE) % LARGE_PAGE;
    (void)madvise(at, size, MADV_HUGEPAGE);
    return at;
}
