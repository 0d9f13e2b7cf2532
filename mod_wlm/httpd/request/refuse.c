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
#include "base/count.h"
#include "base/random.h"
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

/* @param state  of the one member that may serve the request */
static const char *why_bound(const wlm_journey_t *journey, const char *state)
{
    const wlm_exchange_t *exchange = journey->exchange;

    return exchange->attempt.outcome == WLM_MISDIRECTED
           ? apr_psprintf(journey->r->pool, "member %s says 421 and names %s, which %s", exchange->member->cfg->name,
                          exchange->owner, state)
           : apr_psprintf(journey->r->pool, "the session's member %s, and WLMStrictAffinity is on", state);
}

/* WLMStrictAffinity says which status the protocol has for a session that is gone; only 503 is worth a further try */
static int session_lost(const wlm_journey_t *journey)
{
    wlm_strict_t strict = wlm_config_of(journey->r->server)->strict_affinity;
    int status = strict == WLM_STRICT_404 ? HTTP_NOT_FOUND : strict == WLM_STRICT_410 ? HTTP_GONE
                                                                                    : HTTP_SERVICE_UNAVAILABLE;

    if (status == HTTP_SERVICE_UNAVAILABLE) {
        return unavailable(journey, why_bound(journey, "is not usable"));
    }
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r,
                  WLMNO(0209) "the member of the session is not usable in cluster %s for %s; answered with %d "
                              "(WLMStrictAffinity)", journey->request->cluster->cfg->name, journey->r->uri, status);
    return status;
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
                  "the member was closed", journey->exchange->member->cfg->name, journey->request->cluster->cfg->name);
    return leave(journey->r);
}

/* The client gets this status because no member served its request */
static int count_unserved(const wlm_journey_t *journey, wlm_refusal_t why, int status)
{
    wlm_shared_cluster_t *shared = journey->request->cluster->shared;

    atomic_fetch_add(&shared->unserved, 1);
    atomic_fetch_add(&shared->classes[journey->class_number].refused[why], 1);
    return status;
}

/* -- all members are full -------------------------------------------------------------------------- */

static wlm_refusal_t refusal_of(const wlm_journey_t *journey)
{
    return journey->stop == WLM_STOP_OVERLOAD ? WLM_REFUSED_OVERLOAD
         : journey->stop == WLM_STOP_WAITED ? WLM_REFUSED_WAITED : WLM_REFUSED_NO_PLACE;
}

#define TELL_EVERY apr_time_from_sec(60)

/* Once in a while, over all processes */
static int is_to_be_told(wlm_shared_cluster_t *cluster)
{
    uint64_t now = (uint64_t)apr_time_as_msec(wlm_now()), told = atomic_load(&cluster->refusal_told);

    return (!told || now >= told + (uint64_t)apr_time_as_msec(TELL_EVERY))
           && atomic_compare_exchange_strong(&cluster->refusal_told, &told, now);
}

/* Clients that come again all at once would be too many once more */
#define RETRY_AFTER_MIN 1
#define RETRY_AFTER_JITTER 4       /* so many different seconds */

static const char *why_full(const wlm_journey_t *journey)
{
    static const char *const why[] = {
        [WLM_REFUSED_NO_PLACE] = "as many requests wait as may",
        [WLM_REFUSED_WAITED] = "it has waited for as long as it may",
        [WLM_REFUSED_OVERLOAD] = "more requests come than the members can answer"
    };
    return why[refusal_of(journey)];
}

/* @param tell  the log */
static int refuse_overload(wlm_journey_t *journey, int tell)
{
    const wlm_cluster_t *cluster = journey->request->cluster;

    if (tell) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, journey->r,
                      WLMNO(0212) "requests for cluster %s are refused with 503, because all members that are up have "
                      "as many requests as they can have; the first: %s (%s). This is logged once a minute at most; "
                      "the status page has the numbers", cluster->cfg->name, journey->r->uri, why_full(journey));
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, journey->r, WLMNO(0213) "no member of cluster %s has room for %s: %s; "
                  "answered with 503", cluster->cfg->name, journey->r->uri, why_full(journey));
    apr_table_setn(journey->r->err_headers_out, "Retry-After",
                   apr_itoa(journey->r->pool, RETRY_AFTER_MIN
                            + (int)(wlm_random_next(&journey->pick.random) % RETRY_AFTER_JITTER)));
    return HTTP_SERVICE_UNAVAILABLE;
}

static int answer_full(wlm_journey_t *journey)
{
    const wlm_cluster_t *cluster = journey->request->cluster;
    int tell = is_to_be_told(cluster->shared);

    if (tell) {
        wlm_event_ring_add(&cluster->shared->events, wlm_clock_today(),
                           apr_pstrcat(journey->r->pool, "requests are refused with 503: ", why_full(journey), NULL));
    }
    return cluster->options->concurrency.max > 0 ? refuse_overload(journey, tell)
         : unavailable(journey, cluster->queue
                       ? "all that are up have as many requests as they may have, and no place in the queue or no "
                         "member became free in time"
                       : "all that are up have as many requests as they may have (MaxConnections, WLMMemberShare)");
}

