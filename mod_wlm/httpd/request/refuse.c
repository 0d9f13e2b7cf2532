/* What the client gets when no member answers its request, with the reason in the log.
 * On the thread that has the request. */
#include "httpd/request/refuse.h"
#include <httpd.h>
#include <apr_strings.h>
#include <http_log.h>
#include "balance/availability.h"
#include "balance/outcome.h"
#include "balance/pick.h"
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/request/journey.h"
#include "net/shortage.h"

static void set_retry_after(const wlm_journey_t *journey)
{
    apr_time_t now = wlm_now(), next = wlm_availability_next_retry(journey->request->cluster, now);
    int seconds = next > now ? (int)apr_time_sec(next - now + apr_time_from_sec(1) - 1) : 1;

    apr_table_setn(journey->r->err_headers_out, "Retry-After", apr_itoa(journey->r->pool, seconds));
}

static int unavailable(const wlm_journey_t *journey, const char *why)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r,
                  WLMNO(0036) "no member of cluster %s for %s: %s; answered with 503",
                  journey->request->cluster->cfg->name, journey->r->uri, why);
    set_retry_after(journey);
    return HTTP_SERVICE_UNAVAILABLE;
}

#define CLIENT_LEFT 499            /* in the access log, where other proxies have that number, too: nothing is sent */

/* Nothing is sent: an ErrorDocument would be a request on its behalf */
static int leave(request_rec *r)
{
    r->status = CLIENT_LEFT;
    r->connection->keepalive = AP_CONN_CLOSE;
    r->connection->aborted = 1;
    return DONE;
}

static int leave_queue(const wlm_journey_t *journey)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, journey->r, WLMNO(0150)
                  "the client is gone while its request waited for room in cluster %s; no member gets it",
                  journey->request->cluster->cfg->name);
    return leave(journey->r);
}

int wlm_refuse_client_left(const wlm_journey_t *journey)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, journey->r, WLMNO(0180)
                  "the client has closed its connection while member %s of cluster %s worked for it; the connection to "
                  "the member was closed", journey->exchange.member->cfg->name, journey->request->cluster->cfg->name);
    return leave(journey->r);
}

int wlm_refuse_no_member(const wlm_journey_t *journey, wlm_pick_result_t result)
{
    int status;

    if (journey->stop == WLM_STOP_CLIENT_LEFT) {
        return leave_queue(journey);
    }
    switch (result) {
    case WLM_PICK_FULL:
        return unavailable(journey, journey->request->cluster->queue
                           ? "all that are up have as many requests as they may have, and no place in the queue or no "
                             "member became free in time"
                           : "all that are up have as many requests as they may have (MaxConnections, WLMMemberShare)");
    case WLM_PICK_SESSION_LOST:
        return unavailable(journey, "the session's member is not usable, and WLMStrictAffinity is on");
    case WLM_PICK_EMPTY:
        return unavailable(journey, journey->pick.secure
                           ? "no member takes new sessions of https clients (no usable transport, or "
                           "LoadBalanceWeight 0)"
                           : "no member takes new sessions (no usable transport, or LoadBalanceWeight 0)");
    default:
        break;
    }
    if (!journey->attempts) {
        return unavailable(journey, "all are marked down");
    }
    status = wlm_outcome_status(journey->exchange.attempt.outcome);
    if (status == HTTP_SERVICE_UNAVAILABLE) {
        return unavailable(journey, apr_psprintf(journey->r->pool, "%d tried, the last: %s", journey->attempts,
                                                 journey->exchange.attempt.cause));
    }
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r,
                  WLMNO(0037) "%s failed on all %d members of cluster %s that were "
                              "tried; answered with %d",
                  journey->r->uri, journey->attempts, journey->request->cluster->cfg->name, status);
    return status;
}

static int short_itself(const wlm_journey_t *journey, int status)
{
    const wlm_attempt_t *attempt = &journey->exchange.attempt;

    ap_log_rerror(
        APLOG_MARK, APLOG_ERR, 0, journey->r,
        WLMNO(0140) "httpd itself can open no connection to member %s of cluster %s for %s: %s; answered with %d. The "
                    "member is not to blame: %s",
        journey->pick.member->cfg->name, journey->request->cluster->cfg->name, journey->r->uri, attempt->cause, status,
        wlm_shortage_remedy(attempt->shortage));
    apr_table_setn(journey->r->err_headers_out, "Retry-After", "1");
    return status;
}

static const char *why_not_again(const wlm_journey_t *journey)
{
    return journey->stop == WLM_STOP_TIMEOUTS ? "ServerIOTimeoutRetry is reached"
         : journey->stop == WLM_STOP_RETRY_BUDGET ? "the cluster's WLMRetryBudget is used up"
         : journey->repeat.body_kept ? "WLMRetryPolicy does not allow its method to be repeated"
                                     : "its body is larger than PostBufferSize";
}

int wlm_refuse_retry(const wlm_journey_t *journey)
{
    int status = wlm_outcome_status(journey->exchange.attempt.outcome);

    if (journey->exchange.attempt.outcome == WLM_HTTPD_SHORT) {
        return short_itself(journey, status);
    }
    if (journey->exchange.attempt.outcome == WLM_OUT_OF_TIME) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r,
                      WLMNO(0039) "%s %s is out of time after %d attempt(s), the last "
                                  "with member %s of cluster %s: %s; answered with %d",
                      journey->r->method, journey->r->uri, journey->attempts, journey->pick.member->cfg->name,
                      journey->request->cluster->cfg->name, journey->exchange.attempt.cause, status);
        return status;
    }
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r,
                  WLMNO(0038) "%s %s cannot be sent to another member: it has been "
                              "sent, and %s; answered with %d",
                  journey->r->method, journey->r->uri, why_not_again(journey), status);
    return status;
}
