/* Finds the command and runs it. */
#include "cli/command.h"
#include "cli/language.h"
#include "os/memory.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_BUDGET = 1 << 30, ARENA_ROOM = 128 << 20 };

/* The words as typed, quoted where a shell would need it. */
static const char *command_line(struct arena *a, int argc, char *const argv[])
{
    str line = STR("limier");
    for (int i = 1; i < argc; i++) {
        bool plain = argv[i][0] && !strpbrk(argv[i], " \t\n\"'\\$&|;<>()*?[]#~`!");
        line = arena_printf(a, plain ? "%.*s %s" : "%.*s '%s'", STR_ARG(line), argv[i]);
    }
    return line.p ? line.p : "limier";
}

static int unknown_command(const char *word, const struct catalog *catalog)
{
    const char *names[32];
    size_t count = 0;
    for (const struct command *const *c = commands; *c && count < 32; c++) {
        names[count++] = (*c)->name;
    }
    const char *meant = nearest_word(word, names, count);
    (void)fprintf(stderr, "limier: ");
    (void)fprintf(stderr, tr(catalog, "there is no command \"%s\"."), word);
    if (meant) {
        (void)fputc(' ', stderr);
        (void)fprintf(stderr, tr(catalog, "Did you mean `limier %s`?"), meant);
    }
    (void)fprintf(stderr, " %s\n", tr(catalog, "`limier` alone lists the commands."));
    return STATUS_USAGE;
}

/* Output that could not be written is a failure, also when it was only noticed at the end. */
static int finish(int status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        (void)fprintf(stderr, "limier: the output could not be written\n");
        return STATUS_FAILED;
    }
    return status;
}

static int dispatch(int argc, char *argv[], struct arena *arena)
{
    enum lang lang = language_chosen();
    const struct catalog *catalog = language_catalog(lang);
    const char *word = argc > 1 ? argv[1] : NULL;
    if (!word || !strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
        help_limier(catalog);
        return STATUS_DONE;
    }
    const struct command *command = command_named(!strcmp(word, "--version") ? "version" : word);
    if (!command) {
        return unknown_command(word, catalog);
    }
    struct invocation in = {
        .lang = lang,
        .catalog = catalog,
        .line = command_line(arena, argc, argv),
        .arena = arena,
    };
    return command_run(command, argc - 2, (const char *const *)(argv + 2), &in);
}

int main(int argc, char *argv[])
{
    struct arena arena;
    arena_init_in(&arena, ARENA_BUDGET, os_room(ARENA_ROOM), ARENA_ROOM);
    (void)signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of writing, not a death */
    int status = finish(dispatch(argc, argv, &arena));
    arena_done(&arena);
    return status;
}
