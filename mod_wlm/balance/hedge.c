/* When a request goes to a second member, too. Runs on the threads that serve requests. */
#include "balance/hedge.h"
#include "balance/request_budget.h"
#include "shared/histogram.h"

#define MEASURE_INTERVAL 1000      /* ms */
#define TIMES_MANY       2000      /* counts are halved then */
#define BUDGET_SIZE      10        /* requests at once after a time without any */
#define BUDGET_INTERVAL  20        /* ms: 500 a second are possible by that */

int wlm_hedge_may(const wlm_hedge_rule_t *rule, const wlm_hedge_request_t *request)
{
    return wlm_hedge_is_on(rule) && request->is_safe && !request->has_body && !request->has_session
           && !request->has_login && !request->upgrades && !request->finishes && !request->is_probe;
}

/* -- after how long ------------------------------------------------------------------------ */

void wlm_hedge_note_time(const wlm_cluster_t *cluster, apr_interval_time_t time)
{
    if (cluster->options->hedge.percentile > 0) {
        atomic_fetch_add(&cluster->shared->hedge.times[wlm_histogram_bucket(time)], 1);
    }
}

/* What is counted meanwhile is not lost */
static void halve(wlm_shared_hedge_t *shared, const uint64_t *counts)
{
    int i;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        if (counts[i]) {
            atomic_fetch_sub(&shared->times[i], counts[i] / 2);
        }
    }
}

static void measure(wlm_shared_hedge_t *shared, int percentile)
{
    uint64_t counts[WLM_HISTOGRAM_BUCKETS], sum = 0;
    int i;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        counts[i] = atomic_load(&shared->times[i]);
        sum += counts[i];
    }
    atomic_store(&shared->delay, sum < WLM_HEDGE_TIMES_MIN
                 ? 0 : (uint64_t)wlm_histogram_quantile(counts, percentile / 100.0));
    if (sum >= TIMES_MANY) {
        halve(shared, counts);
    }
}

apr_interval_time_t wlm_hedge_delay(const wlm_cluster_t *cluster, apr_time_t now)
{
    const wlm_hedge_rule_t *rule = &cluster->options->hedge;
    wlm_shared_hedge_t *shared = &cluster->shared->hedge;
    uint64_t ms = (uint64_t)apr_time_as_msec(now), before;
    apr_interval_time_t delay;

    if (rule->percentile <= 0) {
        return rule->after;
    }
    before = atomic_load(&shared->measured_at);
    if (ms >= before + MEASURE_INTERVAL && atomic_compare_exchange_strong(&shared->measured_at, &before, ms)) {
        measure(shared, rule->percentile);
    }
    delay = (apr_interval_time_t)atomic_load(&shared->delay);
    return delay > 0 && delay < rule->min ? rule->min : delay;
}

/* -- how many ------------------------------------------------------------------------------- */

int wlm_hedge_take(const wlm_cluster_t *cluster, apr_time_t now)
{
    const wlm_request_budget_t budget = { .percent = cluster->options->hedge.budget, .size = BUDGET_SIZE,
                                          .interval = BUDGET_INTERVAL };
    wlm_shared_hedge_t *shared = &cluster->shared->hedge;

    wlm_request_budget_earn(&budget, &shared->budget, cluster, now);
    return wlm_request_budget_take(&budget, &shared->budget);
}

void wlm_hedge_give_back(const wlm_cluster_t *cluster)
{
    wlm_request_budget_give_back(&cluster->shared->hedge.budget);
}
