/* Prefixes and whole texts, found in one walk over a value; or suffixes, walking backwards. */
#ifndef MATCH_TRIE_H
#define MATCH_TRIE_H

#include "base/arena.h"

struct trie_edge;
struct trie_end;

struct trie {
    struct arena *arena;
    bool backwards;
    struct trie_edge *edges; /* open addressing, by node and byte */
    size_t cap, count;
    uint32_t *first_end; /* by node; 0 is none */
    size_t nodes, cap_nodes;
    struct trie_end *ends; /* from 1 */
    size_t nends, cap_ends;
};

void trie_init(struct trie *t, struct arena *arena, bool backwards);

/* `whole`: the value must end where the text does. False when the arena is used up. */
bool trie_add(struct trie *t, str text, bool whole, uint32_t number) MUST_USE;

typedef void trie_found(void *ctx, uint32_t number);
void trie_walk(const struct trie *t, str value, trie_found *found, void *ctx);

#endif
