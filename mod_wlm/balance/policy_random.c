/* Random: any slot of the schedule is as likely as any other, so members are drawn by weight, without memory. Runs on
 * the threads that serve requests. */
#include "balance/by_weight.h"
#include "balance/policies.h"

const wlm_policy_t wlm_policy_random = { wlm_by_weight_select };
