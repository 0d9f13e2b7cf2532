/* Whether a member may be used now. Reads the shared records and changes nothing; any thread. */
#include "balance/availability.h"
#include "balance/member.h"
#include "health/admin_state.h"
#include "health/check_state.h"

static int is_before(apr_time_t now, const _Atomic uint64_t *until)
{
    uint64_t ms = atomic_load(until);

    return ms && (uint64_t)apr_time_as_msec(now) < ms;
}

int wlm_availability_is_reported_out(const wlm_member_t *member)
{
    return wlm_reported_state_is_out(wlm_member_reported_state(member));
}

wlm_availability_t wlm_availability_without_admin(const wlm_member_t *member, apr_time_t now)
{
    const wlm_shared_member_t *shared = member->shared;
    wlm_check_state_t check = atomic_load(&shared->check);

    if (!wlm_transports_is_reachable(member)) {
        return WLM_MEMBER_UNUSABLE;
    }
    if (wlm_check_state_is_out(check)) {
        return check & WLM_CHECK_OUT ? WLM_MEMBER_CHECKED_OUT : WLM_MEMBER_SILENT;
    }
    if (wlm_availability_is_reported_out(member)) {
        return WLM_MEMBER_REPORTED_OUT;
    }
    switch (wlm_health_state(atomic_load(&shared->health))) {
    case WLM_DOWN:
        return WLM_MEMBER_DOWN;
    case WLM_PROBING:
        return WLM_MEMBER_PROBING;
    case WLM_UP:
        break;
    }
    return is_before(now, &shared->out_until) ? WLM_MEMBER_LEFT_OUT
         : is_before(now, &shared->busy_until) ? WLM_MEMBER_BUSY : WLM_MEMBER_USABLE;
}

wlm_availability_t wlm_availability_of(const wlm_member_t *member, apr_time_t now)
{
    return wlm_admin_state_mode(atomic_load(&member->shared->admin)) == WLM_DISABLED
           ? WLM_MEMBER_DISABLED : wlm_availability_without_admin(member, now);
}

const char *wlm_availability_name(wlm_availability_t availability)
{
    static const char *const names[] = {
        [WLM_MEMBER_USABLE] = "up", [WLM_MEMBER_DISABLED] = "disabled", [WLM_MEMBER_UNUSABLE] = "unusable",
        [WLM_MEMBER_CHECKED_OUT] = "checked-out", [WLM_MEMBER_REPORTED_OUT] = "reported-out",
        [WLM_MEMBER_SILENT] = "silent",
        [WLM_MEMBER_DOWN] = "down", [WLM_MEMBER_PROBING] = "probing",
        [WLM_MEMBER_LEFT_OUT] = "left-out", [WLM_MEMBER_BUSY] = "busy"
    };
    return names[availability];
}

apr_time_t wlm_availability_back_at(const wlm_member_t *member, apr_time_t now)
{
    const wlm_shared_member_t *shared = member->shared;

    switch (wlm_availability_of(member, now)) {
    case WLM_MEMBER_CHECKED_OUT:
    case WLM_MEMBER_SILENT:
    case WLM_MEMBER_REPORTED_OUT:
        return now + member->cluster->retry.interval + 1;
    case WLM_MEMBER_DOWN:
    case WLM_MEMBER_PROBING:
        return wlm_health_retry_at(atomic_load(&shared->health));
    case WLM_MEMBER_LEFT_OUT:
        return apr_time_from_msec(atomic_load(&shared->out_until));
    case WLM_MEMBER_BUSY:
        return apr_time_from_msec(atomic_load(&shared->busy_until));
    default:
        return 0;
    }
}

int wlm_availability_warmth(const wlm_member_t *member, apr_interval_time_t slow_start, apr_time_t now)
{
    uint64_t since = atomic_load(&member->shared->up_since);
    apr_interval_time_t elapsed = now - apr_time_from_msec(since);

    if (!since || slow_start <= 0 || elapsed >= slow_start) {
        return 1000;
    }
    return elapsed <= 0 ? 1 : 1 + (int)(elapsed * 999 / slow_start);
}

int wlm_availability_has_answered_since(const wlm_member_t *member, apr_time_t since)
{
    return apr_time_from_msec(atomic_load(&member->shared->answered)) >= since;
}

apr_time_t wlm_availability_next_retry(const wlm_cluster_t *cluster, apr_time_t now)
{
    apr_time_t next = 0;
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        apr_time_t at = wlm_availability_back_at(&cluster->members[i], now);
        if (at && (!next || at < next)) {
            next = at;
        }
    }
    return next;
}
