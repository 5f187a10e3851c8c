/* What a worker that met the wrong evidence could say to the parent. A message that is understood
 * must also be writable, and mean the same when it is read again. */
#include "engine/census.h"
#include "engine/message.h"
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint8_t first[LIMIT_MESSAGE], second[LIMIT_MESSAGE];

static void there_and_back(const struct message *m, struct arena *a)
{
    struct message again;
    size_t len = message_write(m, first);
    if (len == 0) {
        return; /* made valid, its text has outgrown a message or a limit */
    }
    assert(message_read((bytes){first, len}, &again, a));
    size_t same = message_write(&again, second);
    assert(same == len && memcmp(first, second, len) == 0);
}

static void count(const struct message *m)
{
    struct census c;
    struct arena a;
    size_t rows = 0;
    census_init(&c, (struct hash_key){0});
    arena_init(&a, 1 << 24);
    (void)census_add(&c, &m->source);
    (void)census_rows(&c, STR("u"), &a, &rows);
    arena_done(&a);
    census_done(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct message m;
    arena_init(&a, 16 * LIMIT_MIB);
    if (size <= LIMIT_MESSAGE && message_read((bytes){data, size}, &m, &a)) {
        there_and_back(&m, &a);
        if (m.kind == MESSAGE_SOURCE) {
            count(&m);
        }
    }
    arena_done(&a);
    return 0;
}
