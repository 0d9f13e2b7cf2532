/* The table of policies, from the rows of plugin-cfg/load_balance.h. Constant; any thread. */
#include "balance/policies.h"

const wlm_policy_t *wlm_policies_of(plugin_cfg_load_balance_t load_balance)
{
#define POLICY(id, file, name, note) [PLUGIN_CFG_##id] = &wlm_policy_##file,
    static const wlm_policy_t *const policies[] = { PLUGIN_CFG_LOAD_BALANCES(POLICY) };
#undef POLICY
    return policies[load_balance];
}
