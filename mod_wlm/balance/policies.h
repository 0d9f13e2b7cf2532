/* balance/policies.h: the policies by which members are drawn for requests without affinity (LoadBalance). One file for each. */
#ifndef WLM_BALANCE_POLICIES_H
#define WLM_BALANCE_POLICIES_H

#include "balance/model.h"

struct wlm_policy_t {
    const char *name;
    /** @return a member by weight, or NULL when no primary is usable; may be one that the request cannot take */
    wlm_member_t *(*draw)(wlm_cluster_t *cluster, uint64_t *random);
};
extern const wlm_policy_t wlm_policy_round_robin;
extern const wlm_policy_t wlm_policy_random;

#endif
