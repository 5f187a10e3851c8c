/* Hashes that their algorithm cannot have given: such a pattern never matches. */
#include "detect/stix/tree.h"

#include "base/catalog.h"

static const struct {
    str name; /* upper case, without hyphens */
    size_t digits[6];
} algorithms[] = {
    {STR_INIT("MD5"),       {32}                     },
    {STR_INIT("MD6"),       {32, 40, 56, 64, 96, 128}},
    {STR_INIT("RIPEMD160"), {40}                     },
    {STR_INIT("SHA1"),      {40}                     },
    {STR_INIT("SHA224"),    {56}                     },
    {STR_INIT("SHA256"),    {64}                     },
    {STR_INIT("SHA384"),    {96}                     },
    {STR_INIT("SHA512"),    {128}                    },
    {STR_INIT("SHA3224"),   {56}                     },
    {STR_INIT("SHA3256"),   {64}                     },
    {STR_INIT("SHA3384"),   {96}                     },
    {STR_INIT("SHA3512"),   {128}                    },
    {STR_INIT("WHIRLPOOL"), {128}                    },
};

static bool is_called(str key, str name)
{
    size_t at = 0;
    for (size_t i = 0; i < key.len; i++) {
        if (key.p[i] == '-') {
            continue;
        }
        if (at == name.len || ascii_lower(key.p[i]) != ascii_lower(name.p[at++])) {
            return false;
        }
    }
    return at == name.len;
}

static bool is_hex(str s)
{
    bool all = true;
    for (size_t i = 0; i < s.len && all; i++) {
        char c = ascii_lower(s.p[i]);
        all = ascii_is_digit(c) || (c >= 'a' && c <= 'f');
    }
    return all;
}

static bool can_be_hash(str algorithm, str value)
{
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
        if (is_called(algorithm, algorithms[i].name)) {
            bool fits = false;
            for (size_t k = 0; k < ARRAY_LEN(algorithms[i].digits); k++) {
                fits |= value.len == algorithms[i].digits[k];
            }
            return value.len > 0 && fits && is_hex(value);
        }
    }
    return true;
}

static bool is_of_hashes(const struct stix_test *t)
{
    bool hashes = false;
    for (size_t i = 0; i < t->nsteps; i++) {
        hashes |= t->steps[i].kind == STEP_KEY && str_eq(t->steps[i].key, STR("hashes"));
    }
    return hashes && t->nsteps && t->steps[t->nsteps - 1].kind == STEP_KEY;
}

static const struct stix_test *implausible(const struct stix_comparison *c)
{
    const struct stix_test *t = &c->test, *found = NULL;
    for (const struct stix_comparison *i = c->first; i && !found; i = i->next) {
        found = implausible(i);
    }
    bool whole = c->kind == JUNCTION_TEST && t->op <= OP_UNEQUAL && is_of_hashes(t);
    for (size_t i = 0; whole && !found && i < t->nvalues; i++) {
        bool fits = t->values[i].kind == STIX_TEXT &&
                    can_be_hash(t->steps[t->nsteps - 1].key, t->values[i].text);
        found = fits ? NULL : t;
    }
    return found;
}

static const struct stix_test *implausible_in(const struct stix_expression *e)
{
    const struct stix_test *found = e->kind == STIX_BRACKET ? implausible(e->comparison) : NULL;
    for (const struct stix_expression *i = e->first; i && !found; i = i->next) {
        found = implausible_in(i);
    }
    return found;
}

bool stix_pattern_is_plausible(const struct stix_pattern *p, struct stix_fault *fault)
{
    const struct stix_test *t = implausible_in(p->root);
    if (t) {
        *fault =
            (struct stix_fault){t->line, t->column, N_("a hash that its algorithm cannot give")};
    }
    return !t;
}
