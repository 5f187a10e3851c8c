/* What follows a value: calls, indexes, members. */
#include "formats/page/walker.h"

static bool walk_links(const struct walker *w, const struct token *t)
{
    if (t->kind != TOKEN_SIGN) {
        return false;
    }
    bool dots = w->language != LANGUAGE_PHP && w->language != LANGUAGE_PERL;
    return t->sign == SIGN_ARROW || t->sign == SIGN_SCOPE || (dots && t->sign == '.');
}

static bool walk_is_one_of(str name, const str *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq_nocase(name, names[i])) {
            return true;
        }
    }
    return false;
}

static void walk_taint(struct walker *w, uint32_t name, const struct worth *with)
{
    struct variable *v = name && worth_tainted(with) ? variable_of(w, name) : NULL;
    if (!v || (v->value.thing >= THING_REQUEST && v->value.thing <= THING_SESSION)) {
        return;
    }
    if (!worth_tainted(&v->value)) {
        walk_changed(w, 0);
    }
    v->value.sources |= with->sources;
    v->value.through |= with->through;
    v->value.known = false;
    v->value.parameter = v->value.parameter.len ? v->value.parameter : with->parameter;
    v->set = true;
}

static bool walk_keeps(str method)
{
    static const str names[] = {STR_INIT("append"),  STR_INIT("add"),      STR_INIT("insert"),
                                STR_INIT("put"),     STR_INIT("write"),    STR_INIT("push"),
                                STR_INIT("adddata"), STR_INIT("addrange"), STR_INIT("writetext")};
    return walk_is_one_of(method, names, ARRAY_LEN(names));
}

/* sb.append(x): what is given stays in the object; in.read(b): what is read stays in `b`. */
static void walk_keep(struct walker *w, uint32_t object, str method, const struct worth *receiver,
                      const struct arguments *args)
{
    static const str fillers[] = {STR_INIT("read"), STR_INIT("readfully"), STR_INIT("copyto")};
    for (size_t k = 0; walk_keeps(method) && !receiver->opened && k < args->count; k++) {
        walk_taint(w, object, &args->list[k]);
    }
    struct variable *v = args->count && args->list[0].known && str_eq(method, STR("LoadXml"))
                             ? variable_of(w, object)
                             : NULL;
    if (v && object) { /* a document is the text that it was made of */
        v->value.text = args->list[0].text;
        v->value.known = v->set = true;
    }
    if (args->count && walk_is_one_of(method, fillers, ARRAY_LEN(fillers))) {
        walk_taint(w, args->names[0], receiver);
    }
}

/* $object->$name(): a method of an object which the page made is no function of the language. */
static struct worth walk_method(const struct walker *w, const struct worth *object,
                                struct worth name)
{
    bool own = w->language == LANGUAGE_PHP && worth_tainted(&name) && !worth_tainted(object);
    return own ? (struct worth){0} : name;
}

/* $i++: how often it runs is not followed, so that nobody knows its value any more. */
static void walk_count(struct walker *w, const struct place *place)
{
    struct variable *v = w->language == LANGUAGE_PHP && place->name && !place->is_element
                             ? variable_of(w, place->name)
                             : NULL;
    if (v && v->set && v->value.known) {
        v->value.known = false;
        v->value.text = STR_NONE;
    }
}

