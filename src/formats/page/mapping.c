#include "formats/page/mapping.h"

#include "base/text.h"

#include <string.h>

struct mapping {
    const struct names *names;
    struct field *fields;
    size_t count;
    str section; /* of <Files> or <FilesMatch>: what it names */
};

static void mapping_add(struct mapping *m, str name, str value)
{
    if (value.len && m->count < MAPPING_FIELDS_MAX) {
        m->fields[m->count++] = (struct field){name, (const uint8_t *)value.p, (uint32_t)value.len,
                                               names_find(m->names, name), VALUE_TEXT};
    }
}

/* The next word, with its quotes taken off. */
static str mapping_word(str *line)
{
    *line = str_trim(*line);
    char quote = line->len && strchr("\"'", line->p[0]) ? line->p[0] : 0;
    size_t from = quote ? 1 : 0, to = from;
    while (to < line->len && (quote ? line->p[to] != quote : !strchr(" \t=>", line->p[to]))) {
        to++;
    }
    str word = str_sub(*line, from, to - from);
    *line = str_from(*line, to + (to < line->len));
    return word;
}

static bool mapping_has(str text, const str *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_has_nocase(text, parts[i])) {
            return true;
        }
    }
    return false;
}

static bool mapping_is_handler(str handler)
{
    static const str parts[] = {STR_INIT("php"), STR_INIT("cgi-script"), STR_INIT("jsp"),
                                STR_INIT("asp"), STR_INIT("perl")};
    return mapping_has(handler, parts, ARRAY_LEN(parts));
}

/* Names that do not say that a server runs them: not index.php, .phtml, \.(php|inc)$ */
static bool mapping_surprises(str name)
{
    static const str pages[] = {STR_INIT("php"), STR_INIT("phtml"), STR_INIT("cgi"),
                                STR_INIT(".pl"), STR_INIT("asp"),   STR_INIT("jsp"),
                                STR_INIT("htm"), STR_INIT(".inc")};
    static const str data[] = {STR_INIT("jp"),  STR_INIT("gif"), STR_INIT("png"), STR_INIT("ico"),
                               STR_INIT("txt"), STR_INIT("pdf"), STR_INIT("css"), STR_INIT("log"),
                               STR_INIT("svg"), STR_INIT("zip"), STR_INIT("bmp"), STR_INIT("webp")};
    return name.len && (mapping_has(name, data, ARRAY_LEN(data)) ||
                        !mapping_has(name, pages, ARRAY_LEN(pages)));
}

static void mapping_line(struct mapping *m, str line)
{
    str name = mapping_word(&line);
    name = str_starts_nocase(name, STR("php_")) ? mapping_word(&line) : name; /* php_value x y */
    if (str_eq_nocase(name, STR("<Files")) || str_eq_nocase(name, STR("<FilesMatch"))) {
        m->section = mapping_word(&line);
        m->section = str_eq(m->section, STR("~")) ? mapping_word(&line) : m->section;
    } else if (str_starts_nocase(name, STR("</Files"))) {
        m->section = STR_NONE;
    } else if (str_eq_nocase(name, STR("AddType")) || str_eq_nocase(name, STR("AddHandler"))) {
        bool runs = mapping_is_handler(mapping_word(&line));
        for (str ext = mapping_word(&line); ext.len; ext = mapping_word(&line)) {
            mapping_add(m, STR("Maps"), runs && mapping_surprises(ext) ? ext : STR_NONE);
        }
    } else if (str_eq_nocase(name, STR("SetHandler")) || str_eq_nocase(name, STR("ForceType"))) {
        str names = m->section.len ? m->section : STR("*");
        bool runs = mapping_is_handler(mapping_word(&line)) && mapping_surprises(names);
        mapping_add(m, STR("Maps"), runs ? names : STR_NONE);
    } else if (str_eq_nocase(name, STR("auto_prepend_file")) ||
               str_eq_nocase(name, STR("auto_append_file"))) {
        str file = mapping_word(&line);
        for (int i = 0; i < 2 && !file.len; i++) { /* a = b */
            file = mapping_word(&line);
        }
        mapping_add(m, STR("Prepends"), str_eq_nocase(file, STR("none")) ? STR_NONE : file);
    }
}

size_t mapping_fields(str path, str text, const struct names *names, struct field *fields)
{
    struct mapping m = {.names = names, .fields = fields};
    str base = str_base(path);
    if (!str_ends_nocase(base, STR(".htaccess")) && !str_ends_nocase(base, STR(".user.ini"))) {
        return 0;
    }
    for (str line; str_cut(&text, '\n', &line);) {
        mapping_line(&m, line);
    }
    return m.count;
}
