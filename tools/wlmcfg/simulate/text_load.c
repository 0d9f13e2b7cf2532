/* `wlmcfg simulate`, tables of a load that members cannot answer: what became of the requests of each class.
 * On main()'s thread. */
#include <apr_strings.h>
#include "balance/classes.h"
#include "balance/hedge.h"
#include "balance/load_words.h"
#include "balance/options.h"
#include "tools/common/text.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/print.h"

#define TIME_WIDTH 12              /* as that of the members' table */
#define NAME_WIDTH 20

static void print_time(apr_interval_time_t time)
{
    if (time) {
        printf("  %5" APR_INT64_T_FMT " ms", (apr_int64_t)apr_time_as_msec(time));
    }
    else {
        printf("  %8s", "-");
    }
}

static int has_hedge(const sim_t *sim)
{
    return wlm_hedge_is_on(&sim->plan->hedge);
}

/* @param from  what stands before the first class */
static void print_classes(const sim_t *sim, const char *from, int first, int n, apr_pool_t *p)
{
    int i;

    for (i = 0; i < sim->tally.nclasses; ++i) {
        sim_class_count_t count = wlmcfg_simulate_class(&sim->tally, i, first, n);
        const char *name = wlm_classes_at(sim->cluster->options, i)->name;

        printf("%-*s%-*s", TIME_WIDTH, i ? "" : from, NAME_WIDTH,
               name ? tool_text_cut(name, NAME_WIDTH - 1, p) : "(no class)");
        printf("  %8" APR_UINT64_T_FMT "  %8" APR_UINT64_T_FMT "  %8" APR_UINT64_T_FMT "  %6" APR_UINT64_T_FMT
               "  %7" APR_UINT64_T_FMT "  %8" APR_UINT64_T_FMT, count.requests, count.answered, count.in_time,
               count.failed, count.refused, count.given_up);
        print_time(wlm_histogram_quantile(count.times, 0.5));
        print_time(wlm_histogram_quantile(count.times, 0.99));
        if (has_hedge(sim)) {
            printf("  %8" APR_UINT64_T_FMT "  %5" APR_UINT64_T_FMT, count.hedged, count.hedges_won);
        }
        puts("");
    }
}

void wlmcfg_simulate_text_load(const sim_t *sim, apr_pool_t *p)
{
    int i;

    printf("\n%-*s%-*s  requests  answered   in time  failed  refused  given up       p50       p99%s\n", TIME_WIDTH,
           "from", NAME_WIDTH, "class", has_hedge(sim) ? "    hedged    won" : "");
    for (i = 0; i < sim->tally.intervals; ++i) {
        apr_interval_time_t begin = wlmcfg_simulate_begin_of(sim->plan, i, sim->tally.intervals);

        print_classes(sim, wlmcfg_simulate_seconds(begin, p), i * SIM_SLICES_OF_INTERVAL, SIM_SLICES_OF_INTERVAL, p);
    }
    print_classes(sim, "all", 0, sim->tally.slices, p);
    if (has_hedge(sim)) {
        printf("hedged: went to a second member, too; won: that one answered first. The budget refused %"
               APR_UINT64_T_FMT " more\n", sim->tally.hedges_refused);
    }
}

static void print_queue(const wlm_options_t *options, apr_pool_t *p)
{
    wlm_queue_limits_t queue = wlm_options_queue(options);

    if (queue.length) {
        printf(", up to %d requests wait for up to %s", queue.length, wlmcfg_simulate_seconds(queue.timeout, p));
    }
}

void wlmcfg_simulate_text_plan_load(const sim_t *sim, apr_pool_t *p)
{
    const sim_plan_t *plan = sim->plan;

    fputs(plan->workers ? apr_psprintf(p, "each member works on %d requests at a time", plan->workers)
                        : "each member works on all that it has", stdout);
    if (plan->patience) {
        printf(", clients give up after %s", wlmcfg_simulate_seconds(plan->patience, p));
    }
    if (plan->concurrency.max) {
        printf(",\nlimits are looked for between %d and %d", plan->concurrency.min, plan->concurrency.max);
    }
    print_queue(sim->cluster->options, p);
    if (has_hedge(sim)) {
        printf(",\nsecond members: %s", wlm_load_words_hedge_text(&plan->hedge, p));
    }
    puts("");
}
