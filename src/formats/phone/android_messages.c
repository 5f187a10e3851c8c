/* Messages in a backup of Android: files 000000_sms_backup, 000000_mms_backup, each an array of
 * JSON objects, packed by zlib. Channel "android-message":
 *
 *     [{"address": "+15550199", "body": "...", "date": "1625148000000", "type": "1"}]
 */
#include "base/buf.h"
#include "base/json.h"
#include "formats/phone/inflate.h"
#include "formats/phone/telling.h"

enum { MESSAGES_MAX = 256 << 20 };

static int android_messages_probe(bytes head, str path)
{
    bool named = str_ends(path, STR("_sms_backup")) || str_ends(path, STR("_mms_backup"));
    bool zlib = head.len >= 2 && head.p[0] == 0x78 && (head.p[0] << 8 | head.p[1]) % 31 == 0;
    return named && zlib ? BY_MAGIC : NO_MATCH;
}

static bool messages_piece(void *ctx, bytes piece)
{
    struct buf *all = ctx;
    buf_bytes(all, piece.p, piece.len);
    return buf_ok(all);
}

static const struct {
    str key;
    const char *field;
} messages_known[] = {
    {STR_INIT("address"), "From"   },
    {STR_INIT("body"),    "Message"},
    {STR_INIT("m_id"),    "Id"     },
    {STR_INIT("sub"),     "Subject"},
    {STR_INIT("type"),    "Type"   },
};

static void messages_value(struct telling *t, str key, str value, usec *time)
{
    uint64_t ms = 0;
    if (str_eq(key, STR("date")) && str_u64(value, &ms) && ms / 1000 < INT32_MAX) {
        *time = time_of_unix((int64_t)(ms / 1000)) + (usec)(ms % 1000) * 1000;
    }
    for (size_t i = 0; i < ARRAY_LEN(messages_known); i++) {
        if (str_eq(key, messages_known[i].key)) {
            telling_add(t, messages_known[i].field, value);
        }
    }
}

static void messages_read(struct telling *t, bytes text)
{
    enum { IN_MESSAGE = 2 };
    struct json j = json_of(text);
    struct arena_mark mark = arena_mark(t->p->scratch);
    str key = STR_NONE;
    usec time = TIME_NONE;
    for (enum json_token k = json_next(&j); k != JSON_END && !t->stopped; k = json_next(&j)) {
        if (k == JSON_KEY) {
            key = json_text(&j, t->p->scratch);
        } else if ((k == JSON_STRING || k == JSON_NUMBER) && j.depth == IN_MESSAGE) {
            messages_value(t, key, json_text(&j, t->p->scratch), &time);
        } else if (k == JSON_OBJECT_END && j.depth < IN_MESSAGE) {
            (void)telling_give(t, "android-message", time, 0, t->p->unit.len);
            arena_rewind(t->p->scratch, mark);
            time = TIME_NONE;
        }
    }
    if (json_bad(&j)) {
        emit_note(t->p, NOTE_BAD_JSON, 0, t->p->unit.len);
    }
}

static void android_messages_parse(struct parse *p)
{
    struct telling *t = p->from == 0 ? telling_new(p) : NULL;
    struct buf all;
    if (!t) {
        return;
    }
    buf_init(&all, MESSAGES_MAX);
    enum inflate_end end = inflate_all(p->unit, messages_piece, &all);
    messages_read(t, bytes_of_str(buf_str(&all)));
    if (end != INFLATE_WHOLE) {
        emit_note(p, end == INFLATE_DAMAGED ? NOTE_BAD_ARCHIVE : NOTE_OVER_RATIO, 0, p->unit.len);
    }
    buf_done(&all);
}

const struct format format_android_messages = {
    .name = "android_messages",
    .title = "messages in a backup of Android",
    .probe = android_messages_probe,
    .parse = android_messages_parse,
};
