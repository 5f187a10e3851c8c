/* The functions that no table describes, one after another. */
#ifndef FORMATS_PAGE_SPECIAL_H
#define FORMATS_PAGE_SPECIAL_H

#include "formats/page/walker.h"

/* The argument, or one that is worth nothing. */
const struct worth *special_argument(const struct arguments *args, size_t i);

/* All of them as one value, whose text nobody knows. */
struct worth special_joined(const struct arguments *args, const struct worth *receiver);

/* special_text.c */
struct worth special_replace(struct walker *w, const struct worth *receiver,
                             const struct arguments *args, bool method);
struct worth special_chr(struct walker *w, const struct arguments *args);
struct worth special_substr(const struct worth *receiver, const struct arguments *args, bool method,
                            bool ends);
struct worth special_mid(const struct word *word, const struct arguments *args);
struct worth special_explode(struct walker *w, const struct worth *receiver,
                             const struct arguments *args, bool method, str name);
struct worth special_implode(struct walker *w, const struct worth *receiver,
                             const struct arguments *args, bool method);
struct worth special_pack(struct walker *w, const struct arguments *args);
struct worth special_strtr(struct walker *w, const struct arguments *args);
struct worth special_sprintf(struct walker *w, const struct arguments *args);
struct worth special_format(struct walker *w, const struct worth *receiver,
                            const struct arguments *args);

/* special_file.c */
struct worth special_file_get(struct walker *w, const struct word *word, str name,
                              const struct arguments *args);
/* What the page wrote there. */
struct worth special_file_of(struct walker *w, const struct worth *path);
struct worth special_write_file(struct walker *w, const struct word *word,
                                const struct worth *receiver, const struct arguments *args);
struct worth special_upload(struct walker *w, str name, const struct worth *receiver,
                            const struct arguments *args);
struct worth special_perl_open(struct walker *w, const struct arguments *args);

/* special_object.c */
struct worth special_create_object(struct walker *w, const struct arguments *args);
struct worth special_getattr(str name, const struct worth *receiver, const struct arguments *args);
struct worth special_invoke(struct walker *w, const struct worth *receiver,
                            const struct arguments *args);

#endif
