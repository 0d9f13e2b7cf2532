/* A request's way: affinity, then member by member: pick, exchange, and what follows from the outcome. */
#include <apr_date.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <unistd.h>
#include "wlm_http_request.h"
#include "mod_wlm.h"

/* One request's state over all its attempts */
typedef struct journey_t {
    request_rec *r;
    const wlm_request_t *request;
    wlm_affinity_t affinity;
    wlm_pick_t pick;
    wlm_body_t body;
    wlm_repeat_t repeat;
    wlm_exchange_t x;
    wlm_member_t *held;            /* acquired and not yet released */
    int attempts;
    int time_outs;                 /* attempts that ended by ServerIOTimeout */
    int time_outs_over;            /* ... more than ServerIOTimeoutRetry allows */
    int retrying;                  /* it counts in the cluster's retry budget */
    int budget_over;               /* ... which allows no further */
    apr_time_t deadline;           /* WLMTotalTimeout; 0: none */
} journey_t;

/* -- random numbers: a different beginning for each process and request --------------- */

static uint64_t process_seed;
static _Atomic uint64_t request_count;

void wlm_handler_child_init(void)
{
    process_seed = (uint64_t)apr_time_now() ^ ((uint64_t)getpid() << 40);
}

static uint64_t seed(void)
{
    uint64_t state = process_seed + atomic_fetch_add(&request_count, 1);

    return wlm_random_next(&state);
}

/* -- holding a member ------------------------------------------------------------------ */

static void release(journey_t *j)
{
    if (j->held) {
        wlm_member_release(j->held);
        j->held = NULL;
    }
}

static apr_status_t release_at_end(void *data)
{
    journey_t *j = data;

    release(j);
    if (j->retrying) {
        wlm_cluster_end_retry(j->request->cluster);
    }
    return APR_SUCCESS;
}

/* -- beginning -------------------------------------------------------------------------- */

static void read_affinity(journey_t *j)
{
    const plugin_cfg_uri_t *uri = j->request->match.uri;
    const apr_array_header_t *fields = apr_table_elts(j->r->headers_in);
    const char **cookies = apr_palloc(j->r->pool, sizeof(*cookies) * (apr_size_t)(fields->nelts + 1));
    wlm_affinity_rule_t rule = {
        uri ? uri->affinity_cookie : "JSESSIONID",
        uri ? uri->affinity_url_identifier : "jsessionid",
        wlm_config_separators(wlm_config_of(j->r->server), j->request->cluster->cfg)
    };
    int i, n = 0;

    for (i = 0; i < fields->nelts; ++i) {
        const apr_table_entry_t *field = &APR_ARRAY_IDX(fields, i, apr_table_entry_t);
        if (strcasecmp(field->key, "Cookie") == 0) {
            cookies[n++] = field->val;
        }
    }
    wlm_affinity_read(&j->affinity, &rule, cookies, n, j->request->encoded, j->r->pool);
}

static void find_repeat(journey_t *j)
{
    j->repeat.policy = j->request->cluster->options->retry_policy;
    j->repeat.body_kept = wlm_body_is_kept(&j->body);
    j->repeat.idempotent = wlm_http_method_is_idempotent(j->r->method);
    j->repeat.has_key = apr_table_get(j->r->headers_in, "Idempotency-Key") != NULL;
}

static int begin(journey_t *j, request_rec *r, const wlm_request_t *request)
{
    const plugin_cfg_cluster_t *cfg = request->cluster->cfg;
    int status;

    memset(j, 0, sizeof(*j));
    j->r = r;
    j->request = request;
    j->pick.random = seed();
    j->pick.strict = wlm_config_strict_affinity(wlm_config_of(r->server));
    apr_table_setn(r->subprocess_env, "WLM_CLUSTER", cfg->name);
    apr_table_setn(r->subprocess_env, "RH", "mod_wlm.c");
    read_affinity(j);
    wlm_body_init(&j->body, r, request->cluster);
    status = wlm_body_prefetch(&j->body);
    if (status == OK) {
        find_repeat(j);
        if (request->cluster->options->total_timeout > 0) {
            j->deadline = apr_time_now() + request->cluster->options->total_timeout;
        }
    }
    return status;
}

/* -- what is told to others: environment, counters, log ------------------------------------ */

static void note_member(journey_t *j)
{
    apr_table_t *env = j->r->subprocess_env;

    apr_table_setn(env, "WLM_MEMBER", j->pick.member->cfg->name);
    apr_table_setn(env, "WLM_AFFINITY", wlm_session_name(j->pick.session));
    apr_table_setn(env, "WLM_ATTEMPTS", apr_itoa(j->r->pool, j->attempts));
    apr_table_setn(env, "WAS", j->pick.member->was);
}

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

