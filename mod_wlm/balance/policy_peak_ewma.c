/* PeakEWMA: of two members drawn by weight, the one that will probably answer sooner: average time of its responses
 * times the requests that it would have then, for its weight. Runs on the threads that serve requests. */
#include "balance/peak_average.h"
#include "balance/policies.h"
#include "balance/two_draws.h"

#define UNNOTICED 1000             /* us that are added to each average: shorter ones differ by chance alone */

static uint64_t cost_of(uint32_t busy, uint32_t average)
{
    return (busy + UINT64_C(1)) * (average + UNNOTICED);
}

/* The second one only when the first costs more than half as much again: averages of equal members differ by chance,
 * and should not decide */
static int is_clearly_more(uint64_t cost, uint64_t than)
{
    return 2 * cost > 3 * than;
}

static wlm_member_t *peak_ewma(wlm_cluster_t *cluster, const wlm_tried_t *tried, wlm_limits_t *limits, apr_time_t now,
                               uint64_t *random)
{
    wlm_two_draws_t drawn = wlm_two_draws(cluster, tried, limits, now, random);
    wlm_peak_average_t first, second;

    if (!drawn.second) {
        return drawn.first;
    }
    first = atomic_load_explicit(&drawn.first->shared->response_average, memory_order_relaxed);
    second = atomic_load_explicit(&drawn.second->shared->response_average, memory_order_relaxed);
    return is_clearly_more(cost_of(drawn.busy[0], wlm_peak_average_beside(first, second, now)),
                           cost_of(drawn.busy[1], wlm_peak_average_beside(second, first, now)))
           ? drawn.second : drawn.first;
}

const wlm_policy_t wlm_policy_peak_ewma = { .name = "PeakEWMA", .select = peak_ewma, .uses_times = 1 };
