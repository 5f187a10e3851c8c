/* The names that the SUNBURST implant asks for: LABEL.appsync-api.REGION.avsvmcloud.com. Public
 * analyses (RedDrip, Kaspersky, Cloudflare, NETRESEC, December 2020) describe two kinds of label.
 *
 * Both begin with bytes written five bits a character, lowest first, in an alphabet of their own;
 * the first byte is a key, with which the others are XORed.
 *
 *     highest bit of the key set: 15 characters hold the 8 bytes that tell the victim; one the
 *         number of the part, turned by the first character of the label, where 35 stands for the
 *         last; the rest is a part of the victim's domain: each character is replaced by the fourth
 *         after it in a list, `0` says that one of 0 _ - . follows. A domain with other characters
 *         begins with 00 and is then written five bits a character, too.
 *     else: the victim's 8 bytes, XORed in turn with the last two of three more: half a byte for
 *         the kind, 19 bits for half-hours since 2010, and a bit: set once the implant waits for a
 *         second server. Then perhaps what security software runs. */
#include "detect/decode/decode.h"

#include "base/text.h"

#include <stdio.h>

enum {
    KEY_IS_DOMAIN = 0x80,
    VICTIM = 8,
    VICTIM_CHARS = 15,
    PART_AT = 15,
    DOMAIN_AT = 16,
    TIMED_BYTES = 11, /* without the key */
    LABEL_MAX = 63,
    PARTS = 36,
    LAST_PART = 35,
    HALF_HOUR = 1800,
};

#define SECONDS_OF_2010 INT64_C(1262304000)

static const char bits_alphabet[] = "ph2eifo3n5utg1j8d94qrvbmk0sal76c";
static const char turned_alphabet[] = "rq3gsalt6u1iyfzop572d49bnx8cvmkewhj";
static const char escaped[] = "0_-.";

/* The bytes that are whole, at most `room`; 0 when a character is foreign. */
static size_t from_bits(str text, uint8_t *out, size_t room)
{
    uint32_t bits = 0;
    unsigned held = 0;
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        size_t five = str_find_char(STR(bits_alphabet), text.p[i]);
        if (five == sizeof bits_alphabet - 1) {
            return 0;
        }
        bits |= (uint32_t)five << held;
        held += 5;
        if (held >= 8 && count < room) {
            out[count++] = (uint8_t)bits;
            bits >>= 8;
            held -= 8;
        }
    }
    return count;
}

static str victim_text(const uint8_t *victim, struct arena *a)
{
    return arena_printf(a, "%02X%02X%02X%02X%02X%02X%02X%02X", victim[0], victim[1], victim[2],
                        victim[3], victim[4], victim[5], victim[6], victim[7]);
}

static void put(struct decoded *d, str name, str value)
{
    d->fields[d->count++] = (struct named_value){name, value};
}

/* ---- a part of the domain */

static str turned_back(str text, struct arena *a)
{
    enum { TURN = 4, COUNT = sizeof turned_alphabet - 1 };
    char *out = arena_alloc(a, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; out && i < text.len; i++) {
        bool special = text.p[i] == escaped[0];
        i += special;
        size_t at = i < text.len ? str_find_char(STR(turned_alphabet), text.p[i]) : COUNT;
        if (at == COUNT) {
            return STR_NONE;
        }
        out[len++] = special ? escaped[at % TURN] : turned_alphabet[(at + COUNT - TURN) % COUNT];
    }
    return out ? (str){out, len} : STR_NONE;
}

static str domain_part(str text, struct arena *a)
{
    if (!str_starts(text, STR("00"))) {
        return turned_back(text, a);
    }
    uint8_t raw[LABEL_MAX];
    size_t len = from_bits(str_from(text, 2), raw, sizeof raw);
    for (size_t i = 0; i < len; i++) {
        if (raw[i] <= ' ' || raw[i] > '~') {
            return STR_NONE;
        }
    }
    return arena_str(a, (str){(const char *)raw, len});
}

/* The number of the part; -1: no digit and no letter. */
static int part_number(char c, char first)
{
    int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'z' ? c - 'a' + 10 : -1;
    return value < 0 ? -1 : (value - first % PARTS + PARTS) % PARTS;
}

static bool decode_domain(str label, const uint8_t *victim, struct arena *a, struct decoded *out)
{
    int part = label.len > DOMAIN_AT ? part_number(label.p[PART_AT], label.p[0]) : -1;
    str domain = part < 0 ? STR_NONE : domain_part(str_from(label, DOMAIN_AT), a);
    if (domain.len == 0) {
        return false;
    }
    str who = victim_text(victim, a);
    str which = part == LAST_PART ? STR("last") : arena_printf(a, "%d", part + 1);
    put(out, STR("Decoded"),
        arena_printf(a, "domain=%.*s part=%.*s victim=%.*s", STR_ARG(domain), STR_ARG(which),
                     STR_ARG(who)));
    put(out, STR("DecodedDomain"), domain);
    put(out, STR("DecodedPart"), which);
    put(out, STR("DecodedVictim"), who);
    return true;
}

/* ---- a time */

/* SUNBURST was delivered in March 2020, and its domain taken away in December. */
static bool is_plausible(int64_t seconds)
{
    const int64_t year = 365 * INT64_C(86400);
    return seconds > SECONDS_OF_2010 + 10 * year && seconds < SECONDS_OF_2010 + 14 * year;
}

static bool decode_time(uint8_t *bytes_, size_t count, struct arena *a, struct decoded *out)
{
    if (count < TIMED_BYTES) {
        return false;
    }
    for (unsigned i = 0; i < VICTIM; i++) {
        bytes_[i] ^= bytes_[VICTIM + 2 - i % 2];
    }
    uint32_t stamp = (uint32_t)(bytes_[VICTIM] & 0xf) << 16 | (uint32_t)bytes_[VICTIM + 1] << 8 |
                     bytes_[VICTIM + 2];
    int64_t seconds = SECONDS_OF_2010 + (int64_t)(stamp >> 1) * HALF_HOUR;
    if (!is_plausible(seconds)) {
        return false;
    }
    str who = victim_text(bytes_, a), when = time_text(a, time_of_unix(seconds));
    const char *waits = stamp & 1 ? "yes" : "no";
    put(out, STR("Decoded"),
        arena_printf(a, "time=%.*s second-stage=%s victim=%.*s", STR_ARG(when), waits,
                     STR_ARG(who)));
    put(out, STR("DecodedTime"), when);
    put(out, STR("DecodedSecondStage"), str_of(waits));
    put(out, STR("DecodedVictim"), who);
    return true;
}

bool decode_sunburst_name(str value, struct arena *a, struct decoded *out)
{
    uint8_t raw[LABEL_MAX];
    str label = text_lower(a, str_sub(value, 0, str_find_char(value, '.')));
    bool short_enough = label.len > VICTIM_CHARS && label.len <= LABEL_MAX;
    size_t count = short_enough ? from_bits(str_sub(label, 0, VICTIM_CHARS), raw, sizeof raw) : 0;
    out->count = 0;
    if (count < VICTIM + 1) {
        return false;
    }
    bool domain = (raw[0] & KEY_IS_DOMAIN) != 0;
    count = domain ? count : from_bits(label, raw, sizeof raw);
    for (size_t i = 1; i < count; i++) {
        raw[i] ^= raw[0];
    }
    return domain      ? decode_domain(label, raw + 1, a, out)
           : count > 0 ? decode_time(raw + 1, count - 1, a, out)
                       : false;
}
