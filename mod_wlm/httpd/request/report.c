/* What is reported of a request when it has ended: variables for the access log, and the line of RequestMetrics.
 * On the thread that has the request. */
#include "httpd/request/report.h"
#include <httpd.h>
#include <apr_strings.h>
#include <http_log.h>
#include "balance/outcome.h"
#include "httpd/context/context.h"
#include "httpd/request/journey.h"
#include "route/log_filter.h"

static void note_time(const wlm_journey_t *journey, const char *name, apr_interval_time_t time)
{
    apr_table_addn(journey->r->subprocess_env, name,
                   time ? apr_off_t_toa(journey->r->pool, (apr_off_t)time) : "0");
}

const char *wlm_report_outcome(const wlm_journey_t *journey)
{
    return journey->stop == WLM_STOP_CLIENT_LEFT ? wlm_outcome_name(WLM_CLIENT_GONE)
         : journey->attempts ? wlm_outcome_name(journey->exchange->attempt.outcome) : "no-member";
}

/* Once for each request, so these are not there yet */
static void note_variables(const wlm_journey_t *journey)
{
    apr_table_t *env = journey->r->subprocess_env;
    const wlm_attempt_t *last = &journey->exchange->attempt;

    note_time(journey, "WLM_TIME_QUEUE", journey->queued);
    note_time(journey, "WLM_TIME_TOTAL", journey->with_members);
    apr_table_addn(env, "WLM_OUTCOME", wlm_report_outcome(journey));
    if (journey->hops) {
        apr_table_addn(env, "WLM_HOPS", apr_itoa(journey->r->pool, journey->hops));
    }
    if (!journey->attempts) {
        apr_table_addn(env, "WLM_ATTEMPTS", "0");
        return;
    }
    note_time(journey, "WLM_TIME_CONNECT", last->connect);
    if (last->first_byte) {
        note_time(journey, "WLM_TIME_FIRST_BYTE", last->first_byte);
    }
}

static void log_metrics(const wlm_journey_t *journey, int status)
{
    const wlm_attempt_t *last = &journey->exchange->attempt;
    request_rec *r = journey->r;

    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                  WLMNO(0061) "request metrics: %s %s from %s: status=%d outcome=%s "
                              "cluster=\"%s\" member=\"%s\" attempts=%d elapsed=%" APR_TIME_T_FMT
                              " connect=%" APR_TIME_T_FMT " firstByte=%" APR_TIME_T_FMT " queue=%" APR_TIME_T_FMT
                              " bytesIn=%" APR_OFF_T_FMT " bytesOut=%" APR_OFF_T_FMT,
                  r->method, journey->request->decoded, r->useragent_ip,
                  ap_is_HTTP_VALID_RESPONSE(status) ? status : r->status, wlm_report_outcome(journey),
                  journey->request->cluster->cfg->name, journey->attempts ? journey->exchange->member->cfg->name : "",
                  journey->attempts, journey->queued + journey->with_members, last->connect, last->first_byte,
                  journey->queued, (apr_off_t)journey->body.total, r->bytes_sent);
}

void wlm_report_request(const wlm_journey_t *journey, int status)
{
    note_variables(journey);
    if (APLOG_R_IS_LEVEL(journey->r, APLOG_INFO)
        && wlm_log_filter_matches(journey->request->version->cfg->request_metrics, journey->request->decoded,
                                  journey->r->useragent_ip)) {
        log_metrics(journey, status);
    }
}
