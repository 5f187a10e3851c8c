/* The `name=value` pairs of a Linux audit record, decoded.
 *
 *     type=EXECVE msg=audit(1614816000.123:4711): argc=2 a0="id" a1=2D75
 *
 * A value is quoted, or hex when it holds what quotes could not (the kernel decides by its bytes),
 * or a bare word. Which bare words are hex text is known by their names alone: uid=33 is no text.
 */
#ifndef FORMATS_UNIX_AUDIT_FIELDS_H
#define FORMATS_UNIX_AUDIT_FIELDS_H

#include "base/arena.h"

struct audit_pair {
    str name, value; /* value decoded; borrowed from the line or in the arena */
};

/* The next pair of `*rest`; false at its end. `record` is the type of the record: hex text is
 * told by it. Pairs inside msg='...', which programs write, come like the others. */
bool audit_next(str *rest, str record, struct arena *a, struct audit_pair *out);

/* a0, a12, a3[0]: an argument of a command in EXECVE, a register in SYSCALL. */
bool audit_is_argument(str name);

/* Address and port in a socket address as the kernel has it: hex of struct sockaddr. False for
 * families that have none. */
bool audit_address(str hex, struct arena *a, str *address, str *port);

/* "execve" for ("c000003e", "59"); empty for calls that no rule asks for. */
str audit_call(str arch, str number);

/* The arguments of a command that stand in a row with NULs between, as one line. */
str audit_words(str nul_separated, struct arena *a);

#endif
