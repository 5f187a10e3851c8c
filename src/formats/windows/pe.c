/* Program files of Windows: EXE, DLL, SYS. One event a file, in channel "program-file": what it
 * says of itself, what it needs of others, and the names in it if it is of .NET. Nothing of it is
 * run, and no code is looked at. The layout stands in pe_image.c.
 *
 * The imphash is what pefile and others call so: MD5 of "library.function" of all imports in their
 * order, in lower case. They name the functions of three libraries that are imported by number from
 * lists of their own; a program that imports so gets none here. */
#include "base/md5.h"
#include "base/text.h"
#include "formats/format.h"
#include "formats/line_log.h"
#include "formats/windows/pe_image.h"
#include "formats/windows/pe_managed.h"
#include "formats/windows/pe_version.h"
#include "model/host_path.h"

enum {
    PE_FIELDS = 32,
    PE_TEXT_MAX = 1 << 20,
    PE_NAME_MAX = 512,
    PE_LIBRARIES_MAX = 1024,
    PE_FUNCTIONS_MAX = 16384, /* of one library, and of all exports */
};

struct pe {
    struct parse *p;
    struct pe_image image;
    struct field fields[PE_FIELDS];
    size_t nfields;
    bool bad; /* some part of it breaks off or lies */
};

static void pe_put(struct pe *pe, str name, str value)
{
    const struct parse *p = pe->p;
    if (pe->nfields < PE_FIELDS && value.p) {
        pe->fields[pe->nfields++] = (struct field){name, bytes_of_str(value).p, (uint32_t)value.len,
                                                   names_find(p->names, name), text_type_of(value)};
    }
}

/* What is in `b`, in memory of its own. */
static void pe_put_buf(struct pe *pe, str name, const struct buf *b)
{
    if (b->len > 0) {
        pe_put(pe, name, arena_str(pe->p->arena, buf_str(b)));
    }
    pe->bad = pe->bad || !buf_ok(b);
}

/* ---- imports and exports */

/* Numbers of these have names that stand in no program. */
static bool pe_numbers_have_names(str library)
{
    return str_eq(library, STR("ws2_32")) || str_eq(library, STR("wsock32")) ||
           str_eq(library, STR("oleaut32"));
}

static str pe_library(struct pe *pe, uint32_t address)
{
    str name = text_lower(pe->p->arena, pe_image_text(&pe->image, address, PE_NAME_MAX));
    str ext = str_ext(name);
    bool usual = str_eq(ext, STR(".dll")) || str_eq(ext, STR(".ocx")) || str_eq(ext, STR(".sys"));
    return usual ? str_sub(name, 0, name.len - ext.len) : name;
}

static void pe_function(struct pe *pe, str library, uint64_t thunk, bool by_number, struct buf *out)
{
    str name = pe_image_text(&pe->image, (uint32_t)thunk + 2, PE_NAME_MAX);
    buf_printf(out, "%s%.*s.", out->len ? "," : "", STR_ARG(library));
    if (by_number) {
        buf_printf(out, "ord%u", (unsigned)(thunk & 0xffff));
    } else {
        buf_add(out, text_lower(pe->p->arena, name));
    }
}

/* False: a number whose name others know. */
static bool pe_functions(struct pe *pe, str library, uint32_t thunks, struct buf *out)
{
    struct reader r = reader_of(pe_image_at(&pe->image, thunks));
    bool named = true;
    for (unsigned i = 0; i < PE_FUNCTIONS_MAX && buf_ok(out); i++) {
        uint64_t thunk = pe->image.wide ? reader_u64le(&r) : reader_u32le(&r);
        if (!reader_ok(&r) || thunk == 0) {
            pe->bad = pe->bad || !reader_ok(&r);
            return named;
        }
        bool by_number = thunk >> (pe->image.wide ? 63 : 31) & 1;
        named = named && !(by_number && pe_numbers_have_names(library));
        pe_function(pe, library, thunk, by_number, out);
    }
    pe->bad = true;
    return named;
}

/* The imphash, empty when there is none. */
static str pe_imports(struct pe *pe)
{
    struct reader r = reader_of(pe_image_at(&pe->image, pe->image.directories[PE_IMPORTS].address));
    SCOPED(buf_done) struct buf all;
    bool named = true;
    buf_init(&all, PE_TEXT_MAX);
    for (unsigned i = 0; i < PE_LIBRARIES_MAX; i++) {
        uint32_t lookup = reader_u32le(&r);
        reader_skip(&r, 8);
        uint32_t name = reader_u32le(&r), thunks = reader_u32le(&r);
        if (!reader_ok(&r) || name == 0) {
            break;
        }
        named = pe_functions(pe, pe_library(pe, name), lookup ? lookup : thunks, &all) && named;
    }
    pe_put_buf(pe, STR("Imports"), &all);
    char hex[MD5_HEX];
    str hash = md5_hex((bytes){(const uint8_t *)all.p, all.len}, hex);
    return named && all.len > 0 && buf_ok(&all) ? arena_str(pe->p->arena, hash) : STR_NONE;
}

