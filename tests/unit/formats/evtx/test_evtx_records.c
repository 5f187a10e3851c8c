#include "making.h"
#include "reading.h"

static const usec noon = INT64_C(1609502400) * USEC_PER_SEC; /* 2021-01-01T12:00:00Z */

static struct evtx_record record_with(const struct evtx_value *data, size_t count)
{
    return (struct evtx_record){
        .provider = "Microsoft-Windows-Sysmon",
        .provider_guid = "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}",
        .channel = "Microsoft-Windows-Sysmon/Operational",
        .computer = "MAIL01.corp.example",
        .event_id = 11,
        .level = 4,
        .keywords = UINT64_C(0x8000000000000000),
        .time = noon,
        .pid = 100,
        .tid = 200,
        .user_sid = "S-1-5-18",
        .data = data,
        .count = count,
    };
}

/* Reads what was written and frees it. */
static void read_back(struct evtx_writer *w, struct reading *r)
{
    size_t len;
    uint8_t *log = evtx_writer_take(w, &len, NULL);
    reading_all(r, (bytes){log, len});
    free(log);
}

static void read_made(struct reading *r, void (*body)(struct making *m))
{
    struct evtx_writer *w = evtx_writer_to_memory(NULL);
    write_made(w, body);
    r->keep = KEEP_FIELDS;
    read_back(w, r);
}

static void read_one(struct reading *r, const struct evtx_record *record)
{
    struct evtx_writer *w = evtx_writer_to_memory(NULL);
    CHECK(evtx_write(w, record));
    r->keep = KEEP_FIELDS;
    read_back(w, r);
}

static struct evtx_value typed(const char *name, enum evtx_type type, uint64_t number)
{
    return (struct evtx_value){.name = name, .type = type, .number = number};
}

static void every_type_has_its_text(void)
{
    static const uint8_t raw[] = {0xde, 0xad}, fat_bool[] = {0, 0, 1, 0},
                         size32[] = {0x1f, 0, 0, 0};
    const struct evtx_value ansi = {.name = "Ansi", .type = EVTX_ANSI, .text = "caf\xe9"};
    const struct evtx_value r32 = {.name = "R32", .type = EVTX_R32, .real = 0.5};
    const struct evtx_value r64 = {.name = "R64", .type = EVTX_R64, .real = -2.25};
    const struct evtx_value systemtime = {
        .name = "SysTime", .type = EVTX_SYSTEMTIME, .time = noon + 8000};
    const struct evtx_value data[] = {
        evtx_text("Text", "caf\xc3\xa9 \xf0\x9f\x90\xbe"),
        ansi,
        typed("I8", EVTX_I8, 0xff),
        evtx_u8("U8", 255),
        typed("I16", EVTX_I16, 0xfffe),
        evtx_u16("U16", 65535),
        evtx_i32("I32", -5),
        evtx_u32("U32", 4000000000u),
        typed("I64", EVTX_I64, UINT64_MAX),
        evtx_u64("U64", UINT64_MAX),
        r32,
        r64,
        evtx_bool("Bool", false),
        evtx_raw("FatBool", EVTX_BOOL, (bytes){fat_bool, 4}),
        evtx_binary("Binary", (bytes){raw, 2}),
        evtx_guid("Guid", "0CCE9210-69AE-11D9-BED3-505054503030"),
        typed("Size", EVTX_SIZE, 0xabc),
        evtx_raw("Size32", EVTX_SIZE, (bytes){size32, 4}),
        evtx_filetime("Time", noon + 7),
        systemtime,
        evtx_sid("Sid", "S-1-5-21-1-2-3-500"),
        evtx_hex32("Hex32", 0xbeef),
        evtx_hex64("Hex64", 0),
        evtx_null("Null"),
    };
    static const char *const want[] = {
        "caf\xc3\xa9 \xf0\x9f\x90\xbe",
        "caf\xc3\xa9",
        "-1",
        "255",
        "-2",
        "65535",
        "-5",
        "4000000000",
        "-1",
        "18446744073709551615",
        "0.5",
        "-2.25",
        "false",
        "true",
        "DEAD",
        "{0CCE9210-69AE-11D9-BED3-505054503030}",
        "0xabc",
        "0x1f",
        "2021-01-01T12:00:00.0000070Z",
        "2021-01-01T12:00:00.008Z",
        "S-1-5-21-1-2-3-500",
        "0xbeef",
        "0x0",
        "",
    };
    struct evtx_record record = record_with(data, ARRAY_LEN(data));
    struct reading r = {0};
    read_one(&r, &record);
    CHECK_INT(r.events, 1);
    for (size_t i = 0; i < ARRAY_LEN(data); i++) {
        CHECK_FIELD(r.first, data[i].name, 0, want[i]);
    }
    reading_done(&r);
}

