/* YAML of a rule, a dossier or a mapping: a tree or an error with its place, whatever it is. The
 * tree packed and unpacked is packed to the same bytes; and the input itself is tried as packed. */
#include "base/yaml_pack.h"
#include "fuzz.h"

static void walk(const struct yaml_node *n, unsigned depth)
{
    for (size_t i = 0; depth < 8 && i < n->count; i++) {
        walk(n->items[i], depth + 1);
    }
}

static void pack_again(struct arena *a, const struct yaml_node *root)
{
    struct buf once, twice;
    buf_init(&once, 1 << 22);
    buf_init(&twice, 1 << 22);
    yaml_pack(&once, root);
    const struct yaml_node *again =
        buf_ok(&once) ? yaml_unpack(a, bytes_of_str(buf_str(&once))) : NULL;
    if (again) {
        yaml_pack(&twice, again);
        if (!str_eq(buf_str(&once), buf_str(&twice))) {
            __builtin_trap();
        }
    }
    buf_done(&once);
    buf_done(&twice);
}

static void unpack(struct arena *a, bytes in)
{
    const struct yaml_node *root = yaml_unpack(a, in);
    if (root) {
        walk(root, 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, 1 << 24);
    struct yaml_error error;
    const struct yaml_node *root = yaml_read(&arena, (bytes){data, size}, &error);
    if (root) {
        walk(root, 0);
        (void)yaml_text(root, STR("title"));
        pack_again(&arena, root);
    } else if (!error.text[0]) {
        __builtin_trap();
    }
    unpack(&arena, (bytes){data, size});
    arena_done(&arena);
    return 0;
}
