/* Server-side pages: what a web server would run when asked for it, and the configuration that
 * decides what it runs. One event a unit, on channel "page", with the text as Content; for what
 * ASP.NET made of a page (a marker, an assembly) only the name and the size. What the code of the
 * page does stands in further fields (describe.h).
 *
 * The name decides: a server does not ask what a file looks like. */
#include "formats/page/page.h"
#include "formats/format.h"
#include "formats/lines.h"
#include "formats/page/context.h"
#include "formats/page/describe.h"
#include "formats/page/mapping.h"
#include "formats/page/walk.h"
#include "model/host_path.h"

#include <string.h>

enum { PAGE_CONTENT_MAX = 1 << 20, ESCAPED_MANY = 24 };

static const str page_extensions[] = {
    STR_INIT(".aspx"),     STR_INIT(".ashx"),     STR_INIT(".asmx"),   STR_INIT(".asax"),
    STR_INIT(".ascx"),     STR_INIT(".asp"),      STR_INIT(".asa"),    STR_INIT(".cer"),
    STR_INIT(".cdx"),      STR_INIT(".svc"),      STR_INIT(".master"), STR_INIT(".soap"),
    STR_INIT(".cshtml"),   STR_INIT(".vbhtml"),   STR_INIT(".php"),    STR_INIT(".php3"),
    STR_INIT(".php4"),     STR_INIT(".php5"),     STR_INIT(".php7"),   STR_INIT(".phtml"),
    STR_INIT(".phar"),     STR_INIT(".pht"),      STR_INIT(".inc"),    STR_INIT(".jsp"),
    STR_INIT(".jspx"),     STR_INIT(".jspf"),     STR_INIT(".jsw"),    STR_INIT(".jsv"),
    STR_INIT(".cfm"),      STR_INIT(".cfml"),     STR_INIT(".cfc"),    STR_INIT(".config"),
    STR_INIT(".htaccess"), STR_INIT(".user.ini"), STR_INIT(".pl"),     STR_INIT(".cgi"),
    STR_INIT(".py"),
};

static bool page_by_extension(str path)
{
    str ext = str_ext(path);
    str base = str_base(path);
    bool all_name = !ext.len || str_eq_nocase(base, STR(".user.ini")); /* so is ".htaccess" */
    ext = all_name ? base : ext;
    for (size_t i = 0; i < ARRAY_LEN(page_extensions); i++) {
        if (str_eq_nocase(ext, page_extensions[i])) {
            return true;
        }
    }
    return false;
}

/* What ASP.NET keeps of a page it has compiled: it outlives the page. */
static bool page_compiled(str path)
{
    str base = str_base(path);
    return str_ends_nocase(base, STR(".compiled")) ||
           (str_starts_nocase(base, STR("App_Web_")) && str_ends_nocase(base, STR(".dll")));
}

static bool page_has_script(str text)
{
    static const str marks[] = {STR_INIT("<%"), STR_INIT("<?php"), STR_INIT("<?="),
                                STR_INIT("<script"), STR_INIT("<jsp:")};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (str_has_nocase(text, marks[i])) {
            return true;
        }
    }
    return false;
}

/* An archive or an event log may be hidden under the name of a page; a page may be hidden
 * behind an image. What shows script is a page. */
static int page_probe(bytes head, str path)
{
    if (page_compiled(path)) {
        return BY_MAGIC;
    }
    char room[PROBE_HEAD];
    str text = text_head(head, room, sizeof room);
    bool script = page_has_script(text);
    if (page_by_extension(path)) {
        bool binary = str_find_char(text, 0) < text.len;
        return binary && !script ? BY_NAME : BY_MAGIC;
    }
    bool image = str_starts(text, STR("GIF8")) || str_starts(text, STR("\x89PNG")) ||
                 str_starts(text, STR("\xff\xd8\xff"));
    bool begins = str_starts(text, STR("<%@")) || str_starts_nocase(text, STR("<?php")) ||
                  (image && str_has_nocase(text, STR("<?php")));
    return begins ? BY_SHAPE : NO_MATCH;
}

