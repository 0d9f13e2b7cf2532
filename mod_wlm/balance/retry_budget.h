/* balance/retry_budget.h: how many requests of a cluster may be repeated at a time (WLMRetryBudget), over all
 * processes. Any thread of any process; no lock.
 */
#ifndef WLM_BALANCE_RETRY_BUDGET_H
#define WLM_BALANCE_RETRY_BUDGET_H

#include "balance/model.h"

/**
 * A request is about to be repeated: may it, by the cluster's retry budget?
 * @return 1: it counts until wlm_retry_budget_end(); 0: the budget is used up
 */
int wlm_retry_budget_begin(wlm_cluster_t *cluster);
/** The repeated request has ended. */
void wlm_retry_budget_end(wlm_cluster_t *cluster);

#endif
