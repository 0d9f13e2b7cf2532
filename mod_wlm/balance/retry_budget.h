/* balance/retry_budget.h: may a request that a member has taken, and not answered well, go to another one
 * (WLMRetryBudget)? Such an attempt loads a further member, so a request has few of them, and a cluster has a budget
 * for those that are in vain, because the next member fails, too: a percentage of its requests, and so many a second.
 * A repeated request that a member answers well costs nothing: while one member of two fails, each of its requests goes
 * to the other one.
 *
 * The budget is a bucket of tokens, which all processes share (balance/request_budget.h). It holds what is earned in
 * a second without requests, at least one token. Attempts that are under way when it becomes empty make a debt, up to
 * what is earned in ten seconds. Any thread of any process; no lock.
 */
#ifndef WLM_BALANCE_RETRY_BUDGET_H
#define WLM_BALANCE_RETRY_BUDGET_H

#include "balance/model.h"

/** What a request has used so far; zeroed at first. */
typedef struct wlm_retries_t {
    int sent;                      /* attempts that a member took, and did not answer well */
    int counts;                    /* it counts as one that is being repeated */
} wlm_retries_t;

typedef enum {
    WLM_RETRY_GRANTED,
    WLM_RETRY_NO_ATTEMPT,          /* it has had as many attempts as it may have */
    WLM_RETRY_NO_BUDGET            /* the cluster's budget is used up */
} wlm_retry_answer_t;

/**
 * A member has taken the request and has failed, or is busy. Notes that, and says whether the request may be sent to
 * another member. With GRANTED it counts as one that is being repeated until wlm_retry_budget_end().
 */
wlm_retry_answer_t wlm_retry_budget_ask(wlm_cluster_t *cluster, wlm_retries_t *retries, apr_time_t now);
/** The request has ended, repeated or not; or the rest of it makes no work for members. */
void wlm_retry_budget_end(wlm_cluster_t *cluster, wlm_retries_t *retries);

#endif
