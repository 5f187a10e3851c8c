/* Trees as bytes: what was packed comes out again, and nothing else does. */
#include "base/yaml_pack.h"

#include "kit.h"

#include <stdlib.h>
#include <string.h>

static const char documents[] = "a: 1\n---\n- x\n- &y {z: \"\\0\"}\n- *y\n---\nplain\n";

static bool same(const struct yaml_node *a, const struct yaml_node *b)
{
    bool equal = a->kind == b->kind && a->line == b->line && a->column == b->column &&
                 a->plain == b->plain && a->count == b->count && str_eq(a->text, b->text);
    for (size_t i = 0; equal && i < a->count; i++) {
        equal =
            same(a->items[i], b->items[i]) && (a->kind != YAML_MAP || same(a->keys[i], b->keys[i]));
    }
    return equal;
}

static bool same_stream(const struct yaml_node *a, const struct yaml_node *b)
{
    while (a && b && same(a, b)) {
        a = a->next;
        b = b->next;
    }
    return !a && !b;
}

static struct arena arena;
static struct buf packed;

static const struct yaml_node *packed_of(const char *yaml)
{
    struct yaml_error error;
    arena_init(&arena, 8 << 20);
    buf_init(&packed, 1 << 20);
    const struct yaml_node *read = yaml_read(&arena, bytes_of_str(str_of(yaml)), &error);
    CHECK(read);
    if (read) {
        yaml_pack(&packed, read);
    }
    return read;
}

static void end(void)
{
    buf_done(&packed);
    arena_done(&arena);
}

static void what_was_packed_comes_out_again(void)
{
    static const char *const all[] = {
        "title: \"Two\\nlines\"\nempty: ''\nnull: ~\nlist: [1, 'two', {three: 4}, []]\n"
        "? [a, key]\n: &anchor {deep: {deeper: text}}\nblock: |\n  one\n  two\n",
        documents, "plain", "[]", "{}"};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        const struct yaml_node *read = packed_of(all[i]);
        const struct yaml_node *again = yaml_unpack(&arena, bytes_of_str(buf_str(&packed)));
        CHECK(read && again && same_stream(read, again));
        end();
    }
}

static void cut_anywhere_it_is_refused(void)
{
    (void)packed_of(documents);
    for (size_t len = 0; len < packed.len; len++) {
        uint8_t *copy = malloc(len ? len : 1); /* so that reading on is seen */
        if (copy) {
            memcpy(copy, packed.p, len);
            CHECK(!yaml_unpack(&arena, (bytes){copy, len}));
        }
        free(copy);
    }
    end();
}

static void a_changed_byte_is_refused_or_harmless(void)
{
    (void)packed_of(documents);
    for (size_t i = 0; i < packed.len; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            packed.p[i] = (char)(packed.p[i] ^ (1 << bit));
            const struct yaml_node *n = yaml_unpack(&arena, bytes_of_str(buf_str(&packed)));
            for (; n; n = n->next) {
                CHECK(same(n, n)); /* walks all of it */
            }
            packed.p[i] = (char)(packed.p[i] ^ (1 << bit));
        }
    }
    end();
}

static void promises_without_bytes_cost_nothing(void)
{
    static const uint8_t many_nodes[] = {1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1, 1, 0};
    static const uint8_t many_items[] = {1, 1, 1, 1, 1, 1, 0xff, 0xff, 0xff, 0xff, 0x7f};
    struct arena small;
    arena_init(&small, 4096);
    CHECK(!yaml_unpack(&small, (bytes){many_nodes, sizeof many_nodes}));
    CHECK(!yaml_unpack(&small, (bytes){many_items, sizeof many_items}));
    arena_done(&small);
}

static void too_deep_is_refused(void)
{
    uint8_t deep[3 + 100 * 4 + 5] = {1, 1, 101};
    size_t len = 3;
    for (int i = 0; i < 100; i++) {
        const uint8_t list[] = {YAML_LIST, 1, 1, 1};
        memcpy(deep + len, list, sizeof list);
        len += sizeof list;
    }
    const uint8_t scalar[] = {YAML_SCALAR, 1, 1, 0, 0};
    memcpy(deep + len, scalar, sizeof scalar);
    arena_init(&arena, 1 << 20);
    CHECK(!yaml_unpack(&arena, (bytes){deep, len + sizeof scalar}));
    arena_done(&arena);
}

int main(void)
{
    RUN(what_was_packed_comes_out_again);
    RUN(cut_anywhere_it_is_refused);
    RUN(a_changed_byte_is_refused_or_harmless);
    RUN(promises_without_bytes_cost_nothing);
    RUN(too_deep_is_refused);
    return kit_end();
}
