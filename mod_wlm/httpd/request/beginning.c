/* How a request begins: what its session and its body say, before a member is chosen. On the thread that has the
 * request. */
#include "httpd/request/beginning.h"
#include <httpd.h>
#include <stdatomic.h>
#include <http_log.h>
#include <unistd.h>
#include "balance/outcome.h"
#include "base/clock.h"
#include "base/random.h"
#include "http/fields.h"
#include "http/request.h"
#include "http/upgrade.h"
#include "httpd/context/context.h"
#include "httpd/request/binding.h"
#include "httpd/request/bound_connection.h"
#include "httpd/request/client_body.h"
#include "httpd/request/client_body_keep.h"
#include "httpd/request/client_poll.h"
#include "httpd/request/journey.h"
#include "httpd/request/member_tls.h"
#include "httpd/request/request_class.h"
#include "httpd/request/span.h"
#include "route/affinity.h"

/* -- random numbers: a different beginning for each process and request --------------- */

static uint64_t process_seed;
static _Atomic uint64_t request_count;

void wlm_beginning_child_init(void)
{
    process_seed = (uint64_t)wlm_now() ^ ((uint64_t)getpid() << 40);
}

static uint64_t seed(void)
{
    uint64_t state = process_seed + atomic_fetch_add(&request_count, 1);

    return wlm_random_next(&state);
}

/* -- what the request's head says ------------------------------------------------------ */

static void read_affinity(wlm_journey_t *journey)
{
    const apr_array_header_t *fields = apr_table_elts(journey->r->headers_in);
    const char **cookies = apr_palloc(journey->r->pool, sizeof(*cookies) * (apr_size_t)(fields->nelts + 1));
    wlm_affinity_rule_t rule = wlm_affinity_rule_of(journey->request->cluster->cfg, journey->request->match.uri,
                                                    wlm_config_of(journey->r->server)->separators);
    int i, n = 0;

    for (i = 0; i < fields->nelts; ++i) {
        const apr_table_entry_t *field = &APR_ARRAY_IDX(fields, i, apr_table_entry_t);
        if (wlm_http_field_is(field->key, "Cookie")) {
            cookies[n++] = field->val;
        }
    }
    wlm_affinity_read(&journey->affinity, &rule, cookies, n, journey->request->encoded, journey->r->pool);
}

static void find_repeat(wlm_journey_t *journey)
{
    journey->repeat.policy = journey->request->cluster->options->retry_policy;
    journey->repeat.body_kept = wlm_client_body_keep_is_whole(&journey->body);
    journey->repeat.idempotent = wlm_http_method_is_idempotent(journey->r->method);
    journey->repeat.has_key = apr_table_get(journey->r->headers_in, "Idempotency-Key") != NULL;
}

/* A body and an upgrade may come together (RFC 9110 7.8), but no known protocol needs that: then it stays a request */
static const char *find_upgrade(const wlm_journey_t *journey)
{
    const char *asked =
        wlm_http_upgrade_asked(journey->r->headers_in, journey->request->cluster->options->upgrade, journey->r->pool);
    int has_body = !journey->body.complete || journey->body.total > 0;
    struct pollfd client;

    if (!asked || journey->r->proto_num < HTTP_VERSION(1, 1)) {
        return NULL;
    }
    if (has_body || !wlm_client_poll_fd(&client, journey->r->connection)) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, journey->r, WLMNO(0103)
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

void wlm_beginning_read_affinity(wlm_journey_t *journey)
{
    memset(&journey->affinity, 0, sizeof(journey->affinity));
    wlm_binding_read(journey); /* first, so it comes before what plugin-cfg.xml says */
    read_affinity(journey);
}

void wlm_beginning_read_head(wlm_journey_t *journey)
{
    request_rec *r = journey->r;

    journey->pick.random = seed();
    journey->pick.secure = wlm_member_tls_is_used(r);
    journey->pick.strict = wlm_config_of(r->server)->strict_affinity != WLM_STRICT_OFF;
    journey->pick.bound = wlm_bound_connection_member(r, journey->request->cluster);
    apr_table_setn(r->subprocess_env, "WLM_CLUSTER", journey->request->cluster->cfg->name);
    apr_table_setn(r->subprocess_env, "RH", "httpd/mod_wlm.c");
    wlm_request_class_find(journey);
    wlm_span_begin(journey);
    if (r->main || journey->request->for_error) {
        remove_conditions(r);
    }
    wlm_beginning_read_affinity(journey);
    wlm_client_body_init(&journey->body, &journey->body_source, r, journey->request->cluster);
}

int wlm_beginning_read_body(wlm_journey_t *journey)
{
    int status = wlm_client_body_prefetch(&journey->body, &journey->task.wait);

    if (status == OK) {
        find_repeat(journey);
        journey->pick.unrepeatable = !wlm_outcome_is_repeatable(&journey->repeat, 1);
        journey->exchange->upgrade = find_upgrade(journey);
        if (journey->request->cluster->options->total_timeout > 0) {
            journey->deadline = wlm_now() + journey->request->cluster->options->total_timeout;
        }
    }
    return status;
}
