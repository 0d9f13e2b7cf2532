/* plugin-cfg/load_balance.h: the policies of LoadBalance, a row each: the enum's name, the file and symbol of the
 * module (mod_wlm/balance/policy_<file>.c), the name in files and in the status, and what the reference says of it. The
 * first is the default. Constants, for any thread.
 */
#ifndef PLUGIN_CFG_LOAD_BALANCE_H
#define PLUGIN_CFG_LOAD_BALANCE_H

#define PLUGIN_CFG_LOAD_BALANCES(row) \
    row(ROUND_ROBIN, round_robin, "Round Robin", "exact shares by weight") \
    row(RANDOM, random, "Random", "by weight, at random")

#define PLUGIN_CFG_LOAD_BALANCE_ID(id, file, name, note) PLUGIN_CFG_##id,
typedef enum {
    PLUGIN_CFG_LOAD_BALANCES(PLUGIN_CFG_LOAD_BALANCE_ID)
    PLUGIN_CFG_LOAD_BALANCES_COUNT
} plugin_cfg_load_balance_t;
#undef PLUGIN_CFG_LOAD_BALANCE_ID

/** @return e.g. "Round Robin" */
const char *plugin_cfg_load_balance_name(plugin_cfg_load_balance_t load_balance);

#endif
