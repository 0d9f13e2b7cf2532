/* `wlmcfg simulate`: how traffic is shared over time. On main()'s thread.
 *
 * plan.c parses the words of the command line; make.c makes a cluster and sessions; run.c plays what happens, in the
 * order of simulated time (events.c), through the functions that the module calls (attempt.c, queue.c, hedge.c);
 * count.c counts it, tally.c sums up. text.c, json.c and svg*.c print it.
 */
#include <string.h>
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/print.h"
#include "tools/wlmcfg/simulate/simulation.h"
#include "tools/wlmcfg/wlmcfg.h"

static int is_stdout(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

/* The plot first: when it cannot be written nothing is printed */
static int print(const sim_t *sim, const sim_call_t *call, apr_pool_t *p)
{
    int code = call->svg ? wlmcfg_simulate_svg(sim, call->svg, p) : WLMCFG_FINE;

    if (code != WLMCFG_FINE || is_stdout(call->svg)) {
        return code;
    }
    if (!call->json) {
        wlmcfg_simulate_text(sim, p);
        return WLMCFG_FINE;
    }
    return wlmcfg_simulate_json(sim, p) ? WLMCFG_FINE
                                        : tool_failure("out of memory, or the output cannot be written");
}

static int simulate(const sim_call_t *call, apr_pool_t *p)
{
    plugin_cfg_t *cfg;
    sim_plan_t plan;
    sim_t sim;

    if (wlmcfg_read(&cfg, call->file, p) != APR_SUCCESS) {
        wlmcfg_print_findings(stderr, cfg, 0);
        return WLMCFG_ERRORS;
    }
    if (!wlmcfg_simulate_plan(&plan, call, cfg, p)) {
        return WLMCFG_MISUSE;
    }
    wlmcfg_simulate_run(&sim, &plan, p);
    return print(&sim, call, p);
}

static apr_array_header_t *words_of(apr_pool_t *p)
{
    return apr_array_make(p, 4, sizeof(const char *));
}

int wlmcfg_run_simulate(int argc, char **argv, apr_pool_t *p)
{
    sim_call_t call = { .sessions = "1000", .requests = "10", .seed = "1", .web_servers = "1",
                        .changes = { words_of(p), words_of(p), words_of(p), words_of(p), words_of(p), words_of(p),
                                     words_of(p), words_of(p) }, .classes = words_of(p) };
    const tool_option_t options[] = {
        { .name = "cluster", .value = &call.cluster }, { .name = "policy", .value = &call.policy },
        { .name = "sessions", .value = &call.sessions },
        { .name = "requests-per-session", .value = &call.requests }, { .name = "duration", .value = &call.duration },
        { .name = "think-time", .value = &call.think_time }, { .name = "response-time", .value = &call.response_time },
        { .name = "slow-start", .value = &call.slow_start }, { .name = "poisson", .flag = &call.poisson },
        { .name = "seed", .value = &call.seed }, { .name = "kill", .values = call.changes[SIM_KILL] },
        { .name = "revive", .values = call.changes[SIM_REVIVE] },
        { .name = "drain", .values = call.changes[SIM_DRAIN] },
        { .name = "weight", .values = call.changes[SIM_WEIGHT] },
        { .name = "slow", .values = call.changes[SIM_SLOW] }, { .name = "fail", .values = call.changes[SIM_FAIL] },
        { .name = "report", .values = call.changes[SIM_REPORT] },
        { .name = "workers", .values = call.changes[SIM_WORKERS] }, { .name = "patience", .value = &call.patience },
        { .name = "random-times", .flag = &call.random_times }, { .name = "concurrency", .value = &call.concurrency },
        { .name = "queue", .value = &call.queue }, { .name = "hedge", .value = &call.hedge },
        { .name = "class", .values = call.classes },
        { .name = "web-servers", .value = &call.web_servers }, { .name = "affinity", .value = &call.affinity },
        { .name = "json", .flag = &call.json },
        { .name = "svg", .value = &call.svg }, { .name = NULL }
    };
    char **words;
    int n = tool_read_call(argc, argv, options, &words);

    if (n != 1) {
        return n < 0 ? WLMCFG_MISUSE : tool_misuse("simulate", "name one file");
    }
    if (call.json && is_stdout(call.svg)) {
        return tool_misuse("simulate", "--json and --svg - both go to standard output; name a file for one of them");
    }
    call.file = words[0];
    return simulate(&call, p);
}
