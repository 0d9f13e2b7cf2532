/* A request's way: affinity, then member by member: pick, exchange, and what follows from the outcome. */
#include "httpd/request/handler.h"
#include <httpd.h>
#include <stdatomic.h>
#include <http_log.h>
#include <poll.h>
#include <unistd.h>
#include "balance/member.h"
#include "balance/model.h"
#include "balance/outcome.h"
#include "balance/pick.h"
#include "balance/retry_budget.h"
#include "base/clock.h"
#include "base/futex.h"
#include "base/random.h"
#include "http/fields.h"
#include "http/request.h"
#include "http/upgrade.h"
#include "httpd/context/context.h"
#include "httpd/context/handlers.h"
#include "httpd/request/bound_connection.h"
#include "httpd/request/client_body.h"
#include "httpd/request/client_body_keep.h"
#include "httpd/request/client_poll.h"
#include "httpd/request/exchange.h"
#include "httpd/request/exchange_base.h"
#include "httpd/request/attempt_log.h"
#include "httpd/request/doubt.h"
#include "httpd/request/journey.h"
#include "httpd/request/record.h"
#include "httpd/request/refuse.h"
#include "httpd/request/report.h"
#include "httpd/request/linger.h"
#include "httpd/request/member_request.h"
#include "httpd/request/response.h"
#include "httpd/request/response_end.h"
#include "httpd/request/routed.h"
#include "httpd/request/trace.h"
#include "httpd/request/tunnel.h"
#include "route/affinity.h"
#include "shared/queue.h"

/* -- random numbers: a different beginning for each process and request --------------- */

static uint64_t process_seed;
static _Atomic uint64_t request_count;

void wlm_handler_child_init(void)
{
    process_seed = (uint64_t)wlm_now() ^ ((uint64_t)getpid() << 40);
}

static uint64_t seed(void)
{
    uint64_t state = process_seed + atomic_fetch_add(&request_count, 1);

    return wlm_random_next(&state);
}

/* -- holding a member ------------------------------------------------------------------ */

static void release(wlm_journey_t *j)
{
    if (j->held) {
        wlm_member_release(j->held);
        j->held = NULL;
    }
}

static void end_retry(wlm_journey_t *j)
{
    if (j->retrying) {
        wlm_retry_budget_end(j->request->cluster);
        j->retrying = 0;
    }
}

static apr_status_t release_at_end(void *data)
{
    release(data);
    end_retry(data);
    return APR_SUCCESS;
}

/* The attempt has ended: the member is free for others */
static void record_and_release(wlm_journey_t *j)
{
    wlm_record_outcome(j);
    release(j);
}

/* -- beginning -------------------------------------------------------------------------- */

static void read_affinity(wlm_journey_t *j)
{
    const apr_array_header_t *fields = apr_table_elts(j->r->headers_in);
    const char **cookies = apr_palloc(j->r->pool, sizeof(*cookies) * (apr_size_t)(fields->nelts + 1));
    wlm_affinity_rule_t rule = wlm_affinity_rule_of(j->request->cluster->cfg, j->request->match.uri,
                                                    wlm_config_of(j->r->server)->separators);
    int i, n = 0;

    for (i = 0; i < fields->nelts; ++i) {
        const apr_table_entry_t *field = &APR_ARRAY_IDX(fields, i, apr_table_entry_t);
        if (wlm_http_field_is(field->key, "Cookie")) {
            cookies[n++] = field->val;
        }
    }
    wlm_affinity_read(&j->affinity, &rule, cookies, n, j->request->encoded, j->r->pool);
}

static void find_repeat(wlm_journey_t *j)
{
    j->repeat.policy = j->request->cluster->options->retry_policy;
    j->repeat.body_kept = wlm_client_body_keep_is_whole(&j->body);
    j->repeat.idempotent = wlm_http_method_is_idempotent(j->r->method);
    j->repeat.has_key = apr_table_get(j->r->headers_in, "Idempotency-Key") != NULL;
}

/* A body and an upgrade may come together (RFC 9110 7.8), but nobody does that: then it stays a request */
static const char *find_upgrade(const wlm_journey_t *j)
{
    const char *asked = wlm_http_upgrade_asked(j->r->headers_in, j->request->cluster->options->upgrade, j->r->pool);
    int has_body = !j->body.complete || j->body.total > 0;
    struct pollfd client;

    if (!asked || j->r->proto_num < HTTP_VERSION(1, 1)) {
        return NULL;
    }
    if (has_body || !wlm_client_poll_fd(&client, j->r->connection)) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, j->r, WLMNO(0103)
                      "the request asks for %s, but %s: it goes to the member without that, as a request "
                      "like any other", asked, has_body ? "has a body" : "httpd cannot wait for its connection");
        return NULL;
    }
    return asked;
}

