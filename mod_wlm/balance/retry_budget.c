/* The retry budget (WLMRetryBudget): how many requests may be repeated at a time, over all processes. Runs on the
 * threads that serve requests. */
#include "balance/member.h"
#include "balance/retry_budget.h"

static uint32_t in_flight_of(const wlm_cluster_t *cluster)
{
    uint32_t sum = 0;
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        sum += wlm_member_in_flight(&cluster->members[i]);
    }
    return sum;
}

/* How many requests may be repeated now, by the configured share of the requests in flight */
static uint32_t budget_by_share(const wlm_cluster_t *cluster)
{
    int percent = cluster->options->retry_budget.percent;

    /* one more, because the request itself is not with a member at the moment */
    return percent >= 100 ? UINT32_MAX : (uint32_t)((uint64_t)(in_flight_of(cluster) + 1) * (uint64_t)percent / 100);
}

/* The requests in flight are summed only where the answer depends on them */
int wlm_retry_budget_begin(wlm_cluster_t *cluster)
{
    wlm_tally_t *retrying = &cluster->shared->retrying;

    return wlm_tally_add(retrying, cluster->process_retrying, (uint32_t)cluster->options->retry_budget.floor)
           || wlm_tally_add(retrying, cluster->process_retrying, budget_by_share(cluster));
}

void wlm_retry_budget_end(wlm_cluster_t *cluster)
{
    wlm_tally_remove(&cluster->shared->retrying, cluster->process_retrying);
}
