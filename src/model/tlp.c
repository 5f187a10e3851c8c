#include "model/tlp.h"

#include "base/compiler.h"

static const struct {
    str name, word, marking;
} levels[TLP_COUNT] = {
    [TLP_CLEAR] = {STR_INIT("TLP:CLEAR"),        STR_INIT("clear"),
                   STR_INIT("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487")},
    [TLP_GREEN] = {STR_INIT("TLP:GREEN"),        STR_INIT("green"),
                   STR_INIT("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb")},
    [TLP_AMBER] = {STR_INIT("TLP:AMBER"),        STR_INIT("amber"),
                   STR_INIT("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421")},
    [TLP_AMBER_STRICT] = {STR_INIT("TLP:AMBER+STRICT"), STR_INIT("amber+strict"),
                   STR_INIT("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003")},
    [TLP_RED] = {STR_INIT("TLP:RED"),          STR_INIT("red"),
                   STR_INIT("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1")},
};

static const struct { /* of version 1, as STIX 2.1 defines them (section 7.2.1.4), and its word */
    str name;
    enum tlp tlp;
} others[] = {
    {STR_INIT("white"),                                                    TLP_CLEAR},
    {STR_INIT("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"), TLP_CLEAR},
    {STR_INIT("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"), TLP_GREEN},
    {STR_INIT("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"), TLP_AMBER},
    {STR_INIT("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"), TLP_RED  },
};

str tlp_name(enum tlp t)
{
    return levels[t].name;
}

str tlp_word(enum tlp t)
{
    return levels[t].word;
}

str tlp_marking(enum tlp t)
{
    return levels[t].marking;
}

bool tlp_parse(str s, enum tlp *out)
{
    str word = str_starts_nocase(s, STR("tlp:")) ? str_from(s, 4) : s;
    for (enum tlp t = TLP_CLEAR; t < TLP_COUNT; t++) {
        if (str_eq_nocase(word, levels[t].word) || str_eq_nocase(s, levels[t].marking)) {
            *out = t;
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        if (str_eq_nocase(word, others[i].name)) {
            *out = others[i].tlp;
            return true;
        }
    }
    return false;
}
