/* The retry budget (WLMRetryBudget), over all processes. Runs on the threads that serve requests. */
#include "balance/retry_budget.h"

#define TOKEN 100                  /* of what the account counts in: a percent of a token */
#define EARN_INTERVAL 100          /* ms: what has been earned is added no more often than that */
#define DEBT_SECONDS 10            /* so long it takes without requests until the largest debt is paid */

static uint64_t at_least(uint64_t number, uint64_t least)
{
    return number > least ? number : least;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* How much may be used when nothing has been used of late */
static uint64_t size_of(const wlm_retry_budget_t *budget)
{
    return !budget->percent && !budget->floor ? 0 : at_least((uint64_t)budget->floor, 1) * TOKEN;
}

/* Requests so far; each has one attempt that is no repeated one */
static uint64_t requests_of(const wlm_cluster_t *cluster)
{
    uint64_t attempts = 0, repeated = atomic_load(&cluster->shared->retries);
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        attempts += atomic_load(&cluster->members[i].shared->requests);
    }
    return attempts > repeated ? attempts - repeated : 0;
}

static uint64_t earned(const wlm_cluster_t *cluster, uint64_t ms)
{
    const wlm_retry_budget_t *budget = &cluster->options->retry_budget;
    uint64_t requests = requests_of(cluster);
    uint64_t before = atomic_exchange(&cluster->shared->budget.requests, requests);

    return (uint64_t)budget->floor * ms / (1000 / TOKEN)
           + (requests > before ? (requests - before) * (uint64_t)budget->percent : 0);
}

static void pay(_Atomic uint64_t *used, uint64_t amount)
{
    uint64_t before = atomic_load(used);

    while (!atomic_compare_exchange_weak(used, &before, before - lesser(before, amount))) {
    }
}

/* One thread adds what has been earned since the last time: members are added up for that. (A process that dies in
 * between costs the cluster what a tenth of a second earns.) */
static void earn(wlm_cluster_t *cluster, apr_time_t now)
{
    wlm_shared_retry_budget_t *shared = &cluster->shared->budget;
    uint64_t ms = (uint64_t)apr_time_as_msec(now), before = atomic_load(&shared->earned_at);

    if (ms >= before + EARN_INTERVAL && atomic_compare_exchange_strong(&shared->earned_at, &before, ms)) {
        pay(&shared->used, earned(cluster, ms - before));
    }
}

static void use(wlm_cluster_t *cluster)
{
    const wlm_retry_budget_t *budget = &cluster->options->retry_budget;
    uint64_t most = size_of(budget) + at_least((uint64_t)budget->floor, 1) * DEBT_SECONDS * TOKEN;
    _Atomic uint64_t *used = &cluster->shared->budget.used;
    uint64_t before = atomic_load(used);

    while (!atomic_compare_exchange_weak(used, &before, lesser(before + TOKEN, most))) {
    }
}

static int is_used_up(const wlm_cluster_t *cluster)
{
    return atomic_load(&cluster->shared->budget.used) + TOKEN > size_of(&cluster->options->retry_budget);
}

static int has_budget(wlm_cluster_t *cluster, int in_vain, apr_time_t now)
{
    if (cluster->options->retry_budget.percent >= 100) {
        return 1;
    }
    earn(cluster, now);
    if (in_vain) {
        use(cluster);
    }
    return !is_used_up(cluster);
}

wlm_retry_answer_t wlm_retry_budget_ask(wlm_cluster_t *cluster, wlm_retries_t *retries, apr_time_t now)
{
    int is_allowed = has_budget(cluster, retries->sent++ > 0, now);

    if (retries->sent >= cluster->options->retry_budget.attempts) {
        return WLM_RETRY_NO_ATTEMPT;
    }
    if (!is_allowed) {
        return WLM_RETRY_NO_BUDGET;
    }
    if (!retries->counts) {
        wlm_tally_add(&cluster->shared->retrying, cluster->process_retrying, UINT32_MAX);
        retries->counts = 1;
    }
    return WLM_RETRY_GRANTED;
}

void wlm_retry_budget_end(wlm_cluster_t *cluster, wlm_retries_t *retries)
{
    if (retries->counts) {
        wlm_tally_remove(&cluster->shared->retrying, cluster->process_retrying);
        retries->counts = 0;
    }
}
