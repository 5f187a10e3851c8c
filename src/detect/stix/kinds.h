/* What a property of a STIX object may hold. */
#ifndef DETECT_STIX_KINDS_H
#define DETECT_STIX_KINDS_H

#include "detect/stix/objects.h"

enum stix_need { NEED_MAY, NEED_MUST };

enum stix_property_kind {
    KIND_OF_TYPE, /* no property: here an object's rows begin */
    KIND_TEXT,
    KIND_TEXTS,
    KIND_TRUTH,
    KIND_INTEGER,
    KIND_NUMBER,
    KIND_TIME,         /* not before the one in `detail` */
    KIND_TIME_AFTER,   /* after the one in `detail` */
    KIND_TIMES_WITHIN, /* an object whose members that end in _before or _after are times */
    KIND_ID,
    KIND_IDS,
    KIND_WORD,
    KIND_WORDS,
    KIND_LIST,
    KIND_OBJECT,
    KIND_DICTIONARY,
    KIND_HASHES,
    KIND_BASE64,
    KIND_HEX,
    KIND_URI,
    KIND_MAIL,
    KIND_MIME,
    KIND_MAC,
    KIND_ADDRESS4,
    KIND_ADDRESS6,
    KIND_CHARSET,
    KIND_CPE,
    KIND_LANGUAGE,
    KIND_LANGUAGES,
    KIND_REGISTRY_VALUES,
    KIND_PARTS, /* of a mail */
    KIND_REGISTRY_KEY,
    KIND_RELATION,
    KIND_PHASES,
    KIND_CONTENTS,
    KIND_OBSERVABLES,
};

enum stix_family { FAMILY_DOMAIN, FAMILY_OBSERVABLE, FAMILY_MARKING, FAMILY_BUNDLE };

struct stix_property {
    str name;
    enum stix_need need;
    enum stix_property_kind kind;
    str detail;
    enum stix_family family; /* of a type */
};

/* The row of a type, behind which its properties stand up to the next; NULL: not of the text. */
const struct stix_property *stix_type_row(str type);
const struct stix_property *stix_property_row(const struct stix_property *type, str name);
bool stix_is_row_of(const struct stix_property *row); /* a property, and not the next type */

/* Is one of a list between bars? */
bool stix_is_word(str list, str word);

bool stix_is_type_name(str s);     /* lower case, digits and single hyphens, 3 to 250 */
bool stix_is_property_name(str s); /* 3 to 250, or id */

/* STIX_SOUND when `v` is what its row says. */
enum stix_breach stix_kind_check(const struct stix_property *row, const struct json_value *v,
                                 struct arena *a);

/* What an id is of; STIX_ID when it is none or leads to a type that it must not. */
enum stix_breach stix_id_check(const struct json_value *v, str types);
bool stix_hashes_are_sound(const struct json_value *v);
bool stix_is_uri(str s);

#endif
