/* YAML documents that were read before, kept as bytes from which the tree is made again without a
 * parser: for caches. A packed tree says what yaml_read() said, places included.
 *
 *     stream := version, documents, nodes in all, document*
 *     node   := kind | plain << 2 (a byte), line, column,
 *               scalar: length, bytes, NUL       list: count, node*       map: count, (key, item)*
 *
 * Numbers are little-endian groups of seven bits, the top bit set on all but the last. */
#ifndef BASE_YAML_PACK_H
#define BASE_YAML_PACK_H

#include "base/buf.h"
#include "base/yaml.h"

/* All documents from `first` on. What aliases shared is written out each time. */
void yaml_pack(struct buf *out, const struct yaml_node *first);

/* The first document, or NULL for bytes that yaml_pack did not write, or over budget. Texts stay in
 * `packed`, which is hostile input like any other: lengths, depth and counts are checked. */
const struct yaml_node *yaml_unpack(struct arena *a, bytes packed);

#endif
