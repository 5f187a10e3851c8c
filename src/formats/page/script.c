#include "formats/page/script.h"

#include "base/text.h"
#include "formats/page/decode.h"
#include "formats/page/decode_vbscript.h"

#include <string.h>

static const struct {
    str ext;
    enum family family;
} script_extensions[] = {
    {STR_INIT(".php"),    FAMILY_PHP   },
    {STR_INIT(".php3"),   FAMILY_PHP   },
    {STR_INIT(".php4"),   FAMILY_PHP   },
    {STR_INIT(".php5"),   FAMILY_PHP   },
    {STR_INIT(".php7"),   FAMILY_PHP   },
    {STR_INIT(".phtml"),  FAMILY_PHP   },
    {STR_INIT(".pht"),    FAMILY_PHP   },
    {STR_INIT(".phar"),   FAMILY_PHP   },
    {STR_INIT(".inc"),    FAMILY_PHP   },
    {STR_INIT(".module"), FAMILY_PHP   },
    {STR_INIT(".asp"),    FAMILY_ASP   },
    {STR_INIT(".asa"),    FAMILY_ASP   },
    {STR_INIT(".cer"),    FAMILY_ASP   },
    {STR_INIT(".cdx"),    FAMILY_ASP   },
    {STR_INIT(".aspx"),   FAMILY_DOTNET},
    {STR_INIT(".ashx"),   FAMILY_DOTNET},
    {STR_INIT(".asmx"),   FAMILY_DOTNET},
    {STR_INIT(".ascx"),   FAMILY_DOTNET},
    {STR_INIT(".asax"),   FAMILY_DOTNET},
    {STR_INIT(".master"), FAMILY_DOTNET},
    {STR_INIT(".svc"),    FAMILY_DOTNET},
    {STR_INIT(".soap"),   FAMILY_DOTNET},
    {STR_INIT(".cshtml"), FAMILY_NONE  },
    {STR_INIT(".vbhtml"), FAMILY_NONE  },
    {STR_INIT(".jsp"),    FAMILY_JSP   },
    {STR_INIT(".jspx"),   FAMILY_JSP   },
    {STR_INIT(".jspf"),   FAMILY_JSP   },
    {STR_INIT(".jsw"),    FAMILY_JSP   },
    {STR_INIT(".jsv"),    FAMILY_JSP   },
    {STR_INIT(".tag"),    FAMILY_JSP   },
    {STR_INIT(".cfm"),    FAMILY_CFML  },
    {STR_INIT(".cfml"),   FAMILY_CFML  },
    {STR_INIT(".cfc"),    FAMILY_CFML  },
    {STR_INIT(".pl"),     FAMILY_PERL  },
    {STR_INIT(".py"),     FAMILY_PYTHON},
};

static bool script_attribute(str tag, str name, str *value)
{
    size_t at = str_find_nocase(tag, name);
    if (at == tag.len) {
        return false;
    }
    str rest = str_trim(str_from(tag, at + name.len));
    if (!rest.len || rest.p[0] != '=') {
        return false;
    }
    rest = str_trim(str_from(rest, 1));
    while (rest.len && strchr("\"'\\", rest.p[0])) { /* a quote may be escaped in a dump */
        rest = str_from(rest, 1);
    }
    size_t len = 0;
    while (len < rest.len && (ascii_is_alnum(rest.p[len]) || strchr("#.+", rest.p[len]))) {
        len++;
    }
    *value = str_sub(rest, 0, len);
    return len > 0;
}

static enum language script_language(str name, enum language otherwise)
{
    static const struct {
        str name;
        enum language language;
    } names[] = {
        {STR_INIT("c#"),              LANGUAGE_CSHARP  },
        {STR_INIT("cs"),              LANGUAGE_CSHARP  },
        {STR_INIT("csharp"),          LANGUAGE_CSHARP  },
        {STR_INIT("c"),               LANGUAGE_CSHARP  },
        {STR_INIT("vb"),              LANGUAGE_VBNET   },
        {STR_INIT("vbs"),             LANGUAGE_VBSCRIPT},
        {STR_INIT("vbscript"),        LANGUAGE_VBSCRIPT},
        {STR_INIT("vbscript.encode"), LANGUAGE_VBSCRIPT},
        {STR_INIT("visualbasic"),     LANGUAGE_VBNET   },
        {STR_INIT("js"),              LANGUAGE_JSCRIPT },
        {STR_INIT("jscript"),         LANGUAGE_JSCRIPT },
        {STR_INIT("javascript"),      LANGUAGE_JSCRIPT },
        {STR_INIT("jscript.encode"),  LANGUAGE_JSCRIPT },
        {STR_INIT("java"),            LANGUAGE_JAVA    },
        {STR_INIT("php"),             LANGUAGE_PHP     },
        {STR_INIT("perlscript"),      LANGUAGE_PERL    },
        {STR_INIT("ecmascript"),      LANGUAGE_JSCRIPT },
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq_nocase(name, names[i].name)) {
            return names[i].language;
        }
    }
    return otherwise;
}

