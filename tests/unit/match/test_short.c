#include "match/short.h"

#include "kit.h"

enum { ROOM = 48 };

static size_t first_place(str text, size_t from, str what)
{
    size_t at = from;
    while (at + what.len <= text.len && memcmp(text.p + at, what.p, what.len) != 0) {
        at++;
    }
    return at + what.len <= text.len ? at : text.len;
}

/* Every length, and every place; beside bytes that are nearly right. */
static void a_few_bytes_are_found_wherever_they_stand(void)
{
    static const char *const fillings[] = {"x", "?", "d?", "?d", "?x=", "d=?"};
    str what = STR("?d=x?");
    for (size_t f = 0; f < 6; f++) {
        for (size_t len = 0; len < ROOM; len++) {
            for (size_t at = 0; at <= len; at++) {
                char room[ROOM + 5];
                for (size_t i = 0; i < len; i++) {
                    room[i] = fillings[f][i % strlen(fillings[f])];
                }
                memcpy(room + at, what.p, what.len);
                str text = {room, len};
                for (size_t n = 1; n <= what.len; n++) {
                    str some = {what.p, n};
                    CHECK_INT(short_find(text, 0, some), first_place(text, 0, some));
                    CHECK_INT(short_find(text, at, some), first_place(text, at, some));
                    CHECK_INT(short_find(text, at / 2, some), first_place(text, at / 2, some));
                }
            }
        }
    }
}

int main(void)
{
    RUN(a_few_bytes_are_found_wherever_they_stand);
    return kit_end();
}
