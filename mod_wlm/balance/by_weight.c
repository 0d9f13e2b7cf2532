/* Random selection by weight: a random slot of the schedule. Runs on the threads that serve requests. */
#include "balance/by_weight.h"
#include "balance/member.h"
#include "balance/schedule_cache.h"
#include "base/random.h"

#define DRAWS_MAX 64               /* after so many failed draws a scan of all members is cheaper */

wlm_member_t *wlm_by_weight_select(wlm_cluster_t *cluster, const wlm_tried_t *tried, wlm_limits_t *limits,
                                   apr_time_t now, uint64_t *random)
{
    uint32_t epoch = (uint32_t)(atomic_load(&cluster->shared->turn) >> 32);
    wlm_member_t *member = NULL;
    int first, i;

    for (i = 0; i < DRAWS_MAX; ++i) {
        member = wlm_schedule_cache_member(cluster, epoch, (uint32_t)(wlm_random_next(random) >> 32));
        if (!member || wlm_limits_allow(limits, tried, member, now, random)) {
            return member;
        }
    }
    first = member->index + 1;
    for (i = 0; i < cluster->nmembers; ++i) {
        member = &cluster->members[(first + i) % cluster->nmembers];
        if (wlm_member_accepts_new(member) && wlm_limits_allow(limits, tried, member, now, random)) {
            return member;
        }
    }
    return NULL;
}
