#include "match/trie.h"

struct trie_edge {
    uint64_t key; /* node << 8 | byte, plus 1; 0 is free */
    uint32_t to;
};

struct trie_end {
    uint32_t number, next;
    bool whole;
};

void trie_init(struct trie *t, struct arena *arena, bool backwards)
{
    *t = (struct trie){.arena = arena, .backwards = backwards};
}

static uint64_t edge_key(uint32_t node, uint8_t byte)
{
    return (((uint64_t)node << 8) | byte) + 1;
}

static struct trie_edge *edge_find(const struct trie *t, uint64_t key)
{
    uint64_t h = key * 0x9e3779b97f4a7c15;
    for (size_t i = (h >> 32) & (t->cap - 1);; i = (i + 1) & (t->cap - 1)) {
        if (t->edges[i].key == key || !t->edges[i].key) {
            return &t->edges[i];
        }
    }
}

static bool grow_edges(struct trie *t)
{
    struct trie bigger = *t;
    bigger.cap = t->cap ? t->cap * 2 : 64;
    bigger.edges = ARENA_ARRAY(t->arena, struct trie_edge, bigger.cap);
    if (!bigger.edges) {
        return false;
    }
    for (size_t i = 0; i < t->cap; i++) {
        if (t->edges[i].key) {
            *edge_find(&bigger, t->edges[i].key) = t->edges[i];
        }
    }
    *t = bigger;
    return true;
}

static bool new_node(struct trie *t, uint32_t *out)
{
    uint32_t *grown =
        arena_grow(t->arena, t->first_end, &t->cap_nodes, t->nodes + 1, sizeof *t->first_end);
    if (!grown) {
        return false;
    }
    t->first_end = grown;
    t->first_end[t->nodes] = 0;
    *out = (uint32_t)t->nodes++;
    return true;
}

static bool step_or_add(struct trie *t, uint32_t *node, uint8_t byte)
{
    if (t->count * 2 >= t->cap && !grow_edges(t)) {
        return false;
    }
    struct trie_edge *e = edge_find(t, edge_key(*node, byte));
    if (!e->key) {
        uint32_t to = 0;
        if (!new_node(t, &to)) {
            return false;
        }
        *e = (struct trie_edge){edge_key(*node, byte), to};
        t->count++;
    }
    *node = e->to;
    return true;
}

static uint8_t byte_at(const struct trie *t, str s, size_t i)
{
    return (uint8_t)s.p[t->backwards ? s.len - 1 - i : i];
}

bool trie_add(struct trie *t, str text, bool whole, uint32_t number)
{
    uint32_t node = 0;
    if (!t->nodes && !new_node(t, &node)) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (!step_or_add(t, &node, byte_at(t, text, i))) {
            return false;
        }
    }
    struct trie_end *grown =
        arena_grow(t->arena, t->ends, &t->cap_ends, t->nends + 2, sizeof *t->ends);
    if (!grown) {
        return false;
    }
    t->ends = grown;
    t->ends[++t->nends] = (struct trie_end){number, t->first_end[node], whole};
    t->first_end[node] = (uint32_t)t->nends;
    return true;
}

static void report(const struct trie *t, uint32_t node, bool at_end, trie_found *found, void *ctx)
{
    for (uint32_t e = t->first_end[node]; e; e = t->ends[e].next) {
        if (at_end || !t->ends[e].whole) {
            found(ctx, t->ends[e].number);
        }
    }
}

void trie_walk(const struct trie *t, str value, trie_found *found, void *ctx)
{
    if (!t->nodes) {
        return;
    }
    report(t, 0, value.len == 0, found, ctx);
    uint32_t node = 0;
    for (size_t i = 0; i < value.len && t->count; i++) {
        const struct trie_edge *e = edge_find(t, edge_key(node, byte_at(t, value, i)));
        if (!e->key) {
            return;
        }
        node = e->to;
        report(t, node, i + 1 == value.len, found, ctx);
    }
}
