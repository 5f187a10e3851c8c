/* YAML of a rule, a dossier or a mapping: a tree or an error with its place, whatever it is. */
#include "base/yaml.h"
#include "fuzz.h"

static void walk(const struct yaml_node *n, unsigned depth)
{
    for (size_t i = 0; depth < 8 && i < n->count; i++) {
        walk(n->items[i], depth + 1);
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
    } else if (!error.text[0]) {
        __builtin_trap();
    }
    arena_done(&arena);
    return 0;
}
