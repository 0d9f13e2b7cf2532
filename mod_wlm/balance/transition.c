/* Changes of a member's state by outcomes of requests, active checks and administrators. Each is one atomic operation
 * on the member's record, by any thread of any process; then all processes make a new schedule. */
#include "balance/member.h"
#include "balance/transition.h"
#include "base/clock.h"
#include "base/random.h"

int wlm_transition_claim(wlm_member_t *member, apr_time_t now)
{
    wlm_health_t before, after = wlm_health_apply(&member->shared->health, &before, WLM_EVENT_CLAIM, now,
                                                  &member->cluster->retry, 0);
    return after != before;
}

int wlm_transition_try_doubted(wlm_member_t *member, apr_time_t now)
{
    _Atomic wlm_health_t *health = &member->shared->health;
    wlm_health_t before;

    return !wlm_health_doubts(atomic_load(health))
           || wlm_health_apply(health, &before, WLM_EVENT_DOUBT_TRIED, now, &member->cluster->retry, 0) != before
           || !wlm_health_doubts(before);
}

void wlm_transition_schedule(wlm_member_t *member, int is_back, apr_time_t now)
{
    if (is_back) {
        atomic_store(&member->shared->up_since, (uint64_t)apr_time_as_msec(now));
    }
    wlm_shared_cluster_schedule(member->cluster->shared);
}

/* A member that was disabled comes back with slow start, as one that was down */
static void after_admin(wlm_member_t *member, wlm_admin_state_t before, wlm_admin_state_t after, apr_time_t now)
{
    int is_back = wlm_admin_state_mode(before) == WLM_DISABLED && wlm_admin_state_mode(after) != WLM_DISABLED;

    wlm_transition_schedule(member, is_back, now);
}

void wlm_transition_admin(wlm_member_t *member, wlm_admin_state_t state, apr_time_t now)
{
    after_admin(member, atomic_exchange(&member->shared->admin, state), state, now);
}

int wlm_transition_end_admin(wlm_member_t *member, apr_time_t now)
{
    wlm_admin_state_t state = atomic_load(&member->shared->admin);

    if (!wlm_admin_state_is_over(state, now) || !atomic_compare_exchange_strong(&member->shared->admin, &state, 0)) {
        return 0;
    }
    after_admin(member, state, 0, now);
    return 1;
}

wlm_health_state_t wlm_transition_event(wlm_member_t *member, wlm_health_event_t event, apr_time_t now, int *pchanged)
{
    uint64_t random = (uint64_t)now + (uint64_t)member->index; /* the time's microseconds are as good as any number */
    int by_checks = event == WLM_EVENT_ALIVE && wlm_member_is_checked(member);
    wlm_health_event_t applied = by_checks ? WLM_EVENT_ANSWERED : event;
    wlm_health_t before, after = wlm_health_apply(&member->shared->health, &before, applied, now,
                                                  &member->cluster->retry, wlm_random_next(&random));
    int was_up = wlm_health_state(before) == WLM_UP, is_up = wlm_health_state(after) == WLM_UP;

    if (event == WLM_EVENT_ALIVE) {
        atomic_store(&member->shared->answered, (uint64_t)apr_time_as_msec(now));
    }
    if (after != before && !is_up) {
        wlm_transition_retry_by(member->cluster, wlm_health_retry_at(after));
    }
    if (was_up != is_up) {
        atomic_store(&member->shared->down_since, is_up ? 0 : (uint64_t)apr_time_as_msec(now));
        if (!is_up) {
            atomic_fetch_add(&member->shared->mark_downs, 1);
        }
        wlm_transition_schedule(member, is_up, now);
    }
    if (pchanged) {
        *pchanged = was_up != is_up;
    }
    return wlm_health_state(after);
}

int wlm_transition_is_new_doubt(wlm_member_t *member, uint64_t request)
{
    return atomic_exchange(&member->shared->doubted_by, request) != request;
}

void wlm_transition_mark_up(wlm_member_t *member, apr_time_t now)
{
    wlm_shared_member_t *shared = member->shared;

    atomic_store(&shared->check, 0);
    atomic_store(&shared->heartbeat, 0);
    atomic_store(&shared->reported_state, 0);
    atomic_store(&shared->out_until, 0);
    atomic_store(&shared->busy_until, 0);
    wlm_transition_event(member, WLM_EVENT_UP, now, NULL);
    wlm_transition_schedule(member, 1, now); /* also when only checks have kept it out */
}

int wlm_transition_busy_until(wlm_member_t *member, apr_time_t until, apr_time_t now)
{
    uint64_t ms = (uint64_t)apr_time_as_msec(now);
    int begins = atomic_exchange(&member->shared->busy_until, (uint64_t)apr_time_as_msec(until)) <= ms;

    if (begins) {
        atomic_store(&member->shared->busy_since, ms);
    }
    return begins;
}

void wlm_transition_note_check(wlm_member_t *member, const char *why, apr_interval_time_t time, apr_time_t now)
{
    wlm_shared_member_t *shared = member->shared;

    atomic_store(&shared->check_time, time > UINT32_MAX ? UINT32_MAX : (uint32_t)time);
    wlm_shared_text_put(&shared->check_error, wlm_clock_today(), why ? why : "");
    atomic_store(&shared->checked_at, (uint64_t)apr_time_as_msec(now));
}

wlm_check_result_t wlm_transition_check(wlm_member_t *member, int good, int rise, int fall, apr_time_t now)
{
    wlm_check_state_t before = atomic_load(&member->shared->check), after;
    int was_out, is_out, brought_back = 0;

    do {
        after = wlm_check_state_after(before, good, rise, fall);
    } while (!atomic_compare_exchange_weak(&member->shared->check, &before, after));
    was_out = (before & WLM_CHECK_OUT) != 0; /* whatever its node says */
    is_out = (after & WLM_CHECK_OUT) != 0;
    if (was_out != is_out) {
        if (is_out) {
            atomic_store(&member->shared->checked_out_since, (uint64_t)apr_time_as_msec(now));
        }
        wlm_transition_schedule(member, !is_out, now);
    }
    if (wlm_check_state_has_risen(after, rise)) {
        wlm_transition_event(member, WLM_EVENT_UP, now, &brought_back);
    }
    return !was_out && is_out ? WLM_CHECK_TAKEN_OUT
         : (was_out && !is_out) || brought_back ? WLM_CHECK_BROUGHT_BACK : WLM_CHECK_SAME;
}

void wlm_transition_retry_by(wlm_cluster_t *cluster, apr_time_t at)
{
    uint64_t ms = (uint64_t)apr_time_as_msec(at), was = atomic_load(&cluster->shared->next_retry);

    while (ms < was && !atomic_compare_exchange_weak(&cluster->shared->next_retry, &was, ms)) {
    }
}

void wlm_transition_note(wlm_member_t *member, const char *text)
{
    wlm_event_ring_add(&member->shared->events, wlm_clock_today(), text);
}