static void system_becomes_fields_and_head(void)
{
    struct evtx_record record = record_with(NULL, 0);
    record.record_id = 77;
    record.qualifiers = 3;
    record.activity_id = "{00000001-0002-0003-0405-060708090A0B}";
    struct reading r = {0};
    read_one(&r, &record);
    const struct seen *s = r.first;
    CHECK(s && s->head.time == noon && s->head.record == 77 && s->head.offset == 4096 + 512);
    if (!s) {
        return;
    }
    CHECK_INT(s->head.origin->event_id, 11);
    CHECK_STR(s->head.origin->channel, record.channel);
    CHECK_STR(s->head.origin->provider, record.provider);
    CHECK_STR(s->head.origin->host, record.computer);
    CHECK_FIELD(s, "Provider_Name", 0, record.provider);
    CHECK_FIELD(s, "Provider_Guid", 0, record.provider_guid);
    CHECK_FIELD(s, "EventID", 0, "11");
    CHECK_FIELD(s, "EventID_Qualifiers", 0, "3");
    CHECK_FIELD(s, "Keywords", 0, "0x8000000000000000");
    CHECK_FIELD(s, "TimeCreated_SystemTime", 0, "2021-01-01T12:00:00.0000000Z");
    CHECK_FIELD(s, "EventRecordID", 0, "77");
    CHECK_FIELD(s, "Execution_ProcessID", 0, "100");
    CHECK_FIELD(s, "Correlation_ActivityID", 0, record.activity_id);
    CHECK_FIELD(s, "Security_UserID", 0, "S-1-5-18");
    CHECK(seen_count(s, "Correlation_RelatedActivityID") == 0);
    CHECK(seen_count(s, "Correlation") == 0 && seen_count(s, "xmlns") == 0);
    reading_done(&r);
}

static void known_names_have_their_number(void)
{
    const struct evtx_value data[] = {evtx_text("Image", "a.exe"), evtx_text("image", "b.exe"),
                                      evtx_text("NobodyAsks", "c")};
    struct evtx_record record = record_with(data, 3);
    struct reading r = {0};
    read_one(&r, &record);
    for (size_t i = 0; r.first && i < r.first->count; i++) {
        const struct seen_field *f = &r.first->fields[i];
        if (str_eq_nocase(f->name, STR("Image"))) {
            CHECK_INT(f->id, FIELD_IMAGE);
        } else if (str_eq(f->name, STR("NobodyAsks"))) {
            CHECK_INT(f->id, FIELD_NONE);
        } else if (str_eq(f->name, STR("Channel"))) {
            CHECK_INT(f->id, FIELD_CHANNEL);
        }
    }
    reading_done(&r);
}

static void unnamed_data_and_arrays_repeat_the_field(void)
{
    static const char *const three[] = {"one", "", "three"}, *const one[] = {"alone"};
    const struct evtx_value data[] = {
        evtx_text(NULL, "first"),
        evtx_texts(NULL, three, 3),
        evtx_texts("Named", one, 1),
        evtx_texts("Empty", one, 0),
    };
    struct evtx_record record = record_with(data, ARRAY_LEN(data));
    struct reading r = {0};
    read_one(&r, &record);
    CHECK_INT(seen_count(r.first, "Data"), 4);
    CHECK_FIELD(r.first, "Data", 0, "first");
    CHECK_FIELD(r.first, "Data", 1, "one");
    CHECK_FIELD(r.first, "Data", 2, "");
    CHECK_FIELD(r.first, "Data", 3, "three");
    CHECK_INT(seen_count(r.first, "Named"), 1);
    CHECK_INT(seen_count(r.first, "Empty"), 1);
    reading_done(&r);
}

