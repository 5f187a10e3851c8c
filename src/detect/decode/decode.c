#include "detect/decode/decode.h"

static const struct {
    str name;
    bool (*decode)(str value, struct arena *a, struct decoded *out);
} schemes[] = {
    {STR_INIT("sunburst-name"), decode_sunburst_name},
};

bool decode_knows(str scheme)
{
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (str_eq(schemes[i].name, scheme)) {
            return true;
        }
    }
    return false;
}

bool decode_value(str scheme, str value, struct arena *a, struct decoded *out)
{
    out->count = 0;
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (str_eq(schemes[i].name, scheme)) {
            return schemes[i].decode(value, a, out);
        }
    }
    return false;
}
