#include <apr_strings.h>
#include "wlm_cluster_private.h"

#define NEVER UINT64_MAX

const plugin_cfg_transport_t *wlm_transport_of(const plugin_cfg_server_t *server)
{
    int i;

    for (i = 0; i < server->transports->nelts; ++i) {
        const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *);
        if (transport->protocol == PLUGIN_CFG_HTTP) {
            return transport;
        }
    }
    return NULL;
}

static void make_member(wlm_member_t *member, wlm_cluster_t *cluster, int index, wlm_shared_member_t *shared,
                        apr_pool_t *p)
{
    member->cfg = APR_ARRAY_IDX(cluster->cfg->members, index, plugin_cfg_server_t *);
    member->cluster = cluster;
    member->index = index;
    member->shared = shared;
    member->transport = wlm_transport_of(member->cfg);
    member->was = member->transport
                  ? apr_psprintf(p, strchr(member->transport->host, ':') ? "[%s]:%d" : "%s:%d",
                                 member->transport->host, member->transport->port)
                  : "-";
    if (member->cfg->clone_id) {
        if (!cluster->by_clone_id) {
            cluster->by_clone_id = apr_hash_make(p);
        }
        /* the first of two that claim the same clone id has it; the reader has warned */
        if (!apr_hash_get(cluster->by_clone_id, member->cfg->clone_id, APR_HASH_KEY_STRING)) {
            apr_hash_set(cluster->by_clone_id, member->cfg->clone_id, APR_HASH_KEY_STRING, member);
        }
    }
}

static wlm_member_t *member_of(const wlm_cluster_t *cluster, const plugin_cfg_server_t *server)
{
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        if (cluster->members[i].cfg == server) {
            return &cluster->members[i];
        }
    }
    return NULL;
}

wlm_cluster_t *wlm_cluster_make(const plugin_cfg_cluster_t *cfg, const wlm_options_t *options,
                                wlm_shared_cluster_t *shared, wlm_shared_member_t *members, apr_pool_t *p)
{
    wlm_cluster_t *cluster = apr_pcalloc(p, sizeof(*cluster));
    int i;

    cluster->cfg = cfg;
    cluster->options = options;
    cluster->policy = cfg->load_balance == PLUGIN_CFG_RANDOM ? &wlm_policy_random : &wlm_policy_round_robin;
    cluster->shared = shared;
    cluster->retry_interval = apr_time_from_sec(cfg->retry_interval);
    cluster->pool = p;
    cluster->nmembers = cfg->members->nelts;
    cluster->members = apr_pcalloc(p, sizeof(*cluster->members) * (cluster->nmembers + 1));
    for (i = 0; i < cluster->nmembers; ++i) {
        make_member(&cluster->members[i], cluster, i, &members[i], p);
    }
    cluster->nbackups = cfg->backups->nelts;
    cluster->backups = apr_pcalloc(p, sizeof(*cluster->backups) * (cluster->nbackups + 1));
    for (i = 0; i < cluster->nbackups; ++i) {
        cluster->backups[i] = member_of(cluster, APR_ARRAY_IDX(cfg->backups, i, plugin_cfg_server_t *));
    }
    wlm_cluster_schedule_init(cluster, p);
    return cluster;
}

