/* Every limit of a scan, with its reason. Reaching one is always noted, never silent. */
#ifndef ENGINE_LIMITS_H
#define ENGINE_LIMITS_H

#include <stdint.h>

#define LIMIT_MIB ((uint64_t)1 << 20)
#define LIMIT_GIB ((uint64_t)1 << 30)

/* A part of a unit: about 0.1 s of work, so that workers end together and a crash costs little;
 * large beside a part's own cost (a message each way, one transaction). */
#define LIMIT_PART (16 * LIMIT_MIB)
/* Text is far larger than its events, and waits its turn. */
#define LIMIT_DUMP_PART (4 * LIMIT_MIB)
/* To tell what a log has given up, each worker looks through all of it once. */
#define LIMIT_CARVE_PART (64 * LIMIT_MIB)

/* One message: the kernel takes it whole or not at all, and its default buffer is 208 KiB. */
enum { LIMIT_MESSAGE = 128 << 10 };

/* A value in a finding. Encoded command lines and script blocks fit; a page of HTML need not. */
enum { LIMIT_FIELD_TEXT = 8 << 10, LIMIT_FIELDS = 4096, LIMIT_NAME_TEXT = 1 << 10 };
enum { LIMIT_SIGHTING_TEXT = 1 << 10 }; /* of the trail: many are kept until a pass ends */
enum { LIMIT_PATH_TEXT = 16 << 10 };

/* Hits of one rule in one part. A flood of one rule silences that rule, and no other. */
enum { LIMIT_RULE_HITS = 10000 };
/* Hits of one part together; past it only a rule's first is kept. */
#define LIMIT_PART_HITS (64 * LIMIT_MIB)
/* What one part saw for correlations; and all of them together, kept in memory at the end. */
#define LIMIT_PART_OBSERVED (32 * LIMIT_MIB)
enum { LIMIT_OBSERVED = 1000000 };
#define LIMIT_PART_LINES (256 * LIMIT_MIB) /* dumped text of one part: templates can inflate */
#define LIMIT_LINE       (64 * LIMIT_MIB)  /* of which one event may have so much */
/* What the logs and hosts of a part are called, spelled for its lines; past it they are spelled
 * again for each. */
#define LIMIT_ORIGINS_TEXT (64 * LIMIT_MIB)
/* Where a worker writes it, and how much of that stays in memory from one part to the next. */
#define LIMIT_SLATE      (LIMIT_PART_LINES + LIMIT_LINE)
#define LIMIT_SLATE_KEPT (16 * LIMIT_MIB)
/* What the parent keeps of a part, whatever the worker says: all of the above and some room. */
#define LIMIT_HARVEST (512 * LIMIT_MIB)
/* Dumped text that waits for its turn, before no further file is begun. */
#define LIMIT_WAITING_LINES (256 * LIMIT_MIB)

/* Hosts and logs told apart in one part, and in one unit: a forwarded log has thousands. */
enum { LIMIT_SOURCES = 4096 };
/* Event numbers counted of one log; those past it are counted together. Windows' own largest log,
 * Security, has about 400, of which a host writes a few dozen. */
enum { LIMIT_EVENT_IDS = 512 };
/* Web traffic of one part, and of one unit: a part of 16 MiB has no more requests than fit. */
#define LIMIT_PART_TRAFFIC (128 * LIMIT_MIB)
#define LIMIT_UNIT_TRAFFIC LIMIT_GIB
/* Stretches of time remembered of one log, to find gaps: hours over half a year, then longer. */
enum { LIMIT_STRETCHES = 4096 };
/* Clocks: Sysmon events looked at for each kind of event in a part, and distinct answers. */
enum { LIMIT_CLOCK_SAMPLES = 64, LIMIT_CLOCK_VOTES = 256 };
/* How far a clock may be off and what it recorded still be seen within --from and --to: no zone
 * is further from UTC. */
#define LIMIT_CLOCK_SLACK (86400 * USEC_PER_SEC)

/* Files larger than this are not compared with ssdeep and TLSH hashes of lists: programs, pages and
 * documents are smaller, and 32 MiB take 0.6 s. */
#define LIMIT_ALIKE (32 * LIMIT_MIB)

/* Memory of a worker beyond the rules it was forked with; of one unit; of one record. */
#define LIMIT_WORKER_MEMORY (2 * LIMIT_GIB)
#define LIMIT_MEMORY        (32 * LIMIT_MIB)  /* what a parser keeps from one unit to the next */
#define LIMIT_CARVE_MEMORY  (512 * LIMIT_MIB) /* all records of a log, to know deleted ones */
#define LIMIT_UNIT_ARENA    (512 * LIMIT_MIB)
#define LIMIT_RECORD_ARENA  (128 * LIMIT_MIB)

/* A file of an encrypted backup is decrypted whole, in memory. */
#define LIMIT_UNSEALED LIMIT_GIB

/* Freed memory that a worker keeps for its next task. */
#define LIMIT_KEPT_MEMORY (32 * LIMIT_MIB)

/* A member that an extractor writes to: no larger than an archive tree may become. */
#define LIMIT_WORKER_FILE (1024 * LIMIT_GIB)

/* YARA rules over one unit. The wall clock is what the library looks at; past it, the unit's task
 * is ended like any other (above). */
#define LIMIT_YARA_SECONDS        20.0
#define LIMIT_YARA_BYTES_A_SECOND 2e6

/* Workers that die while they get ready, one after the other, before the scan gives up. */
enum { LIMIT_STILLBORN = 5 };

/* Time of a task: what the slowest honest parser needs, ten times over. Processor time, so that
 * a busy machine does not change the answer; and a wall clock for what waits without computing. */
#define LIMIT_TASK_SECONDS        30.0
#define LIMIT_TASK_BYTES_A_SECOND 1e6
#define LIMIT_WALL_FACTOR         20.0

/* Archives. Real collections nest two or three deep and unpack to 5 to 30 times their size. */
enum { LIMIT_DEPTH = 16 };
enum { LIMIT_TREE_MEMBERS = 1000000 };
#define LIMIT_TREE_BASE LIMIT_GIB
enum { LIMIT_TREE_RATIO = 64 };
/* A member that claims no more than this is unpacked to memory, the others to a file. */
#define LIMIT_MEMORY_MEMBER (16 * LIMIT_MIB)
/* Unpacked and not yet read. Past it unpacking waits, but for one member an archive: an archive
 * in it may need reading before anything is freed. */
#define LIMIT_OUTSTANDING       (256 * LIMIT_MIB)
#define LIMIT_OUTSTANDING_FILES (4 * LIMIT_GIB)
/* Members unpacked and not yet read: each holds a descriptor. */
enum { LIMIT_OUTSTANDING_MEMBERS = 256 };

/* The trail. Something seen more often than this is no scent: it is everywhere. */
enum { LIMIT_QUARRY_HITS = 2000, LIMIT_QUARRIES = 64, LIMIT_TRAIL_PASSES = 3 };

#endif
