/* Reads a member's state into the view; without locks, on the thread that answers a status request. */
#include <apr_strings.h>
#include "balance/availability.h"
#include "balance/member.h"
#include "health/admin_state.h"
#include "view/member_state.h"

static uint64_t since(const wlm_shared_member_t *shared, wlm_availability_t availability)
{
    switch (availability) {
    case WLM_MEMBER_DOWN:
    case WLM_MEMBER_PROBING:
        return atomic_load(&shared->down_since);
    case WLM_MEMBER_CHECKED_OUT:
    case WLM_MEMBER_SILENT:
        return atomic_load(&shared->checked_out_since);
    case WLM_MEMBER_REPORTED_OUT:
        return atomic_load(&shared->reported_out_since);
    case WLM_MEMBER_LEFT_OUT:
        return atomic_load(&shared->left_out_since);
    case WLM_MEMBER_BUSY:
        return atomic_load(&shared->busy_since);
    case WLM_MEMBER_UNUSABLE:
        return 0;
    default:
        return atomic_load(&shared->up_since);
    }
}

/* Where there are checks only these bring back a member that they have taken out, or that requests have marked down.
 * One that its agent has taken out is not tried: the agent says when it is back; nor is one whose node is silent, and
 * one that a request tries now is not tried by another one before that has ended.
 * @return ms of base/clock.h; 0: there is no such time */
static uint64_t next_try(const wlm_member_t *member, wlm_availability_t availability, apr_time_t now)
{
    int by_checks = availability == WLM_MEMBER_CHECKED_OUT || availability == WLM_MEMBER_DOWN;

    return availability == WLM_MEMBER_REPORTED_OUT || availability == WLM_MEMBER_SILENT
           || availability == WLM_MEMBER_PROBING ? 0
         : by_checks && wlm_member_is_checked(member)
           ? atomic_load(&member->shared->checked_at)
             + (uint64_t)apr_time_as_msec(member->cluster->options->check.interval)
           : (uint64_t)apr_time_as_msec(wlm_availability_back_at(member, now));
}

static const char *text_of_rule(const wlm_check_rule_t *rule, apr_pool_t *p)
{
    return apr_psprintf(p, "%s %s each %.1f s", rule->method, rule->path, (double)rule->interval / APR_USEC_PER_SEC);
}

void wlm_view_read_check(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment,
                         apr_pool_t *p)
{
    const wlm_shared_member_t *shared = member->shared;
    uint64_t at = atomic_load(&shared->checked_at), noted;

    if (!wlm_member_is_checked(member)) {
        return;
    }
    view->check = text_of_rule(&member->cluster->options->check, p);
    if (at) {
        view->checked_at = wlm_clock_day(at, moment);
        view->check_time = (double)atomic_load(&shared->check_time) / APR_USEC_PER_SEC;
        view->check_error = wlm_shared_text_dup(&shared->check_error, &noted, p);
        view->check_result = view->check_error ? "failed" : "good";
    }
}

void wlm_view_read_state(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment)
{
    const wlm_shared_member_t *shared = member->shared;
    wlm_availability_t availability = wlm_availability_without_admin(member, moment->now);
    wlm_admin_state_t admin = atomic_load(&shared->admin);

    view->state = wlm_availability_name(availability);
    view->since = wlm_clock_day(since(shared, availability), moment);
    view->next_retry = wlm_clock_day(next_try(member, availability, moment->now), moment);
    view->admin_state = wlm_admin_state_name(wlm_admin_state_mode(admin));
    view->admin_until = wlm_clock_day((uint64_t)apr_time_as_msec(wlm_admin_state_until(admin)), moment);
    view->weight = (uint64_t)wlm_member_weight(member);
    view->configured_weight = (uint64_t)member->cfg->weight;
    view->warmth = wlm_availability_warmth(member, member->cluster->options->slow_start, moment->now) / 10.0;
}