static void packed_arrays_are_split_by_the_size_of_their_items(void)
{
    static const uint8_t numbers[] = {1, 0, 2, 0, 3, 0};
    static const uint8_t sids[] = {1, 1, 0, 0, 0, 0, 0,  5, 18, 0, 0,  0, 1, 2,
                                   0, 0, 0, 0, 0, 5, 32, 0, 0,  0, 33, 2, 0, 0};
    static const uint8_t cut_text[] = {'a', 0, 0, 0, 'b', 0};
    const struct evtx_value data[] = {
        evtx_raw("N", (enum evtx_type)(0x80 | EVTX_U16), (bytes){numbers, sizeof numbers}),
        evtx_raw("S", (enum evtx_type)(0x80 | EVTX_SID), (bytes){sids, sizeof sids}),
        evtx_raw("T", EVTX_TEXTS, (bytes){cut_text, sizeof cut_text}),
        evtx_raw("B", (enum evtx_type)(0x80 | EVTX_BINARY), (bytes){numbers, 3}),
    };
    struct evtx_record record = record_with(data, ARRAY_LEN(data));
    struct reading r = {0};
    read_one(&r, &record);
    CHECK_INT(seen_count(r.first, "N"), 3);
    CHECK_FIELD(r.first, "N", 2, "3");
    CHECK_FIELD(r.first, "S", 0, "S-1-5-18");
    CHECK_FIELD(r.first, "S", 1, "S-1-5-32-545");
    CHECK_FIELD(r.first, "T", 0, "a");
    CHECK_FIELD(r.first, "T", 1, "b");
    CHECK_INT(seen_count(r.first, "B"), 1);
    CHECK_FIELD(r.first, "B", 0, "010002");
    reading_done(&r);
}

