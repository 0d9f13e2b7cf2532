/* Whether a member needs attention, and why. Runs on the thread that answers a status request. */
#include <apr_strings.h>
#include "balance/availability.h"
#include "balance/member.h"
#include "base/count.h"
#include "health/admin_state.h"
#include "shared/samples.h"
#include "view/attention.h"
#include "view/out.h"

/* By its agent, which has said maint or drain, or that it was stopped */
static int is_kept_away_on_purpose(const wlm_member_t *member, apr_time_t now)
{
    wlm_reported_state_t state = wlm_member_reported_state(member);
    wlm_reported_is_t is = wlm_reported_state_is(state);
    wlm_availability_t availability = wlm_availability_without_admin(member, now);

    return is != WLM_REPORTED_DOWN && is != WLM_REPORTED_FAIL
           && (availability == WLM_MEMBER_REPORTED_OUT
               || (availability == WLM_MEMBER_USABLE && wlm_reported_state_drains(state)));
}

/* A member that an administrator has drained or disabled needs no more attention when it is not up */
static wlm_attention_t attention_of(const wlm_view_member_t *view, const wlm_member_t *member, apr_time_t now)
{
    wlm_admin_state_t admin = atomic_load(&member->shared->admin);

    return wlm_admin_state_mode(admin) != WLM_ENABLED || is_kept_away_on_purpose(member, now) ? WLM_ATTENTION_STEERED
           : wlm_availability_without_admin(member, now) != WLM_MEMBER_USABLE ? WLM_ATTENTION_OUT
           : 20 * (wlm_samples_sum(view->recent_failures, WLM_RECENT_SAMPLES)
                   + wlm_samples_sum(view->recent_errors, WLM_RECENT_SAMPLES))
             > wlm_samples_sum(view->recent_requests, WLM_RECENT_SAMPLES) ? WLM_ATTENTION_FAILING
           : admin ? WLM_ATTENTION_STEERED : WLM_ATTENTION_NONE;
}

static const char *attention_name_of(wlm_attention_t attention)
{
    static const char *const names[] = { [WLM_ATTENTION_NONE] = "none",
                                         [WLM_ATTENTION_STEERED] = "steered",
                                         [WLM_ATTENTION_FAILING] = "failing",
                                         [WLM_ATTENTION_OUT] = "out" };
    return names[attention];
}

static const char *reason_of_failing(const wlm_view_member_t *view, apr_pool_t *p)
{
    const char *requests = wlm_count_text((apr_int64_t)view->recent_requests_sum, "request", p);
    apr_uint64_t failures = view->recent_failures_sum, errors = view->recent_errors_sum;

    return !errors ? apr_psprintf(p, "%" APR_UINT64_T_FMT " of %s of the last 15 min failed", failures, requests)
         : apr_psprintf(p, "%" APR_UINT64_T_FMT " of %s of the last 15 min got a response 5xx%s", errors, requests,
                        failures ? apr_psprintf(p, ", %" APR_UINT64_T_FMT " failed", failures) : "");
}

/* Whether what a person has taken out can be stopped */
static const char *reason_of_steered(const wlm_view_member_t *view, wlm_admin_mode_t mode, const wlm_moment_t *moment,
                                     apr_pool_t *p)
{
    uint64_t day = (uint64_t)apr_time_as_msec(moment->day), last = view->last_session_request;
    const char *word = mode == WLM_DISABLED ? "disabled" : view->in_flight ? "draining" : "drained";
    const char *in_flight = view->in_flight ? apr_psprintf(p, "%" APR_UINT64_T_FMT, (apr_uint64_t)view->in_flight)
                                            : "nothing";
    const char *ago = last ? apr_pstrcat(p, "last session request ", wlm_out_span(day > last ? day - last : 0, p),
                                         " ago", NULL) : "no session request so far";

    return apr_psprintf(p, "%s: %s in flight, %s", word, in_flight, ago);
}

static const char *reason_of(const wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment,
                             apr_pool_t *p)
{
    wlm_admin_mode_t mode = wlm_admin_state_mode(atomic_load(&member->shared->admin));

    switch (wlm_availability_without_admin(member, moment->now)) {
    case WLM_MEMBER_PROBING:
        return "one request tries it now";
    case WLM_MEMBER_CHECKED_OUT:
        return view->check_error ? apr_pstrcat(p, "health checks fail: ", view->check_error, NULL)
                                 : "health checks fail";
    case WLM_MEMBER_SILENT:
        return "no STATUS, and no answer";
    case WLM_MEMBER_REPORTED_OUT:
        return apr_psprintf(p, "its agent says %s", view->reported_state);
    case WLM_MEMBER_LEFT_OUT:
        return "it has failed too often of late";
    case WLM_MEMBER_BUSY:
        return "it says so: no new sessions";
    case WLM_MEMBER_UNUSABLE:
        return "it has no Transport that can be used";
    case WLM_MEMBER_DOWN:
        return view->last_error;
    default:
        return mode != WLM_ENABLED ? reason_of_steered(view, mode, moment, p)
               : view->attention == WLM_ATTENTION_FAILING ? reason_of_failing(view, p)
               : view->silent == 1 ? "no STATUS any more, but it answers"
               : view->warmth < 100
               ? apr_psprintf(p, "warms up: %.1f %% of its weight counts (WLMSlowStart)", view->warmth) : NULL;
    }
}

void wlm_view_judge(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment, apr_pool_t *p)
{
    view->attention = attention_of(view, member, moment->now);
    view->attention_name = attention_name_of(view->attention);
    view->reason = reason_of(view, member, moment, p);
}
