/* Round Robin: all processes take slots of the same schedule by one counter, so together they are exact. Runs on the
 * threads that serve requests. */
#include "balance/by_weight.h"
#include "balance/policies.h"
#include "balance/schedule_cache.h"

/* Only a new request advances the rotation. When the slot's member is not allowed another one is selected at random;
 * the next one in the rotation would get the whole share of that member on top of its own. */
static wlm_member_t *round_robin(wlm_cluster_t *cluster, const wlm_tried_t *tried, wlm_limits_t *limits, apr_time_t now,
                                 uint64_t *random)
{
    if (!tried->n && !limits->redraw) {
        uint64_t turn = atomic_fetch_add(&cluster->shared->turn, 1);
        wlm_member_t *member = wlm_schedule_cache_member(cluster, (uint32_t)(turn >> 32), (uint32_t)turn);

        if (!member || wlm_limits_allow(limits, tried, member, now, random)) {
            return member;
        }
    }
    return wlm_by_weight_select(cluster, tried, limits, now, random);
}

const wlm_policy_t wlm_policy_round_robin = { .name = "Round Robin", .select = round_robin };
