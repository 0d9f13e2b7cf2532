/* balance/policies.h: the policies by which members are selected for requests without affinity (LoadBalance).
 *
 * A policy is a file of its own, policy_<file>.c, and a row of plugin-cfg/load_balance.h, which gives its name. Its
 * contract:
 *
 *   - New requests go to members by weight: over a long time each allowed one gets its share, over all processes
 *     together. The weights as they count now are slots of the schedule (balance/schedule_cache.h).
 *   - It may select only members that wlm_limits_allow() allows at that moment.
 *   - The share of a member that is not allowed is spread over the others by their weights, and so are repeated
 *     requests (tried->n > 0); otherwise the next member in some order would get all requests of one that fails. Use
 *     wlm_by_weight_select(). The same holds for a second selection for the same attempt (limits->redraw), for which
 *     no order may advance.
 *   - Any thread of any process may call it at the same time. It must not block, and keeps its state, if it has any, in
 *     shared memory. It acquires nothing: balance/pick.c does that, and selects again when the member has become full.
 */
#ifndef WLM_BALANCE_POLICIES_H
#define WLM_BALANCE_POLICIES_H

#include "balance/limits.h"

struct wlm_policy_t {
    /**
     * Select a member.
     * @param tried   the members that the request has been tried on
     * @param limits  in; out: why members were refused
     * @param random  state of a random source
     * @return NULL: no primary is allowed
     */
    wlm_member_t *(*select)(wlm_cluster_t *cluster, const wlm_tried_t *tried, wlm_limits_t *limits, apr_time_t now,
                            uint64_t *random);
};

#define WLM_POLICY(id, file, name, note) extern const wlm_policy_t wlm_policy_##file;
PLUGIN_CFG_LOAD_BALANCES(WLM_POLICY)
#undef WLM_POLICY

/** The policy of a value of LoadBalance. */
const wlm_policy_t *wlm_policies_of(plugin_cfg_load_balance_t load_balance);

#endif
