/* A program file of Windows as its loader sees it: headers, sections, directories. Everything in it
 * is borrowed from the file. Source: Microsoft, "PE Format". */
#ifndef FORMATS_WINDOWS_PE_IMAGE_H
#define FORMATS_WINDOWS_PE_IMAGE_H

#include "base/reader.h"

enum { PE_SECTIONS_MAX = 96, PE_DIRECTORIES = 16 };

enum pe_directory {
    PE_EXPORTS = 0,
    PE_IMPORTS = 1,
    PE_RESOURCES = 2,
    PE_SIGNATURES = 4, /* its address is an offset in the file */
    PE_MANAGED = 14,
};

struct pe_section {
    str name;
    uint32_t address, size; /* in memory, relative to the image */
    uint32_t offset, raw;   /* in the file */
};

struct pe_range {
    uint32_t address, size;
};

struct pe_image {
    bytes file;
    uint16_t machine;
    uint32_t compiled; /* seconds since 1970, or what the linker put there instead */
    bool wide;         /* 64 bits */
    bool library;
    struct pe_section sections[PE_SECTIONS_MAX];
    size_t nsections;
    struct pe_range directories[PE_DIRECTORIES];
};

bool pe_image_is(bytes head); /* of the beginning of a file */

/* False: it breaks off before its sections. */
bool pe_image_read(bytes file, struct pe_image *out);

/* What lies at an address, to the end of its section; empty when nothing does. */
bytes pe_image_at(const struct pe_image *image, uint32_t address);

/* A text in ASCII that ends in a zero; empty when it does not end within `most` bytes. */
str pe_image_text(const struct pe_image *image, uint32_t address, size_t most);

#endif
