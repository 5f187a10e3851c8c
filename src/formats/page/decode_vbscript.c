/* What VBScript.Encode and JScript.Encode write:
 *
 *     #@~^ length(6) == text checksum(6) == ^#~@
 *
 * Each character of the text stands for another, by one of three tables; which, goes by its place,
 * modulo 64. Bytes of other alphabets stand for themselves and do not count. Five characters that
 * would end the tag or the text are pairs. Length and checksum are base64 of 32 bits,
 * little-endian; a server does not run what fails the checksum, but a page that was cut still
 * tells. */
#include "formats/page/decode_vbscript.h"

#include <string.h>

enum { HEAD = 12, TAIL = 8, PERIOD = 64 };

/* What tab, and blank to DEL, stand for. */
static const char letters[3][98] = {"W.GzVBj/&IA42[vrC89pEhqO\tbD#u ~ ^ wJa]\"KoN;LPg*}tT+-,0nkf5"
                                    "%!dMRc?{x)(sY3\177mUS|:_eFX1ilZH'\\=$y7`Q 6",
                                    "n-uR`q^I\\b})6 |z\177kc3+hQfv1dTC : ~ E,*t'7DyY/o&rj9{?8wgSG"
                                    "4x]0#Z[lHUpi.L!$NP\tVs5aKX;W\"mM%(FJ2A=_OBe",
                                    "{20!)[83=X:5e9\\VsfNEkbYx^}Jmq ` S B'Hru17MR\"TjGd- \177.L]~"
                                    "loytC&v%$+(#A4\t*D?w;UiacPgQIOFh|6pnz/_KZ,W"};

static const char tables[] = "0120121221210212021200122102122100212120200120210212001220012021";

static char decode_letter(char c, size_t place)
{
    size_t table = (size_t)(tables[place % PERIOD] - '0');
    bool letter = c >= ' ' && (uint8_t)c < 0x80;
    return c == '\t' ? letters[table][0] : letter ? letters[table][c - ' ' + 1] : c;
}

/* The character that a pair stands for; 0 when it is none. */
static char decode_pair(char c)
{
    static const char pairs[] = "#\r&\n!<*>$@";
    const char *at = c ? strchr(pairs, c) : NULL;
    return at && (at - pairs) % 2 == 0 ? at[1] : 0;
}

size_t decode_vbscript(str text, char *out)
{
    size_t len = 0;
    for (size_t i = 0, place = 0; i < text.len; i++, place++) {
        char c = text.p[i];
        char pair = c == '@' && i + 1 < text.len ? decode_pair(text.p[i + 1]) : 0;
        out[len++] = pair ? pair : decode_letter(c, place);
        i += pair != 0;
        place -= (uint8_t)c >= 0x80;
    }
    return len;
}

bool decode_vbscript_find(str text, struct encoded_script *found)
{
    size_t at = str_find(text, STR("#@~^"));
    if (text.len - at < HEAD) {
        return false;
    }
    str rest = str_from(text, at + HEAD);
    size_t end = str_find(rest, STR("^#~@"));
    bool whole = end < rest.len && end >= TAIL;
    found->before = str_sub(text, 0, at);
    found->text = str_sub(rest, 0, whole ? end - TAIL : end);
    found->after = str_from(rest, end + 4);
    return true;
}
