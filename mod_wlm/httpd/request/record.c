/* What an attempt means for others: environment, counters, log, and the member's health.
 * On the thread that has the request. */
#include "httpd/request/record.h"
#include <httpd.h>
#include <apr_date.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_log.h>
#include "balance/counters.h"
#include "balance/found_limit.h"
#include "balance/left_out.h"
#include "balance/model.h"
#include "balance/options.h"
#include "balance/outcome.h"
#include "balance/peak_average.h"
#include "balance/pick.h"
#include "balance/policies.h"
#include "balance/transition.h"
#include "balance/transports.h"
#include "health/health.h"
#include "httpd/context/context.h"
#include "httpd/request/attempt_log.h"
#include "httpd/request/doubt.h"
#include "httpd/request/journey.h"
#include "httpd/request/span.h"
#include "shared/records.h"
#include "shared/shared_text.h"

static void count_session(wlm_shared_member_t *shared, wlm_session_t session)
{
    switch (session) {
    case WLM_SESSION_NEW:
        atomic_fetch_add(&shared->sessions_new, 1);
        break;
    case WLM_SESSION_KEPT:
        atomic_fetch_add(&shared->sessions_kept, 1);
        break;
    case WLM_SESSION_MOVED:
        atomic_fetch_add(&shared->sessions_moved, 1);
        break;
    case WLM_SESSION_NONE:
        break;
    }
}

/* apr_table_setn() is slow on keys with a common prefix; on the first attempt the keys cannot exist, so add without a
 * look-up */
void wlm_record_member(wlm_journey_t *journey)
{
    void (*put)(apr_table_t *, const char *, const char *) = journey->attempts == 1 ? apr_table_addn : apr_table_setn;
    apr_table_t *env = journey->r->subprocess_env;
    const char *clone_id = journey->pick.member->cfg->clone_id;

    put(env, "WLM_MEMBER", journey->pick.member->cfg->name);
    if (clone_id) {
        put(env, "WLM_CLONE_ID", clone_id);
    }
    else {
        apr_table_unset(env, "WLM_CLONE_ID"); /* of a member before */
    }
    put(env, "WLM_AFFINITY", wlm_pick_session_name(journey->pick.session));
    put(env, "WLM_ATTEMPTS", journey->attempts == 1 ? "1" : apr_itoa(journey->r->pool, journey->attempts));
    put(env, "WAS", wlm_transports_for(journey->pick.member, journey->pick.secure)->host_port);
}

void wlm_record_pick(wlm_journey_t *journey)
{
    wlm_record_member(journey);
    atomic_fetch_add(&journey->pick.member->shared->requests, 1);
    count_session(journey->pick.member->shared, journey->pick.session);
}

/* Its session is counted where the first one is */
void wlm_record_hedge(const wlm_journey_t *journey)
{
    atomic_fetch_add(&journey->pick.member->shared->requests, 1);
    atomic_fetch_add(&journey->pick.member->shared->hedges, 1);
}

/* As long as it says, or a given time */
static apr_interval_time_t busy_time(const wlm_journey_t *journey)
{
    const wlm_options_t *options = journey->request->cluster->options;
    const char *after = apr_table_get(journey->exchange->fields, "Retry-After");
    apr_interval_time_t said;

    if (!options->busy_time.by_retry_after) {
        return options->busy_time.time;
    }
    if (!after) {
        return 0;
    }
    said = apr_isdigit(*after) ? apr_time_from_sec(apr_atoi64(after)) : apr_date_parse_http(after) - apr_time_now();
    return said <= 0 ? 0 : said < options->busy_time.time ? said : options->busy_time.time;
}

static void note_busy(const wlm_journey_t *journey, wlm_member_t *member, apr_time_t now)
{
    apr_interval_time_t time = busy_time(journey);

    atomic_fetch_add(&member->shared->busy, 1);
    if (time > 0 && wlm_transition_busy_until(member, now + time, now)) {
        wlm_transition_note(member, apr_psprintf(journey->r->pool, "busy: it says %d; no new sessions for %.1f s",
                                                 journey->exchange->head.status, (double)time / APR_USEC_PER_SEC));
    }
}

