/* balance/policies.h: the policies by which members are selected for requests without affinity (WLMPolicy, otherwise
 * LoadBalance).
 *
 * A policy is a file of its own, policy_<file>.c. Its contract:
 *
 *   - New requests go to members by weight: over a long time each allowed one gets its share, over all processes
 *     together, as long as the members are equally fast. The weights as they count now are slots of the schedule
 *     (balance/schedule_cache.h).
 *   - It may select only members that wlm_limits_allow() allows at that moment.
 *   - The share of a member that is not allowed is spread over the others by their weights, and so are repeated
 *     requests (tried->n > 0); otherwise the next member in some order would get all requests of one that fails. Use
 *     wlm_by_weight_select(). The same holds for a second selection for the same attempt (limits->redraw), for which
 *     no order may advance.
 *   - Any thread of any process may call it at the same time. It must not block, and keeps its state, if it has any, in
 *     shared memory. It acquires nothing: balance/pick.c does that, and selects again when the member has become full.
 *   - While most members are allowed, its cost does not grow with their number.
 */
#ifndef WLM_BALANCE_POLICIES_H
#define WLM_BALANCE_POLICIES_H

#include "balance/limits.h"

struct wlm_policy_t {
    const char *name;              /* for the status; as in plugin-cfg/load_balance.h where the policy is there */
    /**
     * Select a member.
     * @param tried   the members that the request has been tried on
     * @param limits  in; out: why members were refused
     * @param random  state of a random source
     * @return NULL: no primary is allowed
     */
    wlm_member_t *(*select)(wlm_cluster_t *cluster, const wlm_tried_t *tried, wlm_limits_t *limits, apr_time_t now,
                            uint64_t *random);
    int uses_times;                /* it goes by each member's response_average (balance/peak_average.h) */
};

extern const wlm_policy_t wlm_policy_round_robin, wlm_policy_random, wlm_policy_least_busy, wlm_policy_peak_ewma;

/**
 * The policy of a cluster.
 * @param choice        WLMPolicy
 * @param load_balance  of plugin-cfg.xml: holds where the choice is WLM_POLICY_LOAD_BALANCE
 */
const wlm_policy_t *wlm_policies_of(wlm_policy_choice_t choice, plugin_cfg_load_balance_t load_balance);

/** The choice that a word of WLMPolicy means, in any case of its letters. @return 0: none */
int wlm_policies_parse(wlm_policy_choice_t *choice, const char *word);

#endif