static void log_outcome(const journey_t *j, const wlm_member_t *member)
{
    const wlm_attempt_t *attempt = &j->x.attempt;
    const char *cluster = member->cluster->cfg->name;

    if (wlm_outcome_is_fault(attempt)) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, j->r, WLMNO(0030) "member %s (%s) of cluster %s failed: %s: %s",
                      member->cfg->name, member->was, cluster, wlm_outcome_name(attempt->outcome), attempt->cause);
    }
    else if (attempt->outcome == WLM_BUSY) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, j->r, WLMNO(0031) "member %s (%s) of cluster %s is busy: it says "
                      "%d", member->cfg->name, member->was, cluster, j->x.head.status);
    }
    else if (attempt->outcome == WLM_OUT_OF_TIME) {
        return; /* end_here() tells it */
    }
    else if (attempt->outcome == WLM_CLIENT_GONE) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, j->r, WLMNO(0032) "the client is gone while member %s of cluster %s "
                      "served its request: %s", member->cfg->name, cluster, attempt->cause);
    }
    else {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, j->r, WLMNO(0033) "member %s (%s) of cluster %s answered %d, "
                      "attempt %d, session %s", member->cfg->name, member->was, cluster, j->x.head.status,
                      j->attempts, wlm_session_name(j->pick.session));
    }
}

static void log_transition(const journey_t *j, const wlm_member_t *member, wlm_health_state_t now)
{
    if (now == WLM_UP) {
        ap_log_rerror(APLOG_MARK, APLOG_NOTICE, 0, j->r, WLMNO(0034) "member %s (%s) of cluster %s is up again",
                      member->cfg->name, member->was, member->cluster->cfg->name);
    }
    else {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, j->r, WLMNO(0035) "member %s (%s) of cluster %s is marked down, "
                      "tried again in %.1f s", member->cfg->name, member->was, member->cluster->cfg->name,
                      (double)(wlm_member_back_at(member, apr_time_now()) - apr_time_now()) / APR_USEC_PER_SEC);
    }
}

/* As long as it says, or a given time */
static apr_interval_time_t busy_time(const journey_t *j)
{
    const wlm_options_t *options = j->request->cluster->options;
    const char *after = apr_table_get(j->x.fields, "Retry-After");
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

static void note_busy(const journey_t *j, wlm_member_t *member)
{
    apr_interval_time_t time = busy_time(j);

    atomic_fetch_add(&member->shared->busy, 1);
    if (time > 0) {
        wlm_member_busy_until(member, apr_time_now() + time);
    }
}

/* Too many failures of late, none of which marks down? */
static void count_outcome(const journey_t *j, wlm_member_t *member)
{
    const wlm_attempt_t *attempt = &j->x.attempt;
    int bad_status = attempt->outcome == WLM_DELIVERED && j->x.head.status >= 500
                     && member->cluster->options->outlier.status_5xx;
    apr_time_t now = apr_time_now(), until;

    if (attempt->outcome == WLM_CLIENT_GONE || attempt->outcome == WLM_OUT_OF_TIME || attempt->outcome == WLM_BUSY) {
        return;
    }
    until = wlm_member_count_outcome(member, bad_status || wlm_outcome_is_fault(attempt), now);
    if (until) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, j->r, WLMNO(0040) "member %s (%s) of cluster %s has failed too often "
                      "(WLMOutlier); it is left out for %.1f s", member->cfg->name, member->was,
                      member->cluster->cfg->name, (double)(until - now) / APR_USEC_PER_SEC);
    }
}

/* The attempt has ended: everybody learns what it says about the member, and the member is free for others */
static void settle(journey_t *j)
{
    wlm_member_t *member = j->pick.member;
    wlm_health_event_t event = wlm_outcome_event(&j->x.attempt, j->pick.probe);
    wlm_health_state_t state;
    int changed;

    log_outcome(j, member);
    if (wlm_outcome_is_fault(&j->x.attempt)) {
        atomic_fetch_add(&member->shared->failures, 1);
    }
    else if (j->x.attempt.outcome == WLM_BUSY) {
        note_busy(j, member);
    }
    count_outcome(j, member);
    state = wlm_member_event(member, event, apr_time_now(), &changed);
    if (changed) {
        log_transition(j, member, state);
    }
    if (j->x.attempt.outcome == WLM_NOT_CONNECTED && j->x.attempt.timed_out) {
        j->pick.stop_last_resort = 1;
    }
    release(j);
}

/* -- the client's answer when no member gave one ----------------------------------------- */

