/* Memory by lifetime: what dies together is allocated together and goes in one stroke.
 *
 * An arena has a budget in bytes; past it arena_alloc gives NULL, which the caller notes. The
 * heap itself failing aborts: nothing sensible can follow. Freshly allocated memory is zeroed.
 * Under AddressSanitizer what was rewound is poisoned. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/compiler.h"
#include "base/str.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    uint8_t *at, *end;          /* free room in the newest block */
    uint64_t budget;            /* bytes that may still be taken from the heap */
    struct arena_block *spare;  /* kept by rewind so that a loop does not go to the heap */
};

struct arena_mark {
    struct arena_block *block;
    uint8_t *at;
};

void arena_init(struct arena *a, uint64_t budget);
void arena_done(struct arena *a);

/* Begins in `room`, aligned to 16, which the caller lends until arena_done; only what is beyond it
 * comes from the heap. NULL is no room. */
void arena_init_in(struct arena *a, uint64_t budget, void *room, size_t size);

void *arena_alloc(struct arena *a, size_t size) MUST_USE;               /* aligned to 16, zeroed */
void *arena_array(struct arena *a, size_t count, size_t size) MUST_USE; /* checks the product */

/* Grows an array made here, in place when it is the newest; `*cap` items are there, at least
 * `need` will be. NULL over budget. */
void *arena_grow(struct arena *a, void *old, size_t *cap, size_t need, size_t size) MUST_USE;

/* Copies. Over budget they give an empty str. arena_str is NUL-terminated behind its length. */
str arena_str(struct arena *a, str s);
bytes arena_bytes(struct arena *a, bytes b);
str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m);
void arena_reset(struct arena *a); /* rewind to the beginning */

#define ARENA_NEW(a, type)          ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_array((a), (count), sizeof(type)))

#endif
