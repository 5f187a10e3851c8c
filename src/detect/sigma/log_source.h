/* logsources.yml: which events show which log source, and how their fields are called there.
 * docs/logsources.md describes the file. */
#ifndef DETECT_SIGMA_LOG_SOURCE_H
#define DETECT_SIGMA_LOG_SOURCE_H

#include "base/yaml.h"
#include "detect/sigma/tree.h"
#include "model/event.h"

enum conversion { CONVERT_NONE, CONVERT_DECIMAL };

struct replacement {
    str from, to;
};

enum { PARTS_MAX = 4 };

/* Where the value of a rule's field comes from in such events. */
struct field_source {
    field_id field; /* as rules name it */
    field_id parts[PARTS_MAX];
    size_t nparts;
    str separator; /* between parts that are there */
    enum conversion conversion;
    const struct replacement *values; /* of a whole value */
    size_t nvalues;
    const struct replacement *prefixes; /* of how a value begins */
    size_t nprefixes;
};

/* How rules look at events. Views that share one are evaluated together. */
struct lens {
    const struct field_source *sources;
    size_t nsources;
    const struct node *when; /* what must also hold, in the rules' terms; or NULL */
    uint16_t *by_field;      /* by the rules' field_id: 1 + index in sources; 0: as it is called */
    const struct yaml_node *fields_node, *when_node;
};

/* Events of some channels and ids, through a lens. */
struct view {
    const str *channels; /* "*" is any */
    size_t nchannels;
    const str *except;
    size_t nexcept;
    const uint32_t *events; /* none: all */
    size_t nevents;
    const struct lens *lens;
};

struct log_source_entry {
    struct log_source source;
    const struct view *const *views;
    size_t nviews;
};

struct field_alias {
    field_id name, means;
};

struct log_sources {
    struct log_source_entry *entries;
    size_t count, cap;
    struct lens **lenses; /* [0] shows everything as it is */
    size_t nlenses, cap_lenses;
    struct field_alias *aliases; /* a second name, where the event lacks the first */
    size_t naliases, cap_aliases;
};

struct loading;

bool log_sources_read(struct loading *l, const struct yaml_node *root);

/* Makes the tables by field, once all names are known. */
bool log_sources_finish(struct log_sources *all, struct arena *a, size_t nfields);

/* The views that show `source`. False over budget. */
bool log_source_views(const struct log_sources *all, struct arena *a,
                      const struct log_source *source, const struct view *const **views,
                      size_t *count);

bool view_has_channel(const struct view *v, str channel);
bool view_shows(const struct view *v, const struct origin *o);

#endif