static void values_of_a_wrong_size_are_shown_as_bytes(void)
{
    static const uint8_t five[] = {1, 2, 3, 4, 5}, sid[] = {1, 9, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
    const struct evtx_value data[] = {
        evtx_raw("Number", EVTX_U32, (bytes){five, 5}),
        evtx_raw("Guid", EVTX_GUID, (bytes){five, 5}),
        evtx_raw("Sid", EVTX_SID, (bytes){sid, sizeof sid}),
        evtx_raw("Nothing", EVTX_U32, (bytes){five, 0}),
        evtx_raw("FatNull", EVTX_NULL, (bytes){five, 5}),
        evtx_text("After", "still right"),
    };
    struct evtx_record record = record_with(data, ARRAY_LEN(data));
    struct reading r = {0};
    read_one(&r, &record);
    CHECK_FIELD(r.first, "Number", 0, "0102030405");
    CHECK_FIELD(r.first, "Guid", 0, "0102030405");
    CHECK_FIELD(r.first, "Sid", 0, "010900000000000512000000");
    CHECK_FIELD(r.first, "Nothing", 0, "");
    CHECK_FIELD(r.first, "FatNull", 0, "");
    CHECK_FIELD(r.first, "After", 0, "still right");
    reading_done(&r);
}

static void leaves_of_user_data_are_fields(void)
{
    const struct evtx_value data[] = {evtx_text("SubjectUserName", "admin"), evtx_null("Nothing")};
    struct evtx_record record = record_with(data, 2);
    record.user_data = "LogFileCleared";
    struct reading r = {0};
    read_one(&r, &record);
    CHECK_FIELD(r.first, "SubjectUserName", 0, "admin");
    CHECK_FIELD(r.first, "Nothing", 0, "");
    CHECK(seen_count(r.first, "LogFileCleared") == 0 && seen_count(r.first, "UserData") == 0);
    reading_done(&r);
}

static void a_record_without_templates_says_the_same(void)
{
    static const char *const items[] = {"x", "y"};
    const struct evtx_value data[] = {
        evtx_text("CommandLine", "cmd /c \"a & b\" > c <d>"),
        evtx_u32("ProcessId", 42),
        evtx_hex64("Address", 0x7ff0),
        evtx_texts(NULL, items, 2),
        evtx_null("Nothing"),
    };
    struct evtx_record record = record_with(data, ARRAY_LEN(data));
    struct reading templates = {0}, plain = {0};
    read_one(&templates, &record);
    record.shape = EVTX_PLAIN;
    read_one(&plain, &record);
    CHECK(plain.first && templates.first && plain.first->head.time == noon);
    if (!plain.first || !templates.first) {
        return;
    }
    CHECK_INT(plain.first->head.origin->event_id, 11);
    CHECK(str_eq(plain.first->head.origin->host, templates.first->head.origin->host));
    for (size_t i = 0; i < plain.first->count; i++) {
        const struct seen_field *f = &plain.first->fields[i];
        char name[64];
        (void)snprintf(name, sizeof name, "%.*s", STR_ARG(f->name));
        bool found = false;
        for (size_t nth = 0; nth < seen_count(templates.first, name); nth++) {
            found |= str_eq(*seen_text(templates.first, name, nth), f->text);
        }
        CHECK(found);
    }
    CHECK_INT(seen_count(plain.first, "Data"), 2);
    CHECK_FIELD(plain.first, "CommandLine", 0, "cmd /c \"a & b\" > c <d>");
    reading_done(&templates);
    reading_done(&plain);
}

static void events_that_agree_share_an_origin(void)
{
    struct evtx_writer *w = evtx_writer_to_memory(&(struct evtx_options){.chunk_records = 3});
    for (int i = 0; i < 20; i++) {
        struct evtx_record record = record_with(NULL, 0);
        record.event_id = i % 2 ? 1 : 3;
        record.shape = i % 5 == 0 ? EVTX_PLAIN : EVTX_TEMPLATES;
        CHECK(evtx_write(w, &record));
    }
    struct reading r = {.keep = KEEP_FIELDS};
    read_back(w, &r);
    CHECK_INT(r.events, 20);
    for (const struct seen *s = r.first; s; s = s->next) {
        CHECK_INT(s->head.origin->number, s->head.origin->event_id == 3 ? 0 : 1);
    }
    reading_done(&r);
}

/* ---- what only hand-made binary XML has ---- */

static void mixed_text(struct making *m)
{
    make_fragment(m);
    make(m, 0x0a, 1);
    make_name(m, "pi");
    make(m, 0x0b, 1);
    make(m, 2, 2);
    make_units(m, "no");
    make_element(m, "Event");
    make_system(m, "Test", "7");
    make_element(m, "EventData");
    make_element(m, "Data");
    make_text(m, "a ");
    make_cdata(m, "<b>");
    make_character(m, 0x20ac);
    make_entity(m, "amp");
    make_entity(m, "unknown");
    make_text(m, "c");
    make_end(m);
    make_element(m, "Data");
    make(m, 0x0a, 1);
    make_name(m, "pi");
    make(m, 0x0b, 1);
    make(m, 2, 2);
    make_units(m, "no");
    make_text(m, "d");
    make_end(m);
    make_end(m);
    make_end(m);
    make(m, 0, 1);
}

static void adjacent_pieces_of_text_are_one(void)
{
    struct reading r = {0};
    read_made(&r, mixed_text);
    CHECK_INT(r.events, 1);
    CHECK_INT(r.notes[NOTE_BAD_RECORD], 0);
    CHECK_FIELD(r.first, "Data", 0, "a <b>\xe2\x82\xac&&unknown;c");
    CHECK_FIELD(r.first, "Data", 1, "d");
    CHECK(r.first && r.first->head.origin->event_id == 7);
    reading_done(&r);
}

static void user_data_with_attributes(struct making *m)
{
    make_fragment(m);
    make_element(m, "Event");
    make_system(m, "Test", "7");
    make_element(m, "UserData");
    make_open(m, "Chain", true, NO_SLOT);
    make_attribute(m, "skipped");
    make_text(m, "of a branch");
    make(m, 0x02, 1);
    make_open(m, "Certificate", true, NO_SLOT);
    make_attribute(m, "subjectName");
    make_text(m, "CN=x");
    make(m, 0x03, 1);
    make_leaf(m, "Deep", "leaf");
    make_end(m);
    make_end(m);
    make_element(m, "RenderingInfo");
    make_leaf(m, "Level", "Information");
    make_leaf(m, "Message", "as rendered");
    make_end(m);
    make_element(m, "ProcessingErrorData");
    make_leaf(m, "ErrorCode", "15003");
    make_end(m);
    make_end(m);
    make(m, 0, 1);
}

static void attributes_of_leaves_are_fields_and_rendered_text_is_one_message(void)
{
    struct reading r = {0};
    read_made(&r, user_data_with_attributes);
    CHECK_FIELD(r.first, "subjectName", 0, "CN=x");
    CHECK_FIELD(r.first, "Deep", 0, "leaf");
    CHECK_FIELD(r.first, "Message", 0, "as rendered");
    CHECK_FIELD(r.first, "ErrorCode", 0, "15003");
    CHECK(seen_count(r.first, "skipped") == 0 && seen_count(r.first, "Certificate") == 0);
    CHECK(seen_count(r.first, "Level") == 0);
    reading_done(&r);
}

/* Slots: 0 and 1 text, 2 depended on, 3 a name. */
static void tricky_template(struct making *m)
{
    make_element(m, "Event");
    make_system(m, "Test", "7");
    make_element(m, "EventData");
    make_element(m, "Data"); /* two slots and text in one element */
    make_text(m, "<");
    make_slot(m, false, 0);
    make_text(m, "|");
    make_slot(m, false, 1);
    make_end(m);
    make_open(m, "Absent", false, 2);
    make(m, 0x02, 1);
    make_text(m, "text");
    make_end(m);
    make_element(m, "Dropped");
    make_slot(m, true, 2);
    make_end(m);
    make_element(m, "Kept");
    make_slot(m, false, 2);
    make_end(m);
    make_element(m, "Missing"); /* a slot that the instance does not have */
    make_slot(m, false, 99);
    make_end(m);
    make_open(m, "Data", true, NO_SLOT);
    make_attribute(m, "Name");
    make_slot(m, false, 3);
    make(m, 0x02, 1);
    make_slot(m, false, 1);
    make_end(m);
    make_end(m);
    make_end(m);
}

static void value(struct making *m, size_t len, unsigned type)
{
    make(m, len, 2);
    make(m, type, 2);
}

static void tricky_instance(struct making *m)
{
    make_fragment(m);
    make_template(m, 0x11111111, tricky_template);
    make(m, 4, 4);
    value(m, 8, EVTX_TEXTS);
    value(m, 2, EVTX_U16);
    value(m, 0, EVTX_NULL);
    value(m, 12, EVTX_TEXT);
    make_units(m, "a");
    make(m, 0, 2);
    make_units(m, "b");
    make(m, 0, 2);
    make(m, 513, 2);
    make_units(m, "Column");
    make(m, 0, 1);
}

static void slots_are_put_where_the_template_says(void)
{
    struct reading r = {0};
    read_made(&r, tricky_instance);
    CHECK_INT(r.notes[NOTE_BAD_RECORD], 0);
    CHECK_INT(seen_count(r.first, "Data"), 2); /* an array repeats the element */
    CHECK_FIELD(r.first, "Data", 0, "<a|513");
    CHECK_FIELD(r.first, "Data", 1, "<b|513");
    CHECK(seen_count(r.first, "Absent") == 0 && seen_count(r.first, "Dropped") == 0);
    CHECK_FIELD(r.first, "Kept", 0, "");
    CHECK_FIELD(r.first, "Missing", 0, "");
    CHECK_FIELD(r.first, "Column", 0, "513");
    reading_done(&r);
}

static void nesting_template(struct making *m)
{
    make_element(m, "Event");
    make_slot(m, true, 0);
    make_end(m);
}

static void nested_fragments(struct making *m)
{
    make_fragment(m);
    make_template(m, 0x22222222, nesting_template);
    make(m, 1, 4);
    size_t descriptor = m->len;
    value(m, 0, 0x21);
    size_t begin = m->len;
    make_fragment(m);
    make_system(m, "Nested", "9");
    make(m, 0, 1);
    make_fragment(m);
    make_element(m, "EventData");
    make_leaf(m, "Data", "inner");
    make_end(m);
    make(m, 0, 1);
    size_t end = m->len;
    m->len = descriptor;
    value(m, end - begin, 0x21);
    m->len = end;
    make(m, 0, 1);
}

static void a_value_may_hold_several_fragments_even_system(void)
{
    struct reading r = {0};
    read_made(&r, nested_fragments);
    CHECK_INT(r.notes[NOTE_BAD_RECORD], 0);
    CHECK(r.first && r.first->head.origin->event_id == 9);
    CHECK(r.first && str_eq(r.first->head.origin->channel, STR("Nested")));
    CHECK_FIELD(r.first, "Data", 0, "inner");
    reading_done(&r);
}

static void empty_event(struct making *m)
{
    make_element(m, "Event");
    make_system(m, "Test", "1");
    make_end(m);
}

static void other_event(struct making *m)
{
    make_element(m, "Event");
    make_system(m, "Test", "2");
    make_end(m);
}

static void first_with_this_guid(struct making *m)
{
    make_fragment(m);
    make_template(m, 0x33333333, empty_event);
    make(m, 0, 4);
    make(m, 0, 1);
}

static void second_with_this_guid(struct making *m)
{
    make_fragment(m);
    make_template(m, 0x33333333, other_event);
    make(m, 0, 4);
    make(m, 0, 1);
}

static void one_guid_may_stand_for_two_templates(void)
{
    struct evtx_writer *w = evtx_writer_to_memory(&(struct evtx_options){.chunk_records = 2});
    for (int i = 0; i < 3; i++) {
        write_made(w, first_with_this_guid);
        write_made(w, second_with_this_guid);
        write_made(w, first_with_this_guid);
    }
    struct reading r = {.keep = KEEP_FIELDS};
    read_back(w, &r);
    CHECK_INT(r.events, 9);
    uint32_t i = 0;
    for (const struct seen *s = r.first; s; s = s->next, i++) {
        CHECK_INT(s->head.origin->event_id, i % 3 == 1 ? 2 : 1);
    }
    reading_done(&r);
}

static void forward_reference(struct making *m)
{
    make_fragment(m);
    make_instance(m, 0x33333333, m->chunk_offset + 4000);
    make(m, 0, 4);
    make(m, 0, 1);
}

static void into_itself(struct making *m)
{
    make_fragment(m);
    make_instance(m, 0x33333333, m->chunk_offset + 2);
    make(m, 0, 4);
    make(m, 0, 1);
}

static void lying_count(struct making *m)
{
    make_fragment(m);
    make_template(m, 0x33333333, empty_event);
    make(m, UINT32_MAX, 4);
    make(m, 0, 1);
}

static void deep_elements(struct making *m)
{
    make_fragment(m);
    make_element(m, "Event");
    make_system(m, "Test", "1");
    for (int i = 0; i < 500; i++) {
        make_element(m, "UserData");
    }
    for (int i = 0; i < 501; i++) {
        make_end(m);
    }
    make(m, 0, 1);
}

static void unknown_token(struct making *m)
{
    make_fragment(m);
    make_element(m, "Event");
    make(m, 0x3f, 1);
    make_end(m);
    make(m, 0, 1);
}

static void name_out_of_the_chunk(struct making *m)
{
    make_fragment(m);
    make(m, 0x01, 1);
    make(m, 0, 4);
    make(m, 0xfffffff0, 4);
    make(m, 0x03, 1);
    make(m, 0, 1);
}

static void a_bad_record_is_noted_and_its_neighbours_are_read(void)
{
    void (*const bad[])(struct making * m) = {forward_reference, into_itself,
                                              lying_count,       deep_elements,
                                              unknown_token,     name_out_of_the_chunk};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct evtx_record good = record_with(NULL, 0);
        struct evtx_writer *w = evtx_writer_to_memory(NULL);
        CHECK(evtx_write(w, &good));
        write_made(w, bad[i]);
        CHECK(evtx_write(w, &good));
        struct reading r = {.keep = KEEP_FIELDS};
        read_back(w, &r);
        CHECK_INT(r.events, 2);
        CHECK_INT(r.notes[NOTE_BAD_RECORD], 1);
        reading_done(&r);
    }
}

