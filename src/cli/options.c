#include "cli/options.h"

#include <stdint.h>

struct words {
    int count, at;
    const char *const *items;
};

static const struct option *by_name(const struct option *options, str name)
{
    for (const struct option *o = options; o && o->name; o++) {
        if (str_eq(str_of(o->name), name)) {
            return o;
        }
    }
    return NULL;
}

static const struct option *by_letter(const struct option *options, char letter)
{
    for (const struct option *o = options; o && o->name; o++) {
        if (o->letter == letter) {
            return o;
        }
    }
    return NULL;
}

static bool unknown(const struct invocation *in, const char *word, struct err *err)
{
    const char *names[64];
    size_t count = 0;
    for (const struct option *o = in->command->options; o && o->name && count < 64; o++) {
        names[count++] = o->name;
    }
    str name = str_of(word + 2);
    str head;
    (void)str_cut(&name, '=', &head);
    str copy = arena_str(in->arena, head);
    const char *meant = word[1] == '-' ? nearest_word(copy.p, names, count) : NULL;
    if (meant) {
        return err_set(err, ERR_USAGE, tr(in->catalog, "there is no option %s: did you mean --%s?"),
                       word, meant);
    }
    return err_set(err, ERR_USAGE, tr(in->catalog, "there is no option %s"), word);
}

static bool add_to_list(struct arena *a, struct option_list *list, const char *text)
{
    size_t cap = list->count;
    const char **items = ARENA_ARRAY(a, const char *, cap + 1);
    if (!items) {
        return false;
    }
    for (size_t i = 0; i < cap; i++) {
        items[i] = list->items[i];
    }
    items[cap] = text;
    *list = (struct option_list){items, cap + 1};
    return true;
}

static bool set_number(const struct invocation *in, const struct option *o, void *member,
                       const char *text, struct err *err)
{
    uint64_t number = 0;
    if (!str_u64(str_of(text), &number) || number == 0 || number > 65535) {
        return err_set(err, ERR_USAGE,
                       tr(in->catalog, "--%s: \"%s\" is not a number from 1 to 65535"), o->name,
                       text);
    }
    *(unsigned *)member = (unsigned)number;
    return true;
}

static bool set_time(const struct invocation *in, const struct option *o, void *member,
                     const char *text, struct err *err)
{
    usec time = time_parse(str_of(text));
    if (time == TIME_NONE) {
        return err_set(err, ERR_USAGE,
                       tr(in->catalog, "--%s: \"%s\" is not a time; write it like "
                                       "2021-03-14T06:40:00Z or 2021-03-14 (UTC)"),
                       o->name, text);
    }
    *(usec *)member = time;
    return true;
}

static bool set_value(const struct invocation *in, const struct option *o, void *base,
                      const char *text, struct err *err)
{
    void *member = (char *)base + o->at;
    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)member = true;
        return true;
    case OPTION_TEXT:
        *(const char **)member = text;
        return true;
    case OPTION_LIST:
        return add_to_list(in->arena, member, text);
    case OPTION_NUMBER:
        return set_number(in, o, member, text, err);
    case OPTION_TIME:
        return set_time(in, o, member, text, err);
    }
    return false;
}

/* `attached` is what stands behind `=` or the letter, or NULL. */
static bool take(const struct invocation *in, const struct option *o, void *base,
                 const char *attached, struct words *w, struct err *err)
{
    if (o->kind == OPTION_FLAG) {
        return attached ? err_set(err, ERR_USAGE, tr(in->catalog, "--%s takes no value"), o->name)
                        : set_value(in, o, base, NULL, err);
    }
    if (!attached && w->at >= w->count) {
        return err_set(err, ERR_USAGE, tr(in->catalog, "--%s needs a value: %s"), o->name,
                       o->value);
    }
    return set_value(in, o, base, attached ? attached : w->items[w->at++], err);
}

static bool long_option(const struct invocation *in, const char *word, void *base, struct words *w,
                        struct err *err)
{
    str rest = str_of(word + 2);
    size_t equals = str_find_char(rest, '=');
    const struct option *o = by_name(in->command->options, str_sub(rest, 0, equals));
    if (!o) {
        return unknown(in, word, err);
    }
    return take(in, o, base, equals < rest.len ? word + 2 + equals + 1 : NULL, w, err);
}

/* -v, -oFILE, -o FILE. Flags do not cluster: no command has two. */
static bool short_option(const struct invocation *in, const char *word, void *base, struct words *w,
                         struct err *err)
{
    const struct option *o = by_letter(in->command->options, word[1]);
    if (!o) {
        return unknown(in, word, err);
    }
    return take(in, o, base, word[2] ? word + 2 : NULL, w, err);
}

static void set_defaults(const struct command *command, void *base)
{
    for (const struct option *o = command->options; o && o->name; o++) {
        if (o->kind == OPTION_TIME) {
            *(usec *)(void *)((char *)base + o->at) = TIME_NONE;
        }
    }
}

static bool count_args(const struct invocation *in, struct err *err)
{
    const struct command *c = in->command;
    if (in->nargs < c->min_args) {
        return err_set(err, ERR_USAGE, tr(in->catalog, "something is missing: limier %s %s"),
                       c->name, c->usage);
    }
    bool any_number = c->max_args == 0 && c->min_args > 0;
    if (!any_number && in->nargs > c->max_args) {
        return err_set(err, ERR_USAGE, tr(in->catalog, "\"%s\" is one argument too many"),
                       in->args[c->max_args]);
    }
    return true;
}

static bool asks_help(const char *word)
{
    str s = str_of(word);
    return str_eq(s, STR("--help")) || str_eq(s, STR("-h"));
}

bool options_parse(struct invocation *in, int nwords, const char *const words[], bool *help,
                   struct err *err)
{
    struct words w = {.count = nwords, .items = words};
    void *base = arena_alloc(in->arena, in->command->options_size + 1);
    const char **args = ARENA_ARRAY(in->arena, const char *, (size_t)nwords + 1);
    if (!base || !args) {
        return err_set(err, ERR_USAGE, tr(in->catalog, "the command line is too long"));
    }
    set_defaults(in->command, base);
    in->options = base;
    in->args = args;
    bool only_args = false;
    while (w.at < w.count) {
        const char *word = w.items[w.at++];
        bool is_option = !only_args && word[0] == '-' && word[1];
        if (!is_option) {
            args[in->nargs++] = word;
        } else if (asks_help(word)) {
            *help = true;
            return true;
        } else if (word[1] == '-' && !word[2]) {
            only_args = true;
        } else if (word[1] == '-' ? !long_option(in, word, base, &w, err)
                                  : !short_option(in, word, base, &w, err)) {
            return false;
        }
    }
    return count_args(in, err);
}
