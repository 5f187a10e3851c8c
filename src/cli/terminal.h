/* What stands at the other end of standard output and standard error. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include "cli/command.h"
#include "engine/engine.h"
#include "export/exporter.h"

/* Width and colours for standard output: a pipe is 100 columns wide and has no colours. */
void terminal_style(const struct invocation *in, struct export_style *style);

/* A progress line on standard error when that is a terminal, else nothing. */
struct progress_line {
    const struct catalog *catalog;
    bool terminal, drawn;
    double last; /* when it was drawn */
};
struct progress_line progress_line_of(const struct invocation *in);
void progress_line_show(void *line, const struct progress *p); /* struct scan's on_progress */

/* Ctrl-C asks for an end, a second one forces it. What struct scan's `cancel` looks at. */
const volatile int *interruption_watch(void);

/* Writes to a file, or to standard output when `path` is NULL. */
bool output_write(const char *path, str content, struct err *err) MUST_USE;

/* A whole report of a case, which stays in `a` for the caller, written into `out`, zeroed before:
 * unless its mark forbids that. */
bool report_text(struct case_file *c, const struct exporter *exporter,
                 const struct export_style *style, struct arena *a, struct report *report,
                 struct buf *out, struct err *err) MUST_USE;

/* The same to where output_write() writes. */
bool output_report(struct case_file *c, const struct exporter *exporter,
                   const struct export_style *style, const char *path, struct arena *a,
                   struct report *out, struct err *err) MUST_USE;

#endif