/* Export directory: at 12 its name, at 24 the number of names, at 32 their addresses. */
static void pe_exports(struct pe *pe)
{
    uint32_t at = pe->image.directories[PE_EXPORTS].address;
    struct reader r = reader_of(pe_image_at(&pe->image, at));
    SCOPED(buf_done) struct buf all;
    buf_init(&all, PE_TEXT_MAX);
    if (at == 0) {
        return;
    }
    reader_seek(&r, 12);
    pe_put(pe, STR("ExportName"), pe_image_text(&pe->image, reader_u32le(&r), PE_NAME_MAX));
    reader_seek(&r, 24);
    uint32_t count = reader_u32le(&r);
    reader_seek(&r, 32);
    struct reader names = reader_of(pe_image_at(&pe->image, reader_u32le(&r)));
    for (uint32_t i = 0; i < count && i < PE_FUNCTIONS_MAX && reader_ok(&names); i++) {
        str name = pe_image_text(&pe->image, reader_u32le(&names), PE_NAME_MAX);
        buf_printf(&all, "%s%.*s", all.len ? " " : "", STR_ARG(name));
    }
    pe->bad = pe->bad || !reader_ok(&names) || !reader_ok(&r);
    pe_put_buf(pe, STR("Exports"), &all);
}

/* ---- what it says of itself */

static void pe_version(void *ctx, str name, str text)
{
    static const str told[] = {
        STR_INIT("CompanyName"),      STR_INIT("FileDescription"), STR_INIT("FileVersion"),
        STR_INIT("InternalName"),     STR_INIT("ProductName"),     STR_INIT("ProductVersion"),
        STR_INIT("OriginalFilename"),
    };
    for (size_t i = 0; i < ARRAY_LEN(told); i++) {
        if (str_eq_nocase(name, told[i])) {
            pe_put(ctx, told[i], str_trim(text));
        }
    }
}

static str pe_machine(uint16_t machine, struct arena *a)
{
    switch (machine) {
    case 0x14c:
        return STR("x86");
    case 0x8664:
        return STR("x64");
    case 0xaa64:
        return STR("arm64");
    default:
        return arena_printf(a, "0x%04x", machine);
    }
}

static void pe_sections(struct pe *pe)
{
    SCOPED(buf_done) struct buf all;
    buf_init(&all, PE_TEXT_MAX);
    for (size_t i = 0; i < pe->image.nsections; i++) {
        str name = pe->image.sections[i].name;
        buf_printf(&all, "%s%.*s", i ? " " : "", STR_ARG(name));
    }
    pe_put_buf(pe, STR("Sections"), &all);
}

static void pe_managed(struct pe *pe)
{
    SCOPED(buf_done) struct buf types;
    SCOPED(buf_done) struct buf methods;
    buf_init(&types, PE_TEXT_MAX);
    buf_init(&methods, PE_TEXT_MAX);
    pe->bad = !pe_managed_names(&pe->image, &types, &methods) || pe->bad;
    pe_put_buf(pe, STR("ManagedTypes"), &types);
    pe_put_buf(pe, STR("ManagedMethods"), &methods);
}

static void pe_hashes(struct pe *pe, str imphash)
{
    SCOPED(buf_done) struct buf all;
    buf_init(&all, PE_NAME_MAX);
    for (unsigned i = 0; pe->p->sha256 && i < 32; i++) {
        buf_printf(&all, "%s%02X", i ? "" : "SHA256=", pe->p->sha256[i]);
    }
    if (imphash.len > 0) {
        buf_printf(&all, "%sIMPHASH=%.*s", all.len ? "," : "", STR_ARG(imphash));
    }
    pe_put_buf(pe, STR("Hashes"), &all);
}

static void pe_describe(struct pe *pe)
{
    struct arena *a = pe->p->arena;
    bool is_signed = pe->image.directories[PE_SIGNATURES].size > 0;
    pe_put(pe, STR("TargetFilename"), host_path(pe->p->path, a));
    pe_put(pe, STR("Size"), text_u64(a, pe->p->unit.len));
    pe_put(pe, STR("Machine"), pe_machine(pe->image.machine, a));
    pe_put(pe, STR("Kind"), pe->image.library ? STR("library") : STR("program"));
    pe_put(pe, STR("Linked"), time_text(a, time_of_unix(pe->image.compiled)));
    pe_put(pe, STR("Signature"), is_signed ? STR("present") : STR("none"));
    pe->bad = !pe_version_read(&pe->image, a, pe_version, pe) || pe->bad;
    pe_sections(pe);
    pe_exports(pe);
    pe_hashes(pe, pe_imports(pe));
    pe_managed(pe);
}

static void pe_parse(struct parse *p)
{
    const struct origin origin = {.channel = STR("program-file")};
    struct pe *pe = ARENA_NEW(p->arena, struct pe);
    struct event e = {.time = TIME_NONE, .record = 1, .len = p->unit.len, .origin = &origin};
    if (p->from > 0) {
        return;
    }
    if (!pe) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    pe->p = p;
    pe->bad = !pe_image_read(p->unit, &pe->image);
    if (!emit_head(p, &e)) {
        return;
    }
    pe_describe(pe);
    if (pe->bad) {
        emit_note(p, NOTE_BAD_HEADER, 0, p->unit.len);
    }
    e.fields = pe->fields;
    e.nfields = pe->nfields;
    (void)emit_event(p, &e);
}

/* No server runs these as pages, whatever else stands in their names. */
static bool pe_is_called_program(str path)
{
    static const str endings[] = {STR_INIT(".dll"), STR_INIT(".exe"), STR_INIT(".sys"),
                                  STR_INIT(".ocx")};
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        if (str_eq_nocase(str_ext(path), endings[i])) {
            return true;
        }
    }
    return false;
}

static int pe_probe(bytes head, str path)
{
    return pe_image_is(head) ? BY_MAGIC + pe_is_called_program(path) : NO_MATCH;
}

const struct format format_pe = {
    .name = "pe",
    .title = "program file of Windows",
    .probe = pe_probe,
    .parse = pe_parse,
    .hashed = true,
    .whole = true,
};
