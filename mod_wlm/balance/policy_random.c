/* Random: any place of the schedule is as likely as any other, so members are drawn by weight, without memory. */
#include "balance/cluster.h"
#include "balance/policies.h"
#include "balance/schedule_cache.h"

static wlm_member_t *draw(wlm_cluster_t *cluster, uint64_t *random)
{
    uint64_t turn = atomic_load(&cluster->shared->turn);

    return wlm_schedule_cache_member(cluster, (uint32_t)(turn >> 32), (uint32_t)(wlm_random_next(random) >> 32));
}

const wlm_policy_t wlm_policy_random = { draw };
