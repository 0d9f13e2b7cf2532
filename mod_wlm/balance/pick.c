/* Selects the member for a request, in the steps of balance/pick.h. Runs on the threads that serve requests. */
#include "balance/availability.h"
#include "balance/last_resort.h"
#include "balance/limits.h"
#include "balance/member.h"
#include "balance/pick.h"
#include "balance/policies.h"
#include "balance/transition.h"

#define NEVER UINT64_MAX

typedef enum { ACQUIRED, CLOSED, FULL } acquire_result_t;

static void note_choice(wlm_pick_t *pick, wlm_member_t *member, int probe)
{
    pick->member = member;
    pick->probe = probe;
    pick->tried.index[pick->tried.n++] = (uint16_t)member->index;
}

static int is_down(wlm_availability_t availability)
{
    return availability == WLM_MEMBER_DOWN || availability == WLM_MEMBER_PROBING;
}

/* Is it down, and may this request probe it now? */
static int is_due_for_probe(const wlm_pick_t *pick, const wlm_member_t *member)
{
    return is_down(wlm_availability_of(member, pick->now)) && !wlm_member_is_checked(member)
           && wlm_health_is_due(atomic_load(&member->shared->health), pick->now)
           && wlm_transports_for(member, pick->secure) && !wlm_tried_has(&pick->tried, member);
}

/* Acquire a member that is up, or that is due for a probe that this request wins. A busy one is acquired for its
 * sessions only. */
static acquire_result_t acquire(wlm_pick_t *pick, wlm_member_t *member, int for_session)
{
    const wlm_limits_t limits = { .secure = pick->secure, .for_session = for_session };
    int probe = 0;

    if (pick->backups_only && member->cfg->tier != PLUGIN_CFG_BACKUP) {
        return CLOSED;
    }
    if (!wlm_limits_is_open(&limits, &pick->tried, member, pick->now) && !(probe = is_due_for_probe(pick, member))) {
        return CLOSED;
    }
    if (!wlm_member_acquire(member)) {
        return FULL;
    }
    if (probe && !wlm_transition_claim(member, pick->now)) {
        wlm_member_release(member);
        return CLOSED;
    }
    note_choice(pick, member, probe);
    return ACQUIRED;
}

/* -- the steps of a selection, in their order ---------------------------------- */

#define DEBT_MAX 65536u            /* most affinity requests that a member is in debt for */

/* IgnoreAffinityRequests="false": a request by affinity takes the slot of a later request without */
static void add_debt(wlm_member_t *member)
{
    if (!member->cluster->cfg->ignore_affinity_requests && wlm_member_accepts_new(member)
        && atomic_load(&member->shared->debt) < DEBT_MAX) {
        atomic_fetch_add(&member->shared->debt, 1);
    }
}

static int pay_debt(wlm_member_t *member)
{
    uint32_t debt = member->cluster->cfg->ignore_affinity_requests ? 0 : atomic_load(&member->shared->debt);

    while (debt > 0) {
        if (atomic_compare_exchange_weak(&member->shared->debt, &debt, debt - 1)) {
            return 1;
        }
    }
    return 0;
}

/* @param pfull  set to 1 when one that the session names is full
 * @return the first member that the session names, usable or not; NULL: it names none of this cluster */
static wlm_member_t *pick_by_session(wlm_pick_t *pick, wlm_cluster_t *cluster, const wlm_affinity_t *affinity,
                                     int *pfull)
{
    acquire_result_t result = CLOSED;
    wlm_member_t *first = NULL;
    int i;

    for (i = 0; i < affinity->nids; ++i) {
        apr_hash_t *index = affinity->ids[i].is_name ? cluster->by_name : cluster->by_clone_id;
        wlm_member_t *member = !index ? NULL : apr_hash_get(index, affinity->ids[i].id,
                                                            (apr_ssize_t)affinity->ids[i].len);

        if (!member) {
            continue;
        }
        if (!first) {
            first = member;
        }
        while (member && (result = acquire(pick, member, 1)) != ACQUIRED) {
            *pfull |= result == FULL;
            member = affinity->ids[i].is_name ? NULL : member->next_same_id;
        }
        if (member) {
            add_debt(member);
            break;
        }
    }
    return first;
}

