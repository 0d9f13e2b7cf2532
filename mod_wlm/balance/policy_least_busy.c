/* LeastBusy: of two members drawn by weight, the one that has fewer requests for its weight. A member that has just
 * answered with an error is not preferred for being idle, since one that fails at once is always idle: so it gets its
 * share at most. Runs on the threads that serve requests. */
#include "balance/peak_average.h"
#include "balance/policies.h"
#include "balance/two_draws.h"

static int is_failing(const wlm_member_t *member)
{
    return wlm_peak_average_is_error(atomic_load_explicit(&member->shared->response_average, memory_order_relaxed));
}

static wlm_member_t *least_busy(wlm_cluster_t *cluster, const wlm_tried_t *tried, wlm_limits_t *limits, apr_time_t now,
                                uint64_t *random)
{
    wlm_two_draws_t drawn = wlm_two_draws(cluster, tried, limits, now, random);

    return drawn.second && drawn.busy[1] < drawn.busy[0] && !is_failing(drawn.second) ? drawn.second : drawn.first;
}

const wlm_policy_t wlm_policy_least_busy = { .name = "LeastBusy", .select = least_busy, .uses_times = 1 };
