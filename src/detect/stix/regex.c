#include "detect/stix/regex.h"

#include "base/catalog.h"
#include "base/text.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

enum { LONGEST = 8192, DEPTH_MAX = 2000, HEAP_KIB = 16384 };

struct stix_regex {
    pcre2_code *text;
    pcre2_code *raw; /* for bytes; NULL when a character is beyond them */
    struct stix_regex *before;
};

static pcre2_code *compile(str text, uint32_t options)
{
    int code = 0;
    PCRE2_SIZE offset = 0;
    const char *p = text.len ? text.p : "";
    return pcre2_compile((PCRE2_SPTR)p, text.len, options | PCRE2_NEVER_BACKSLASH_C, &code, &offset,
                         NULL);
}

/* Characters below 256 as the bytes that they stand for. */
static str as_bytes(struct arena *a, str text)
{
    char *p = arena_alloc(a, text.len + 1);
    size_t len = 0;
    for (size_t at = 0; p && at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        if (c > 0xff) {
            return STR_NONE;
        }
        p[len++] = (char)c;
    }
    return (str){p, len};
}

struct stix_regex *stix_regex_new(struct arena *a, str text, bool dotall, struct stix_regex *before,
                                  const char **why)
{
    uint32_t dots = dotall ? PCRE2_DOTALL : 0;
    struct stix_regex *x = ARENA_NEW(a, struct stix_regex);
    str raw = as_bytes(a, text);
    *why = !x                   ? N_("more than the memory set aside for patterns")
           : text.len > LONGEST ? N_("a regular expression of more than 8192 bytes")
                                : NULL;
    if (*why) {
        return NULL;
    }
    *x = (struct stix_regex){
        .text = compile(text, PCRE2_UTF | dots),
        .raw = raw.p ? compile(raw, dots) : NULL,
        .before = before,
    };
    if (!x->text) {
        x->before = NULL;
        stix_regex_done(x);
        *why = N_("no regular expression that can be understood");
        return NULL;
    }
    return x;
}

void stix_regex_done(struct stix_regex *x)
{
    for (; x; x = x->before) {
        pcre2_code_free(x->text);
        pcre2_code_free(x->raw);
        x->text = x->raw = NULL;
    }
}

enum regex_answer stix_regex_finds(const struct stix_regex *x, str subject, bool is_text)
{
    const pcre2_code *code = is_text ? x->text : x->raw;
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    if (!data || !limits) {
        abort();
    }
    (void)pcre2_set_match_limit(limits, REGEX_GIVES_UP_AFTER);
    (void)pcre2_set_depth_limit(limits, DEPTH_MAX);
    (void)pcre2_set_heap_limit(limits, HEAP_KIB);
    const char *p = subject.len ? subject.p : "";
    int found = code ? pcre2_match(code, (PCRE2_SPTR)p, subject.len, 0,
                                   is_text ? PCRE2_NO_UTF_CHECK : 0, data, limits)
                     : PCRE2_ERROR_NOMATCH;
    pcre2_match_context_free(limits);
    pcre2_match_data_free(data);
    return found >= 0 ? REGEX_YES : found == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_GAVE_UP;
}
