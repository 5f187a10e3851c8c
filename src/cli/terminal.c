#include "cli/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { PIPE_COLUMNS = 100, LEAST_COLUMNS = 40, MOST_COLUMNS = 160, REPORT_MAX = INT32_MAX };

static const char *setting(const char *name)
{
    const char *value = getenv(name); /* NOLINT(concurrency-mt-unsafe): there is one thread */
    return value && *value ? value : NULL;
}

static unsigned columns(void)
{
    struct winsize size = {0};
    uint64_t asked = 0;
    if (!isatty(STDOUT_FILENO)) {
        return PIPE_COLUMNS;
    }
    if (!str_u64(str_of(setting("COLUMNS")), &asked)) {
        asked = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
    }
    asked = asked ? asked : PIPE_COLUMNS;
    asked = asked < LEAST_COLUMNS ? LEAST_COLUMNS : asked;
    return (unsigned)(asked > MOST_COLUMNS ? MOST_COLUMNS : asked);
}

void terminal_style(const struct invocation *in, struct export_style *style)
{
    const char *kind = setting("TERM");
    style->lang = in->lang;
    style->catalog = in->catalog;
    style->width = columns();
    style->colour =
        isatty(STDOUT_FILENO) && !setting("NO_COLOR") && kind && strcmp(kind, "dumb") != 0;
}

/* ---- progress */

struct progress_line progress_line_of(const struct invocation *in)
{
    return (struct progress_line){.catalog = in->catalog, .terminal = isatty(STDERR_FILENO)};
}

static void print_size(double size)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    size_t unit = 0;
    while (size >= 1000 && unit + 1 < ARRAY_LEN(units)) {
        size /= 1000;
        unit++;
    }
    (void)fprintf(stderr, unit && size < 10 ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

static void print_left(const struct progress *p, const struct catalog *catalog)
{
    double rate = p->seconds > 1 ? (double)p->bytes_done / p->seconds : 0;
    if (rate <= 0 || p->bytes <= p->bytes_done) {
        return;
    }
    unsigned long left = (unsigned long)((double)(p->bytes - p->bytes_done) / rate) + 1;
    (void)fprintf(stderr, ", ");
    print_size(rate);
    (void)fprintf(stderr, "/s, ");
    (void)fprintf(stderr, tr(catalog, "%lu:%02lu left"), left / 60, left % 60);
}

void progress_line_show(void *line, const struct progress *p)
{
    struct progress_line *l = line;
    bool due = !l->drawn || p->last || p->seconds - l->last > 0.2;
    if (!l->terminal || !due) {
        return;
    }
    (void)fprintf(stderr, "\r\x1b[K");
    l->drawn = !p->last;
    l->last = p->seconds;
    if (p->last) {
        return;
    }
    (void)fprintf(stderr, "%s: ", tr(l->catalog, p->doing));
    (void)fprintf(stderr, tr(l->catalog, "%llu of %llu pieces of evidence, "),
                  (unsigned long long)p->units_done, (unsigned long long)p->units);
    print_size((double)p->bytes_done);
    print_left(p, l->catalog);
    (void)fflush(stderr);
}

/* ---- interruption */

static volatile int interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

const volatile int *interruption_watch(void)
{
    struct sigaction action = {0};
    action.sa_handler = on_signal;
    action.sa_flags = (int)SA_RESETHAND; /* the second one kills */
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    return &interrupted;
}

/* ---- output */

static bool refused(const char *path, struct err *err)
{
    char reason[128];
    int number = errno;
    enum err_kind kind = number == ENOSPC || number == EDQUOT ? ERR_FULL : ERR_IO;
    const char *text = strerror_r(number, reason, sizeof reason);
    return err_set(err, kind, "%s: it cannot be written: %s", path ? path : "standard output",
                   text);
}

bool output_write(const char *path, str content, struct err *err)
{
    FILE *f = path ? fopen(path, "wb") : stdout;
    if (!f) {
        return refused(path, err);
    }
    errno = 0;
    bool ok = content.len == 0 || fwrite(content.p, 1, content.len, f) == content.len;
    ok = fflush(f) == 0 && ok;
    ok = ok || refused(path, err);
    if (path && fclose(f) != 0 && ok) {
        ok = refused(path, err);
    }
    if (!path && !ok) {
        clearerr(stdout); /* told already */
    }
    return ok;
}

bool report_text(struct case_file *c, const struct exporter *exporter,
                 const struct export_style *style, struct arena *a, struct report *report,
                 struct buf *out, struct err *err)
{
    if (!report_load(c, a, report, err)) {
        return false;
    }
    enum tlp mark = shared_mark(report, &style->sharing);
    if (mark > style->sharing.most) {
        return err_set(err, ERR_INPUT,
                       "this report stands under %.*s, which is stricter than --max-tlp allows",
                       STR_ARG(tlp_name(mark)));
    }
    buf_init(out, REPORT_MAX);
    exporter->write(report, style, out);
    return buf_ok(out) || err_set(err, ERR_FULL, "the report is too large");
}

bool output_report(struct case_file *c, const struct exporter *exporter,
                   const struct export_style *style, const char *path, struct arena *a,
                   struct report *out, struct err *err)
{
    SCOPED(buf_done) struct buf text = {0};
    return report_text(c, exporter, style, a, out, &text, err) &&
           output_write(path, buf_str(&text), err);
}
