/* A value a line; `#` begins what is for people. A line may say what it is in front:
 *
 *     198.51.100.7
 *     evil[.]example
 *     user-agent: harmless/1.0 */
#include "detect/indicators/set.h"

enum { LINE_MAX_LEN = 64 << 10 };

static bool is_text(str line)
{
    return line.len <= LINE_MAX_LEN && str_find_char(line, 0) == line.len;
}

/* At the beginning, or behind a blank: a URL has its own. */
static str without_remark(str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.p[i] == '#' && (i == 0 || ascii_is_space(line.p[i - 1]))) {
            return str_trim(str_sub(line, 0, i));
        }
    }
    return str_trim(line);
}

static bool is_typed(str line, enum indicator_kind *k, str *value)
{
    size_t colon = str_find_char(line, ':');
    if (colon == line.len || !kind_of_type(str_sub(line, 0, colon), k)) {
        return false;
    }
    *value = str_trim(str_from(line, colon + 1));
    return true;
}

static void add_line(struct indicators *set, str file, str line, uint32_t facts, uint32_t number)
{
    enum indicator_kind k, also;
    str value;
    if (is_typed(line, &k, &value)) {
        (void)indicators_add(set, k, value, facts, number);
        return;
    }
    struct arena_mark mark = arena_mark(&set->scratch);
    bool known = kind_of_shape(refanged(line, &set->scratch), &k, &also);
    arena_rewind(&set->scratch, mark);
    if (!known) {
        indicators_refuse(set, file, number, line,
                          N_("not understood: no kind of indicator looks so"));
        return;
    }
    (void)indicators_add(set, k, line, facts, number);
    if (also != KIND_COUNT) {
        (void)indicators_add(set, also, line, facts, number);
    }
}

void read_plain(struct indicators *set, str file, str text)
{
    const struct facts f = {.list = file,
                            .about = str_base(file),
                            .confidence = CONFIDENCE_UNKNOWN,
                            .from = TIME_NONE,
                            .until = TIME_NONE};
    uint32_t facts = indicators_facts(set, &f), number = 0;
    str line;
    while (str_cut(&text, '\n', &line)) {
        number += number < UINT32_MAX;
        if (!is_text(line)) {
            indicators_refuse(set, file, number, STR_NONE, N_("not a line of text"));
            continue;
        }
        line = without_remark(line);
        if (line.len) {
            add_line(set, file, line, facts, number);
        }
    }
}

/* What stands alone in its line; a sentence in which there is one does not. */
static bool is_indicator(str line)
{
    enum indicator_kind k, also;
    struct canonical c;
    str value;
    if (is_typed(line, &k, &value)) {
        return is_fragment_kind(k) || is_alike_kind(k) || canonical(k, value, &c);
    }
    bool blank = str_find_char(line, ' ') < line.len;
    return kind_of_shape(line, &k, &also) && (!blank || k == KIND_PATH);
}

bool is_plain_list(str text)
{
    enum { LOOKED_AT = 64 << 10, MEMORY = 1 << 20 };
    struct arena a;
    size_t lines = 0, indicators = 0;
    str line, rest = str_sub(text, 0, LOOKED_AT);
    arena_init(&a, MEMORY);
    while (str_cut(&rest, '\n', &line) && is_text(line)) {
        line = without_remark(line);
        lines += line.len > 0;
        indicators += line.len > 0 && is_indicator(refanged(line, &a));
        arena_reset(&a);
    }
    arena_done(&a);
    return 2 * indicators > lines;
}