/* Acquire a marked-down primary whose retry time has come. next_retry saves the scan while there is none. */
static void pick_due(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    _Atomic uint64_t *next_retry = &cluster->shared->next_retry;
    int i;

    if ((uint64_t)apr_time_as_msec(pick->now) < atomic_load(next_retry) || cluster->options->check.method) {
        return; /* none is due, or checks decide */
    }
    /* reset before the scan: a thread that marks a member down during the scan lowers the time again */
    atomic_store(next_retry, NEVER);
    for (i = 0; i < cluster->nmembers; ++i) {
        wlm_member_t *member = &cluster->members[i];
        wlm_health_t health = atomic_load(&member->shared->health);

        if (wlm_health_state(health) == WLM_UP || !wlm_member_accepts_new(member)) {
            continue;
        }
        if (!pick->member) {
            acquire(pick, member, 0);
        }
        health = atomic_load(&member->shared->health);
        if (wlm_health_state(health) != WLM_UP) {
            wlm_transition_retry_by(cluster, wlm_health_retry_at(health));
        }
    }
}

#define DEBTS_MAX 4096             /* most debts that one request sets off */
#define REDRAWS_MAX 64             /* after so many other requests have always been faster: count the members as full */

static int acquire_selected(wlm_pick_t *pick, const wlm_limits_t *limits, wlm_member_t *member)
{
    if (!wlm_member_acquire(member)) {
        return 0;
    }
    if (limits->avoid_doubted && !wlm_transition_try_doubted(member, pick->now)) {
        wlm_member_release(member);
        return 0;
    }
    note_choice(pick, member, 0);
    return 1;
}

/* @return 1: none is left, but some are full */
static int pick_by_policy(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    wlm_limits_t limits = { .secure = pick->secure, .avoid_doubted = pick->unrepeatable };
    int debts = 0, redraws = 0;

    while (redraws < REDRAWS_MAX) {
        wlm_member_t *member = cluster->policy->select(cluster, &pick->tried, &limits, pick->now, &pick->random);

        if (!member && !wlm_limits_lift(&limits)) {
            return limits.full;
        }
        if (member && debts < DEBTS_MAX && pay_debt(member)) {
            ++debts;
            continue;
        }
        if (member && acquire_selected(pick, &limits, member)) {
            return 0;
        }
        limits.redraw = 1;
        ++redraws;
    }
    return 1;
}

static int pick_backup(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    int full = 0, i;

    for (i = 0; i < cluster->nbackups && !pick->member; ++i) {
        if (wlm_member_weight(cluster->backups[i]) > 0) {
            full |= acquire(pick, cluster->backups[i], 0) == FULL;
        }
    }
    return full;
}

/* -- when no member is usable ------------------------------------------------------ */

static void pick_last_resort(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    wlm_member_t *member = wlm_last_resort_find(pick, cluster);

    if (member && wlm_member_acquire(member)) {
        note_choice(pick, member, 0);
    }
}

static int has_members_for_new(const wlm_pick_t *pick, const wlm_cluster_t *cluster)
{
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        if (wlm_member_serves(&cluster->members[i], pick->secure)) {
            return 1;
        }
    }
    return 0;
}

