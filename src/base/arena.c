#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
enum { RED_ZONE = 16 };
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
enum { RED_ZONE = 0 };
#endif

enum { ALIGN = 16, FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20 };

struct arena_block {
    struct arena_block *older;
    size_t size; /* of data */
    bool lent;   /* by the caller */
    _Alignas(ALIGN) uint8_t data[];
};

void arena_init(struct arena *a, uint64_t budget)
{
    *a = (struct arena){.budget = budget};
}

void arena_init_in(struct arena *a, uint64_t budget, void *room, size_t size)
{
    arena_init(a, budget);
    if (room && size > sizeof(struct arena_block) && size <= budget) {
        struct arena_block *b = room;
        *b = (struct arena_block){.size = size - sizeof *b, .lent = true};
        a->budget -= b->size;
        a->blocks = b;
        a->at = b->data;
        a->end = b->data + b->size;
        POISON(b->data, b->size);
    }
}

static void block_free(struct arena_block *b)
{
    if (b) {
        UNPOISON(b->data, b->size);
    }
    if (b && !b->lent) {
        free(b);
    }
}

void arena_done(struct arena *a)
{
    block_free(a->spare);
    while (a->blocks) {
        struct arena_block *older = a->blocks->older;
        block_free(a->blocks);
        a->blocks = older;
    }
    *a = (struct arena){0};
}

/* Blocks double up to a limit, so that few are needed and little is wasted. */
static size_t block_size(const struct arena *a, size_t need)
{
    size_t size = a->blocks ? a->blocks->size * 2 : FIRST_BLOCK;
    size = size > LARGEST_STEP ? LARGEST_STEP : size;
    return size < need ? need : size;
}

static struct arena_block *block_new(struct arena *a, size_t need)
{
    size_t size = block_size(a, need);
    if (size > a->budget) {
        size = need;
    }
    if (size > a->budget) {
        return NULL;
    }
    struct arena_block *b = malloc(sizeof *b + size);
    if (!b) {
        abort();
    }
    b->size = size;
    b->lent = false;
    a->budget -= size;
    return b;
}

static bool add_block(struct arena *a, size_t need)
{
    struct arena_block *b = a->spare;
    if (b && b->size >= need) {
        a->spare = NULL;
    } else {
        b = block_new(a, need);
    }
    if (!b) {
        return false;
    }
    b->older = a->blocks;
    a->blocks = b;
    a->at = b->data;
    a->end = b->data + b->size;
    POISON(b->data, b->size);
    return true;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t need = 0;
    if (__builtin_add_overflow(size, (size_t)ALIGN - 1 + RED_ZONE, &need)) {
        return NULL;
    }
    need &= ~(size_t)(ALIGN - 1);
    if (need == 0) {
        need = ALIGN;
    }
    if ((size_t)(a->end - a->at) < need && !add_block(a, need)) {
        return NULL;
    }
    void *p = a->at;
    a->at += need;
    UNPOISON(p, size);
    return memset(p, 0, size);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t total = 0;
    return __builtin_mul_overflow(count, size, &total) ? NULL : arena_alloc(a, total);
}

void *arena_grow(struct arena *a, void *old, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap && old) {
        return old;
    }
    size_t want = *cap < 8 ? 8 : *cap * 2;
    want = want < need ? need : want;
    void *grown = arena_array(a, want, size);
    if (!grown) {
        return NULL;
    }
    if (old) {
        memcpy(grown, old, *cap * size);
    }
    *cap = want;
    return grown;
}

str arena_str(struct arena *a, str s)
{
    char *p = s.len < SIZE_MAX ? arena_alloc(a, s.len + 1) : NULL;
    if (!p) {
        return STR_NONE;
    }
    if (s.len) {
        memcpy(p, s.p, s.len);
    }
    return (str){p, s.len};
}

bytes arena_bytes(struct arena *a, bytes b)
{
    return bytes_of_str(arena_str(a, str_of_bytes(b)));
}

str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *p = len < 0 ? NULL : arena_alloc(a, (size_t)len + 1);
    if (!p) {
        return STR_NONE;
    }
    va_start(args, fmt);
    (void)vsnprintf(p, (size_t)len + 1, fmt, args);
    va_end(args);
    return (str){p, (size_t)len};
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->blocks, a->at};
}

/* The largest block that goes is kept: the next turn of the loop will want it. */
static void drop_newest(struct arena *a)
{
    struct arena_block *b = a->blocks;
    a->blocks = b->older;
    if (a->spare && a->spare->size >= b->size) {
        a->budget += b->size;
        block_free(b);
        return;
    }
    if (a->spare) {
        a->budget += a->spare->size;
        block_free(a->spare);
    }
    a->spare = b;
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
    while (a->blocks != m.block) {
        assert(a->blocks); /* a mark of another arena */
        drop_newest(a);
    }
    a->at = m.at;
    a->end = a->blocks ? a->blocks->data + a->blocks->size : NULL;
    if (a->blocks) {
        POISON(a->at, (size_t)(a->end - a->at));
    }
}

void arena_reset(struct arena *a)
{
    arena_rewind(a, (struct arena_mark){NULL, NULL});
}
