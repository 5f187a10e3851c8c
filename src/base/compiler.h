/* The three GNU attributes that limier uses, behind names; gcc, clang and mingw-w64 have them. */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_USE               __attribute__((warn_unused_result))

/* Calls `closer(&variable)` when the variable goes out of scope. Closers accept a zeroed object. */
#define SCOPED(closer) __attribute__((cleanup(closer)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
