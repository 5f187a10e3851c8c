/* The layout:
 *
 *     offset  size
 *          0     2  "MZ"
 *         60     4  offset of the header
 *     header:    4  "PE\0\0"
 *          4     2  machine
 *          6     2  number of sections
 *          8     4  when it was linked
 *         20     2  size of the optional header
 *         22     2  characteristics: 0x2000 for a library
 *         24        optional header: 0x10b or 0x20b; directories from 96 or 112 on, 8 bytes each
 *                   sections, 40 bytes each: name 8, size 4, address 4, raw 4, offset 4
 */
#include "formats/windows/pe_image.h"

enum {
    HEADER_AT = 60,
    OPTIONAL_AT = 24,
    DIRECTORIES_AT_32 = 96,
    DIRECTORIES_AT_64 = 112,
    MAGIC_64 = 0x20b,
    IS_LIBRARY = 0x2000,
    SECTION_NAME = 8,
};

bool pe_image_is(bytes head)
{
    struct reader r = reader_of(head);
    bool dos = reader_u16le(&r) == 0x5a4d;
    reader_seek(&r, HEADER_AT);
    reader_seek(&r, reader_u32le(&r));
    return dos && reader_u32le(&r) == 0x4550 && reader_ok(&r);
}

static str section_name(bytes raw)
{
    str name = str_of_bytes(raw);
    return str_sub(name, 0, str_find_char(name, '\0'));
}

static void read_directories(struct reader *r, uint64_t at, uint32_t count, struct pe_image *out)
{
    reader_seek(r, at);
    for (uint32_t i = 0; i < count && i < PE_DIRECTORIES && reader_ok(r); i++) {
        out->directories[i].address = reader_u32le(r);
        out->directories[i].size = reader_u32le(r);
    }
}

static void read_sections(struct reader *r, uint64_t at, uint16_t count, struct pe_image *out)
{
    enum { REST = 16 };
    reader_seek(r, at);
    for (uint16_t i = 0; i < count && out->nsections < PE_SECTIONS_MAX; i++) {
        struct pe_section s = {.name = section_name(reader_take(r, SECTION_NAME))};
        s.size = reader_u32le(r);
        s.address = reader_u32le(r);
        s.raw = reader_u32le(r);
        s.offset = reader_u32le(r);
        reader_skip(r, REST);
        if (!reader_ok(r)) {
            return;
        }
        out->sections[out->nsections++] = s;
    }
}

bool pe_image_read(bytes file, struct pe_image *out)
{
    struct reader r = reader_of(file);
    *out = (struct pe_image){.file = file};
    reader_seek(&r, HEADER_AT);
    uint64_t header = reader_u32le(&r);
    reader_seek(&r, header + 4);
    out->machine = reader_u16le(&r);
    uint16_t sections = reader_u16le(&r);
    out->compiled = reader_u32le(&r);
    reader_skip(&r, 8);
    uint16_t optional = reader_u16le(&r);
    out->library = (reader_u16le(&r) & IS_LIBRARY) != 0;
    out->wide = reader_u16le(&r) == MAGIC_64;
    uint64_t at = header + OPTIONAL_AT + (out->wide ? DIRECTORIES_AT_64 : DIRECTORIES_AT_32);
    reader_seek(&r, at - 4);
    uint32_t directories = reader_u32le(&r);
    read_directories(&r, at, directories, out);
    read_sections(&r, header + OPTIONAL_AT + optional, sections, out);
    return reader_ok(&r) && out->nsections == sections;
}

bytes pe_image_at(const struct pe_image *image, uint32_t address)
{
    for (size_t i = 0; i < image->nsections; i++) {
        const struct pe_section *s = &image->sections[i];
        uint32_t within = address - s->address;
        if (address >= s->address && within < s->raw) {
            uint64_t from = (uint64_t)s->offset + within, to = (uint64_t)s->offset + s->raw;
            to = to < image->file.len ? to : image->file.len;
            return from < to ? (bytes){image->file.p + from, to - from} : (bytes){NULL, 0};
        }
    }
    return (bytes){NULL, 0};
}

str pe_image_text(const struct pe_image *image, uint32_t address, size_t most)
{
    str text = str_of_bytes(pe_image_at(image, address));
    size_t end = str_find_char(str_sub(text, 0, most), '\0');
    return end < text.len && end < most ? str_sub(text, 0, end) : STR_NONE;
}
