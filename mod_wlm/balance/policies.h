/* balance/policies.h: the policies by which members are drawn for requests without affinity (LoadBalance). One file for each. */
#ifndef WLM_BALANCE_POLICIES_H
#define WLM_BALANCE_POLICIES_H

#include "balance/model.h"

struct wlm_policy_t {
    /** @return a member by weight, or NULL when no primary is usable; may be one that the request cannot take */
    wlm_member_t *(*draw)(wlm_cluster_t *cluster, uint64_t *random);
};

#define WLM_POLICY(id, file, name, note) extern const wlm_policy_t wlm_policy_##file;
PLUGIN_CFG_LOAD_BALANCES(WLM_POLICY)
#undef WLM_POLICY

/** The policy that a file asks for. */
const wlm_policy_t *wlm_policies_of(plugin_cfg_load_balance_t load_balance);

#endif