/* What a reset of a virtual directory writes lists its settings; a URL among them may be script. */
static bool page_is_dump(str text)
{
    return str_has(text, STR("ExtendedProtectionTokenChecking")) &&
           str_has(text, STR("InternalAuthenticationMethods")) &&
           (str_has(text, STR("ExternalUrl")) || str_has(text, STR("InternalUrl"))) &&
           (str_has_nocase(text, STR("<script")) || str_has_nocase(text, STR("runat")) ||
            str_has(text, STR("<%")));
}

static str page_content(struct parse *p)
{
    size_t mark = 0;
    enum text_encoding encoding = text_encoding_of(p->unit, &mark);
    size_t len = p->unit.len - mark;
    if (len > PAGE_CONTENT_MAX) {
        emit_note(p, NOTE_OVER_BUDGET, mark + PAGE_CONTENT_MAX, len - PAGE_CONTENT_MAX);
        len = PAGE_CONTENT_MAX;
    }
    bytes text = {p->unit.p + mark, len};
    return encoding == TEXT_UTF8 ? str_of_bytes(text) : text_utf16(p->scratch, text, encoding);
}

static struct field page_field(field_id id, str name, str value)
{
    return (struct field){name, (const uint8_t *)value.p, (uint32_t)value.len, id, VALUE_TEXT};
}

/* What the code does, as fields; a budget that ends leaves what was found until then. */
static size_t page_facts(struct parse *p, str text, struct field *fields)
{
    struct tokens tokens = {.arena = p->scratch};
    struct script script = {0};
    struct facts *facts = ARENA_NEW(p->scratch, struct facts);
    if (!facts) {
        return 0;
    }
    script_tokens(&tokens, text, script_family(p->path, text), &script);
    walk_tokens(&tokens, p->arena, facts);
    facts->parts = context_of(&tokens) | context_includes(text, script.language);
    facts->disguises |= context_names(&tokens);
    facts->disguises |= script.image && tokens.count ? DISGUISE_IMAGE : 0;
    facts->disguises |= tokens.odd & ODD_ESCAPED_NAME ? DISGUISE_ESCAPED_NAME : 0;
    facts->disguises |= tokens.odd & ODD_INVISIBLE ? DISGUISE_INVISIBLE : 0;
    facts->disguises |= tokens.escaped > ESCAPED_MANY ? DISGUISE_ESCAPED_TEXT : 0;
    facts->disguises |=
        script.encoded || tokens.odd & ODD_ENCODED_SCRIPT ? DISGUISE_ENCODED_SCRIPT : 0;
    facts->dump = page_is_dump(text);
    if (facts->over_budget) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
    }
    return describe(facts, &script, p->names, p->scratch, fields);
}

static size_t page_fields(struct parse *p, struct field *fields)
{
    uint8_t *size = arena_alloc(p->scratch, sizeof(uint64_t));
    size_t n = 0;
    fields[n++] =
        page_field(FIELD_TARGET_FILENAME, STR("TargetFilename"), host_path(p->path, p->scratch));
    for (size_t i = 0; size && i < sizeof(uint64_t); i++) {
        size[i] = (uint8_t)((uint64_t)p->unit.len >> (8 * i));
    }
    if (size) {
        fields[n++] = (struct field){STR("Size"), size, sizeof(uint64_t), FIELD_SIZE, VALUE_UINT};
    }
    if (!page_compiled(p->path)) {
        str content = page_content(p);
        fields[n++] = page_field(FIELD_CONTENT, STR("Content"), content);
        n += page_facts(p, content, fields + n);
        n += mapping_fields(p->path, content, p->names, fields + n);
    }
    return n;
}

bool page_tell(struct parse *p, const struct origin *origin)
{
    struct event event = {.time = TIME_NONE, .record = 1, .len = p->unit.len, .origin = origin};
    if (!emit_head(p, &event)) {
        return !parse_stopped(p);
    }
    struct field *fields =
        ARENA_ARRAY(p->scratch, struct field, 3 + DESCRIBE_FIELDS_MAX + MAPPING_FIELDS_MAX);
    if (!fields) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return true;
    }
    event.fields = fields;
    event.nfields = page_fields(p, fields);
    return emit_event(p, &event);
}

static void page_parse(struct parse *p)
{
    const struct origin origin = {.channel = STR("page")};
    if (p->from == 0) {
        (void)page_tell(p, &origin);
    }
}

const struct format format_page = {
    .name = "page",
    .title = "server-side page",
    .probe = page_probe,
    .parse = page_parse,
    .whole = true,
};
