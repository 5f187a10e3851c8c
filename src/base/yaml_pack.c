#include "base/yaml_pack.h"

enum { VERSION = 1, MAX_DEPTH = 64, LEAST_NODE = 4, PLAIN = 4, KINDS = 3 };

/* ---- writing */

static void put_number(struct buf *out, uint64_t n)
{
    for (; n >= 0x80; n >>= 7) {
        buf_char(out, (char)(0x80 | (n & 0x7f)));
    }
    buf_char(out, (char)n);
}

static void put_node(struct buf *out, const struct yaml_node *n)
{
    buf_char(out, (char)((unsigned)n->kind | (n->plain ? PLAIN : 0)));
    put_number(out, n->line);
    put_number(out, n->column);
    put_number(out, n->kind == YAML_SCALAR ? n->text.len : n->count);
    if (n->kind == YAML_SCALAR) {
        buf_add(out, n->text);
        buf_char(out, 0);
    }
    for (size_t i = 0; i < n->count; i++) {
        if (n->kind == YAML_MAP) {
            put_node(out, n->keys[i]);
        }
        put_node(out, n->items[i]);
    }
}

static uint64_t nodes_in(const struct yaml_node *n)
{
    uint64_t total = 1;
    for (size_t i = 0; i < n->count; i++) {
        total += nodes_in(n->items[i]) + (n->kind == YAML_MAP ? nodes_in(n->keys[i]) : 0);
    }
    return total;
}

void yaml_pack(struct buf *out, const struct yaml_node *first)
{
    uint64_t documents = 0, nodes = 0;
    for (const struct yaml_node *n = first; n; n = n->next) {
        documents++;
        nodes += nodes_in(n);
    }
    put_number(out, VERSION);
    put_number(out, documents);
    put_number(out, nodes);
    for (const struct yaml_node *n = first; n; n = n->next) {
        put_node(out, n);
    }
}

/* ---- reading */

struct unpacking {
    const uint8_t *at, *end;
    struct yaml_node *nodes;        /* all of them, in the order written */
    const struct yaml_node **links; /* what keys and items point to; each node is linked once */
    uint64_t used, linked, total;
};

static bool take_number(struct unpacking *u, uint64_t *out)
{
    uint64_t n = 0;
    for (unsigned shift = 0; shift < 63 && u->at < u->end; shift += 7) {
        uint8_t b = *u->at++;
        n |= (uint64_t)(b & 0x7f) << shift;
        if (!(b & 0x80)) {
            *out = n;
            return true;
        }
    }
    return false;
}

static bool take_place(struct unpacking *u, uint32_t *out)
{
    uint64_t n = 0;
    bool ok = take_number(u, &n) && n <= UINT32_MAX;
    *out = (uint32_t)n;
    return ok;
}

static bool take_text(struct unpacking *u, uint64_t len, str *out)
{
    if (len >= (uint64_t)(u->end - u->at) || u->at[len] != 0) {
        return false;
    }
    *out = (str){(const char *)u->at, (size_t)len};
    u->at += len + 1;
    return true;
}

static const struct yaml_node *take_node(struct unpacking *u, unsigned depth);

/* `count` was checked against what is left, so no promise of a hostile file costs anything. */
static bool take_children(struct unpacking *u, struct yaml_node *n, uint64_t count, unsigned depth)
{
    uint64_t each = n->kind == YAML_MAP ? 2 : 1;
    if (count > (u->total - u->linked) / each) {
        return false;
    }
    const struct yaml_node **keys = u->links + u->linked;
    const struct yaml_node **items = keys + (each - 1) * count;
    u->linked += each * count;
    for (uint64_t i = 0; i < count; i++) {
        if (each == 2 && !(keys[i] = take_node(u, depth + 1))) {
            return false;
        }
        items[i] = take_node(u, depth + 1);
        if (!items[i]) {
            return false;
        }
    }
    n->keys = each == 2 ? keys : NULL;
    n->items = items;
    n->count = (size_t)count;
    return true;
}

static const struct yaml_node *take_node(struct unpacking *u, unsigned depth)
{
    uint64_t size = 0;
    if (depth > MAX_DEPTH || u->used == u->total || u->at == u->end) {
        return NULL;
    }
    struct yaml_node *n = &u->nodes[u->used++];
    uint8_t head = *u->at++;
    if ((head & ~PLAIN) >= KINDS || !take_place(u, &n->line) || !take_place(u, &n->column) ||
        !take_number(u, &size)) {
        return NULL;
    }
    n->kind = (enum yaml_kind)(head & ~PLAIN);
    n->plain = head & PLAIN;
    bool ok =
        n->kind == YAML_SCALAR ? take_text(u, size, &n->text) : take_children(u, n, size, depth);
    return ok ? n : NULL;
}

const struct yaml_node *yaml_unpack(struct arena *a, bytes packed)
{
    struct unpacking u = {.at = packed.p, .end = packed.p + packed.len};
    uint64_t version = 0, documents = 0;
    if (!take_number(&u, &version) || version != VERSION || !take_number(&u, &documents) ||
        !take_number(&u, &u.total) || u.total > packed.len / LEAST_NODE || documents > u.total) {
        return NULL;
    }
    u.nodes = ARENA_ARRAY(a, struct yaml_node, (size_t)u.total);
    u.links = ARENA_ARRAY(a, const struct yaml_node *, (size_t)u.total);
    struct yaml_node *last = NULL;
    const struct yaml_node *first = NULL;
    for (uint64_t i = 0; u.nodes && u.links && i < documents; i++) {
        struct yaml_node *root = &u.nodes[u.used];
        if (!take_node(&u, 1)) {
            return NULL;
        }
        first = first ? first : root;
        if (last) {
            last->next = root;
        }
        last = root;
    }
    return u.at == u.end && u.used == u.total ? first : NULL;
}
