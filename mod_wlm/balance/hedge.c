/* When a request goes to a second member, too. Runs on the threads that serve requests. */
#include "balance/hedge.h"
#include "balance/request_budget.h"
#include "health/silence.h"
#include "shared/histogram.h"

#define MEASURE_INTERVAL 1000      /* ms */
#define TIMES_MANY       2000      /* counts are halved then */
#define BUDGET_SIZE      10        /* requests at once after a time without any */
#define BUDGET_INTERVAL  20        /* ms: 500 a second are possible by that */
#define CONNECT_LIMIT    127       /* s: what Linux has without a ConnectTimeout (tcp_syn_retries) */

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

/* -- a member that answers nothing --------------------------------------------------------------- */

void wlm_hedge_note_head(const wlm_member_t *member)
{
    if (wlm_hedge_is_on(&member->cluster->options->hedge) && atomic_load(&member->shared->silence)) {
        atomic_store(&member->shared->silence, 0);
    }
}

/* The limit that the attempt would have had alone; 0: none */
static apr_interval_time_t limit_of(const plugin_cfg_server_t *server, const wlm_attempt_t *attempt)
{
    if (!attempt->sent) {
        return apr_time_from_sec(server->connect_timeout ? server->connect_timeout : CONNECT_LIMIT);
    }
    return apr_time_from_sec(server->server_io_timeout < 0 ? -server->server_io_timeout : server->server_io_timeout);
}

static wlm_silence_t lengthen(const wlm_member_t *member, apr_time_t begun)
{
    apr_time_t up_since = apr_time_from_msec((apr_time_t)atomic_load(&member->shared->up_since));
    wlm_silence_t before = atomic_load(&member->shared->silence), after;

    do {
        after = wlm_silence_after(before, begun, up_since);
    } while (!atomic_compare_exchange_weak(&member->shared->silence, &before, after));
    return after;
}

void wlm_hedge_end_superseded(const wlm_member_t *member, wlm_attempt_t *attempt)
{
    wlm_silence_t silence = lengthen(member, attempt->begun);

    if (!wlm_silence_is_long(silence, limit_of(member->cfg, attempt), attempt->begun + attempt->elapsed)) {
        attempt->outcome = WLM_SUPERSEDED;
        attempt->cause = "another member has answered first";
        return;
    }
    attempt->timed_out = 1;
    attempt->outcome = attempt->sent ? WLM_TIMED_OUT : WLM_NOT_CONNECTED;
    attempt->cause = attempt->sent ? "no answer to any request for ServerIOTimeout (WLMHedge)"
                                   : "no connection for any request for ConnectTimeout (WLMHedge)";
}