/* Like str_find_nocase, for what begins with a sign. */
static size_t script_find_tag(str text, str tag)
{
    const char *p = text.p;
    for (size_t at = 0; at < text.len; at++) {
        const char *open = memchr(p + at, tag.p[0], text.len - at);
        if (!open) {
            break;
        }
        at = (size_t)(open - p);
        if (str_starts_nocase(str_from(text, at), tag)) {
            return at;
        }
    }
    return text.len;
}

/* "<?" that begins PHP, where a server allows it, and no declaration of XML. */
static bool script_has_short_tag(str text)
{
    for (size_t at = 0; at < text.len; at += 2) {
        at += str_find(str_from(text, at), STR("<?"));
        if (at < text.len && !str_starts_nocase(str_from(text, at + 2), STR("xml"))) {
            return true;
        }
    }
    return false;
}

/* An image, or the like: what looks like a short tag in it is chance. */
static bool script_is_noise(str text)
{
    return str_find_char(text, 0) < text.len;
}

static bool script_opens(str text)
{
    static const str tags[] = {STR_INIT("<?php"), STR_INIT("<%@"), STR_INIT("<script"),
                               STR_INIT("<jsp:"), STR_INIT("<cf"), STR_INIT("#!/")};
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        if (script_find_tag(text, tags[i]) < text.len) {
            return true;
        }
    }
    return false;
}

