#include "cli/command.h"

#include <stdio.h>

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
    (void)printf("    %-26s %s\n", head, tr(catalog, o->help));
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
                 tr(catalog, "The second one keeps the answer in a file, for the other commands. "
                             "Evidence is never\nwritten to, and the network is never used."));
    for (const struct command *const *c = commands; *c; c++) {
        (void)printf("    %-10s %s\n", (*c)->name, tr(catalog, (*c)->summary));
    }
    (void)printf("\n%s\n", tr(catalog, "limier COMMAND --help tells more about one."));
}
