/* The layout is that of src/formats/windows/pe_image.c, pe_managed.c and pe_version.c: one section
 * that holds a CLI header, metadata with the tables Module, TypeDef and MethodDef, and a version
 * resource. */
#include "programs.h"

#include "base/buf.h"

#include <string.h>

enum {
    ALIGN = 0x200,
    SECTION_AT = 0x2000, /* in memory */
    HEADER_AT = 0x80,
    CLI_SIZE = 72,
    IMAGE_MAX = 1 << 20,
    LIBRARY = 0x2102,
    DIRECTORIES = 16,
    RESOURCE_TREE = 88,
};

static void put(struct buf *b, uint64_t n, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        buf_char(b, (char)(i < sizeof n ? n >> (8 * i) & 0xff : 0));
    }
}

static void pad(struct buf *b, size_t to)
{
    while (b->len % to != 0) {
        buf_char(b, '\0');
    }
}

static void fill(struct buf *b, size_t to)
{
    while (b->len < to) {
        buf_char(b, '\0');
    }
}

/* ---- metadata */

static uint32_t heap_add(struct buf *heap, str text)
{
    uint32_t at = (uint32_t)heap->len;
    buf_add(heap, text);
    buf_char(heap, '\0');
    return at;
}

static size_t count_of(const char *const *list)
{
    size_t n = 0;
    while (list && list[n]) {
        n++;
    }
    return n;
}

static void put_type(struct buf *tables, struct buf *heap, str name, size_t methods)
{
    size_t dot = name.len;
    while (dot > 0 && name.p[dot - 1] != '.') {
        dot--;
    }
    put(tables, 0, 4);
    put(tables, heap_add(heap, str_from(name, dot)), 2);
    put(tables, heap_add(heap, str_sub(name, 0, dot ? dot - 1 : 0)), 2);
    put(tables, 0, 2);
    put(tables, 1, 2);
    put(tables, methods + 1, 2);
}

static void put_tables(struct buf *tables, struct buf *heap, const struct managed *m)
{
    enum { HAS = 1 << 0 | 1 << 2 | 1 << 6 };
    size_t types = count_of(m->types), methods = count_of(m->methods);
    put(tables, 0, 4);
    put(tables, 0x01000002, 4); /* version 2.0, small heaps */
    put(tables, HAS, 8);
    put(tables, 0, 8);
    put(tables, 1, 4);
    put(tables, types + 1, 4);
    put(tables, methods, 4);
    put(tables, 0, 2);
    put(tables, heap_add(heap, str_of(m->original_name)), 2);
    put(tables, 0, 6);
    put_type(tables, heap, STR("<Module>"), 0);
    for (size_t i = 0; i < types; i++) {
        put_type(tables, heap, str_of(m->types[i]), i + 1 < types ? 0 : methods);
    }
    for (size_t i = 0; i < methods; i++) {
        put(tables, 0, 8);
        put(tables, heap_add(heap, str_of(m->methods[i])), 2);
        put(tables, 0, 4);
    }
    pad(tables, 4);
    pad(heap, 4);
}

static void put_metadata(struct buf *out, const struct managed *m)
{
    static const char version[12] = "v4.0.30319";
    enum { ROOT = 16 + sizeof version + 4, FIRST = 12, SECOND = 20 };
    SCOPED(buf_done) struct buf tables;
    SCOPED(buf_done) struct buf heap;
    buf_init(&tables, IMAGE_MAX);
    buf_init(&heap, IMAGE_MAX);
    buf_char(&heap, '\0');
    put_tables(&tables, &heap, m);
    buf_add(out, STR("BSJB"));
    put(out, 0x00010001, 4);
    put(out, 0, 4);
    put(out, sizeof version, 4);
    buf_bytes(out, version, sizeof version);
    put(out, 0x00020000, 4);
    put(out, ROOT + FIRST + SECOND, 4);
    put(out, tables.len, 4);
    buf_bytes(out, "#~\0\0", 4);
    put(out, ROOT + FIRST + SECOND + tables.len, 4);
    put(out, heap.len, 4);
    buf_bytes(out, "#Strings\0\0\0\0", 12);
    buf_add(out, buf_str(&tables));
    buf_add(out, buf_str(&heap));
}

/* ---- version */

static void put_wide(struct buf *b, const char *text)
{
    for (; *text; text++) {
        put(b, (uint8_t)*text, 2);
    }
    put(b, 0, 2);
}

/* A block with a name; its length is set when it is whole. */
static size_t block_begin(struct buf *b, const char *name, size_t value_len)
{
    pad(b, 4);
    size_t at = b->len;
    put(b, 0, 2);
    put(b, value_len, 2);
    put(b, 1, 2);
    put_wide(b, name);
    pad(b, 4);
    return at;
}