/* -- no member answers ----------------------------------------------------------------------------- */

static const char *why_empty(const wlm_journey_t *journey)
{
    return !journey->request->cluster->nmembers ? "nothing is known as yet of its members (WLMMembers)"
         : journey->pick.secure
         ? "no member takes new sessions of https clients (no usable transport, or LoadBalanceWeight 0)"
         : "no member takes new sessions (no usable transport, or LoadBalanceWeight 0)";
}

static int answer_no_member(wlm_journey_t *journey, wlm_pick_result_t result)
{
    int status;

    switch (result) {
    case WLM_PICK_FULL:
        return answer_full(journey);
    case WLM_PICK_SESSION_FULL:
        return unavailable(journey, why_bound(journey, "has as many requests as it may have"));
    case WLM_PICK_SESSION_LOST:
        return session_lost(journey);
    case WLM_PICK_EMPTY:
        return unavailable(journey, why_empty(journey));
    default:
        break;
    }
    if (!journey->attempts) {
        return unavailable(journey, "all are marked down");
    }
    status = wlm_outcome_status(journey->exchange->attempt.outcome);
    if (status == HTTP_SERVICE_UNAVAILABLE) {
        return unavailable(journey, apr_psprintf(journey->r->pool, "%d tried, the last: %s", journey->attempts,
                                                 journey->exchange->attempt.cause));
    }
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r,
                  WLMNO(0037) "%s failed on each member of cluster %s that was tried "
                              "(%d); answered with %d",
                  journey->r->uri, journey->request->cluster->cfg->name, journey->attempts, status);
    return status;
}

static wlm_refusal_t why_no_member(const wlm_journey_t *journey, wlm_pick_result_t result)
{
    return result == WLM_PICK_FULL ? refusal_of(journey)
         : result == WLM_PICK_SESSION_FULL || result == WLM_PICK_SESSION_LOST ? WLM_REFUSED_SESSION_LOST
         : result == WLM_PICK_EMPTY ? WLM_REFUSED_NO_MEMBER
         : journey->attempts ? WLM_REFUSED_FAILED : WLM_REFUSED_DOWN;
}

int wlm_refuse_no_member(wlm_journey_t *journey, wlm_pick_result_t result)
{
    return journey->stop == WLM_STOP_CLIENT_LEFT ? leave_queue(journey)
                                                 : count_unserved(journey, why_no_member(journey, result),
                                                                  answer_no_member(journey, result));
}

static int short_itself(const wlm_journey_t *journey, int status)
{
    const wlm_attempt_t *attempt = &journey->exchange->attempt;

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
         : journey->stop == WLM_STOP_ATTEMPTS ? "as many members have taken it as WLMRetryBudget allows"
         : journey->stop == WLM_STOP_RETRY_BUDGET ? "the cluster's WLMRetryBudget is used up"
         : journey->repeat.body_kept ? "WLMRetryPolicy does not allow its method to be repeated"
                                     : "its body was not kept (PostBufferSize, WLMPostBufferSize, WLMBodySpool)";
}

static wlm_refusal_t why_no_retry(const wlm_journey_t *journey)
{
    wlm_outcome_t outcome = journey->exchange->attempt.outcome;

    return outcome == WLM_HTTPD_SHORT ? WLM_REFUSED_HTTPD_SHORT
         : outcome == WLM_OUT_OF_TIME ? WLM_REFUSED_OUT_OF_TIME
         : journey->stop == WLM_STOP_TIMEOUTS ? WLM_REFUSED_TIMEOUTS
         : journey->stop == WLM_STOP_ATTEMPTS || journey->stop == WLM_STOP_RETRY_BUDGET ? WLM_REFUSED_BUDGET
         : WLM_REFUSED_NOT_REPEATABLE;
}

int wlm_refuse_retry(const wlm_journey_t *journey)
{
    int status = count_unserved(journey, why_no_retry(journey),
                                wlm_outcome_status(journey->exchange->attempt.outcome));

    if (journey->exchange->attempt.outcome == WLM_HTTPD_SHORT) {
        return short_itself(journey, status);
    }
    if (journey->exchange->attempt.outcome == WLM_OUT_OF_TIME) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r,
                      WLMNO(0039) "%s %s is out of time after %d attempt(s), the last "
                                  "with member %s of cluster %s: %s; answered with %d",
                      journey->r->method, journey->r->uri, journey->attempts, journey->pick.member->cfg->name,
                      journey->request->cluster->cfg->name, journey->exchange->attempt.cause, status);
        return status;
    }
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r,
                  WLMNO(0038) "%s %s cannot be sent to another member: it has been "
                              "sent, and %s; answered with %d",
                  journey->r->method, journey->r->uri, why_not_again(journey), status);
    return status;
}
