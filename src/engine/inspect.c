#include "engine/inspect.h"

#include "base/text.h"
#include "engine/tally.h"
#include "model/host_path.h"
#include "os/digest.h"

#include <string.h>

enum { FIELDS_OF_A_FILE = 3 };

struct inspection {
    struct inspector *by;
    struct arena *arena;
    struct named_value file[FIELDS_OF_A_FILE]; /* what every finding in it says */
    size_t nfile;
    uint64_t told, untold; /* matches */
};

void inspector_init(struct inspector *in, const struct job *job, struct wire *wire)
{
    *in = (struct inspector){.job = job, .wire = wire};
    if (job->mode == JOB_SCAN) {
        in->run = yara_run_new(job->yara);
    }
}

static void describe(struct inspection *i, str path, bytes unit, const uint8_t *sha256)
{
    i->file[i->nfile++] = (struct named_value){STR("TargetFilename"), path};
    i->file[i->nfile++] = (struct named_value){STR("Size"), text_u64(i->arena, unit.len)};
    if (sha256) {
        char hex[DIGEST_HEX];
        str digits = digest_hex(sha256, hex);
        i->file[i->nfile++] = (struct named_value){
            STR("Hashes"), arena_printf(i->arena, "SHA256=%.*s", STR_ARG(digits))};
    }
}

static void on_hit(void *ctx, const struct yara_hit *found)
{
    struct inspection *i = ctx;
    size_t count = i->nfile + found->nfields;
    struct named_value *fields = ARENA_ARRAY(i->arena, struct named_value, count);
    if (!fields || i->told == LIMIT_RULE_HITS) {
        i->untold++;
        return;
    }
    memcpy(fields, i->file, i->nfile * sizeof *fields);
    for (size_t k = 0; k < found->nfields; k++) {
        fields[i->nfile + k] = found->fields[k];
    }
    const struct message m = {
        .kind = MESSAGE_HIT,
        .hit = {.which = (uint32_t)sigma_rule_count(i->by->job->sigma) + found->rule,
                .record = 1,
                .offset = found->offset,
                .len = found->len,
                .time = TIME_NONE,
                .fields = fields,
                .nfields = (uint32_t)count},
    };
    i->told++;
    i->untold += wire_say(i->by->wire, &m) == 0;
}

static enum note_id note_of(enum yara_end end)
{
    return end == YARA_OVER_TIME     ? NOTE_OVER_TIME
           : end == YARA_OVER_MEMORY ? NOTE_OVER_BUDGET
                                     : NOTE_OVER_OUTPUT;
}

void inspect(struct inspector *in, str path, bytes unit, const uint8_t *sha256, struct arena *a)
{
    struct inspection i = {.by = in, .arena = a};
    struct tally notes = {0};
    if (!in->run) {
        return;
    }
    const struct yara_unit looked = {
        .data = unit,
        .path = host_path(path, a),
        .seconds = LIMIT_YARA_SECONDS + (double)unit.len / LIMIT_YARA_BYTES_A_SECOND,
    };
    describe(&i, looked.path, unit, sha256);
    enum yara_end end = yara_look(in->run, &looked, a, on_hit, &i);
    tally_note(&notes, note_of(end), end != YARA_LOOKED, 0, 0);
    tally_note(&notes, NOTE_OVER_OUTPUT, i.untold, 0, 0);
    wire_keep_notes(in->wire, &notes);
}