/* What a client asks of one page is not asked of those that are included in it, nor of its error document: a part, or
 * nothing where it has the page already. The table is the other request's, too. */
static void remove_conditions(request_rec *r)
{
    static const char *const names[] = {
        "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range",
        "Request-Range", NULL
    };
    int i;

    r->headers_in = apr_table_copy(r->pool, r->headers_in);
    for (i = 0; names[i]; ++i) {
        apr_table_unset(r->headers_in, names[i]);
    }
}

static int begin(wlm_journey_t *j, request_rec *r, const wlm_routed_t *request)
{
    const plugin_cfg_cluster_t *cfg = request->cluster->cfg;
    int status;

    memset(j, 0, sizeof(*j));
    j->r = j->x.r = r;
    j->request = j->x.request = request;
    j->x.body = &j->body;
    j->x.repeat = &j->repeat;
    j->pick.random = seed();
    j->pick.secure = wlm_member_request_is_secure(r);
    j->pick.strict = wlm_config_of(r->server)->strict_affinity;
    j->pick.bound = wlm_bound_connection_member(r, request->cluster);
    apr_table_setn(r->subprocess_env, "WLM_CLUSTER", cfg->name);
    apr_table_setn(r->subprocess_env, "RH", "httpd/mod_wlm.c");
    wlm_trace_begin(r);
    if (r->main || request->for_error) {
        remove_conditions(r);
    }
    read_affinity(j);
    wlm_client_body_init(&j->body, r, request->cluster);
    status = wlm_client_body_prefetch(&j->body);
    if (status == OK) {
        find_repeat(j);
        j->pick.unrepeatable = !wlm_outcome_is_repeatable(&j->repeat, 1);
        j->x.upgrade = find_upgrade(j);
        if (request->cluster->options->total_timeout > 0) {
            j->deadline = wlm_now() + request->cluster->options->total_timeout;
        }
    }
    return status;
}

/* What the outcome says, limited by how often and how long the request may be tried */
static int may_go_on(wlm_journey_t *j)
{
    int limit = j->request->cluster->cfg->server_io_timeout_retry;

    if (wlm_outcome_next(&j->x.attempt, &j->repeat) == WLM_NEXT_DONE) {
        return 0;
    }
    if (j->x.attempt.timed_out && j->x.attempt.outcome != WLM_NOT_CONNECTED && limit >= 0 && ++j->time_outs > limit) {
        j->stop = WLM_STOP_TIMEOUTS;
        return 0;
    }
    if (j->deadline && wlm_now() >= j->deadline) {
        j->x.attempt.outcome = WLM_OUT_OF_TIME;
        return 0;
    }
    /* a request of which nothing was sent makes no more work for the members than a new one */
    if (j->x.attempt.sent && !j->retrying && !(j->retrying = wlm_retry_budget_begin(j->request->cluster))) {
        j->stop = WLM_STOP_RETRY_BUDGET;
        return 0;
    }
    return 1;
}

/* -- the loop -------------------------------------------------------------------------------- */

static wlm_pick_result_t try_pick(wlm_journey_t *j)
{
    j->pick.now = wlm_now();
    return wlm_pick_member(&j->pick, j->request->cluster, &j->affinity);
}

/* For members that become usable without a signal, and whether the client is still there */
#define POLL_INTERVAL apr_time_from_msec(200)

/* All members are full: wait in the cluster's queue until it is this request's turn and one has room */
static wlm_pick_result_t wait_for_room(wlm_journey_t *j)
{
    wlm_queue_t *queue = j->request->cluster->queue;
    apr_time_t begun = wlm_now(), end = begun + j->request->cluster->options->queue.timeout;
    wlm_pick_result_t result = WLM_PICK_FULL;
    apr_interval_time_t left;
    uint32_t place, seen;

    if (!queue || !wlm_queue_enter(queue, &place, (uint32_t)getpid(), j->request->cluster->options->queue.length)) {
        return WLM_PICK_FULL;
    }
    end = j->deadline && j->deadline < end ? j->deadline : end;
    while (result == WLM_PICK_FULL && (left = end - wlm_now()) > 0) {
        if (wlm_client_poll_has_left(j->r->connection)) {
            j->stop = WLM_STOP_CLIENT_LEFT;
            break;
        }
        seen = atomic_load(wlm_queue_signal(queue, place));
        j->pick.in_turn = wlm_queue_is_first(queue, place);
        if (!j->pick.in_turn || (result = try_pick(j)) == WLM_PICK_FULL) {
            wlm_futex_wait(wlm_queue_signal(queue, place), seen, left < POLL_INTERVAL ? left : POLL_INTERVAL);
        }
    }
    j->pick.in_turn = 0;
    wlm_queue_leave(queue, place);
    j->queued += wlm_now() - begun;
    return result;
}

