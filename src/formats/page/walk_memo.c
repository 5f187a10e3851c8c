/* What one walk decoded or read, the next does not again, wherever the same text lies by then. */
#include "formats/page/decode.h"
#include "formats/page/script.h"
#include "formats/page/walker.h"

enum { MEMO_ENTRIES = 256, MEMO_WORTH = 64, MEMO_SAMPLES = 64, HOW_LEXED = 0x100 };

struct memo {
    str in;
    uint32_t how;
    str text;
    struct piece piece;
};

/* Where what was made of `in` is, or belongs; NULL when there is no room. */
static struct memo *memo_of(struct walker *w, str in, uint32_t how)
{
    if (!w->memos) {
        w->memos = ARENA_ARRAY(w->arena, struct memo, MEMO_ENTRIES);
    }
    uint64_t key = in.len * 31 + how;
    for (size_t i = 0, step = in.len / MEMO_SAMPLES + 1; i < in.len; i += step) {
        key = (key ^ (uint8_t)in.p[i]) * UINT64_C(0x100000001b3);
    }
    return w->memos ? &w->memos[(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) % MEMO_ENTRIES] : NULL;
}

static bool memo_is(const struct memo *m, str in, uint32_t how)
{
    return m->how == how && m->in.p && str_eq(m->in, in);
}

bool walk_decode(struct walker *w, uint8_t how, str in, str *out)
{
    struct memo *m = in.len >= MEMO_WORTH ? memo_of(w, in, how) : NULL;
    if (m && memo_is(m, in, how)) {
        *out = m->text;
        return true;
    }
    bool ok = decode_text((enum decode)how, in, w->arena, out);
    if (ok && m) {
        *m = (struct memo){.in = in, .how = how, .text = *out};
    }
    return ok;
}

/* PHP that is evaluated begins as code, but may hold a page. */
static void memo_lex(struct tokens *out, enum language language, str text)
{
    str trimmed = str_trim(text);
    bool page =
        language == LANGUAGE_PHP && (str_has(text, STR("<?")) || str_starts(trimmed, STR("?>")));
    struct script script;
    if (!page) {
        (void)lex_code(out, language, text, 0);
        return;
    }
    if (!str_starts(trimmed, STR("<")) && !str_starts(trimmed, STR("?>"))) {
        text = str_from(text, lex_code(out, LANGUAGE_PHP, text, 0));
    }
    script_tokens(out, text, FAMILY_PHP, &script);
}

struct piece walk_lexed(struct walker *w, enum language language, str text)
{
    uint32_t how = HOW_LEXED + (uint32_t)language;
    struct memo *m = memo_of(w, text, how);
    if (m && memo_is(m, text, how)) {
        return m->piece;
    }
    struct tokens tokens = {.arena = w->arena};
    memo_lex(&tokens, language, text);
    const struct piece piece = {tokens.list, tokens.count};
    if (m) {
        *m = (struct memo){.in = text, .how = how, .piece = piece};
    }
    return piece;
}
