/* Random: a random slot of the schedule, so members are selected by weight, without any state. Runs on the threads that
 * serve requests. */
#include "balance/by_weight.h"
#include "balance/policies.h"

const wlm_policy_t wlm_policy_random = { .name = "Random", .select = wlm_by_weight_select };
