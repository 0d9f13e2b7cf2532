/* `wlmcfg simulate --json`, a load that members cannot answer. The keys and their order are part of the interface:
 * docs/man/wlmcfg.1. On main()'s thread. */
#include "balance/classes.h"
#include "balance/hedge.h"
#include "balance/load_words.h"
#include "balance/options.h"
#include "tools/wlmcfg/common/json.h"
#include "tools/wlmcfg/simulate/json_load.h"

static double seconds(apr_interval_time_t time)
{
    return (double)time / APR_USEC_PER_SEC;
}

static json_t *seconds_or_null(apr_interval_time_t time)
{
    return time ? json_real(seconds(time)) : json_null();
}

static json_t *number(uint64_t n)
{
    return json_integer((json_int_t)n);
}

/* -- the plan --------------------------------------------------------------------------------------- */

static json_t *planned_classes(const sim_plan_t *plan)
{
    json_t *list = json_array();
    int i;

    for (i = 0; i < plan->classes->nelts; ++i) {
        const wlm_class_t *class = &APR_ARRAY_IDX(plan->classes, i, wlm_class_t);

        json_array_append_new(list, json_pack("{s:o, s:i, s:o, s:i}", "name", wlmcfg_json_text(class->name), "share",
                                              plan->shares[i], "goal", seconds_or_null(class->goal), "priority",
                                              class->priority));
    }
    return list;
}

json_t *wlmcfg_simulate_json_plan_load(const sim_plan_t *plan, apr_pool_t *p)
{
    return json_pack("{s:o, s:b, s:o, s:o, s:o, s:o, s:o}",
                     "workers", plan->workers ? json_integer(plan->workers) : json_null(),
                     "random_times", plan->has_random_times, "patience", seconds_or_null(plan->patience),
                     "concurrency", plan->concurrency.max ? json_pack("{s:i, s:i}", "min", plan->concurrency.min, "max",
                                                                      plan->concurrency.max) : json_null(),
                     "queue", plan->has_queue ? json_pack("{s:i, s:f}", "length", plan->queue.length, "time",
                                                          seconds(plan->queue.timeout)) : json_null(),
                     "hedge", wlmcfg_json_text(wlm_hedge_is_on(&plan->hedge)
                                               ? wlm_load_words_hedge_text(&plan->hedge, p) : NULL),
                     "classes", planned_classes(plan));
}

/* -- what came of it -------------------------------------------------------------------------------- */

json_t *wlmcfg_simulate_json_not_answered(const sim_tally_t *tally)
{
    json_t *object = json_object();
    int why;

    for (why = 0; why < SIM_NOT_ANSWERED; ++why) {
        json_object_set_new(object, wlmcfg_simulate_why_name((sim_not_answered_t)why),
                            number(tally->not_answered[why]));
    }
    return object;
}

json_t *wlmcfg_simulate_json_classes(const sim_t *sim, int first, int n)
{
    json_t *list = json_array();
    int i;

    for (i = 0; i < sim->tally.nclasses; ++i) {
        sim_class_count_t count = wlmcfg_simulate_class(&sim->tally, i, first, n);

        json_array_append_new(list, json_pack(
            "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
            wlmcfg_json_text(wlm_classes_at(sim->cluster->options, i)->name), "requests", number(count.requests),
            "answered", number(count.answered), "in_time", number(count.in_time), "failed", number(count.failed),
            "refused", number(count.refused), "given_up", number(count.given_up),
            "hedged", number(count.hedged), "hedges_won", number(count.hedges_won),
            "p50", seconds_or_null(wlm_histogram_quantile(count.times, 0.5)),
            "p99", seconds_or_null(wlm_histogram_quantile(count.times, 0.99))));
    }
    return list;
}
