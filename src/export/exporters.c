#include "export/exporter.h"

#define EXPORTER(name) extern const struct exporter exporter_##name;
#include "export/exporters.list"
#undef EXPORTER

const struct exporter *const exporters[] = {
#define EXPORTER(name) &exporter_##name,
#include "export/exporters.list"
#undef EXPORTER
    NULL,
};

const struct exporter *exporter_named(str name)
{
    for (const struct exporter *const *e = exporters; *e; e++) {
        if (str_eq(name, str_of((*e)->name))) {
            return *e;
        }
    }
    return NULL;
}