/* Each value holds the instance that holds it, as far as sizes allow. */
static void nested_in_itself(struct making *m)
{
    make_fragment(m);
    make_template(m, 0x22222222, nesting_template);
    uint32_t definition = m->templates_at;
    enum { DEPTH = 200, EACH = 18 };
    make(m, 1, 4);
    value(m, DEPTH * EACH, 0x21);
    for (size_t i = 1; i <= DEPTH; i++) {
        make_instance(m, 0x22222222, definition);
        make(m, 1, 4);
        value(m, (DEPTH - i) * EACH, 0x21);
    }
    make(m, 0, 1);
}

static void nesting_has_a_limit(void)
{
    struct reading r = {0};
    read_made(&r, nested_in_itself);
    CHECK_INT(r.notes[NOTE_BAD_RECORD], 1);
    reading_done(&r);
}

/* A hundred times the same slot, which holds an instance of the same template, and so on: without
 * a limit, 100 to the power of the depth. */
static void branching_template(struct making *m)
{
    make_element(m, "Event");
    for (int i = 0; i < 100; i++) {
        make_element(m, "Branch");
        make_slot(m, true, 0);
        make_end(m);
    }
    make_end(m);
}

static void branching(struct making *m)
{
    make_fragment(m);
    make_template(m, 0x44444444, branching_template);
    uint32_t definition = m->templates_at;
    enum { DEPTH = 7, EACH = 18 };
    make(m, 1, 4);
    value(m, DEPTH * EACH, 0x21);
    for (size_t i = 1; i <= DEPTH; i++) {
        make_instance(m, 0x44444444, definition);
        make(m, 1, 4);
        value(m, (DEPTH - i) * EACH, 0x21);
    }
    make(m, 0, 1);
}

