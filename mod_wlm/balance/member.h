/* balance/member.h: making a member, its weight, and its requests in flight. Whether it may be used is in
 * balance/availability.h.
 *
 * Any thread of any process may count; no lock.
 */
#ifndef WLM_BALANCE_MEMBER_H
#define WLM_BALANCE_MEMBER_H

#include "balance/model.h"
#include "balance/transports.h"

/** Make the member at an index of cluster->cfg->members. */
void wlm_member_make(wlm_member_t *member, wlm_cluster_t *cluster, int index, wlm_shared_member_t *shared,
                     apr_pool_t *p);

/** Is what an agent says of it in use (WLMLoadReport)? */
static inline int wlm_member_has_agent(const wlm_member_t *member)
{
    return member->cluster->options->load_report.kind == WLM_REPORTED_AGENT;
}
/** What its agent has said; 0, as without an agent, where that is not in use. */
static inline wlm_reported_state_t wlm_member_reported_state(const wlm_member_t *member)
{
    wlm_reported_state_t state = atomic_load(&member->shared->reported_state);

    return state && wlm_member_has_agent(member) ? state : 0;
}

/** The current weight: 0 while the member drains or is disabled, otherwise the one that an administrator has set, or
 *  the configured one. Where an administrator has set one it does not count that its agent wants it to drain. */
int wlm_member_weight(const wlm_member_t *member);

/** The percentage of its weight that counts by what it reports; 100 where nothing is reported, or an administrator has
 *  set the weight. */
uint32_t wlm_member_weight_percent(const wlm_member_t *member);

/** The weight that counts for new sessions: in hundredths where members report their load (WLMLoadReport). */
uint32_t wlm_member_scaled_weight(const wlm_member_t *member);

/** Does a member accept new sessions in the primary tier, whatever its health? */
static inline int wlm_member_accepts_new(const wlm_member_t *member)
{
    return wlm_transports_is_reachable(member) && member->cfg->tier == PLUGIN_CFG_PRIMARY
           && wlm_member_weight(member) > 0;
}

/** Does a member accept new sessions of such clients in any tier, whatever its health?
 *  @param secure  the clients come by https */
static inline int wlm_member_serves(const wlm_member_t *member, int secure)
{
    return wlm_transports_for(member, secure) && wlm_member_weight(member) > 0;
}

/** Has the cluster active checks? Then only these or an administrator bring the member back; no request probes it. */
int wlm_member_is_checked(const wlm_member_t *member);

/** Its requests in flight, over all processes. */
uint32_t wlm_member_in_flight(const wlm_member_t *member);
/** Those of them that it works on: without tunnels, which may be open for days with nothing to do. */
static inline uint32_t wlm_member_working_on(const wlm_member_t *member)
{
    uint32_t all = wlm_member_in_flight(member), tunnels = wlm_tally_number(&member->shared->tunnels);

    return all > tunnels ? all - tunnels : 0; /* they are not read at one moment */
}
/** Has it a limit of requests in flight, or may it get one by what its agent says or what is found (WLMConcurrency)? */
static inline int wlm_member_is_limited(const wlm_member_t *member)
{
    return member->limit > 0 || wlm_member_has_agent(member) || member->cluster->options->concurrency.max > 0;
}
/** The limit that was found (WLMConcurrency), without tunnels; 0: none is looked for. */
int wlm_member_found_limit(const wlm_member_t *member);
/** The limit that holds now: the least of MaxConnections (or WLMMemberShare), what its agent says, and what was found;
 *  tunnels count for the former two only. 0: none. */
int wlm_member_limit(const wlm_member_t *member);
/** Has it reached its limit of requests in flight? */
static inline int wlm_member_is_full(const wlm_member_t *member)
{
    int limit = wlm_member_is_limited(member) ? wlm_member_limit(member) : 0;

    return limit > 0 && wlm_tally_number(&member->shared->in_flight) >= (uint32_t)limit;
}
/** Count one request in flight more. @return 0: the limit is reached */
int wlm_member_acquire(wlm_member_t *member);
/** Count one request in flight less; wakes the first request in the cluster's queue. */
void wlm_member_release(wlm_member_t *member);
/** A request in flight has become a tunnel (status 101); it stays in flight. */
void wlm_member_begin_tunnel(wlm_member_t *member);
/** The tunnel has ended; before wlm_member_release(). */
void wlm_member_end_tunnel(wlm_member_t *member);

#endif
