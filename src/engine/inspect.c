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
    uint64_t size;         /* of the file */
    uint64_t told, untold; /* matches */
};

void inspector_init(struct inspector *in, const struct job *job, struct wire *wire)
{
    *in = (struct inspector){.job = job, .wire = wire};
    if (job->mode == JOB_SCAN) {
        in->run = yara_run_new(job->yara);
        in->indicators = indicator_run_new(job->indicators);
        in->patterns = stix_run_new(job->patterns);
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

/* `h` with what is known of the file, and behind that `more`. */
static void tell(struct inspection *i, struct hit *h, const struct named_value *more, size_t nmore)
{
    size_t count = i->nfile + nmore;
    struct named_value *fields = ARENA_ARRAY(i->arena, struct named_value, count);
    if (!fields || i->told == LIMIT_RULE_HITS) {
        i->untold++;
        return;
    }
    memcpy(fields, i->file, i->nfile * sizeof *fields);
    for (size_t k = 0; k < nmore; k++) {
        fields[i->nfile + k] = more[k];
    }
    h->record = 1;
    h->time = TIME_NONE;
    h->fields = fields;
    h->nfields = (uint32_t)count;
    i->told++;
    i->untold += wire_say(i->by->wire, &(struct message){.kind = MESSAGE_HIT, .hit = *h}) == 0;
}

static void on_hit(void *ctx, const struct yara_hit *found)
{
    struct inspection *i = ctx;
    struct hit h = {.which = (uint32_t)sigma_rule_count(i->by->job->sigma) + found->rule,
                    .offset = found->offset,
                    .len = found->len};
    tell(i, &h, found->fields, found->nfields);
}

static void on_indicator(void *ctx, const struct indicator_hit *found)
{
    struct inspection *i = ctx;
    struct hit h = {.which = job_rules(i->by->job) + found->rule, .len = i->size};
    tell(i, &h, found->fields, found->nfields);
}

static void on_pattern(void *ctx, const struct stix_hit *found)
{
    struct inspection *i = ctx;
    struct hit h = {.which = job_patterns(i->by->job) + found->rule, .len = i->size};
    tell(i, &h, found->fields, found->nfields);
}

/* Files have no time of their own here: they are no part of patterns of several brackets. */
static void look_for_patterns(struct inspection *i, str path, const uint8_t *sha256,
                              struct tally *notes)
{
    const struct stix_listener l = {on_pattern, NULL, i};
    if (i->by->patterns && !stix_run_file(i->by->patterns, path, i->size, sha256, i->arena, &l)) {
        tally_note(notes, NOTE_UNDECIDED, 1, 0, i->size);
    }
}

static enum note_id note_of(enum yara_end end)
{
    return end == YARA_OVER_TIME     ? NOTE_OVER_TIME
           : end == YARA_OVER_MEMORY ? NOTE_OVER_BUDGET
                                     : NOTE_OVER_OUTPUT;
}

static enum yara_end look(struct inspection *i, str path, bytes unit)
{
    const struct yara_unit looked = {
        .data = unit,
        .path = path,
        .seconds = LIMIT_YARA_SECONDS + (double)unit.len / LIMIT_YARA_BYTES_A_SECOND,
    };
    bool wanted = i->by->run && yara_wants(i->by->job->yara, unit.len);
    return wanted ? yara_look(i->by->run, &looked, i->arena, on_hit, i) : YARA_LOOKED;
}

/* By all hashes that files are called by in lists; the older ones are made where some list has
 * them. */
static void look_up(struct inspection *i, str path, bytes unit, const uint8_t *sha256)
{
    uint8_t md5[DIGEST_MD5_LEN], sha1[DIGEST_SHA1_LEN];
    bytes hashes[3];
    size_t count = 0;
    if (sha256) {
        hashes[count++] = (bytes){sha256, DIGEST_LEN};
    }
    if (indicators_has_hashes(i->by->job->indicators, sizeof md5) && digest_md5(unit, md5)) {
        hashes[count++] = (bytes){md5, sizeof md5};
    }
    if (indicators_has_hashes(i->by->job->indicators, sizeof sha1) && digest_sha1(unit, sha1)) {
        hashes[count++] = (bytes){sha1, sizeof sha1};
    }
    indicator_run_file(i->by->indicators, path, hashes, count, i->arena, on_indicator, i);
}

/* Hashes of that kind cost as much as reading: they are made where a list has such. */
static void look_for_likeness(struct inspection *i, bytes unit, struct tally *notes)
{
    struct indicator_run *run = i->by->indicators;
    if (indicators_has_alike(i->by->job->indicators)) {
        bool all =
            unit.len <= LIMIT_ALIKE && indicator_run_alike(run, unit, i->arena, on_indicator, i);
        tally_note(notes, NOTE_NOT_COMPARED, !all, 0, unit.len);
    }
}

void inspect(struct inspector *in, str path, bytes unit, const uint8_t *sha256, struct arena *a)
{
    struct inspection i = {.by = in, .arena = a, .size = unit.len};
    struct tally notes = {0};
    if (!in->run && !in->indicators && !in->patterns) {
        return;
    }
    path = host_path(path, a);
    describe(&i, path, unit, sha256);
    if (in->indicators) {
        look_up(&i, path, unit, sha256);
        look_for_likeness(&i, unit, &notes);
    }
    look_for_patterns(&i, path, sha256, &notes);
    enum yara_end end = look(&i, path, unit);
    tally_note(&notes, note_of(end), end != YARA_LOOKED, 0, 0);
    tally_note(&notes, NOTE_OVER_OUTPUT, i.untold, 0, 0);
    wire_keep_notes(in->wire, &notes);
}