uint64_t wlm_random_next(uint64_t *random)
{
    uint64_t z = (*random += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

const char *wlm_session_name(wlm_session_t session)
{
    static const char *const names[] = {
        [WLM_SESSION_NONE] = "none", [WLM_SESSION_NEW] = "new",
        [WLM_SESSION_KEPT] = "kept", [WLM_SESSION_MOVED] = "moved",
    };
    return names[session];
}

/* lower a shared time to `at`, never raise it */
static void lower(_Atomic uint64_t *shared, uint64_t at)
{
    uint64_t was = atomic_load(shared);

    while (at < was && !atomic_compare_exchange_weak(shared, &was, at)) {
    }
}

wlm_health_state_t wlm_member_event(wlm_member_t *member, wlm_health_event_t event, apr_time_t now, int *pchanged)
{
    wlm_cluster_t *cluster = member->cluster;
    wlm_health_t before, after = wlm_health_apply(member->shared, &before, event, now, cluster->retry_interval);
    int was_up = wlm_health_state(before) == WLM_UP, is_up = wlm_health_state(after) == WLM_UP;

    if (after != before && !is_up) {
        lower(&cluster->shared->next_retry, (uint64_t)apr_time_as_msec(wlm_health_retry_at(after)));
    }
    if (was_up != is_up) {
        atomic_store(&member->shared->down_since, is_up ? 0 : (uint64_t)apr_time_as_msec(now));
        atomic_fetch_add(&cluster->shared->turn, (uint64_t)1 << 32); /* the state is written: now a new schedule */
    }
    if (pchanged) {
        *pchanged = was_up != is_up;
    }
    return wlm_health_state(after);
}

apr_time_t wlm_cluster_next_retry(const wlm_cluster_t *cluster)
{
    apr_time_t next = 0;
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        apr_time_t at = wlm_health_retry_at(atomic_load(&cluster->members[i].shared->health));
        if (at && (!next || at < next)) {
            next = at;
        }
    }
    return next;
}

/* -- acquiring -------------------------------------------------------------- */

static int acquire(wlm_member_t *member)
{
    uint32_t in_flight = atomic_load(&member->shared->in_flight);
    int max = member->cfg->max_connections;

    do {
        if (max > 0 && in_flight >= (uint32_t)max) {
            return 0;
        }
    } while (!atomic_compare_exchange_weak(&member->shared->in_flight, &in_flight, in_flight + 1));
    if (member->own_in_flight) {
        atomic_fetch_add(member->own_in_flight, 1);
    }
    return 1;
}

void wlm_member_release(wlm_member_t *member)
{
    if (member->own_in_flight) {
        atomic_fetch_sub(member->own_in_flight, 1);
    }
    atomic_fetch_sub(&member->shared->in_flight, 1);
}

static int claim(wlm_member_t *member, apr_time_t now)
{
    wlm_health_t before, after = wlm_health_apply(member->shared, &before, WLM_EVENT_CLAIM, now,
                                                  member->cluster->retry_interval);
    return after != before;
}

/* What stands in the way of giving the request to this member? */
typedef enum { TAKEN, TRIED, UNUSABLE, FULL } take_t;

static int was_tried(const wlm_pick_t *pick, const wlm_member_t *member)
{
    int i;

    for (i = 0; i < pick->ntried; ++i) {
        if (pick->tried[i] == member->index) {
            return 1;
        }
    }
    return 0;
}

static take_t chosen(wlm_pick_t *pick, wlm_member_t *member, int probe)
{
    pick->member = member;
    pick->probe = probe;
    pick->tried[pick->ntried++] = (uint16_t)member->index;
    return TAKEN;
}

/* Take a member that is up, or due for a probe that this request wins */
static take_t take(wlm_pick_t *pick, wlm_member_t *member)
{
    wlm_health_t health = atomic_load(&member->shared->health);
    int up = wlm_health_state(health) == WLM_UP;

    if (!member->transport || (!up && !wlm_health_is_due(health, pick->now))) {
        return UNUSABLE;
    }
    if (was_tried(pick, member)) {
        return TRIED;
    }
    if (!acquire(member)) {
        return FULL;
    }
    if (!up && !claim(member, pick->now)) {
        wlm_member_release(member);
        return UNUSABLE;
    }
    return chosen(pick, member, !up);
}

/* -- the steps of a choice, in their order ------------------------------------ */

#define DEBT_MAX 65536u            /* affinity requests that one member can be ahead by */

/* IgnoreAffinityRequests="false": a request that was not drawn is set off against one that is */
static void add_debt(wlm_member_t *member)
{
    if (!member->cluster->cfg->ignore_affinity_requests && wlm_member_takes_new(member)
        && atomic_load(&member->shared->debt) < DEBT_MAX) {
        atomic_fetch_add(&member->shared->debt, 1);
    }
}

static int pay_debt(wlm_member_t *member)
{
    uint32_t debt = atomic_load(&member->shared->debt);

    while (debt > 0) {
        if (atomic_compare_exchange_weak(&member->shared->debt, &debt, debt - 1)) {
            return 1;
        }
    }
    return 0;
}

/* @return the first member that the session names (usable or not), NULL when it names none of this cluster */
static wlm_member_t *pick_by_session(wlm_pick_t *pick, wlm_cluster_t *cluster, const wlm_affinity_t *affinity)
{
    wlm_member_t *first = NULL;
    int i;

    for (i = 0; i < affinity->nids && cluster->by_clone_id; ++i) {
        wlm_member_t *member = apr_hash_get(cluster->by_clone_id, affinity->ids[i].id,
                                            (apr_ssize_t)affinity->ids[i].len);
        if (!member) {
            continue;
        }
        if (!first) {
            first = member;
        }
        if (take(pick, member) == TAKEN) {
            add_debt(member);
            break;
        }
    }
    return first;
}

/* A marked-down primary whose time has come. next_retry spares the look while there is none. */
static void pick_due(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    _Atomic uint64_t *next_retry = &cluster->shared->next_retry;
    int i;

    if ((uint64_t)apr_time_as_msec(pick->now) < atomic_load(next_retry)) {
        return;
    }
    /* first reset, then look: who marks a member down meanwhile lowers the time again after us */
    atomic_store(next_retry, NEVER);
    for (i = 0; i < cluster->nmembers; ++i) {
        wlm_member_t *member = &cluster->members[i];
        wlm_health_t health = atomic_load(&member->shared->health);

        if (wlm_health_state(health) == WLM_UP || !wlm_member_takes_new(member)) {
            continue;
        }
        if (!pick->member) {
            take(pick, member);
        }
        health = atomic_load(&member->shared->health);
        if (wlm_health_state(health) != WLM_UP) {
            lower(next_retry, (uint64_t)apr_time_as_msec(wlm_health_retry_at(health)));
        }
    }
}

#define DRAWS_MAX 64               /* then a scan is cheaper than drawing members that cannot be taken */
#define DEBTS_MAX 4096             /* debts that one request pays off at the most */

static int pick_by_policy(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    int draws = 0, debts = 0, full = 0, i;
    wlm_member_t *member = NULL;

    while (draws < DRAWS_MAX) {
        member = cluster->policy->draw(cluster, &pick->random);
        if (!member) {
            return full;
        }
        if (debts < DEBTS_MAX && pay_debt(member)) {
            ++debts;
            continue;
        }
        switch (take(pick, member)) {
        case TAKEN:
            return 0;
        case FULL:
            full = 1;
            /* fall through */
        default:
            ++draws;
        }
    }
    for (i = 1; i <= cluster->nmembers; ++i) {
        wlm_member_t *next = &cluster->members[(member->index + i) % cluster->nmembers];
        take_t taken = wlm_member_takes_new(next) ? take(pick, next) : UNUSABLE;
        if (taken == TAKEN) {
            return 0;
        }
        full |= taken == FULL;
    }
    return full;
}

static int pick_backup(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    int full = 0, i;

    for (i = 0; i < cluster->nbackups && !pick->member; ++i) {
        if (cluster->backups[i]->cfg->weight > 0) {
            full |= take(pick, cluster->backups[i]) == FULL;
        }
    }
    return full;
}

static int takes_new_in_any_tier(const wlm_member_t *member)
{
    return member->transport && member->cfg->weight > 0;
}

/* Nobody is up: the member whose last fault is longest ago (its retry time is the earliest) */
static void pick_last_resort(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    wlm_member_t *oldest = NULL;
    apr_time_t oldest_at = 0;
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        wlm_member_t *member = &cluster->members[i];
        apr_time_t at = wlm_health_retry_at(atomic_load(&member->shared->health));

        if (at && takes_new_in_any_tier(member) && !was_tried(pick, member) && (!oldest || at < oldest_at)) {
            oldest = member;
            oldest_at = at;
        }
    }
    if (oldest && acquire(oldest)) {
        chosen(pick, oldest, 0);
    }
}

