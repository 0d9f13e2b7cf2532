/* The tables of policies: those of LoadBalance, from the rows of plugin-cfg/load_balance.h, and those of WLMPolicy.
 * Constant; any thread. */
#include "balance/policies.h"
#include <strings.h>

const wlm_policy_t *wlm_policies_of(wlm_policy_choice_t choice, plugin_cfg_load_balance_t load_balance)
{
#define POLICY(id, file, name, note) [PLUGIN_CFG_##id] = &wlm_policy_##file,
    static const wlm_policy_t *const of_file[] = { PLUGIN_CFG_LOAD_BALANCES(POLICY) };
#undef POLICY
    static const wlm_policy_t *const chosen[WLM_POLICIES] = {
        [WLM_POLICY_ROUND_ROBIN] = &wlm_policy_round_robin, [WLM_POLICY_RANDOM] = &wlm_policy_random,
        [WLM_POLICY_LEAST_BUSY] = &wlm_policy_least_busy, [WLM_POLICY_PEAK_EWMA] = &wlm_policy_peak_ewma
    };

    return choice == WLM_POLICY_LOAD_BALANCE ? of_file[load_balance] : chosen[choice];
}

int wlm_policies_parse(wlm_policy_choice_t *choice, const char *word)
{
    static const char *const words[WLM_POLICIES] = { WLM_POLICY_WORDS };
    int i;

    for (i = 0; i < WLM_POLICIES; ++i) {
        if (strcasecmp(words[i], word) == 0) {
            *choice = (wlm_policy_choice_t)i;
            return 1;
        }
    }
    return 0;
}