static enum family script_by_content(str text)
{
    str head = str_sub(text, 0, 64 << 10);
    if (script_is_noise(text) && !script_opens(text)) {
        return FAMILY_NONE;
    }
    if (str_starts(head, STR("#!"))) {
        str line = str_sub(head, 0, str_find_char(head, '\n'));
        return str_has(line, STR("perl"))     ? FAMILY_PERL
               : str_has(line, STR("python")) ? FAMILY_PYTHON
               : str_has(line, STR("php"))    ? FAMILY_PHP
                                              : FAMILY_NONE;
    }
    if (script_find_tag(text, STR("<?php")) < text.len || str_has(text, STR("<?="))) {
        return FAMILY_PHP;
    }
    size_t at = str_find(head, STR("<%"));
    if (at == head.len) {
        bool cf = (script_find_tag(head, STR("<cfset")) < head.len) ||
                  (script_find_tag(head, STR("<cfif")) < head.len) ||
                  (script_find_tag(head, STR("<cfexecute")) < head.len) ||
                  (script_find_tag(head, STR("<cfscript")) < head.len);
        bool jspx = script_find_tag(head, STR("<jsp:")) < head.len;
        size_t tag = str_find_nocase(head, STR("runat"));
        bool short_tag = script_has_short_tag(head);
        return cf               ? FAMILY_CFML
               : jspx           ? FAMILY_JSP
               : tag < head.len ? FAMILY_DOTNET
               : short_tag      ? FAMILY_PHP
                                : FAMILY_NONE;
    }
    static const str jsp[] = {STR_INIT("java."),  STR_INIT("getParameter("), STR_INIT("<%!"),
                              STR_INIT("taglib"), STR_INIT("<jsp:"),         STR_INIT("\"java\"")};
    static const str net[] = {
        STR_INIT("<%@ Page"),    STR_INIT("<%@Page"),      STR_INIT("WebHandler"),
        STR_INIT("WebService"),  STR_INIT("<%@ Import"),   STR_INIT("<%@Import"),
        STR_INIT("<%@ Control"), STR_INIT("c#"),           STR_INIT("runat=\"server\""),
        STR_INIT("System."),     STR_INIT("<%@ Register"), STR_INIT("<%@ Master"),
        STR_INIT("<%#")};
    for (size_t i = 0; i < ARRAY_LEN(jsp); i++) {
        if (str_has(head, jsp[i])) {
            return FAMILY_JSP;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(net); i++) {
        if (str_has(head, net[i])) {
            return FAMILY_DOTNET;
        }
    }
    return FAMILY_ASP;
}

/* The last part of the name that a server could map: x.php.jpg is PHP to a careless one. */
enum family script_family(str path, str text)
{
    for (str name = str_base(path), ext = str_ext(name); ext.len; ext = str_ext(name)) {
        for (size_t i = 0; i < ARRAY_LEN(script_extensions); i++) {
            if (str_eq_nocase(ext, script_extensions[i].ext)) {
                enum family family = script_extensions[i].family;
                bool php = family == FAMILY_ASP && script_find_tag(text, STR("<?php")) < text.len &&
                           !str_has(text, STR("<%"));
                return php ? FAMILY_PHP : family;
            }
        }
        name = str_sub(name, 0, name.len - ext.len);
    }
    return script_by_content(text);
}

/* Code as it stands, or as it was before VBScript.Encode. */
static void script_code(struct tokens *out, str code, size_t at, enum language language)
{
    struct encoded_script encoded;
    while (decode_vbscript_find(code, &encoded)) {
        char *plain = arena_alloc(out->arena, encoded.text.len + 1);
        if (!plain) {
            out->full = true;
            return;
        }
        str decoded = {plain, decode_vbscript(encoded.text, plain)};
        out->odd |= ODD_ENCODED_SCRIPT;
        (void)lex_code(out, language, encoded.before, (uint32_t)at);
        (void)lex_code(out, language, decoded, (uint32_t)at);
        code = encoded.after;
    }
    (void)lex_code(out, language, code, (uint32_t)at);
}

/* What stands between `from` and `mark`, given to the lexer; the offset behind the mark. */
static size_t script_piece(struct tokens *out, str text, size_t from, str mark,
                           enum language language)
{
    size_t len = script_find_tag(str_from(text, from), mark);
    script_code(out, str_sub(text, from, len), from, language);
    lex_end_piece(out);
    return from + len + mark.len;
}

static void script_php(struct tokens *out, str text)
{
    bool noise = script_is_noise(text);
    for (size_t at = 0; at < text.len;) {
        size_t tag = at + str_find(str_from(text, at), STR("<?"));
        size_t old = at + script_find_tag(str_sub(text, at, tag - at), STR("<script"));
        if (old < tag) { /* <script language="php"> */
            str head = str_sub(text, old, str_find_char(str_from(text, old), '>')), name;
            bool php =
                script_attribute(head, STR("language"), &name) && str_eq_nocase(name, STR("php"));
            at = php ? script_piece(out, text, old + head.len + 1, STR("</script"), LANGUAGE_PHP)
                     : old + 7;
            continue;
        }
        str rest = str_from(text, tag);
        size_t skip = str_starts_nocase(rest, STR("<?php")) ? 5
                      : str_starts(rest, STR("<?="))        ? 3
                                                            : 2;
        if (tag >= text.len) {
            return;
        }
        if (str_starts_nocase(rest, STR("<?xml")) || (noise && skip < 3)) {
            at = tag + skip;
            continue;
        }
        at = tag + skip;
        at += lex_code(out, LANGUAGE_PHP, str_from(text, at), (uint32_t)at);
        lex_end_piece(out);
    }
}

static bool script_directive(struct tokens *out, str text, size_t at, size_t end,
                             struct script *script)
{
    str tag = str_sub(text, at, end - at), name;
    if (script_attribute(tag, STR("language"), &name)) {
        script->language = script_language(name, script->language);
        script->encoded = script->encoded || str_has_nocase(name, STR(".encode"));
    }
    bool handler = str_has_nocase(tag, STR("WebHandler")) ||
                   str_has_nocase(tag, STR("WebService")) ||
                   str_has_nocase(tag, STR("ServiceHost")) || str_has_nocase(tag, STR("Class="));
    if (handler && script->family == FAMILY_DOTNET) {
        str rest = str_from(text, end);
        if (!str_starts(str_trim(rest), STR("<"))) { /* no page but a class */
            (void)lex_code(out, script->language, rest, (uint32_t)end);
            lex_end_piece(out);
            return true;
        }
    }
    return false;
}

static size_t script_tag(struct tokens *out, str text, size_t at, struct script *script)
{
    size_t head = str_find_char(str_from(text, at), '>');
    str tag = str_sub(text, at, head), name;
    bool server = str_has_nocase(tag, STR("runat"));
    if (!server) {
        return at + 7; /* code in what the browser runs still counts: <% %> in it */
    }
    enum language language = script->language;
    if (script_attribute(tag, STR("language"), &name)) {
        language = script_language(name, language);
    }
    return script_piece(out, text, at + head + 1, STR("</script"), language);
}

/* <object runat=server id=x classid=clsid:...>: as if `set x = createobject("...")`. */
static void script_object(struct tokens *out, str text, size_t at, struct script *script)
{
    str tag = str_sub(text, at, str_find_char(str_from(text, at), '>')), id = STR_NONE;
    size_t class_at = str_find_nocase(tag, STR("clsid:"));
    size_t name_at = str_find_nocase(tag, STR("progid"));
    str what = class_at < tag.len ? str_sub(tag, class_at + 6, 36) : str_sub(tag, name_at, 60);
    if (!script_attribute(tag, STR(" id"), &id) || !what.len) {
        return;
    }
    str quoted =
        arena_printf(out->arena, "%.*s=createobject(\"%.*s\")", STR_ARG(id), STR_ARG(what));
    for (size_t i = id.len + 15; i + 2 < quoted.len; i++) {
        char *p = (char *)(uintptr_t)&quoted.p[i];
        *p = *p == '"' ? '\'' : *p;
    }
    (void)lex_code(out, script->language, quoted, (uint32_t)at);
    lex_end_piece(out);
}

/* <%@ ... %>, also with a blank before the sign. */
static bool script_is_directive(str rest)
{
    str inside = str_starts(rest, STR("<%")) ? str_trim(str_sub(rest, 2, 8)) : STR_NONE;
    return inside.len && inside.p[0] == '@';
}

/* Code in XML: sections and entities are gone before it is compiled. */
static size_t script_xml_piece(struct tokens *out, str text, size_t from, enum language language)
{
    size_t len = script_find_tag(str_from(text, from), STR("</jsp:"));
    str code = str_sub(text, from, len);
    bool plain = decode_replace(code, STR("<![CDATA["), STR_NONE, out->arena, &code) &&
                 decode_replace(code, STR("]]>"), STR_NONE, out->arena, &code) &&
                 decode_text(DECODE_HTML, code, out->arena, &code);
    out->full = out->full || !plain;
    (void)lex_code(out, language, code, (uint32_t)from);
    lex_end_piece(out);
    return from + len + 6;
}

static void script_percent(struct tokens *out, str text, struct script *script)
{
    for (size_t at = 0; at < text.len && !out->full;) {
        const char *open = memchr(text.p + at, '<', text.len - at);
        if (!open) {
            return;
        }
        at = (size_t)(open - text.p);
        str rest = str_from(text, at);
        if (str_starts(rest, STR("<%--"))) {
            at += str_find(rest, STR("--%>")) + 4;
        } else if (script_is_directive(rest)) {
            size_t end = at + str_find(rest, STR("%>")) + 2;
            end = end < text.len ? end : text.len;
            if (script_directive(out, text, at, end, script)) {
                return;
            }
            at = end;
        } else if (str_starts(rest, STR("<%"))) {
            bool sign = rest.len > 2 && strchr("=!#:$", rest.p[2]) && rest.p[2];
            size_t skip = sign && !str_starts(rest, STR("<%#@~^")) ? 3 : 2;
            at = script_piece(out, text, at + skip, STR("%>"), script->language);
        } else if (str_starts_nocase(rest, STR("<script"))) {
            at = script_tag(out, text, at, script);
        } else if (script->family == FAMILY_ASP && str_starts_nocase(rest, STR("<object"))) {
            script_object(out, text, at, script);
            at += 7;
        } else if (script->family == FAMILY_JSP && str_starts_nocase(rest, STR("<jsp:"))) {
            bool code = str_starts_nocase(rest, STR("<jsp:scriptlet")) ||
                        str_starts_nocase(rest, STR("<jsp:declaration")) ||
                        str_starts_nocase(rest, STR("<jsp:expression"));
            size_t head = str_find_char(rest, '>') + 1;
            at = code ? script_xml_piece(out, text, at + head, script->language) : at + 5;
        } else {
            at++;
        }
    }
}

static size_t script_tag_end(str text, size_t at)
{
    char quote = 0;
    for (; at < text.len; at++) {
        char c = text.p[at];
        if (quote) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return at;
        }
    }
    return text.len;
}