static void set_retry_after(const journey_t *j)
{
    apr_time_t now = apr_time_now(), next = wlm_cluster_next_retry(j->request->cluster, now);
    int seconds = next > now ? (int)apr_time_sec(next - now + apr_time_from_sec(1) - 1) : 1;

    apr_table_setn(j->r->err_headers_out, "Retry-After", apr_itoa(j->r->pool, seconds));
}

static int unavailable(const journey_t *j, const char *why)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, j->r, WLMNO(0036) "no member of cluster %s for %s: %s; answered with 503",
                  j->request->cluster->cfg->name, j->r->uri, why);
    set_retry_after(j);
    return HTTP_SERVICE_UNAVAILABLE;
}

static int give_up(const journey_t *j, wlm_pick_result_t result)
{
    int status;

    switch (result) {
    case WLM_PICK_FULL:
        return unavailable(j, j->request->cluster->queue
                           ? "all that are up have as many requests as they may have, and no place in the queue or no "
                             "member became free in time"
                           : "all that are up have as many requests as they may have (MaxConnections, WLMMemberShare)");
    case WLM_PICK_SESSION_LOST:
        return unavailable(j, "the session's member is not usable, and WLMStrictAffinity is on");
    case WLM_PICK_EMPTY:
        return unavailable(j, "no member takes new sessions (no usable transport, or LoadBalanceWeight 0)");
    default:
        break;
    }
    if (!j->attempts) {
        return unavailable(j, "all are marked down");
    }
    status = wlm_outcome_status(j->x.attempt.outcome);
    if (status == HTTP_SERVICE_UNAVAILABLE) {
        return unavailable(j, apr_psprintf(j->r->pool, "%d tried, the last: %s", j->attempts, j->x.attempt.cause));
    }
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, j->r, WLMNO(0037) "%s failed on all %d members of cluster %s that were "
                  "tried; answered with %d", j->r->uri, j->attempts, j->request->cluster->cfg->name, status);
    return status;
}

static const char *why_not_again(const journey_t *j)
{
    return j->time_outs_over ? "ServerIOTimeoutRetry is reached"
         : j->budget_over ? "the cluster's WLMRetryBudget is used up"
         : j->repeat.body_kept ? "WLMRetryPolicy does not allow its method to be repeated"
                               : "its body is larger than PostBufferSize";
}

/* The request is not sent again: it may have been executed, or has taken too long */
static int end_here(const journey_t *j)
{
    int status = wlm_outcome_status(j->x.attempt.outcome);

    if (j->x.attempt.outcome == WLM_OUT_OF_TIME) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, j->r, WLMNO(0039) "%s %s is out of time after %d attempt(s), the last "
                      "with member %s of cluster %s: %s; answered with %d", j->r->method, j->r->uri, j->attempts,
                      j->pick.member->cfg->name, j->request->cluster->cfg->name, j->x.attempt.cause, status);
        return status;
    }
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, j->r, WLMNO(0038) "%s %s cannot be sent to another member: it has been "
                  "sent, and %s; answered with %d", j->r->method, j->r->uri, why_not_again(j), status);
    return status;
}

/* What the outcome says, limited by how often and how long the request may be tried */
static int may_go_on(journey_t *j)
{
    int limit = j->request->cluster->cfg->server_io_timeout_retry;

    if (wlm_outcome_next(&j->x.attempt, &j->repeat) == WLM_NEXT_DONE) {
        return 0;
    }
    if (j->x.attempt.timed_out && j->x.attempt.outcome != WLM_NOT_CONNECTED && limit >= 0 && ++j->time_outs > limit) {
        j->time_outs_over = 1;
        return 0;
    }
    if (j->deadline && apr_time_now() >= j->deadline) {
        j->x.attempt.outcome = WLM_OUT_OF_TIME;
        return 0;
    }
    /* a request of which nothing was sent makes no more work for the members than a new one */
    if (j->x.attempt.sent && !j->retrying && !(j->retrying = wlm_cluster_begin_retry(j->request->cluster))) {
        j->budget_over = 1;
        return 0;
    }
    return 1;
}

/* -- the loop -------------------------------------------------------------------------------- */

static wlm_pick_result_t try_pick(journey_t *j)
{
    j->pick.now = apr_time_now();
    return wlm_cluster_pick(&j->pick, j->request->cluster, &j->affinity);
}

#define LOOK_EVERY apr_time_from_sec(1) /* for members that become usable without telling */

