/* Looking at one unit. The library's own handlers for faults in the memory it reads stay off:
 * a worker that meets one is to die, and in a confined one they could not be set anyway. */
#include "detect/yara/set.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { STRINGS_SHOWN = 32, STRING_LONGEST = 256, MATCHES_OF_A_STRING = 3 };

struct yara_run {
    const struct yara *yara;
    YR_SCANNER *scanner;
};

struct looking {
    struct yara_run *run;
    const struct yara_unit *unit;
    struct arena *arena;
    void (*on_hit)(void *ctx, const struct yara_hit *hit);
    void *ctx;
    enum yara_end end;
};

struct yara_run *yara_run_new(const struct yara *y)
{
    if (yara_rule_count(y) == 0) {
        return NULL;
    }
    struct yara_run *r = calloc(1, sizeof *r);
    if (!r || yr_scanner_create(y->rules, &r->scanner) != ERROR_SUCCESS) {
        abort();
    }
    r->yara = y;
    yr_scanner_set_flags(r->scanner, SCAN_FLAGS_FAST_MODE | SCAN_FLAGS_NO_TRYCATCH |
                                         SCAN_FLAGS_REPORT_RULES_MATCHING);
    return r;
}

void yara_run_free(struct yara_run *r)
{
    if (r) {
        yr_scanner_destroy(r->scanner);
        free(r);
    }
}

/* ---- what was found */

/* Text as text, wide or not; the rest as hex. */
static str shown(struct arena *a, const YR_MATCH *m)
{
    size_t len = m->data_length > 0 ? (size_t)m->data_length : 0;
    bytes data = {m->data, len < STRING_LONGEST ? len : STRING_LONGEST};
    bool wide = len >= 2 && data.p[1] == 0;
    str text = wide ? text_utf16le(a, data) : str_of_bytes(data);
    bool plain = text.len > 0 && utf8_valid(text);
    for (size_t i = 0; i < text.len && plain; i++) {
        plain = (uint8_t)text.p[i] >= ' ' || text.p[i] == '\t';
    }
    return plain ? text : text_hex(a, data);
}

static void add_string(struct looking *l, const YR_STRING *string, const YR_MATCH *m,
                       struct yara_hit *hit, struct named_value *fields)
{
    uint64_t offset = (uint64_t)(m->base + m->offset);
    str text = shown(l->arena, m);
    if (hit->nfields == 0 || offset < hit->offset) {
        hit->offset = offset;
        hit->len = m->match_length > 0 ? (uint64_t)m->match_length : 0;
    }
    fields[hit->nfields++] = (struct named_value){
        arena_str(l->arena, str_of(string->identifier)),
        arena_printf(l->arena, "0x%llx: %.*s", (unsigned long long)offset, STR_ARG(text)),
    };
}

/* libyara packs its matches without regard to their alignment. */
static bool next_match(const void **at, YR_MATCH *out)
{
    if (!*at) {
        return false;
    }
    memcpy(out, *at, sizeof *out);
    *at = out->next;
    return true;
}

static void add_strings(struct looking *l, const YR_SCAN_CONTEXT *context, const YR_RULE *rule,
                        struct yara_hit *hit, struct named_value *fields)
{
    YR_STRING *string;
    yr_rule_strings_foreach(rule, string)
    {
        const void *at = context->matches[string->idx].head;
        YR_MATCH m;
        for (size_t i = 0; i < MATCHES_OF_A_STRING && next_match(&at, &m);) {
            if (!m.is_private && hit->nfields < STRINGS_SHOWN) {
                add_string(l, string, &m, hit, fields);
                i++;
            } else if (hit->nfields == STRINGS_SHOWN) {
                return;
            }
        }
    }
}

static void tell(struct looking *l, YR_SCAN_CONTEXT *context, YR_RULE *rule)
{
    const struct yara *y = l->run->yara;
    struct yara_hit hit = {.rule = (uint32_t)(rule - y->rules->rules_table)};
    struct named_value *fields = ARENA_ARRAY(l->arena, struct named_value, STRINGS_SHOWN + 1);
    if (!fields) {
        l->end = YARA_OVER_MEMORY;
        return;
    }
    add_strings(l, context, rule, &hit, fields);
    if (hit.nfields == 0) { /* it looks at no strings: all of the unit is what matched */
        hit.len = l->unit->data.len;
    }
    if (y->references[hit.rule].len > 0) {
        fields[hit.nfields++] = (struct named_value){STR("Reference"), y->references[hit.rule]};
    }
    hit.fields = fields;
    l->on_hit(l->ctx, &hit);
}

static int on_message(YR_SCAN_CONTEXT *context, int message, void *data, void *ctx)
{
    struct looking *l = ctx;
    if (message == CALLBACK_MSG_RULE_MATCHING) {
        tell(l, context, data);
    } else if (message == CALLBACK_MSG_TOO_MANY_MATCHES) {
        l->end = YARA_OVER_MATCHES;
    }
    return CALLBACK_CONTINUE;
}

/* ---- looking */

/* What public rule sets mean by them: the folder without its last slash, the extension with its
 * dot and in lower case. Whose a file was is not known of evidence. */
static void set_variables(struct yara_run *r, const struct yara_unit *u, struct arena *a)
{
    const str values[YARA_VARIABLES] = {
        [YARA_FILENAME] = str_base(u->path),
        [YARA_FILEPATH] = str_dir(u->path),
        [YARA_EXTENSION] = text_lower(a, str_ext(u->path)),
        [YARA_FILETYPE] = yara_file_type(u->data),
        [YARA_OWNER] = STR_NONE,
    };
    for (size_t i = 0; i < YARA_VARIABLES; i++) {
        const char *text = arena_str(a, values[i]).p;
        (void)yr_scanner_define_string_variable(r->scanner, yara_variables[i], text ? text : "");
    }
}

static enum yara_end end_of(int error, enum yara_end end)
{
    switch (error) {
    case ERROR_SUCCESS:
        return end;
    case ERROR_SCAN_TIMEOUT:
        return YARA_OVER_TIME;
    case ERROR_TOO_MANY_MATCHES:
        return YARA_OVER_MATCHES;
    default:
        return YARA_OVER_MEMORY;
    }
}

enum yara_end yara_look(struct yara_run *r, const struct yara_unit *u, struct arena *a,
                        void (*on_hit)(void *ctx, const struct yara_hit *hit), void *ctx)
{
    struct looking l = {.run = r, .unit = u, .arena = a, .on_hit = on_hit, .ctx = ctx};
    set_variables(r, u, a);
    yr_scanner_set_callback(r->scanner, on_message, &l);
    yr_scanner_set_timeout(r->scanner, (int)u->seconds + 1);
    int error = yr_scanner_scan_mem(r->scanner, u->data.p, u->data.len);
    return end_of(error, l.end);
}
