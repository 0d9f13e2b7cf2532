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
    wlm_admin_state_t admin = atomic_load(&member->shared->admin);

    return wlm_reported_state_drains(wlm_member_reported_state(member))
           && wlm_admin_state_weight(admin) == WLM_ADMIN_STATE_AS_CONFIGURED
           ? 0 : wlm_admin_state_apply(admin, member->cfg->weight);
}

uint32_t wlm_member_weight_percent(const wlm_member_t *member)
{
    return member->cluster->options->load_report.kind == WLM_REPORTED_OFF
           || wlm_admin_state_weight(atomic_load(&member->shared->admin)) != WLM_ADMIN_STATE_AS_CONFIGURED
           ? 100 : wlm_reported_scale_percent(atomic_load(&member->shared->reported_scale));
}

uint32_t wlm_member_scaled_weight(const wlm_member_t *member)
{
    return (uint32_t)wlm_member_weight(member)
           * (member->cluster->options->load_report.kind == WLM_REPORTED_OFF ? 1 : wlm_member_weight_percent(member));
}

/* The bounds may be others than those that it was found with */
int wlm_member_found_limit(const wlm_member_t *member)
{
    const wlm_concurrency_bounds_t *bounds = &member->cluster->options->concurrency;
    int found = bounds->max > 0 ? (int)atomic_load(&member->shared->may_have) : 0;

    return !found || found > bounds->max ? bounds->max : found < bounds->min ? bounds->min : found;
}

static int smaller_limit(int limit, int other)
{
    return other > 0 && (limit <= 0 || other < limit) ? other : limit;
}

int wlm_member_limit(const wlm_member_t *member)
{
    int found = wlm_member_found_limit(member);
    int limit = smaller_limit(member->limit, (int)wlm_reported_state_maxconn(wlm_member_reported_state(member)));

    return found ? smaller_limit(limit, found + (int)wlm_tally_number(&member->shared->tunnels)) : limit;
}

int wlm_member_is_checked(const wlm_member_t *member)
{
    return member->cluster->options->check.method != NULL;
}

/* -- requests in flight --------------------------------------------------------------- */

static int is_counted_by_all(const wlm_member_t *member)
{
    return wlm_member_is_limited(member) || !member->process_in_flight;
}

int wlm_member_acquire(wlm_member_t *member)
{
    if (is_counted_by_all(member)) {
        int limit = wlm_member_limit(member);

        return wlm_tally_add(&member->shared->in_flight, member->process_in_flight,
                             limit > 0 ? (uint32_t)limit : UINT32_MAX);
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

void wlm_member_begin_tunnel(wlm_member_t *member)
{
    wlm_tally_add(&member->shared->tunnels, member->process_tunnels, UINT32_MAX);
}

void wlm_member_end_tunnel(wlm_member_t *member)
{
    wlm_tally_remove(&member->shared->tunnels, member->process_tunnels);
}
