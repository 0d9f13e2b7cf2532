/* Log lines about an attempt, and the event of a member whose health it has changed. On the worker thread of the
 * request. */
#include "httpd/request/attempt_log.h"
#include <httpd.h>
#include <apr_strings.h>
#include <http_log.h>
#include "balance/availability.h"
#include "balance/member.h"
#include "balance/model.h"
#include "balance/outcome.h"
#include "balance/pick.h"
#include "balance/transition.h"
#include "base/clock.h"
#include "health/health.h"
#include "httpd/context/context.h"
#include "httpd/request/journey.h"

#define FAILURE_LINES 10           /* in a second, of a cluster's attempts with the same outcome, over all processes */

/* One cause makes many requests fail: then a part of the failures tells what there is to tell, and their number.
 * @return 0: this one is left out */
static int take_line(const wlm_member_t *member, wlm_outcome_t outcome, uint64_t *pleft_out)
{
    return wlm_line_limit_take(&member->cluster->shared->failure_lines[outcome], FAILURE_LINES, wlm_now(), pleft_out);
}

static void log_failure(const wlm_journey_t *journey, const wlm_member_t *member)
{
    const wlm_attempt_t *attempt = &journey->exchange->attempt;
    const char *address = journey->exchange->transport->host_port, *outcome = wlm_outcome_name(attempt->outcome);
    const char *cluster = member->cluster->cfg->name;
    uint64_t left_out;

    if (!take_line(member, attempt->outcome, &left_out)) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, journey->r, WLMNO(0222) "member %s (%s) of cluster %s failed: %s: %s",
                      member->cfg->name, address, cluster, outcome, attempt->cause);
        return;
    }
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, journey->r, WLMNO(0030) "member %s (%s) of cluster %s failed: %s: %s%s",
                  member->cfg->name, address, cluster, outcome, attempt->cause, !left_out ? ""
                  : apr_psprintf(journey->r->pool, " (and %" APR_UINT64_T_FMT " more %s of the cluster before, which "
                                 "only level info has)", (apr_uint64_t)left_out, outcome));
}

void wlm_attempt_log_misdirected(const wlm_journey_t *journey, const wlm_member_t *member, const char *why_not)
{
    const char *cluster = member->cluster->cfg->name, *owner = journey->exchange->owner, *uri = journey->r->uri;
    uint64_t left_out;

    if (!take_line(member, WLM_MISDIRECTED, &left_out)) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, journey->r, WLMNO(0265) "member %s of cluster %s says 421 and names "
                      "%s for %s, but the request does not go there: %s", member->cfg->name, cluster, owner, uri,
                      why_not);
        return;
    }
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, journey->r, WLMNO(0229) "member %s of cluster %s says 421 and names "
                  "%s for %s, but the request does not go there: %s; the client gets 421%s", member->cfg->name, cluster,
                  owner, uri, why_not, !left_out ? ""
                  : apr_psprintf(journey->r->pool, " (and %" APR_UINT64_T_FMT " more of the cluster before, which only "
                                 "level info has)", (apr_uint64_t)left_out));
}

void wlm_attempt_log_outcome(const wlm_journey_t *journey, const wlm_member_t *member)
{
    const wlm_attempt_t *attempt = &journey->exchange->attempt;
    const char *cluster = member->cluster->cfg->name;

    if (wlm_outcome_is_fault(attempt)) {
        log_failure(journey, member);
    }
    else if (attempt->outcome == WLM_BUSY) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, journey->r,
                      WLMNO(0031) "member %s (%s) of cluster %s is busy: it says %d",
                      member->cfg->name, journey->exchange->transport->host_port, cluster,
                      journey->exchange->head.status);
    }
    else if (attempt->outcome == WLM_OUT_OF_TIME || attempt->outcome == WLM_HTTPD_SHORT) {
        return; /* wlm_refuse_retry() logs it */
    }
    else if (attempt->outcome == WLM_SUPERSEDED) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, journey->r,
                      WLMNO(0261) "member %s (%s) of cluster %s is not waited for any longer: %s", member->cfg->name,
                      journey->exchange->transport->host_port, cluster, attempt->cause);
    }
    else if (attempt->outcome == WLM_CLIENT_GONE) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, journey->r,
                      WLMNO(0032) "the client is gone while member %s of cluster %s served its request: %s",
                      member->cfg->name, cluster, attempt->cause);
    }
    else {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, journey->r,
                      WLMNO(0033) "member %s (%s) of cluster %s answered %d, attempt %d, session %s",
                      member->cfg->name, journey->exchange->transport->host_port, cluster,
                      journey->exchange->head.status, journey->attempts, wlm_pick_session_name(journey->pick.session));
    }
}

const char *wlm_attempt_log_text(const wlm_attempt_t *attempt, apr_pool_t *p)
{
    return apr_pstrcat(p, wlm_outcome_name(attempt->outcome), ": ", attempt->cause, NULL);
}

void wlm_attempt_log_down(const wlm_journey_t *journey, wlm_member_t *member, const char *why)
{
    apr_time_t now = wlm_now();

    wlm_transition_note(member, apr_pstrcat(journey->r->pool, "marked down: ", why, NULL));
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r, WLMNO(0035) "member %s (%s) of cluster %s is marked down, %s",
                  member->cfg->name, wlm_transports_for(member, journey->pick.secure)->host_port,
                  member->cluster->cfg->name,
                  wlm_member_is_checked(member)
                      ? "until health checks are good"
                      : apr_psprintf(journey->r->pool, "tried again in %.1f s",
                                     (double)(wlm_availability_back_at(member, now) - now) / APR_USEC_PER_SEC));
}

void wlm_attempt_log_transition(const wlm_journey_t *journey, wlm_member_t *member, wlm_health_state_t state)
{
    if (state != WLM_UP) {
        wlm_attempt_log_down(journey, member, wlm_attempt_log_text(&journey->exchange->attempt, journey->r->pool));
        return;
    }
    wlm_transition_note(member, "up again");
    ap_log_rerror(APLOG_MARK, APLOG_NOTICE, 0, journey->r, WLMNO(0034) "member %s (%s) of cluster %s is up again",
                  member->cfg->name, journey->exchange->transport->host_port, member->cluster->cfg->name);
}
