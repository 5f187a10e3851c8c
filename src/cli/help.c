#include "cli/command.h"
#include "export/page.h"

#include <stdio.h>
#include <string.h>

enum { HEAD_COLUMNS = 26, TEXT_COLUMN = 31, COLUMNS = 96 };

/* Beside the option's name, as wide as a page of the report in a pipe. */
static void print_wrapped(str text)
{
    size_t used = 0;
    str word;
    while (text.len && str_cut(&text, ' ', &word)) {
        size_t columns = columns_of(word);
        if (used && TEXT_COLUMN + used + 1 + columns > COLUMNS) {
            (void)printf("\n%*s", TEXT_COLUMN, "");
            used = 0;
        }
        (void)printf("%s%.*s", used ? " " : "", STR_ARG(word));
        used += columns + (used > 0);
    }
    (void)putchar('\n');
}

static void print_option(const struct option *o, const struct catalog *catalog)
{
    char head[64];
    const char *value = o->value ? o->value : "";
    const char *blank = o->value ? " " : "";
    if (o->letter) {
        (void)snprintf(head, sizeof head, "-%c, --%s%s%s", o->letter, o->name, blank, value);
    } else {
        (void)snprintf(head, sizeof head, "    --%s%s%s", o->name, blank, value);
    }
    (void)printf("    %-*s ", HEAD_COLUMNS, head);
    if (strlen(head) > HEAD_COLUMNS) {
        (void)printf("\n%*s", TEXT_COLUMN, "");
    }
    print_wrapped(str_of(tr(catalog, o->help)));
}

void help_command(const struct invocation *in)
{
    const struct command *c = in->command;
    (void)printf("limier %s %s\n\n%s\n", c->name, c->usage, tr(in->catalog, c->summary));
    if (c->options && c->options[0].name) {
        (void)printf("\n%s\n", tr(in->catalog, "Options"));
    }
    for (const struct option *o = c->options; o && o->name; o++) {
        print_option(o, in->catalog);
    }
    if (c->details) {
        (void)printf("\n%s\n", tr(in->catalog, c->details));
    }
}

void help_limier(const struct catalog *catalog)
{
    (void)printf("%s\n\n    limier scan %s\n    limier scan %s -o X.case\n\n%s\n\n",
                 tr(catalog, "limier reads evidence from a server (logs, archives, folders) and "
                             "says whether it was\nbreached, how, and what to do now. "
                             "Begin with:"),
                 tr(catalog, "EVIDENCE..."), tr(catalog, "EVIDENCE..."),
                 tr(catalog,
                    "The second one keeps the answer in a file, for the other commands. "
                    "Evidence is never\nwritten to, and but for `limier share` the network is "
                    "never used."));
    for (const struct command *const *c = commands; *c; c++) {
        (void)printf("    %-10s %s\n", (*c)->name, tr(catalog, (*c)->summary));
    }
    (void)printf("\n%s\n", tr(catalog, "limier COMMAND --help tells more about one."));
}
