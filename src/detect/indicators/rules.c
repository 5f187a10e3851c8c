/* What a match says: one rule for each kind of indicator, way it was met, and worth. */
#include "detect/indicators/set.h"

static const struct {
    const char *name, *french;
    struct text sentence;
} ways[HOW_COUNT] = {
    [HOW_EXECUTED] = {"executed",
                      "exécution",   {{STR_INIT("What ran holds an indicator: {Indicator} ({IndicatorAbout})"),
                        STR_INIT("Ce qui a été exécuté contient un indicateur : {Indicator} "
                                 "({IndicatorAbout})")}}                                        },
    [HOW_WRITTEN] = {"written",
                      "écriture",    {{STR_INIT("A file of an indicator was written or opened: {Indicator} "
                                "({IndicatorAbout})"),
                       STR_INIT("Un fichier d’un indicateur a été écrit ou ouvert : {Indicator} "
                                "({IndicatorAbout})")}}                                          },
    [HOW_CONNECTED] = {"connected",
                      "connexion",    {{STR_INIT("A connection with an indicator: {Indicator} ({IndicatorAbout})"),
                         STR_INIT("Une connexion avec un indicateur : {Indicator} "
                                  "({IndicatorAbout})")}}                                        },
    [HOW_RESOLVED] = {"resolved",
                      "résolution",  {{STR_INIT("The name of an indicator was asked for: {Indicator} "
                                 "({IndicatorAbout})"),
                        STR_INIT("Le nom d’un indicateur a été demandé : {Indicator} "
                                 "({IndicatorAbout})")}}                                       },
    [HOW_VISITED] = {"visited",
                      "visite",       {{STR_INIT("An indicator was visited: {Indicator} ({IndicatorAbout})"),
                       STR_INIT("Un indicateur a été visité : {Indicator} ({IndicatorAbout})")}}},
    [HOW_SEEN] = {"seen",
                      "présence",    {{STR_INIT("An indicator was seen: {Indicator} ({IndicatorAbout})"),
                    STR_INIT("Un indicateur a été vu : {Indicator} ({IndicatorAbout})")}}     },
    [HOW_ALIKE] = {"alike",
                      "ressemblance", {{STR_INIT("A file is like that of an indicator, not the same: "
                              "{IndicatorLikeness} ({IndicatorAbout})"),
                     STR_INIT("Un fichier ressemble à celui d’un indicateur, sans être le même : "
                              "{IndicatorLikeness} ({IndicatorAbout})")}}                     },
    [HOW_MENTIONED] = {"mentioned",
                      "mention",      {{STR_INIT("An indicator is mentioned: {Indicator} ({IndicatorAbout})"),
                         STR_INIT("Un indicateur est mentionné : {Indicator} "
                                  "({IndicatorAbout})")}}                                          },
};

static const struct {
    const char *id, *english, *french;
} weights[WORTH_COUNT] = {
    [WORTH_PLAIN] = {"",         "",                     ""                    },
    [WORTH_WEAK] = {"-weak",    ", of little weight",   ", de peu de poids"   },
    [WORTH_CONTEXT] = {"-context", ", known to be benign", ", connu comme bénin"},
};

/* The other explanation, where there is a usual one. */
static const struct text shared = {
    {STR_INIT("Addresses and names are rented, shared and given to others: that this one was used "
              "then does not say by whom."),
     STR_INIT("Les adresses et les noms sont loués, partagés et réattribués : que celui-ci ait été "
              "utilisé alors ne dit pas par qui.")}
};
static const struct text common = {
    {STR_INIT("Others use the same name, account or program for honest work."),
     STR_INIT("D’autres emploient le même nom, compte ou programme pour un travail honnête.")}
};
static const struct text akin = {
    {STR_INIT(
         "Files made from the same library, template or compiler are alike, whoever made them."),
     STR_INIT(
         "Des fichiers issus de la même bibliothèque, du même modèle ou du même compilateur se "
         "ressemblent, quel qu’en soit l’auteur.")}
};
static const struct text known_good = {
    {STR_INIT("The list itself says that this is no sign of an intrusion."),
     STR_INIT("La liste dit elle-même que ce n’est pas le signe d’une intrusion.")}
};

/* A hash is one file; a path or a name can be anybody's. */
static enum level level_of(enum indicator_kind k, enum how how)
{
    bool telling = k == KIND_HASH || k == KIND_IMPHASH || k == KIND_CERTIFICATE ||
                   (k == KIND_URL && how != HOW_MENTIONED) ||
                   (k == KIND_DOMAIN && how == HOW_EXECUTED);
    bool vague = k == KIND_NAME || k == KIND_AGENT || k == KIND_ACCOUNT || k == KIND_NETWORK ||
                 k == KIND_MAIL || k == KIND_SERVICE || k == KIND_SIGNER || k == KIND_SUBJECT ||
                 how == HOW_MENTIONED;
    return telling ? LEVEL_HIGH : vague ? LEVEL_LOW : LEVEL_MEDIUM;
}

static struct text benign_of(enum indicator_kind k, enum worth worth)
{
    bool place = k == KIND_ADDRESS || k == KIND_NETWORK || k == KIND_DOMAIN || k == KIND_URL;
    bool file = k == KIND_HASH || k == KIND_MAIL || k == KIND_CERTIFICATE || k == KIND_SUBJECT;
    return worth == WORTH_CONTEXT ? known_good
           : is_alike_kind(k)     ? akin
           : place                ? shared
           : file                 ? (struct text){0}
                                  : common;
}

static struct rule_info rule_of(struct arena *a, enum indicator_kind k, enum how how,
                                enum worth worth)
{
    enum level level = level_of(k, how);
    const char *name = kind_name(k), *way = ways[how].name;
    str title = arena_printf(a, "Indicator (%s) %s%s", name, way, weights[worth].english);
    return (struct rule_info){
        .id = arena_printf(a, "indicator-%s-%s%s", name, way, weights[worth].id),
        .title = title,
        .titles = {{title, arena_printf(a, "Indicateur (%s) : %s%s", kind_name_in_french(k),
                                        ways[how].french, weights[worth].french)}},
        .engine = STR("indicator"),
        .level = worth == WORTH_CONTEXT ? LEVEL_INFORMATIONAL
                 : worth == WORTH_WEAK  ? LEVEL_LOW
                                        : level,
        .rung = RUNG_NONE,
        .weight = worth == WORTH_CONTEXT ? WEIGHT_CONTEXT : WEIGHT_LEAD,
        .summary = ways[how].sentence,
        .benign = benign_of(k, worth),
    };
}

struct rule_info *indicator_rules(struct arena *a)
{
    struct rule_info *rules = ARENA_ARRAY(a, struct rule_info, RULES_OF_INDICATORS);
    for (uint32_t i = 0; rules && i < RULES_OF_INDICATORS; i++) {
        rules[i] = rule_of(a, (enum indicator_kind)(i / WORTH_COUNT / HOW_COUNT),
                           (enum how)(i / WORTH_COUNT % HOW_COUNT), (enum worth)(i % WORTH_COUNT));
    }
    return rules;
}
