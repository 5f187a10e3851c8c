#include "export/page.h"

#include "kit.h"

static struct buf out;

static str visible(const char *s)
{
    buf_clear(&out);
    buf_visible(&out, str_of(s));
    return buf_str(&out);
}

static void terminal_controls_are_shown_not_sent(void)
{
    CHECK_STR(visible("a\x1b[31mb"), "a\\x1b[31mb");
    CHECK_STR(visible("a\r\nb\tc"), "a\\r\\nb\\tc");
    CHECK_STR(visible("\xc2\x9b"), "\\x9b"); /* CSI in eight bits */
    CHECK_STR(visible("\x7f"), "\\x7f");
}

static void text_that_would_be_read_backwards_is_shown(void)
{
    CHECK_STR(visible("gpj.\xe2\x80\xaetxt"), "gpj.\\u202etxt");
    CHECK_STR(visible("a\xe2\x80\x8b"), "a\\u200b");
    CHECK_STR(visible("\xef\xbb\xbfx"), "\\ufeffx");
}

static void broken_utf8_is_shown_and_whole_utf8_kept(void)
{
    CHECK_STR(visible("a\xff\xfe"), "a\\xff\\xfe");
    CHECK_STR(visible("caf\xc3\xa9 \xe2\x82\xac"), "caf\xc3\xa9 \xe2\x82\xac");
    CHECK_STR(visible("\xef\xbf\xbd"), "\xef\xbf\xbd"); /* it was there before */
    CHECK_STR(visible("x\xe2\x82"), "x\\xe2\\x82");
}

static str item(unsigned width, str label, const char *text)
{
    buf_clear(&out);
    struct page p = {.out = &out, .width = width};
    page_item(&p, 2, label, PAINT_RED, str_of(text));
    return buf_str(&out);
}

static void words_wrap_beside_their_label(void)
{
    CHECK_STR(item(40, STR("1. "), "one two three four five six seven eight nine"),
              "  1. one two three four five six seven\n     eight nine\n");
}

static void a_long_word_stays_whole(void)
{
    CHECK_STR(
        item(40, STR_NONE, "see C:\\Program_Files\\Microsoft\\Exchange_Server\\V15\\x.aspx ok"),
        "  see\n  C:\\Program_Files\\Microsoft\\Exchange_Server\\V15\\x.aspx\n  ok\n");
}

static void width_counts_letters_not_bytes(void)
{
    CHECK_STR(item(42, STR_NONE,
                   "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                   "\xc3\xa9\xc3\xa9 aaaaaaaaa bbbbbbbbb cccccccccc"),
              "  \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
              " aaaaaaaaa bbbbbbbbb\n  cccccccccc\n");
}

static void blanks_of_evidence_are_kept_within_a_line(void)
{
    CHECK_STR(item(60, STR_NONE, "a  b   c"), "  a  b   c\n");
    CHECK_STR(item(40, STR_NONE, "one two three four five six seven   eight nine"),
              "  one two three four five six seven\n  eight nine\n");
}

static void a_mark_never_begins_a_line(void)
{
    CHECK_STR(item(41, STR_NONE, "one two three four five six seven eight : nine"),
              "  one two three four five six seven eight :\n  nine\n");
}

static void colour_is_only_there_when_asked_for(void)
{
    CHECK(!memchr(item(60, STR("x "), "y").p, '\x1b', buf_str(&out).len));
    buf_clear(&out);
    struct page p = {.out = &out, .width = 60, .colour = true};
    page_paint(&p, PAINT_RED, STR("red\x1b[0m"));
    CHECK_STR(buf_str(&out), "\x1b[1;31mred\\x1b[0m\x1b[0m");
}

int main(void)
{
    buf_init(&out, 1 << 16);
    RUN(terminal_controls_are_shown_not_sent);
    RUN(text_that_would_be_read_backwards_is_shown);
    RUN(broken_utf8_is_shown_and_whole_utf8_kept);
    RUN(words_wrap_beside_their_label);
    RUN(a_long_word_stays_whole);
    RUN(width_counts_letters_not_bytes);
    RUN(blanks_of_evidence_are_kept_within_a_line);
    RUN(a_mark_never_begins_a_line);
    RUN(colour_is_only_there_when_asked_for);
    buf_done(&out);
    return kit_end();
}
