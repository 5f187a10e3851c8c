/* The test kit: CHECK, RUN and a main that counts. A test is a function whose name is the
 * sentence it proves. SKIP says loudly what a missing LIMIER_SHARED kept from running. */
#ifndef TESTS_KIT_H
#define TESTS_KIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int kit_failed_checks, kit_passed, kit_failed, kit_skipped;
static const char *kit_skip_reason;

#define CHECK(condition)                                                                    \
    do {                                                                                    \
        if (!(condition)) {                                                                 \
            (void)fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            kit_failed_checks++;                                                            \
        }                                                                                   \
    } while (0)

#define CHECK_STR(got, want)                                                                  \
    do {                                                                                      \
        str kit_got = (got), kit_want = str_of(want);                                         \
        if (!str_eq(kit_got, kit_want)) {                                                     \
            (void)fprintf(stderr, "%s:%d: got  %.*s\n%s:%d: want %.*s\n", __FILE__, __LINE__, \
                          STR_ARG(kit_got), __FILE__, __LINE__, STR_ARG(kit_want));           \
            kit_failed_checks++;                                                              \
        }                                                                                     \
    } while (0)

#define CHECK_INT(got, want)                                                                 \
    do {                                                                                     \
        long long kit_got = (long long)(got), kit_want = (long long)(want);                  \
        if (kit_got != kit_want) {                                                           \
            (void)fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, \
                          kit_got, kit_want);                                                \
            kit_failed_checks++;                                                             \
        }                                                                                    \
    } while (0)

#define RUN(test)    kit_run(#test, test)
#define SKIP(reason) (kit_skip_reason = (reason))

static inline void kit_run(const char *name, void (*test)(void))
{
    kit_failed_checks = 0;
    kit_skip_reason = NULL;
    test();
    if (kit_skip_reason) {
        (void)printf("SKIPPED %s: %s\n", name, kit_skip_reason);
        kit_skipped++;
    } else if (kit_failed_checks) {
        (void)printf("FAILED  %s\n", name);
        kit_failed++;
    } else {
        kit_passed++;
    }
}

/* The folder of shared evidence, or NULL: LIMIER_SHARED, else ../shared beside the project. */
static inline const char *kit_shared(void)
{
    const char *dir = getenv("LIMIER_SHARED");
    return dir && *dir ? dir : NULL;
}

/* The last line of every test binary; `make test` adds them up. */
static inline int kit_end(void)
{
    (void)printf("%d passed, %d failed, %d skipped\n", kit_passed, kit_failed, kit_skipped);
    return kit_failed ? 1 : 0;
}

#endif