/* <!--- a <!--- b ---> c --->: what does not run, one in another. */
static size_t script_cfml_comment_end(str text, size_t at)
{
    size_t depth = 0;
    for (; at < text.len; at++) {
        str rest = str_from(text, at);
        if (str_starts(rest, STR("<!---"))) {
            depth++;
            at += 4;
        } else if (str_starts(rest, STR("--->"))) {
            at += 3;
            if (--depth == 0) {
                return at + 1;
            }
        }
    }
    return at;
}

/* <cfset a = b>, and other tags as calls: cfexecute(name = "...", ...). Gives its end. */
static size_t script_cfml_tag(struct tokens *out, str text, size_t at)
{
    str rest = str_from(text, at);
    size_t end = script_tag_end(text, at), name = 1;
    while (name < rest.len && ascii_is_alnum(rest.p[name])) {
        name++;
    }
    str word = str_sub(rest, 1, name - 1),
        body = str_sub(text, at + name, end > at + name ? end - at - name : 0);
    bool plain = str_eq_nocase(word, STR("cfset")) || str_eq_nocase(word, STR("cfif")) ||
                 str_eq_nocase(word, STR("cfreturn"));
    str code = plain ? body : arena_printf(out->arena, "%.*s(%.*s)", STR_ARG(word), STR_ARG(body));
    (void)lex_code(out, LANGUAGE_CFML, code, (uint32_t)at);
    lex_end_piece(out);
    return end + 1;
}

