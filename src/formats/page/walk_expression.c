/* Expressions, by precedence. */
#include "formats/page/walker.h"

#include "formats/page/decode.h"

enum { LONGEST_OPERATOR = 10, GLOBALS_MAX = 256 }; /* instanceof */

static int walk_level(const struct walker *w, const struct token *t)
{
    if (t->kind == TOKEN_NAME && t->text.len > LONGEST_OPERATOR) {
        return 0;
    }
    if (t->kind == TOKEN_NAME) {
        static const struct {
            str name;
            int level;
        } names[] = {
            {STR_INIT("instanceof"), LEVEL_COMPARE}
        };
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            if (walk_reads(t, names[i].name)) {
                return names[i].level;
            }
        }
        return 0;
    }
    if (t->kind != TOKEN_SIGN) {
        return 0;
    }
    switch (t->sign) {
    case '?':
        return LEVEL_CHOICE;
    case SIGN_OR_ELSE:
        return LEVEL_OR;
    case SIGN_AND:
        return LEVEL_AND;
    case SIGN_COMPARE:
    case SIGN_BIND:
        return LEVEL_COMPARE;
    case '=':
        return walk_basic(w) ? LEVEL_COMPARE : 0;
    case SIGN_CONCAT:
    case SIGN_SHIFT:
        return LEVEL_JOIN;
    case '+':
    case '-':
        return LEVEL_JOIN;
    case '&':
    case '|':
    case '^':
        return w->language == LANGUAGE_PHP ? LEVEL_BITS : LEVEL_ADD;
    case '*':
    case '/':
    case '%':
        return LEVEL_TIMES;
    default:
        return 0;
    }
}

static struct worth walk_operate(struct walker *w, const struct token *op, const struct worth *a,
                                 const struct worth *b, int level)
{
    uint8_t sign = op->kind == TOKEN_SIGN ? op->sign : 0;
    if (sign == SIGN_CONCAT || sign == '+') {
        return worth_concat(a, b, w->paste);
    }
    if (sign == '^' || walk_is_name(op, "xor")) {
        struct worth out = worth_either(a, b);
        out.known = a->known && b->known;
        out.text = out.known ? decode_xor(a->text, b->text, w->arena) : STR_NONE;
        out.through |= THROUGH_XOR;
        return out;
    }
    if (level == LEVEL_COMPARE) {
        if (sign == SIGN_BIND) {
            return *a;
        }
        struct worth out = {0};
        return out;
    }
    if (level == LEVEL_AND) {
        return *b;
    }
    struct worth out = worth_either(a, b);
    if (level != LEVEL_OR) {
        out.known = false;
        out.text = STR_NONE;
    }
    return out;
}

static struct worth walk_choice(struct walker *w, const struct worth *condition)
{
    struct worth yes = *condition;
    if (!walk_is(walk_peek(w, 0), ':')) {
        yes = walk_expression(w);
    }
    if (!walk_is(walk_peek(w, 0), ':')) {
        return yes;
    }
    w->at++;
    struct worth no = walk_expression(w);
    return worth_either(&yes, &no);
}

/* In PHP a property is seen from all functions, whatever object it belongs to. */
static void walk_keep_value(struct walker *w, const struct place *place, const struct worth *v)
{
    uint32_t function = w->function;
    w->function = place->is_property && w->language == LANGUAGE_PHP ? PROPERTY_SCOPE : w->function;
    if (place->is_element) {
        variable_set_element(w, place->name, &place->key, v);
    } else {
        variable_set(w, place->name, v);
    }
    w->function = function;
}

struct worth walk_assign(struct walker *w, const struct place *place, const struct worth *v)
{
    if (place->is_property && walk_sink_property(w, place, v)) {
        return *v;
    }
    if (!place->name) {
        return *v;
    }
    struct function *own =
        w->function && w->function < w->nfunctions ? &w->functions[w->function] : NULL;
    if (own && walk_basic(w) && own->hash == place->name) { /* what the function gives back */
        own->result = own->result.sources ? worth_either(&own->result, v) : *v;
    }
    bool all = !place->is_element && !place->is_property && w->language == LANGUAGE_PHP &&
               place->name == lex_hash_exact(STR("GLOBALS"));
    size_t left = GLOBALS_MAX;
    for (const struct element *e = v->elements; all && e && left; e = e->next, left--) {
        struct variable *global = variable_local(w, 0, lex_hash_exact(e->key));
        if (global) {
            global->value = e->value;
            global->set = true;
        }
    }
    bool globals = place->is_element && place->key.known && w->language == LANGUAGE_PHP &&
                   place->name == lex_hash_exact(STR("GLOBALS"));
    if (globals) {
        struct variable *global = variable_local(w, 0, lex_hash_exact(place->key.text));
        if (global) {
            global->value = *v;
            global->set = true;
        }
    } else {
        walk_keep_value(w, place, v);
    }
    return *v;
}

static bool walk_assigns(const struct walker *w, const struct token *t, const struct place *place)
{
    if (t->kind != TOKEN_SIGN || !place->name) {
        return false;
    }
    (void)w;
    return t->sign == '=' || t->sign == SIGN_APPEND || t->sign == SIGN_BECOMES;
}

struct worth walk_binary(struct walker *w, int least)
{
    struct place place = {0};
    if (w->depth >= EXPRESSION_DEPTH) {
        w->facts->over_budget = true;
        w->at++;
        return (struct worth){0};
    }
    w->depth++;
    struct worth v = walk_postfix(w, &place);
    bool typed = w->language == LANGUAGE_JSCRIPT && place.name && walk_is(walk_peek(w, 0), ':') &&
                 walk_peek(w, 1)->kind == TOKEN_NAME && walk_is(walk_peek(w, 2), '=');
    w->at += typed ? 2 : 0; /* var x : String = ... */
    const struct token *t = walk_peek(w, 0);
    bool equals = walk_basic(w) && least > 0; /* = compares within an expression */
    if (walk_assigns(w, t, &place) && !(equals && t->sign == '=')) {
        w->at++;
        if (walk_is(walk_peek(w, 0), '&')) {
            w->at++;
        }
        struct worth right = walk_binary(w, walk_basic(w) ? LEVEL_CHOICE : 0);
        if (t->sign == SIGN_APPEND) {
            right = worth_concat(&v, &right, w->paste);
        } else if (t->sign == SIGN_BECOMES) {
            right = worth_either(&v, &right);
            right.known = false;
        }
        v = walk_assign(w, &place, &right);
    }
    for (;;) {
        t = walk_peek(w, 0);
        int level = walk_level(w, t);
        if (!level || level < least || level < LEVEL_CHOICE) {
            break;
        }
        w->at++;
        if (level == LEVEL_CHOICE) {
            v = walk_choice(w, &v);
            continue;
        }
        struct worth right = walk_binary(w, level + 1);
        v = walk_operate(w, t, &v, &right, level);
    }
    w->depth--;
    return v;
}

struct worth walk_expression(struct walker *w)
{
    return walk_binary(w, walk_basic(w) ? LEVEL_CHOICE : 0);
}

struct worth walk_assignment(struct walker *w)
{
    return walk_binary(w, 0);
}
