#include "cli/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COMMAND(name) extern const struct command command_##name;
#include "cli/commands.list"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "cli/commands.list"
#undef COMMAND
    NULL,
};

const struct command *command_named(const char *name)
{
    for (const struct command *const *c = commands; *c; c++) {
        if (strcmp((*c)->name, name) == 0) {
            return *c;
        }
    }
    return NULL;
}

int fail(const struct err *err)
{
    (void)fprintf(stderr, "limier: %s\n", err->text);
    return err->kind == ERR_USAGE ? STATUS_USAGE : STATUS_FAILED;
}

int misuse(const struct invocation *in, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)fprintf(stderr, "limier %s: ", in->command->name);
    (void)vfprintf(stderr, fmt, args);
    va_end(args);
    (void)fprintf(stderr, tr(in->catalog, " (more: limier %s --help)\n"), in->command->name);
    return STATUS_USAGE;
}

int command_run(const struct command *command, int nwords, const char *const words[],
                struct invocation *in)
{
    struct err err = {0};
    bool help = false;
    in->command = command;
    if (!options_parse(in, nwords, words, &help, &err)) {
        return misuse(in, "%s", err.text);
    }
    if (help) {
        help_command(in);
        return STATUS_DONE;
    }
    return command->run(in);
}