/* Steps 2 to 5 of balance/pick.h */
static wlm_pick_result_t pick_new(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    int full = 0;

    if (cluster->queue && !pick->in_turn && wlm_queue_waiting(cluster->queue) > 0) {
        return WLM_PICK_FULL; /* requests in the queue come first */
    }
    if (!pick->backups_only) {
        pick_due(pick, cluster);
    }
    if (!pick->backups_only && !pick->member) {
        full |= pick_by_policy(pick, cluster);
    }
    if (!pick->member) {
        full |= pick_backup(pick, cluster);
    }
    if (!pick->backups_only && !pick->member && !full) {
        pick_last_resort(pick, cluster);
    }
    if (pick->member) {
        return WLM_PICK_OK;
    }
    return full ? WLM_PICK_FULL : has_members_for_new(pick, cluster) ? WLM_PICK_EXHAUSTED : WLM_PICK_EMPTY;
}

wlm_pick_result_t wlm_pick_member(wlm_pick_t *pick, wlm_cluster_t *cluster, const wlm_affinity_t *affinity)
{
    wlm_member_t *named;
    wlm_pick_result_t result = WLM_PICK_OK;
    int full = 0;

    pick->member = NULL;
    pick->probe = 0;
    if (pick->tried.n == WLM_TRIED_MAX) {
        return WLM_PICK_EXHAUSTED;
    }
    named = pick_by_session(pick, cluster, affinity, &full);
    if (!pick->member && named && pick->strict) {
        return full ? WLM_PICK_SESSION_FULL : WLM_PICK_SESSION_LOST;
    }
    if (pick->member) {
        pick->session = WLM_SESSION_KEPT;
    }
    else {
        if (!named && pick->bound) {
            acquire(pick, pick->bound, 1);
        }
        result = pick->member ? WLM_PICK_OK : pick_new(pick, cluster);
        pick->session = !cluster->by_clone_id && !cluster->by_name ? WLM_SESSION_NONE
                      : !affinity->nids ? WLM_SESSION_NEW
                      : pick->member && pick->member == named ? WLM_SESSION_KEPT /* as a last resort */
                      : WLM_SESSION_MOVED;
    }
    pick->failed_over = pick->member && named && pick->member != named;
    return result;
}

wlm_pick_result_t wlm_pick_owner(wlm_pick_t *pick, wlm_member_t *owner)
{
    wlm_pick_result_t why = WLM_PICK_EXHAUSTED;
    acquire_result_t result = CLOSED;

    pick->member = NULL;
    pick->probe = 0;
    if (pick->tried.n == WLM_TRIED_MAX) {
        return why;
    }
    while (owner && (wlm_tried_has(&pick->tried, owner) || (result = acquire(pick, owner, 1)) != ACQUIRED)) {
        if (!wlm_tried_has(&pick->tried, owner) && why != WLM_PICK_SESSION_FULL) {
            why = result == FULL ? WLM_PICK_SESSION_FULL : WLM_PICK_SESSION_LOST;
        }
        owner = owner->next_same_id;
    }
    if (!owner) {
        return why;
    }
    add_debt(owner);
    pick->session = WLM_SESSION_KEPT;
    pick->failed_over = 0;
    return WLM_PICK_OK;
}

int wlm_pick_second(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    wlm_limits_t limits = { .secure = pick->secure, .avoid_doubted = 1 };
    wlm_member_t *member;
    int redraws;

    if (pick->backups_only || pick->tried.n == WLM_TRIED_MAX
        || (cluster->queue && wlm_queue_waiting(cluster->queue) > 0)) {
        return 0;
    }
    for (redraws = 0; redraws < REDRAWS_MAX; ++redraws) {
        member = cluster->policy->select(cluster, &pick->tried, &limits, pick->now, &pick->random);
        if (!member) {
            return 0;
        }
        if (!wlm_health_doubts(atomic_load(&member->shared->health)) && wlm_member_acquire(member)) {
            note_choice(pick, member, 0);
            return 1;
        }
        limits.redraw = 1;
    }
    return 0;
}

const char *wlm_pick_session_name(wlm_session_t session)
{
    static const char *const names[] = {
        [WLM_SESSION_NONE] = "none", [WLM_SESSION_NEW] = "new",
        [WLM_SESSION_KEPT] = "kept", [WLM_SESSION_MOVED] = "moved",
    };
    return names[session];
}
