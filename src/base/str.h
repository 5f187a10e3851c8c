/* Borrowed text and borrowed bytes: a pointer and a length, copied freely, freed by nobody.
 *
 * A `str` need not end in NUL and may hold any byte; functions that need UTF-8 say so. The
 * empty value is {NULL, 0} or any pointer with length 0. Letter case is ASCII's here;
 * text.h folds Unicode. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *p;
    size_t len;
} str;

typedef struct {
    const uint8_t *p;
    size_t len;
} bytes;

#define STR_INIT(literal)              \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }
#define STR(literal) ((str)STR_INIT(literal))
#define STR_NONE     ((str){NULL, 0})

/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).len, (s).p

str str_of(const char *c_string); /* NULL gives the empty str */
str str_of_bytes(bytes b);
bytes bytes_of_str(str s);

bool str_eq(str a, str b);
bool str_eq_nocase(str a, str b);
int str_cmp(str a, str b); /* by bytes, shorter first */
bool str_starts(str s, str prefix);
bool str_starts_nocase(str s, str prefix);
bool str_ends(str s, str suffix);
bool str_ends_nocase(str s, str suffix);

/* The index of the first match, or s.len when there is none. */
size_t str_find(str s, str needle);
size_t str_find_nocase(str s, str needle);
size_t str_find_char(str s, char c);
bool str_has(str s, str needle);
bool str_has_nocase(str s, str needle);

/* From `from` to the end; clamps. */
str str_from(str s, size_t from);
str str_sub(str s, size_t from, size_t len);
str str_trim(str s); /* blanks, tabs, CR and LF at both ends */

/* Takes from `*rest` what stands before the first `separator` and the separator itself; false
 * when `*rest` was used up. "a,,b" gives "a", "", "b". */
bool str_cut(str *rest, char separator, str *head);

/* The last component of a path; `/` and `\` both separate. str_dir is what stands before it. */
str str_base(str path);
str str_dir(str path);
str str_ext(str path); /* with its dot; empty when there is none */

/* Whole-string decimal (or 0x hex) number; false when it is not one or does not fit. */
bool str_u64(str s, uint64_t *out);
bool str_i64(str s, int64_t *out);

static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool ascii_is_digit(char c);
bool ascii_is_alnum(char c);
bool ascii_is_space(char c);

#endif
