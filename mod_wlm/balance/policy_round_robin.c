/* Round Robin: all processes take places of the same schedule by one counter, so together they are exact. */
#include "balance/policies.h"
#include "balance/schedule_cache.h"

static wlm_member_t *draw(wlm_cluster_t *cluster, uint64_t *random)
{
    uint64_t turn = atomic_fetch_add(&cluster->shared->turn, 1);

    (void)random;
    return wlm_schedule_cache_member(cluster, (uint32_t)(turn >> 32), (uint32_t)turn);
}

const wlm_policy_t wlm_policy_round_robin = { draw };