/* One element with the same long text a thousand times, repeated for an array. */
static void repeating_template(struct making *m)
{
    make_element(m, "Event");
    make_system(m, "Test", "1");
    make_element(m, "UserData");
    make_element(m, "Leaf");
    make_slot(m, false, 0);
    for (int i = 0; i < 1000; i++) {
        make_slot(m, false, 1);
    }
    make_end(m);
    make_end(m);
    make_end(m);
}

static void repeating(struct making *m)
{
    make_fragment(m);
    make_template(m, 0x55555555, repeating_template);
    make(m, 2, 4);
    value(m, 200, 0x84);
    value(m, 40000, 0x81);
    for (int i = 0; i < 200; i++) {
        make(m, 1, 1);
    }
    for (int i = 0; i < 20000; i++) {
        make(m, 'x', 2);
    }
    make(m, 0, 1);
}

static void a_record_cannot_ask_for_endless_work(void)
{
    struct reading r = {0};
    read_made(&r, branching);
    read_made(&r, repeating);
    CHECK_INT(r.events, 2);
    CHECK_INT(r.notes[NOTE_BAD_RECORD], 2);
    reading_done(&r);
}

static void nothing_in_it(struct making *m)
{
    make_fragment(m);
    make_element(m, "Event");
    make_end(m);
    make(m, 0, 1);
}

