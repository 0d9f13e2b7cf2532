/* Budgets for work that requests make beyond their first attempts. Runs on the threads that serve requests. */
#include "balance/request_budget.h"

#define TOKEN WLM_REQUEST_BUDGET_TOKEN

static uint64_t size_of(const wlm_request_budget_t *budget)
{
    return (uint64_t)budget->size * TOKEN;
}

/* Requests so far; each has one attempt that is neither a repeated one nor a second one beside the first */
static uint64_t requests_of(const wlm_cluster_t *cluster)
{
    uint64_t attempts = 0, further = atomic_load(&cluster->shared->retries);
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        attempts += atomic_load(&cluster->members[i].shared->requests);
        further += atomic_load(&cluster->members[i].shared->hedges);
    }
    return attempts > further ? attempts - further : 0;
}

static uint64_t earned(const wlm_request_budget_t *budget, wlm_shared_budget_t *shared, const wlm_cluster_t *cluster,
                       uint64_t ms)
{
    uint64_t requests = requests_of(cluster);
    uint64_t before = atomic_exchange(&shared->requests, requests);

    return (uint64_t)budget->floor * ms / (1000 / TOKEN)
           + (requests > before ? (requests - before) * (uint64_t)budget->percent : 0);
}

static void pay(_Atomic uint64_t *used, uint64_t amount)
{
    uint64_t before = atomic_load(used);

    while (!atomic_compare_exchange_weak(used, &before, before > amount ? before - amount : 0)) {
    }
}

void wlm_request_budget_earn(const wlm_request_budget_t *budget, wlm_shared_budget_t *shared,
                             const wlm_cluster_t *cluster, apr_time_t now)
{
    uint64_t ms = (uint64_t)apr_time_as_msec(now), before = atomic_load(&shared->earned_at);

    if (ms >= before + (uint64_t)budget->interval
        && atomic_compare_exchange_strong(&shared->earned_at, &before, ms)) {
        pay(&shared->used, earned(budget, shared, cluster, ms - before));
    }
}

int wlm_request_budget_is_used_up(const wlm_request_budget_t *budget, const wlm_shared_budget_t *shared)
{
    return atomic_load(&shared->used) + TOKEN > size_of(budget);
}

int wlm_request_budget_take(const wlm_request_budget_t *budget, wlm_shared_budget_t *shared)
{
    uint64_t before = atomic_load(&shared->used);

    do {
        if (before + TOKEN > size_of(budget)) {
            return 0;
        }
    } while (!atomic_compare_exchange_weak(&shared->used, &before, before + TOKEN));
    return 1;
}

void wlm_request_budget_give_back(wlm_shared_budget_t *shared)
{
    pay(&shared->used, TOKEN);
}