static void script_cfml(struct tokens *out, str text)
{
    if (script_find_tag(text, STR("<cf")) == text.len) { /* a component in script */
        (void)lex_code(out, LANGUAGE_CFML, text, 0);
        return;
    }
    for (size_t at = 0; at < text.len && !out->full;) {
        const char *open = memchr(text.p + at, '<', text.len - at);
        if (!open) {
            return;
        }
        at = (size_t)(open - text.p);
        str rest = str_from(text, at);
        if (str_starts(rest, STR("<!---"))) {
            at = script_cfml_comment_end(text, at);
        } else if (str_starts_nocase(rest, STR("<cfscript"))) {
            at = script_piece(out, text, at + str_find_char(rest, '>') + 1, STR("</cfscript"),
                              LANGUAGE_CFML);
        } else {
            bool tag = str_starts_nocase(rest, STR("<cf"));
            at = tag ? script_cfml_tag(out, text, at) : at + 1;
        }
    }
}

static enum language script_default(enum family family)
{
    static const enum language defaults[] = {
        [FAMILY_PHP] = LANGUAGE_PHP,       [FAMILY_ASP] = LANGUAGE_VBSCRIPT,
        [FAMILY_DOTNET] = LANGUAGE_VBNET,  [FAMILY_JSP] = LANGUAGE_JAVA,
        [FAMILY_CFML] = LANGUAGE_CFML,     [FAMILY_PERL] = LANGUAGE_PERL,
        [FAMILY_PYTHON] = LANGUAGE_PYTHON, [FAMILY_NONE] = LANGUAGE_NONE,
    };
    return defaults[family];
}

/* A page without a language is Basic by its rules; what ends statements by ; is not. */
static enum language script_guess(str text, enum family family)
{
    str name = STR_NONE;
    enum language language = script_default(family);
    size_t at = family == FAMILY_DOTNET ? str_find_nocase(text, STR("language")) : text.len;
    if (at < text.len && script_attribute(str_from(text, at), STR("language"), &name)) {
        return script_language(name, language);
    }
    if (family == FAMILY_DOTNET && (str_has(text, STR(");")) || str_has(text, STR("\";")))) {
        return LANGUAGE_CSHARP;
    }
    return language;
}

static bool script_is_image(str text)
{
    return str_starts(text, STR("GIF8")) || str_starts(text, STR("\x89PNG")) ||
           str_starts(text, STR("\xff\xd8\xff")) || str_starts(text, STR("BM")) ||
           str_starts(text, STR("%PDF-"));
}

void script_tokens(struct tokens *out, str text, enum family family, struct script *script)
{
    *script = (struct script){
        .family = family, .language = script_guess(text, family), .image = script_is_image(text)};
    switch (family) {
    case FAMILY_NONE:
        return;
    case FAMILY_PHP:
        script_php(out, text);
        return;
    case FAMILY_ASP:
    case FAMILY_DOTNET:
    case FAMILY_JSP:
        script_percent(out, text, script);
        return;
    case FAMILY_CFML:
        script_cfml(out, text);
        return;
    case FAMILY_PERL:
    case FAMILY_PYTHON:
        (void)lex_code(out, script->language, text, 0);
    }
}