/* What it did last is the member's last error, also when that is a status, which is no fault of an attempt */
static void report_left_out(const wlm_journey_t *journey, wlm_member_t *member, int bad_status,
                            apr_interval_time_t time)
{
    apr_pool_t *p = journey->r->pool;
    const char *last = bad_status ? apr_psprintf(p, "status %d", journey->exchange->head.status)
                                  : wlm_attempt_log_text(&journey->exchange->attempt, p);

    wlm_transition_note(member, apr_pstrcat(p, "left out: it has failed too often, last: ", last, NULL));
    wlm_shared_text_put(&member->shared->error, wlm_clock_today(), last);
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r, WLMNO(0040) "member %s (%s) of cluster %s has failed too often "
                  "(WLMOutlier), last: %s; it is left out for %.1f s", member->cfg->name,
                  journey->exchange->transport->host_port, member->cluster->cfg->name, last,
                  (double)time / APR_USEC_PER_SEC);
}

/* Too many failures of late, none of which marks down? */
static void count_outcome(const wlm_journey_t *journey, wlm_member_t *member, apr_time_t now)
{
    const wlm_attempt_t *attempt = &journey->exchange->attempt;
    int bad_status = attempt->outcome == WLM_DELIVERED && journey->exchange->head.status >= 500
                     && member->cluster->options->outlier.status_5xx;
    apr_time_t until;

    if (attempt->outcome == WLM_CLIENT_GONE || attempt->outcome == WLM_OUT_OF_TIME || attempt->outcome == WLM_BUSY
        || attempt->outcome == WLM_HTTPD_SHORT || attempt->outcome == WLM_SUPERSEDED) {
        return;
    }
    until = wlm_left_out_count(member, bad_status || wlm_outcome_is_fault(attempt), now);
    if (until) {
        report_left_out(journey, member, bad_status, until - now);
    }
}

static void count_bytes(const wlm_attempt_t *attempt, wlm_shared_member_t *shared)
{
    if (attempt->bytes_sent) {
        atomic_fetch_add(&shared->bytes_sent, attempt->bytes_sent);
    }
    if (attempt->bytes_received) {
        atomic_fetch_add(&shared->bytes_received, attempt->bytes_received);
    }
}

static void count_work(const wlm_journey_t *journey, wlm_member_t *member)
{
    const wlm_attempt_t *attempt = &journey->exchange->attempt;

    count_bytes(attempt, member->shared);
    if (attempt->outcome == WLM_DELIVERED) {
        wlm_counters_add_time(member, attempt->elapsed);
    }
    if (attempt->outcome == WLM_DELIVERED || attempt->outcome == WLM_BUSY || attempt->outcome == WLM_MISDIRECTED) {
        wlm_counters_add_response(member->shared, journey->exchange->head.status);
    }
}

/* The response would have taken longer than that */
static void count_given_up(const wlm_attempt_t *attempt, wlm_member_t *member)
{
    if (member->cluster->options->concurrency.max > 0 && attempt->sent
        && (attempt->outcome == WLM_CLIENT_GONE || attempt->outcome == WLM_OUT_OF_TIME
            || attempt->outcome == WLM_SUPERSEDED || attempt->timed_out)) {
        wlm_found_limit_give_up(member, attempt->elapsed);
    }
}

/* -- how long the member takes (WLMPolicy) ----------------------------------------------------- */

/* A body that is not kept is sent as it comes: that takes as long as its client takes, and tells nothing */
static apr_interval_time_t time_of_member(const wlm_journey_t *journey, apr_interval_time_t time)
{
    return journey->repeat.body_kept ? time : 0;
}

void wlm_record_head(const wlm_journey_t *journey)
{
    const wlm_attempt_t *attempt = &journey->exchange->attempt;
    const wlm_member_t *member = journey->exchange->member;
    apr_interval_time_t time = time_of_member(journey, attempt->first_byte);
    apr_time_t now = attempt->begun + attempt->first_byte;

    if (!member->cluster->policy->uses_times) {
        return;
    }
    if (attempt->outcome == WLM_BUSY || journey->exchange->head.status >= 500) {
        wlm_peak_average_add_error(&member->shared->response_average, time, now);
    }
    else if (time > 0) {
        wlm_peak_average_add(&member->shared->response_average, time, now);
    }
}