static void block_end(struct buf *b, size_t at)
{
    size_t len = b->len - at;
    b->p[at] = (char)(len & 0xff);
    b->p[at + 1] = (char)(len >> 8);
}

static void put_said(struct buf *b, const char *name, const char *text)
{
    size_t at = block_begin(b, name, strlen(text) + 1);
    put_wide(b, text);
    block_end(b, at);
}

static void put_version(struct buf *b, const struct managed *m)
{
    size_t all = block_begin(b, "VS_VERSION_INFO", 0);
    size_t texts = block_begin(b, "StringFileInfo", 0);
    size_t language = block_begin(b, "040904b0", 0);
    put_said(b, "FileVersion", m->version);
    put_said(b, "OriginalFilename", m->original_name);
    block_end(b, language);
    block_end(b, texts);
    block_end(b, all);
}

/* A table of resources with one entry. */
static void put_level(struct buf *b, uint32_t id, uint32_t leads_to)
{
    put(b, 0, 12);
    put(b, 0, 2);
    put(b, 1, 2);
    put(b, id, 4);
    put(b, leads_to, 4);
}

static void put_resources(struct buf *b, uint32_t address, const struct managed *m)
{
    SCOPED(buf_done) struct buf version;
    buf_init(&version, IMAGE_MAX);
    put_version(&version, m);
    put_level(b, 16, 0x80000000 + 24);
    put_level(b, 1, 0x80000000 + 48);
    put_level(b, 1033, 72);
    put(b, address + RESOURCE_TREE, 4);
    put(b, version.len, 4);
    put(b, 0, 8);
    buf_add(b, buf_str(&version));
}

/* ---- the file */

static void put_headers(struct buf *b, size_t size, uint32_t resources, size_t resources_size)
{
    buf_add(b, STR("MZ"));
    fill(b, 60);
    put(b, HEADER_AT, 4);
    fill(b, HEADER_AT);
    buf_bytes(b, "PE\0\0", 4);
    put(b, 0x14c, 2);
    put(b, 1, 2);
    put(b, 0, 8);
    put(b, 0, 4);
    put(b, 96 + DIRECTORIES * 8, 2);
    put(b, LIBRARY, 2);
    size_t optional = b->len;
    put(b, 0x10b, 2);
    fill(b, optional + 92);
    put(b, DIRECTORIES, 4);
    for (int i = 0; i < DIRECTORIES; i++) {
        put(b, i == 2 ? resources : i == 14 ? SECTION_AT : 0, 4);
        put(b, i == 2 ? resources_size : i == 14 ? CLI_SIZE : 0, 4);
    }
    buf_bytes(b, ".text\0\0\0", 8);
    put(b, size, 4);
    put(b, SECTION_AT, 4);
    put(b, size, 4);
    put(b, ALIGN, 4);
    put(b, 0, 16);
    fill(b, ALIGN);
}

bool program_managed(struct scene *s, const char *path, const struct managed *m, usec modified)
{
    SCOPED(buf_done) struct buf metadata;
    SCOPED(buf_done) struct buf resources;
    SCOPED(buf_done) struct buf file;
    buf_init(&metadata, IMAGE_MAX);
    buf_init(&resources, IMAGE_MAX);
    buf_init(&file, IMAGE_MAX);
    put_metadata(&metadata, m);
    pad(&metadata, 4);
    uint32_t at = SECTION_AT + CLI_SIZE + (uint32_t)metadata.len;
    put_resources(&resources, at, m);
    size_t size = CLI_SIZE + metadata.len + resources.len;
    put_headers(&file, size, at, resources.len);
    put(&file, CLI_SIZE, 4);
    put(&file, 0x00050002, 4);
    put(&file, SECTION_AT + CLI_SIZE, 4);
    put(&file, metadata.len, 4);
    fill(&file, ALIGN + CLI_SIZE);
    buf_add(&file, buf_str(&metadata));
    buf_add(&file, buf_str(&resources));
    return ledger_file(s->ledger, path, buf_str(&file), modified);
}

bool programs_shipped(struct scene *s)
{
    static const char *const types[] = {"Backup.Agent.Service", "Backup.Agent.Schedule", NULL};
    static const char *const methods[] = {"OnStart", "OnStop", NULL};
    const struct managed agent = {"7.4.0.1021", "Backup.Agent.dll", types, methods};
    return program_managed(s, "Program Files/Backup Agent/Backup.Agent.dll", &agent,
                           s->begin - 90 * 24 * 3600 * USEC_PER_SEC);
}
