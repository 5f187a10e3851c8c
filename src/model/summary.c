#include "model/summary.h"

#include "base/buf.h"

enum { LONGEST_VALUE = 160, LONGEST_SUMMARY = 4096 };

static const struct named_value *find(const struct named_value *fields, size_t nfields, str name)
{
    for (size_t i = 0; i < nfields; i++) {
        if (str_eq_nocase(fields[i].name, name)) {
            return &fields[i];
        }
    }
    return NULL;
}

const struct named_value *value_named(const struct named_value *fields, size_t nfields, str names)
{
    const struct named_value *f = NULL;
    str name;
    while (!f && str_cut(&names, '|', &name)) {
        f = find(fields, nfields, name);
    }
    return f;
}

static str value_of(const struct named_value *fields, size_t nfields, str names)
{
    const struct named_value *f = value_named(fields, nfields, names);
    return f ? str_trim(f->value) : STR("?");
}

/* Cuts at a whole UTF-8 sequence. */
static void add_value(struct buf *b, str value)
{
    size_t len = value.len;
    if (len > LONGEST_VALUE) {
        len = LONGEST_VALUE;
        while (len && ((uint8_t)value.p[len] & 0xc0) == 0x80) {
            len--;
        }
    }
    buf_add(b, str_sub(value, 0, len));
    if (len < value.len) {
        buf_add(b, STR("\xe2\x80\xa6"));
    }
}

static str fill(str sentence, const struct named_value *fields, size_t nfields, struct arena *a)
{
    SCOPED(buf_done) struct buf b;
    buf_init(&b, LONGEST_SUMMARY);
    while (sentence.len) {
        size_t open = str_find_char(sentence, '{');
        size_t close = str_find_char(sentence, '}');
        if (open == sentence.len || close == sentence.len || close < open) {
            break;
        }
        buf_add(&b, str_sub(sentence, 0, open));
        add_value(&b, value_of(fields, nfields, str_sub(sentence, open + 1, close - open - 1)));
        sentence = str_from(sentence, close + 1);
    }
    buf_add(&b, sentence);
    return arena_str(a, buf_str(&b));
}

struct text summary_of(const struct rule_info *rule, const struct named_value *fields,
                       size_t nfields, struct arena *a)
{
    struct text out = {0};
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        str sentence = rule->summary.in[lang];
        if (sentence.len == 0) {
            sentence = rule->summary.in[LANG_EN].len ? rule->summary.in[LANG_EN]
                                                     : rule_title(rule, (enum lang)lang);
        }
        out.in[lang] = fill(sentence, fields, nfields, a);
    }
    return out;
}