/* What follows a value: calls, indexes, members. */
struct worth walk_postfix(struct walker *w, struct place *place)
{
    const struct token *first = walk_peek(w, 0);
    struct worth v = walk_operand(w, place);
    bool pending = first->kind == TOKEN_NAME && walk_is(walk_peek(w, 0), '(') && w->at &&
                   &w->t[w->at - 1] == first;
    str name = first->text;
    uint32_t hash = first->hash;
    struct worth receiver = {0};
    bool on = false;
    uint32_t object = 0;  /* the variable that a method is called on */
    uint32_t chained = 0; /* likewise, by the call before: a.append(x).append(y) */
    for (unsigned links = 0; links < 1000; links++) {
        const struct token *t = walk_peek(w, 0);
        if (walk_is(t, '(')) {
            struct arguments args;
            args.count = 0;
            w->at++;
            walk_arguments(w, ')', &args);
            v = pending ? walk_call(w, name, hash, on ? &receiver : NULL, &args)
                        : walk_call_value(w, &v, &args);
            if (pending && on && w->language != LANGUAGE_PHP) {
                walk_keep(w, object, name, &receiver, &args);
                chained = walk_keeps(name) ? object : 0;
            }
            pending = false;
            *place = (struct place){0};
        } else if (walk_is(t, '[') ||
                   (walk_is(t, '{') && t->match &&
                    ((w->language == LANGUAGE_PHP && t->match < w->at + 8 &&
                      (place->name || v.known) && w->at && walk_peek(w, 1)->kind != TOKEN_SIGN &&
                      !walk_is(&w->t[t->match - 1], ';') &&
                      (w->t[w->at - 1].kind != TOKEN_SIGN || walk_is(&w->t[w->at - 1], ']'))) ||
                     (w->language == LANGUAGE_PERL && place->name)))) {
            struct arguments args;
            args.count = 0;
            uint8_t closer = t->sign == '[' ? ']' : '}';
            w->at++;
            const struct token *bare = walk_peek(w, 0);
            walk_arguments(w, closer, &args);
            struct worth key = args.count ? args.list[0] : (struct worth){0};
            if (bare->kind == TOKEN_NAME && !key.known && !key.sources &&
                (w->language == LANGUAGE_PHP || w->language == LANGUAGE_PERL)) {
                key = worth_text(bare->text); /* $a[b] means $a["b"] */
            }
            if (pending) {
                v = walk_name(w, name, hash);
                pending = false;
            }
            v = walk_index(w, &v, &key);
            place->is_element = place->name != 0;
            place->key = key;
        } else if (walk_links(w, t)) {
            const struct token *member = walk_peek(w, 1);
            if (member->kind == TOKEN_NAME || member->kind == TOKEN_VARIABLE) {
                if (pending) {
                    v = walk_name(w, name, hash);
                }
                w->at += 2;
                if (walk_peek(w, 0)->kind == TOKEN_SIGN && walk_peek(w, 0)->sign == SIGN_COMPARE &&
                    w->language != LANGUAGE_PHP) {
                    size_t at = w->at;
                    w->at--;
                    walk_skip_type_arguments(w);
                    w->at = walk_is(walk_peek(w, 0), '(') ? w->at : at;
                }
                receiver = v;
                on = true;
                object = place->is_property || place->is_element ? 0 : place->name;
                object = object ? object : chained;
                chained = 0;
                name = member->text;
                hash = member->hash;
                pending = walk_is(walk_peek(w, 0), '(');
                *place = (struct place){
                    .name = hash, .is_property = true, .base = receiver, .text = name};
                if (member->kind == TOKEN_VARIABLE && t->sign != SIGN_SCOPE) {
                    struct worth called = walk_method(w, &receiver, variable_get(w, hash));
                    v = called;
                    name = called.known ? called.text : STR_NONE;
                    hash = lex_hash(name);
                    if (!called.known && pending && worth_tainted(&called)) {
                        pending = false;
                    }
                } else if (member->kind == TOKEN_VARIABLE) {
                    v = variable_get(w, hash);
                    pending = false;
                } else if (!pending) {
                    v = walk_member(w, &receiver, name, hash);
                    if (walk_basic(w) && !walk_is(walk_peek(w, 0), '=')) {
                        const struct token *n = walk_peek(w, 0);
                        bool bare = n->kind == TOKEN_NAME || n->kind == TOKEN_TEXT ||
                                    n->kind == TOKEN_VARIABLE || n->kind == TOKEN_NUMBER;
                        if (bare && !walk_is_name(n, "then") && !walk_is_name(n, "and") &&
                            !walk_is_name(n, "or") && !walk_is_name(n, "is") &&
                            !walk_is_name(n, "to") && !walk_is_name(n, "mod")) {
                            struct arguments args;
                            args.count = 0;
                            walk_bare_arguments(w, &args);
                            v = walk_call(w, name, hash, &receiver, &args);
                            bool form = args.count && args.list[0].sources == SOURCE_PARAMETER;
                            if (form) { /* an uploaded body is parted before it is saved */
                                walk_keep(w, object, name, &receiver, &args);
                            }
                        }
                    }
                }
            } else if (walk_is(member, '{') && member->match) {
                w->at += 2;
                struct worth called = walk_expression(w);
                w->at += walk_is(walk_peek(w, 0), '}');
                v = walk_method(w, &v, called);
            } else {
                w->at++;
                return v;
            }
        } else if (walk_is(t, '+') && walk_is(walk_peek(w, 1), '+')) {
            w->at += 2;
            walk_count(w, place);
        } else {
            break;
        }
    }
    if (pending) {
        v = walk_name(w, name, hash);
    }
    return v;
}
