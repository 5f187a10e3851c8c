#include "formats/unix/audit_fields.h"

#include "base/text.h"

#include <string.h>

enum { GROUP_SEPARATOR = 0x1d }; /* between what the kernel wrote and what auditd added */

static int hex_digit(char c)
{
    if (ascii_is_digit(c)) {
        return c - '0';
    }
    char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Empty when it is not hex, or over the budget. */
static bytes hex_bytes(str hex, struct arena *a)
{
    if (hex.len < 2 || hex.len % 2) {
        return (bytes){NULL, 0};
    }
    uint8_t *out = arena_alloc(a, hex.len / 2);
    for (size_t i = 0; out && i < hex.len; i += 2) {
        int high = hex_digit(hex.p[i]), low = hex_digit(hex.p[i + 1]);
        if (high < 0 || low < 0) {
            return (bytes){NULL, 0};
        }
        out[i / 2] = (uint8_t)(high * 16 + low);
    }
    return (bytes){out, out ? hex.len / 2 : 0};
}

bool audit_is_argument(str name)
{
    return name.len >= 2 && name.p[0] == 'a' && ascii_is_digit(name.p[1]) &&
           name.p[name.len - 1] != 'n' /* a1_len */;
}

/* What the kernel and auditd write as text that nobody may trust: auditd's own list of encoded
 * fields, in its documentation's field dictionary. */
static bool is_text(str name, str record)
{
    static const str names[] = {
        STR_INIT("name"),      STR_INIT("exe"),   STR_INIT("comm"), STR_INIT("cwd"),
        STR_INIT("proctitle"), STR_INIT("cmd"),   STR_INIT("key"),  STR_INIT("path"),
        STR_INIT("acct"),      STR_INIT("data"),  STR_INIT("dir"),  STR_INIT("file"),
        STR_INIT("watch"),     STR_INIT("ocomm"), STR_INIT("old"),
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq(name, names[i])) {
            return true;
        }
    }
    return audit_is_argument(name) && str_eq(record, STR("EXECVE"));
}

static str value_decoded(str name, str value, str record, struct arena *a)
{
    if (!is_text(name, record)) {
        return value;
    }
    bytes decoded = hex_bytes(value, a);
    return decoded.len ? str_of_bytes(decoded) : value;
}

static bool is_gap(char c)
{
    return c == ' ' || c == GROUP_SEPARATOR || c == '\'' || c == '\t' || c == ',';
}

/* Up to a blank outside of quotes; a quoted value ends at its quote. */
static str take_value(str *rest, bool *quoted)
{
    str in = *rest;
    *quoted = in.len && in.p[0] == '"';
    if (*quoted) {
        size_t end = str_find_char(str_from(in, 1), '"');
        *rest = str_from(in, end + 2);
        return str_sub(in, 1, end);
    }
    size_t end = 0;
    while (end < in.len && !is_gap(in.p[end])) {
        end++;
    }
    *rest = str_from(in, end);
    return str_sub(in, 0, end);
}

bool audit_next(str *rest, str record, struct arena *a, struct audit_pair *out)
{
    for (;;) {
        while (rest->len && is_gap(rest->p[0])) {
            *rest = str_from(*rest, 1);
        }
        size_t end = 0;
        while (end < rest->len && rest->p[end] != '=' && !is_gap(rest->p[end])) {
            end++;
        }
        if (end == rest->len) {
            return false;
        }
        str name = str_sub(*rest, 0, end);
        bool named = rest->p[end] == '=';
        *rest = str_from(*rest, end + named);
        bool opens = rest->len && (rest->p[0] == '\'' || rest->p[0] == '{');
        if (!named || !name.len || opens) { /* a word by itself, or the beginning of msg='...' */
            continue;
        }
        bool quoted;
        str value = take_value(rest, &quoted);
        out->name = name;
        out->value = quoted ? value : value_decoded(name, value, record, a);
        return true;
    }
}

static str dotted(bytes b, struct arena *a)
{
    return arena_printf(a, "%u.%u.%u.%u", b.p[0], b.p[1], b.p[2], b.p[3]);
}

