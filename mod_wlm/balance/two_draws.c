/* Two members drawn by weight. Runs on the threads that serve requests. */
#include "balance/two_draws.h"
#include "balance/availability.h"
#include "balance/by_weight.h"
#include "balance/member.h"
#include "balance/schedule_cache.h"
#include "base/random.h"

#define DRAWS_MAX 8                /* for the second one: where most are not allowed the first will do */

/* One of 0 to n - 1 */
static uint32_t random_below(uint32_t n, uint64_t *random)
{
    return (uint32_t)((wlm_random_next(random) >> 32) * n >> 32);
}

/* What a part of it has, rounded at random */
static uint32_t busy_of(const wlm_member_t *member, uint32_t weight, uint32_t least, uint64_t *random)
{
    uint64_t working_on = wlm_member_working_on(member);

    return weight <= least ? (uint32_t)working_on
                           : (uint32_t)((working_on * least + random_below(weight, random)) / weight);
}

static wlm_member_t *draw_second(const wlm_member_t *first, uint32_t weight, uint32_t least, wlm_cluster_t *cluster,
                                 const wlm_tried_t *tried, wlm_limits_t *limits, apr_time_t now, uint64_t *random)
{
    uint32_t epoch = (uint32_t)(atomic_load(&cluster->shared->turn) >> 32);
    apr_interval_time_t slow_start = cluster->options->slow_start;
    int i;

    for (i = 0; i < DRAWS_MAX; ++i) {
        wlm_member_t *member = wlm_schedule_cache_member(cluster, epoch, (uint32_t)(wlm_random_next(random) >> 32));

        if (member == first && weight > least && random_below(weight, random) >= least) {
            return NULL; /* another part of the first one */
        }
        if (member && member != first && wlm_limits_allow(limits, tried, member, now, random)
            && wlm_availability_warmth(member, slow_start, now) == 1000) {
            return member;
        }
    }
    return NULL;
}

wlm_two_draws_t wlm_two_draws(wlm_cluster_t *cluster, const wlm_tried_t *tried, wlm_limits_t *limits, apr_time_t now,
                              uint64_t *random)
{
    wlm_two_draws_t drawn = { .first = wlm_by_weight_select(cluster, tried, limits, now, random) };
    uint32_t least = wlm_schedule_cache_least(&cluster->schedule), weight;

    if (!drawn.first) {
        return drawn;
    }
    weight = wlm_member_scaled_weight(drawn.first);
    drawn.second = draw_second(drawn.first, weight, least, cluster, tried, limits, now, random);
    if (drawn.second) {
        drawn.busy[0] = busy_of(drawn.first, weight, least, random);
        drawn.busy[1] = busy_of(drawn.second, wlm_member_scaled_weight(drawn.second), least, random);
    }
    return drawn;
}