static wlm_pick_result_t pick(wlm_journey_t *j, int may_wait)
{
    wlm_pick_result_t result = try_pick(j);

    if (result == WLM_PICK_FULL && may_wait) {
        result = wait_for_room(j);
    }
    if (result == WLM_PICK_OK) {
        j->held = j->pick.member;
        j->attempts++;
        wlm_record_pick(j);
    }
    return result;
}

/* Pass the response on. @return 1 when the request has ended with *pstatus, 0 when it goes to another member */
static int deliver(wlm_journey_t *j, int *pstatus)
{
    wlm_exchange_t *x = &j->x;

    wlm_response_deliver(x);
    record_and_release(j);
    if (x->attempt.outcome == WLM_DELIVERED) {
        *pstatus = wlm_response_end_finish(x);
        return 1;
    }
    if (x->attempt.response_passed_on) {
        *pstatus = wlm_response_end_break_off(x);
        return 1;
    }
    if (x->attempt.outcome == WLM_CLIENT_GONE) {
        *pstatus = x->client_status;
        return 1;
    }
    if (!may_go_on(j)) {
        *pstatus = wlm_refuse_retry(j);
        return 1;
    }
    return 0;
}

/* A member says that it is busy. Another one may do better; when there is none, this is the answer. */
static int deliver_busy(wlm_journey_t *j, int *pstatus)
{
    wlm_exchange_t *x = &j->x;
    apr_interval_time_t recorded = x->attempt.elapsed; /* up to its head */

    record_and_release(j);
    if (may_go_on(j) && pick(j, 0) == WLM_PICK_OK) {
        wlm_exchange_discard(x);
        return 0;
    }
    j->pick.member = x->member;
    wlm_response_deliver(x); /* sets the outcome anew, whatever may_go_on() has made of it */
    j->with_members += x->attempt.elapsed - recorded;
    wlm_attempt_log_outcome(j, x->member);
    *pstatus = x->attempt.outcome == WLM_DELIVERED ? wlm_response_end_finish(x)
             : x->attempt.response_passed_on ? wlm_response_end_break_off(x)
             : x->attempt.outcome == WLM_CLIENT_GONE ? x->client_status
             : HTTP_BAD_GATEWAY;
    return 1;
}

/* The member is well, and has no more to do with this as a request; but it stays in flight until the tunnel ends */
static int run_tunnel(wlm_journey_t *j)
{
    wlm_record_outcome(j);
    end_retry(j);
    wlm_record_tunnel(j, wlm_tunnel_run(&j->x));
    release(j);
    return OK;
}

/* One attempt on the picked member. @return 1 when the request has ended with *pstatus */
static int attempt(wlm_journey_t *j, int *pstatus)
{
    wlm_exchange_t *x = &j->x;

    x->member = j->pick.member;
    x->transport = wlm_transports_for(x->member, j->pick.secure);
    x->failed_over = j->pick.failed_over;
    x->deadline = j->deadline;
    x->attempt.begun = j->pick.now;
    if (wlm_exchange_begin(x)) {
        if (x->attempt.outcome == WLM_DELIVERED) {
            wlm_doubt_confirm(j);
        }
        if (x->upgraded) {
            *pstatus = run_tunnel(j);
            return 1;
        }
        return x->attempt.outcome == WLM_BUSY ? deliver_busy(j, pstatus) : deliver(j, pstatus);
    }
    record_and_release(j);
    if (x->attempt.outcome == WLM_CLIENT_GONE) {
        *pstatus = x->client_status;
        return 1;
    }
    if (!may_go_on(j)) {
        *pstatus = wlm_refuse_retry(j);
        return 1;
    }
    return 0;
}

/* Member by member, until one has answered or none is left. @return what the handler returns */
static int serve(wlm_journey_t *j)
{
    wlm_pick_result_t result;
    int status;

    do {
        if (!j->held && (result = pick(j, 1)) != WLM_PICK_OK) {
            return wlm_refuse_no_member(j, result);
        }
    } while (!attempt(j, &status));
    return status;
}

int wlm_handler(request_rec *r)
{
    const wlm_routed_t *request = ap_get_module_config(r->request_config, &wlm_module);
    wlm_journey_t *j;
    int status;

    if (!request || !request->cluster || !r->handler || strcmp(r->handler, WLM_HANDLER) != 0) {
        return DECLINED;
    }
    wlm_linger_begin(r);
    j = apr_palloc(r->pool, sizeof(*j));
    status = begin(j, r, request);
    if (status != OK) {
        return status;
    }
    apr_pool_cleanup_register(r->pool, j, release_at_end, apr_pool_cleanup_null);
    status = serve(j);
    wlm_doubt_decide(j);
    end_retry(j); /* the client may take much longer to receive the rest */
    wlm_report_request(j, status);
    return status;
}
