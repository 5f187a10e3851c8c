/* An object or a bundle, its checks and its id. */
#include "detect/stix/objects.h"
#include "fuzz.h"
#include "model/stix_id.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    enum json_fault fault;
    uint64_t at;
    str id;
    arena_init(&a, 1 << 26);
    const struct json_value *tree = json_tree((bytes){data, size}, &a, 1 << 16, &fault, &at);
    if (tree) {
        struct stix_verdict v = stix_object_check(tree, STIX_X_SOURCE_PREFIX, &a);
        if ((v.breach == STIX_SOUND) != !v.why) {
            abort(); /* refused without a reason */
        }
        (void)stix_observable_id(tree, &a, &id);
    }
    arena_done(&a);
    return 0;
}
