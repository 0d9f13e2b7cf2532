/* Active health checks: what is asked, and the judgement of the answer. On the thread of checks. */
#include "httpd/runtime/health_check.h"
#include <apr_strings.h>
#include <ap_expr.h>
#include "balance/transition.h"
#include "balance/transports.h"
#include "exchange/head.h"
#include "health/check_schedule.h"
#include "httpd/context/context.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/names.h"

/* -- evaluation of the answer ---------------------------------------------------------------- */

/* ap_expr needs a request; this one has only what the answer gives: REQUEST_STATUS, resp(), and note('body') */
static request_rec *request_of(const wlm_simple_answer_t *answer, const wlm_check_rule_t *rule, server_rec *s,
                               apr_pool_t *p)
{
    request_rec *r = apr_pcalloc(p, sizeof(*r));
    int i;

    r->pool = p;
    r->server = s;
    r->connection = apr_pcalloc(p, sizeof(*r->connection));
    r->connection->pool = p;
    r->connection->base_server = s;
    r->connection->conn_config = ap_create_conn_config(p);
    r->connection->notes = apr_table_make(p, 1);
    r->connection->client_ip = r->useragent_ip = (char *)"127.0.0.1";
    r->per_dir_config = s->lookup_defaults;
    r->request_config = ap_create_request_config(p);
    r->headers_in = apr_table_make(p, 1);
    r->headers_out = apr_table_make(p, answer->head.nfields + 1);
    r->err_headers_out = apr_table_make(p, 1);
    r->trailers_in = apr_table_make(p, 1);
    r->trailers_out = apr_table_make(p, 1);
    r->subprocess_env = apr_table_make(p, 1);
    r->notes = apr_table_make(p, 1);
    r->method = rule->method;
    r->uri = r->unparsed_uri = (char *)rule->path;
    r->protocol = (char *)"HTTP/1.1";
    r->proto_num = HTTP_VERSION(1, 1);
    r->request_time = apr_time_now();
    r->status = answer->head.status;
    for (i = 0; i < answer->head.nfields; ++i) {
        apr_table_addn(r->headers_out, answer->head.fields[i].name, answer->head.fields[i].value);
    }
    r->content_type = apr_table_get(r->headers_out, "Content-Type");
    apr_table_setn(r->notes, "body", answer->body ? answer->body : "");
    return r;
}

/* @return NULL when it is, otherwise what is wrong with it; in p */
static const char *find_fault(const wlm_simple_answer_t *answer, const wlm_check_rule_t *rule, server_rec *s,
                              apr_pool_t *p)
{
    const char *error = NULL;

    if (answer->head.status < rule->status_min || answer->head.status > rule->status_max) {
        return apr_psprintf(p, "status %d", answer->head.status);
    }
    if (rule->expr && ap_expr_exec(request_of(answer, rule, s, p), rule->expr, &error) <= 0) {
        return error ? apr_pstrcat(p, "the expression fails: ", error, NULL) : "the expression is not true";
    }
    return NULL;
}

/* -- one check ------------------------------------------------------------------------------ */

static const char *request_text(const wlm_member_t *member, const wlm_check_rule_t *rule, apr_pool_t *p)
{
    return apr_pstrcat(p, rule->method, " ", rule->path, " HTTP/1.1\r\nHost: ",
                       rule->host ? rule->host : wlm_transports_host_field(wlm_transports_for(member, 0)),
                       "\r\nUser-Agent: mod_wlm/" WLM_VERSION " (health check)\r\nConnection: close\r\n\r\n", NULL);
}

/* What is connected to, and how; then what is asked, when, and what a good answer is. Transports with equal settings
 * for TLS share their certificates. */
static const char *key(const wlm_member_t *member, apr_pool_t *p)
{
    const wlm_member_transport_t *transport = wlm_transports_for(member, 0);
    const wlm_certificates_t *tls = transport->endpoint->tls;

    return apr_psprintf(p, "check\n%s\n%d\n%pp\n%s\n%s", transport->cfg->host, transport->cfg->port, (const void *)tls,
                        tls ? transport->endpoint->name : "",
                        wlm_check_schedule_key(&member->cluster->options->check, p));
}

static apr_interval_time_t interval(const wlm_member_t *member)
{
    return member->cluster->options->check.interval;
}

static apr_interval_time_t timeout(const wlm_member_t *member)
{
    return member->cluster->options->check.timeout;
}

static apr_status_t find(wlm_asking_t *asking, wlm_member_t *member, wlm_wait_t *wait)
{
    asking->peer = asking->endpoint->peer;
    return wlm_names_find(&asking->address, asking->text, member, wlm_transports_for(member, 0), asking->end, wait);
}

static void begin(wlm_asking_t *asking, const wlm_member_t *member)
{
    const wlm_check_rule_t *rule = &member->cluster->options->check;

    wlm_simple_request_begin(&asking->request, &asking->answer, asking->conn, request_text(member, rule, asking->pool),
                             strcmp(rule->method, "HEAD") == 0, wlm_asking_left(asking), asking->pool);
}

static apr_status_t talk(wlm_asking_t *asking, wlm_wait_t *wait)
{
    apr_status_t rv = wlm_simple_request_step(&asking->request, wait);

    if (!APR_STATUS_IS_EAGAIN(rv)) {
        asking->why = asking->request.why;
    }
    return rv;
}

static void report(wlm_check_result_t result, wlm_member_t *member, server_rec *s, const char *why, apr_pool_t *p)
{
    const char *cluster = member->cluster->cfg->name;

    switch (result) {
    case WLM_CHECK_TAKEN_OUT:
        wlm_transition_note(member, apr_pstrcat(p, "taken out by health checks: ", why, NULL));
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0042) "member %s (%s) of cluster %s is taken out by "
                     "health checks: %s", member->cfg->name, member->host_port, cluster, why);
        break;
    case WLM_CHECK_BROUGHT_BACK:
        wlm_transition_note(member, "brought back by health checks");
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0043) "member %s (%s) of cluster %s is brought "
                     "back by health checks", member->cfg->name, member->host_port, cluster);
        break;
    case WLM_CHECK_SAME:
        ap_log_error(APLOG_MARK, APLOG_DEBUG, 0, s, WLMNO(0044) "health check of member %s (%s) of cluster "
                     "%s: %s", member->cfg->name, member->host_port, cluster, why ? why : "good");
        break;
    }
}

/* The rules of all members are equal, but for rise and fall */
static void conclude(const wlm_asking_t *asking, wlm_member_t *const *members, int n, int *pfails)
{
    const wlm_check_rule_t *rule = &members[0]->cluster->options->check;
    const wlm_simple_answer_t *answer = &asking->answer;
    const char *why = asking->why ? asking->why : find_fault(answer, rule, asking->server, asking->pool);
    apr_time_t now = wlm_now();
    int m;

    (void)pfails;
    for (m = 0; m < n; ++m) {
        rule = &members[m]->cluster->options->check;
        if (!asking->why) {
            wlm_exchange_head_note_load(members[m], answer->head.fields, answer->head.nfields);
        }
        wlm_transition_note_check(members[m], why, now - asking->begun, now);
        report(wlm_transition_check(members[m], !why, rule->rise, rule->fall, now), members[m], asking->server, why,
               asking->pool);
    }
}

const wlm_asking_kind_t wlm_health_check = { .key = key, .interval = interval, .timeout = timeout, .find = find,
                                             .begin = begin, .talk = talk, .conclude = conclude };
