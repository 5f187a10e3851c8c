#include "intruder.h"

#include "events.h"

#define W3WP    "c:\\windows\\system32\\inetsrv\\w3wp.exe"
#define OF_POOL W3WP " -ap \""

const struct worker worker_owa = {10844, W3WP,
                                  OF_POOL "MSExchangeOWAAppPool\" -v \"v4.0\" -w \"\" -m 0"};
const struct worker worker_default = {9312, W3WP,
                                      OF_POOL "DefaultAppPool\" -v \"v4.0\" -w \"\" -m 0"};

void intruder_asks(struct scene *s, const struct intruder *who, struct request r)
{
    r.address = who->address;
    r.agent = who->agent;
    truth_name(s->truth, TRUTH_ADDRESS, who->address);
    if (r.proxy != TEXT_LOGS || web_logs_sizes(s, r.time)) {
        s->truth->answered += r.bytes_out;
    }
    web_request(s, &r);
}

void intruder_posts(struct scene *s, usec t, const struct intruder *who, enum text_log proxy,
                    const char *stem, uint32_t took)
{
    intruder_asks(s, who,
                  (struct request){.time = t,
                                   .proxy = proxy,
                                   .method = "POST",
                                   .stem = stem,
                                   .status = 200,
                                   .bytes_in = chance_from(&s->chance, 400, 900),
                                   .bytes_out = chance_from(&s->chance, 2100, 3900),
                                   .took = took});
}

void intruder_fetches(struct scene *s, usec t, const struct intruder *who, const char *stem,
                      unsigned status, uint32_t size)
{
    s->truth->loot += size;
    intruder_asks(s, who,
                  (struct request){.time = t,
                                   .proxy = TEXT_LOGS,
                                   .method = "GET",
                                   .stem = stem,
                                   .status = status,
                                   .bytes_in = 312,
                                   .bytes_out = size,
                                   .took = size / 500});
}

uint32_t worker_runs(struct scene *s, usec t, const struct worker *w, const char *command,
                     const char *image, const char *program)
{
    uint32_t pid = chance_from(&s->chance, 2600, 7900) * 4;
    const struct process shell = {.pid = pid,
                                  .image = SYSTEM32 "cmd.exe",
                                  .command = command,
                                  .parent_pid = w->pid,
                                  .parent_image = w->image,
                                  .parent_command = w->command};
    event_process(s, t, &shell);
    if (!image) {
        return pid;
    }
    event_process(s, t + 29000,
                  &(struct process){.pid = pid + 48,
                                    .image = image,
                                    .command = program,
                                    .parent_pid = pid,
                                    .parent_image = shell.image,
                                    .parent_command = command});
    return pid + 48;
}
