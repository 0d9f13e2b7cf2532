/* balance/request_budget.h: how much more work than its requests a cluster may make for its members (WLMRetryBudget,
 * WLMHedge): a percentage of its requests, and so much a second.
 *
 * A bucket of tokens, which all processes share (wlm_shared_budget_t). Any thread of any process; no lock.
 */
#ifndef WLM_BALANCE_REQUEST_BUDGET_H
#define WLM_BALANCE_REQUEST_BUDGET_H

#include "balance/model.h"

#define WLM_REQUEST_BUDGET_TOKEN 100 /* of what a budget counts in: a percent of a token */

typedef struct wlm_request_budget_t {
    int percent;                   /* of the cluster's requests */
    int floor;                     /* and so many tokens in a second */
    int size;                      /* tokens that it has when none were used of late */
    int interval;                  /* ms: what has been earned is added no more often than that */
} wlm_request_budget_t;

/** Add what has been earned since the last time: one thread does so, members are added up for that. (A process that
 *  dies in between costs the cluster what an interval earns.) */
void wlm_request_budget_earn(const wlm_request_budget_t *budget, wlm_shared_budget_t *shared,
                             const wlm_cluster_t *cluster, apr_time_t now);

/** Is there not even one token left? */
int wlm_request_budget_is_used_up(const wlm_request_budget_t *budget, const wlm_shared_budget_t *shared);

/** Use a token, if there is one. @return 0: there is none */
int wlm_request_budget_take(const wlm_request_budget_t *budget, wlm_shared_budget_t *shared);
/** It was not needed. */
void wlm_request_budget_give_back(wlm_shared_budget_t *shared);

#endif