static str groups(bytes b, struct arena *a)
{
    bool mapped = memcmp(b.p, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0;
    if (mapped) {
        return dotted((bytes){b.p + 12, 4}, a);
    }
    unsigned g[8];
    for (size_t i = 0; i < 8; i++) {
        g[i] = (unsigned)b.p[2 * i] << 8 | b.p[2 * i + 1];
    }
    return arena_printf(a, "%x:%x:%x:%x:%x:%x:%x:%x", g[0], g[1], g[2], g[3], g[4], g[5], g[6],
                        g[7]);
}

bool audit_address(str hex, struct arena *a, str *address, str *port)
{
    enum { FAMILY_INET = 2, FAMILY_INET6 = 10, PORT = 2, INET = 4, INET6 = 8 };
    bytes b = hex_bytes(hex, a);
    unsigned family = b.len >= INET + 4 ? b.p[0] | (unsigned)b.p[1] << 8 : 0;
    if (family == FAMILY_INET) {
        *address = dotted((bytes){b.p + INET, 4}, a);
    } else if (family == FAMILY_INET6 && b.len >= INET6 + 16) {
        *address = groups((bytes){b.p + INET6, 16}, a);
    } else {
        return false;
    }
    *port = text_u64(a, (uint64_t)b.p[PORT] << 8 | b.p[PORT + 1]);
    return true;
}

/* Of x86-64; the same names are what `ausearch -i` and the enriched format write. */
str audit_call(str arch, str number)
{
    static const struct {
        str number, name;
    } calls[] = {
        {STR_INIT("2"),   STR_INIT("open")         },
        {STR_INIT("41"),  STR_INIT("socket")       },
        {STR_INIT("42"),  STR_INIT("connect")      },
        {STR_INIT("43"),  STR_INIT("accept")       },
        {STR_INIT("49"),  STR_INIT("bind")         },
        {STR_INIT("56"),  STR_INIT("clone")        },
        {STR_INIT("59"),  STR_INIT("execve")       },
        {STR_INIT("62"),  STR_INIT("kill")         },
        {STR_INIT("76"),  STR_INIT("truncate")     },
        {STR_INIT("82"),  STR_INIT("rename")       },
        {STR_INIT("86"),  STR_INIT("link")         },
        {STR_INIT("87"),  STR_INIT("unlink")       },
        {STR_INIT("88"),  STR_INIT("symlink")      },
        {STR_INIT("90"),  STR_INIT("chmod")        },
        {STR_INIT("92"),  STR_INIT("chown")        },
        {STR_INIT("101"), STR_INIT("ptrace")       },
        {STR_INIT("105"), STR_INIT("setuid")       },
        {STR_INIT("165"), STR_INIT("mount")        },
        {STR_INIT("175"), STR_INIT("init_module")  },
        {STR_INIT("176"), STR_INIT("delete_module")},
        {STR_INIT("257"), STR_INIT("openat")       },
        {STR_INIT("263"), STR_INIT("unlinkat")     },
        {STR_INIT("264"), STR_INIT("renameat")     },
        {STR_INIT("268"), STR_INIT("fchmodat")     },
        {STR_INIT("275"), STR_INIT("splice")       },
        {STR_INIT("288"), STR_INIT("accept4")      },
        {STR_INIT("313"), STR_INIT("finit_module") },
        {STR_INIT("316"), STR_INIT("renameat2")    },
        {STR_INIT("319"), STR_INIT("memfd_create") },
        {STR_INIT("321"), STR_INIT("bpf")          },
        {STR_INIT("322"), STR_INIT("execveat")     },
    };
    for (size_t i = 0; str_eq_nocase(arch, STR("c000003e")) && i < ARRAY_LEN(calls); i++) {
        if (str_eq(calls[i].number, number)) {
            return calls[i].name;
        }
    }
    return STR_NONE;
}

str audit_words(str nul_separated, struct arena *a)
{
    char *p = arena_alloc(a, nul_separated.len);
    for (size_t i = 0; p && i < nul_separated.len; i++) {
        p[i] = nul_separated.p[i] ? nul_separated.p[i] : ' ';
    }
    return p ? str_trim((str){p, nul_separated.len}) : STR_NONE;
}