static void an_empty_event_is_an_event(void)
{
    struct reading r = {0};
    read_made(&r, nothing_in_it);
    CHECK(r.events == 1 && r.first && r.first->count == 0 && r.first->head.record == 1);
    CHECK(r.first && r.first->head.time == TIME_NONE && r.notes[NOTE_BAD_TIME] == 0);
    reading_done(&r);
}

static void a_time_that_is_none_is_noted(void)
{
    struct evtx_record record = record_with(NULL, 0);
    record.time = TIME_NONE; /* written as FILETIME 0 */
    struct reading r = {0};
    read_one(&r, &record);
    CHECK_INT(r.events, 1);
    CHECK(r.first && r.first->head.time == TIME_NONE);
    CHECK_INT(r.notes[NOTE_BAD_TIME], 1);
    reading_done(&r);
}

int main(void)
{
    RUN(every_type_has_its_text);
    RUN(system_becomes_fields_and_head);
    RUN(known_names_have_their_number);
    RUN(unnamed_data_and_arrays_repeat_the_field);
    RUN(packed_arrays_are_split_by_the_size_of_their_items);
    RUN(values_of_a_wrong_size_are_shown_as_bytes);
    RUN(leaves_of_user_data_are_fields);
    RUN(a_record_without_templates_says_the_same);
    RUN(events_that_agree_share_an_origin);
    RUN(adjacent_pieces_of_text_are_one);
    RUN(attributes_of_leaves_are_fields_and_rendered_text_is_one_message);
    RUN(slots_are_put_where_the_template_says);
    RUN(a_value_may_hold_several_fragments_even_system);
    RUN(one_guid_may_stand_for_two_templates);
    RUN(a_bad_record_is_noted_and_its_neighbours_are_read);
    RUN(nesting_has_a_limit);
    RUN(a_record_cannot_ask_for_endless_work);
    RUN(an_empty_event_is_an_event);
    RUN(a_time_that_is_none_is_noted);
    return kit_end();
}
