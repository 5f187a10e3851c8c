#include "detect/indicators/fragments.h"

bool is_fragment_kind(uint32_t kind)
{
    return kind == KIND_FRAGMENT || kind == KIND_EXPRESSION;
}

static bool add_one(struct fragments *f, struct arena *a, const struct image *im,
                    const struct kept *k)
{
    struct err ignored;
    str text = image_string((bytes){im->strings, im->head.strings}, k->text);
    bool regex = k->kind == KIND_EXPRESSION;
    const struct pattern p = {
        .text = regex ? text : arena_printf(a, "%c%.*s%c", GLOB_ANY, STR_ARG(text), GLOB_ANY),
        .flags = regex ? PATTERN_REGEX : 0,
    };
    struct fragment *grown = arena_grow(a, f->items, &f->cap, f->count + 1, sizeof *grown);
    if (!grown || text.len == 0 || !matcher_add(f->matcher, &p, (uint32_t)f->count, &ignored)) {
        return false;
    }
    f->items = grown;
    grown[f->count++] = (struct fragment){im, k};
    return true;
}

uint64_t fragments_add(struct fragments *f, struct arena *a, const struct image *im)
{
    uint64_t refused = 0;
    for (uint64_t i = 0; i < im->head.nkept; i++) {
        const struct kept *k = &im->kept[i];
        if (is_fragment_kind(k->kind)) {
            f->matcher = f->matcher ? f->matcher : matcher_new(a);
            refused += !f->matcher || !add_one(f, a, im, k);
        }
    }
    return refused;
}

bool fragments_build(struct fragments *f)
{
    struct err ignored;
    return !f->matcher || matcher_build(f->matcher, &ignored);
}

void fragments_done(struct fragments *f)
{
    matcher_done(f->matcher);
    *f = (struct fragments){0};
}
