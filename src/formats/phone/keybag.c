#include "formats/phone/keybag.h"

#include "base/reader.h"

static uint64_t number_of(bytes value)
{
    struct reader r = reader_of(value);
    return reader_u32be(&r);
}

static void about_bag(struct keybag *k, str tag, bytes value)
{
    if (str_eq(tag, STR("SALT"))) {
        k->salt = value;
    } else if (str_eq(tag, STR("ITER"))) {
        k->rounds = number_of(value);
    } else if (str_eq(tag, STR("DPSL"))) {
        k->outer_salt = value;
    } else if (str_eq(tag, STR("DPIC"))) {
        k->outer_rounds = number_of(value);
    }
}

static void about_class(struct keybag_class *c, str tag, bytes value)
{
    if (str_eq(tag, STR("CLAS"))) {
        c->number = (uint32_t)number_of(value);
    } else if (str_eq(tag, STR("WRAP"))) {
        c->wrap = (uint32_t)number_of(value);
    } else if (str_eq(tag, STR("WPKY"))) {
        c->key = value;
    }
}

bool keybag_read(bytes raw, struct keybag *out)
{
    struct reader r = reader_of(raw);
    size_t uuids = 0;
    *out = (struct keybag){0};
    while (reader_left(&r) > 0 && reader_ok(&r)) {
        str tag = str_of_bytes(reader_take(&r, 4));
        bytes value = reader_take(&r, reader_u32be(&r));
        bool uuid = reader_ok(&r) && str_eq(tag, STR("UUID"));
        uuids += uuid;
        if (uuid && uuids > 1) {
            if (out->nclasses == KEYBAG_CLASSES) {
                return false;
            }
            out->nclasses++;
        } else if (uuids <= 1) {
            about_bag(out, tag, value);
        } else {
            about_class(&out->classes[out->nclasses - 1], tag, value);
        }
    }
    return reader_ok(&r) && out->salt.len > 0 && out->rounds > 0 && out->nclasses > 0;
}

const struct keybag_class *keybag_class(const struct keybag *k, uint32_t number)
{
    for (size_t i = 0; i < k->nclasses; i++) {
        if (k->classes[i].number == number) {
            return &k->classes[i];
        }
    }
    return NULL;
}
