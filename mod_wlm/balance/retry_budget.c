/* The retry budget (WLMRetryBudget), over all processes. Runs on the threads that serve requests. */
#include "balance/retry_budget.h"
#include "balance/request_budget.h"

#define TOKEN WLM_REQUEST_BUDGET_TOKEN
#define EARN_INTERVAL 100          /* ms */
#define DEBT_SECONDS 10            /* so long it takes without requests until the largest debt is paid */

static int at_least(int number, int least)
{
    return number > least ? number : least;
}

static wlm_request_budget_t budget_of(const wlm_cluster_t *cluster)
{
    const wlm_retry_budget_t *rule = &cluster->options->retry_budget;

    return (wlm_request_budget_t){ .percent = rule->percent, .floor = rule->floor, .interval = EARN_INTERVAL,
                                   .size = !rule->percent && !rule->floor ? 0 : at_least(rule->floor, 1) };
}

/* An attempt that is in vain counts also when nothing is left: it has been made */
static void use(wlm_cluster_t *cluster, const wlm_request_budget_t *budget)
{
    uint64_t most = (uint64_t)(budget->size + at_least(budget->floor, 1) * DEBT_SECONDS) * TOKEN;
    _Atomic uint64_t *used = &cluster->shared->budget.used;
    uint64_t before = atomic_load(used);

    while (!atomic_compare_exchange_weak(used, &before, before + TOKEN < most ? before + TOKEN : most)) {
    }
}

static int has_budget(wlm_cluster_t *cluster, int in_vain, apr_time_t now)
{
    const wlm_request_budget_t budget = budget_of(cluster);

    if (budget.percent >= 100) {
        return 1;
    }
    wlm_request_budget_earn(&budget, &cluster->shared->budget, cluster, now);
    if (in_vain) {
        use(cluster, &budget);
    }
    return !wlm_request_budget_is_used_up(&budget, &cluster->shared->budget);
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