static int has_members_for_new(const wlm_cluster_t *cluster)
{
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        if (takes_new_in_any_tier(&cluster->members[i])) {
            return 1;
        }
    }
    return 0;
}

/* Steps 2 to 5 of the header. */
static wlm_pick_result_t pick_new(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    int full = 0;

    pick_due(pick, cluster);
    if (!pick->member) {
        full |= pick_by_policy(pick, cluster);
    }
    if (!pick->member) {
        full |= pick_backup(pick, cluster);
    }
    if (!pick->member && !full && !pick->stop_last_resort) {
        pick_last_resort(pick, cluster);
    }
    if (pick->member) {
        return WLM_PICK_OK;
    }
    return full ? WLM_PICK_FULL : has_members_for_new(cluster) ? WLM_PICK_EXHAUSTED : WLM_PICK_EMPTY;
}

wlm_pick_result_t wlm_cluster_pick(wlm_pick_t *pick, wlm_cluster_t *cluster, const wlm_affinity_t *affinity)
{
    wlm_member_t *named;
    wlm_pick_result_t result = WLM_PICK_OK;

    pick->member = NULL;
    pick->probe = 0;
    if (pick->ntried == WLM_TRIED_MAX) {
        return WLM_PICK_EXHAUSTED;
    }
    named = pick_by_session(pick, cluster, affinity);
    if (!pick->member && named && pick->strict) {
        return WLM_PICK_SESSION_LOST;
    }
    if (pick->member) {
        pick->session = WLM_SESSION_KEPT;
    }
    else {
        result = pick_new(pick, cluster);
        pick->session = !cluster->by_clone_id ? WLM_SESSION_NONE
                      : !affinity->nids ? WLM_SESSION_NEW
                      : pick->member && pick->member == named ? WLM_SESSION_KEPT /* as a last resort */
                      : WLM_SESSION_MOVED;
    }
    pick->failed_over = pick->member && named && pick->member != named;
    return result;
}