/* All members are full: wait in the cluster's queue until it is this request's turn and one has room */
static wlm_pick_result_t wait_for_room(journey_t *j)
{
    wlm_queue_t *queue = j->request->cluster->queue;
    apr_time_t end = apr_time_now() + j->request->cluster->options->queue.timeout;
    wlm_pick_result_t result = WLM_PICK_FULL;
    apr_interval_time_t left;
    uint32_t place, seen;

    if (!queue || !wlm_queue_enter(queue, &place, (uint32_t)getpid())) {
        return WLM_PICK_FULL;
    }
    end = j->deadline && j->deadline < end ? j->deadline : end;
    while (result == WLM_PICK_FULL && (left = end - apr_time_now()) > 0) {
        seen = wlm_queue_signal(queue, place);
        j->pick.in_turn = wlm_queue_is_first(queue, place);
        if (!j->pick.in_turn || (result = try_pick(j)) == WLM_PICK_FULL) {
            wlm_queue_wait(queue, place, seen, left < LOOK_EVERY ? left : LOOK_EVERY);
        }
    }
    j->pick.in_turn = 0;
    wlm_queue_leave(queue, place);
    return result;
}

static wlm_pick_result_t pick(journey_t *j, int may_wait)
{
    wlm_pick_result_t result = try_pick(j);

    if (result == WLM_PICK_FULL && may_wait) {
        result = wait_for_room(j);
    }
    if (result == WLM_PICK_OK) {
        j->held = j->pick.member;
        j->attempts++;
        atomic_fetch_add(&j->held->shared->requests, 1);
        count_session(j->held->shared, j->pick.session);
        note_member(j);
    }
    return result;
}

/* Pass the response on. @return 1 when the request has ended with *pstatus, 0 when it goes to another member */
static int deliver(journey_t *j, int *pstatus)
{
    wlm_exchange_t *x = &j->x;

    wlm_exchange_deliver(x);
    settle(j);
    switch (x->attempt.outcome) {
    case WLM_DELIVERED:
        *pstatus = wlm_exchange_finish(x);
        return 1;
    case WLM_CLIENT_GONE:
        j->r->connection->keepalive = AP_CONN_CLOSE;
        *pstatus = DONE;
        return 1;
    default:
        break;
    }
    if (x->attempt.response_passed_on) {
        *pstatus = wlm_exchange_break_off(x);
        return 1;
    }
    if (!may_go_on(j)) {
        *pstatus = end_here(j);
        return 1;
    }
    return 0;
}

/* A member says that it is busy. Another one may do better; when there is none, this is the answer. */
static int deliver_busy(journey_t *j, int *pstatus)
{
    wlm_exchange_t busy = j->x;
    wlm_member_t *member = j->pick.member;

    settle(j);
    if (may_go_on(j) && pick(j, 0) == WLM_PICK_OK) {
        wlm_exchange_discard(&busy);
        return 0;
    }
    j->x = busy;
    j->pick.member = member;
    wlm_exchange_deliver(&j->x);
    log_outcome(j, member);
    *pstatus = j->x.attempt.outcome == WLM_DELIVERED ? wlm_exchange_finish(&j->x)
             : j->x.attempt.response_passed_on ? wlm_exchange_break_off(&j->x)
             : HTTP_BAD_GATEWAY;
    return 1;
}

/* One attempt on the picked member. @return 1 when the request has ended with *pstatus */
static int attempt(journey_t *j, int *pstatus)
{
    wlm_exchange_t *x = &j->x;

    x->r = j->r;
    x->request = j->request;
    x->member = j->pick.member;
    x->body = &j->body;
    x->repeat = &j->repeat;
    x->failed_over = j->pick.failed_over;
    x->deadline = j->deadline;
    if (wlm_exchange_begin(x)) {
        return x->attempt.outcome == WLM_BUSY ? deliver_busy(j, pstatus) : deliver(j, pstatus);
    }
    settle(j);
    if (x->attempt.outcome == WLM_CLIENT_GONE) {
        *pstatus = x->client_status;
        return 1;
    }
    if (!may_go_on(j)) {
        *pstatus = end_here(j);
        return 1;
    }
    return 0;
}

int wlm_handler(request_rec *r)
{
    const wlm_request_t *request = ap_get_module_config(r->request_config, &wlm_module);
    wlm_pick_result_t result;
    journey_t *j;
    int status;

    if (!request || !request->cluster) {
        return DECLINED;
    }
    j = apr_palloc(r->pool, sizeof(*j));
    status = begin(j, r, request);
    if (status != OK) {
        return status;
    }
    apr_pool_cleanup_register(r->pool, j, release_at_end, apr_pool_cleanup_null);
    do {
        if (!j->held && (result = pick(j, 1)) != WLM_PICK_OK) {
            return give_up(j, result);
        }
    } while (!attempt(j, &status));
    return status;
}