/* The attempt has ended without a head, or was broken off behind it */
static void record_vain_time(const wlm_journey_t *journey, const wlm_member_t *member, apr_time_t now)
{
    const wlm_attempt_t *attempt = &journey->exchange->attempt;
    apr_interval_time_t time = attempt->first_byte ? 0 : time_of_member(journey, attempt->elapsed);

    if (!member->cluster->policy->uses_times) {
        return;
    }
    if (wlm_outcome_is_fault(attempt)) {
        wlm_peak_average_add_error(&member->shared->response_average, time, now);
    }
    else if (attempt->outcome == WLM_CLIENT_GONE || attempt->outcome == WLM_OUT_OF_TIME
             || attempt->outcome == WLM_SUPERSEDED) {
        wlm_peak_average_add_wait(&member->shared->response_average, time, now);
    }
}

/* Of two attempts at a time the common part counts for the one that goes on */
static apr_interval_time_t time_alone(const wlm_journey_t *journey)
{
    const wlm_attempt_t *attempt = &journey->exchange->attempt;
    apr_interval_time_t before;

    if (!journey->hedge.rival) {
        return attempt->elapsed;
    }
    before = journey->hedge.rival->attempt.begun - attempt->begun;
    return before > 0 ? before : 0;
}

/* The attempt has ended: what it shows about the member is recorded for all processes */
void wlm_record_outcome(wlm_journey_t *journey)
{
    wlm_member_t *member = journey->exchange->member;
    apr_time_t now = journey->exchange->attempt.begun + journey->exchange->attempt.elapsed;
    wlm_health_event_t event = wlm_outcome_event(&journey->exchange->attempt, journey->pick.probe);
    wlm_health_state_t state;
    int changed;

    journey->with_members += time_alone(journey);
    wlm_attempt_log_outcome(journey, member);
    wlm_span_note_attempt(journey);
    if (wlm_outcome_is_fault(&journey->exchange->attempt)) {
        atomic_fetch_add(&member->shared->failures[journey->exchange->attempt.outcome], 1);
        wlm_shared_text_put(&member->shared->error, wlm_clock_today(),
                            wlm_attempt_log_text(&journey->exchange->attempt, journey->r->pool));
    }
    else if (journey->exchange->attempt.outcome == WLM_BUSY) {
        note_busy(journey, member, now);
    }
    else if (journey->exchange->attempt.outcome == WLM_MISDIRECTED) {
        atomic_fetch_add(&member->shared->misdirected, 1);
    }
    else if (journey->exchange->attempt.outcome == WLM_SUPERSEDED) {
        atomic_fetch_add(&member->shared->superseded, 1);
    }
    if (journey->exchange->upgraded) {
        atomic_fetch_add(&member->shared->upgrades, 1);
    }
    count_work(journey, member);
    count_given_up(&journey->exchange->attempt, member);
    record_vain_time(journey, member, now);
    count_outcome(journey, member, now);
    wlm_doubt_note(journey, event);
    state = wlm_transition_event(member, event, now, &changed);
    if (changed) {
        wlm_attempt_log_transition(journey, member, state);
    }
    if (journey->exchange->attempt.outcome == WLM_NOT_CONNECTED && journey->exchange->attempt.timed_out) {
        journey->pick.stop_last_resort = 1;
    }
}

void wlm_record_tunnel(const wlm_journey_t *journey, const char *end)
{
    const wlm_attempt_t *attempt = &journey->exchange->attempt;
    const wlm_member_t *member = journey->exchange->member;

    count_bytes(attempt, member->shared);
    wlm_span_note_tunnel(journey, end);
    apr_table_setn(journey->r->subprocess_env, "WLM_TUNNEL", end);
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, journey->r, WLMNO(0018)
                  "the tunnel to member %s (%s) of cluster %s has ended: %s; %" APR_UINT64_T_FMT
                  " bytes to the member, %" APR_UINT64_T_FMT " to the client", member->cfg->name,
                  journey->exchange->transport->host_port, member->cluster->cfg->name, end, attempt->bytes_sent,
                  attempt->bytes_received);
}
