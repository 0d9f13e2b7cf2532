/* Makes a member while a version is made; its current weight, and the count of its requests in flight, on the threads
 * that serve requests. */
#include "balance/member.h"
#include "balance/transports.h"
#include "health/admin_state.h"

void wlm_member_make(wlm_member_t *member, wlm_cluster_t *cluster, int index, wlm_shared_member_t *shared,
                     apr_pool_t *p)
{
    member->cfg = APR_ARRAY_IDX(cluster->cfg->members, index, plugin_cfg_server_t *);
    member->cluster = cluster;
    member->index = index;
    member->shared = shared;
    member->limit = member->cfg->max_connections > 0 ? member->cfg->max_connections : 0;
    wlm_transports_make(member, p);
}

int wlm_member_weight(const wlm_member_t *member)
{
    return wlm_admin_state_apply(atomic_load(&member->shared->admin), member->cfg->weight);
}

int wlm_member_is_checked(const wlm_member_t *member)
{
    return member->cluster->options->check.method != NULL;
}

/* -- requests in flight --------------------------------------------------------------- */

static int is_counted_by_all(const wlm_member_t *member)
{
    return member->limit > 0 || !member->process_in_flight;
}

int wlm_member_acquire(wlm_member_t *member)
{
    if (is_counted_by_all(member)) {
        return wlm_tally_add(&member->shared->in_flight, member->process_in_flight,
                             member->limit > 0 ? (uint32_t)member->limit : UINT32_MAX);
    }
    atomic_fetch_add(member->process_in_flight, 1);
    return 1;
}

uint32_t wlm_member_in_flight(const wlm_member_t *member)
{
    return wlm_tally_number(&member->shared->in_flight) + wlm_process_counts_sum(&member->unlimited);
}

void wlm_member_release(wlm_member_t *member)
{
    if (is_counted_by_all(member)) {
        wlm_tally_remove(&member->shared->in_flight, member->process_in_flight);
    }
    else {
        atomic_fetch_sub(member->process_in_flight, 1);
    }
    if (member->cluster->queue) {
        wlm_queue_wake(member->cluster->queue);
    }
}
