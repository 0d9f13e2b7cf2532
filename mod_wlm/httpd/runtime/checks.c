/* Active health checks. They run in the child process that holds the lease, in a pool of threads, so that members that
 * hang do not delay the checks of others. Results are in shared memory: health/check_state.h. */
#include <apr_strings.h>
#include <apr_thread_pool.h>
#include <ap_expr.h>
#include <unistd.h>
#include "balance/transition.h"
#include "balance/transports.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
#include "httpd/runtime/checks.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/names.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/version.h"
#include "net/conn.h"
#include "net/conn_open.h"
#include "net/shortage.h"
#include "net/simple_request.h"

#define THREADS_MAX 32

/* The checks of one member */
typedef struct task_t {
    wlm_member_t *member;
    server_rec *server;
    apr_time_t next_at;            /* used by the watchdog's thread only */
    _Atomic int busy;              /* a check is under way or waits for a thread */
} task_t;

static apr_pool_t *pool;           /* of the checks; NULL in other processes than the lease holder */
static apr_thread_pool_t *threads;
static unsigned changes;           /* wlm_version_changes() when they began */
static apr_array_header_t *tasks;  /* task_t * */

int wlm_checks_are_on(void)
{
    return wlm_options_has_check(wlm_options());
}

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
                       rule->host ? rule->host : wlm_transports_for(member, 0)->host_port,
                       "\r\nUser-Agent: mod_wlm/" WLM_VERSION " (health check)\r\nConnection: close\r\n\r\n", NULL);
}

static apr_status_t open_conn(wlm_conn_t **pconn, const char **pwhy, wlm_member_t *member, apr_time_t end,
                              apr_pool_t *p)
{
    const wlm_member_transport_t *transport = wlm_transports_for(member, 0);
    apr_interval_time_t left;
    wlm_address_t address;
    char text[WLM_CONN_WHY_SIZE];
    apr_status_t rv = wlm_names_address(&address, text, member, transport, end);

    if (rv == APR_SUCCESS) {
        left = end - wlm_now();
        rv = wlm_conn_open(pconn, text, &address, transport->endpoint->peer, left > 0 ? left : 1);
    }
    *pwhy = apr_pstrcat(p, text, APR_STATUS_IS_TIMEUP(rv) ? " in time" : "", NULL);
    return rv;
}

/* @return NULL when the member is well, otherwise why not; in p or static
 * @param pshortage  set when httpd itself could not connect: that says nothing about the member */
static const char *check_member(wlm_member_t *member, server_rec *s, apr_status_t *pshortage, apr_pool_t *p)
{
    const wlm_check_rule_t *rule = &member->cluster->options->check;
    apr_time_t end = wlm_now() + rule->timeout;
    const char *why = NULL;
    wlm_simple_answer_t answer;
    wlm_conn_t *conn;
    apr_status_t rv;
    int closed = 0;

    do {
        rv = open_conn(&conn, &why, member, end, p);
    } while (wlm_shortage_is(rv) && closed++ < WLM_SHORTAGE_CLOSE_MAX && wlm_endpoints_close_idle());
    if (rv != APR_SUCCESS) {
        *pshortage = wlm_shortage_is(rv) ? rv : APR_SUCCESS;
        return why;
    }
    rv = wlm_simple_request(&answer, &why, conn, request_text(member, rule, p), strcmp(rule->method, "HEAD") == 0,
                            end - wlm_now(), p);
    wlm_conn_close(conn);
    return rv == APR_SUCCESS ? find_fault(&answer, rule, s, p) : why;
}

static void report(wlm_check_result_t result, const task_t *task, const char *why, apr_pool_t *p)
{
    wlm_member_t *member = task->member;
    const char *cluster = member->cluster->cfg->name;

    switch (result) {
    case WLM_CHECK_TAKEN_OUT:
        wlm_transition_note(member, apr_pstrcat(p, "taken out by health checks: ", why, NULL));
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, task->server, WLMNO(0042) "member %s (%s) of cluster %s is taken out by "
                     "health checks: %s", member->cfg->name, member->host_port, cluster, why);
        break;
    case WLM_CHECK_BROUGHT_BACK:
        wlm_transition_note(member, "brought back by health checks");
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, task->server, WLMNO(0043) "member %s (%s) of cluster %s is brought "
                     "back by health checks", member->cfg->name, member->host_port, cluster);
        break;
    case WLM_CHECK_SAME:
        ap_log_error(APLOG_MARK, APLOG_DEBUG, 0, task->server, WLMNO(0044) "health check of member %s (%s) of cluster "
                     "%s: %s", member->cfg->name, member->host_port, cluster, why ? why : "good");
        break;
    }
}

static _Atomic int reported_shortage;  /* logged once, until a check is done again */

static void report_shortage(const task_t *task, apr_status_t shortage, const char *why)
{
    if (!atomic_exchange(&reported_shortage, 1)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, task->server, WLMNO(0141) "httpd itself can open no connection to "
                     "check member %s of cluster %s: %s; nothing is concluded about members from that. %s",
                     task->member->cfg->name, task->member->cluster->cfg->name, why, wlm_shortage_remedy(shortage));
    }
}

static void *APR_THREAD_FUNC run_check(apr_thread_t *thread, void *data)
{
    task_t *task = data;
    const wlm_check_rule_t *rule = &task->member->cluster->options->check;
    apr_status_t shortage = APR_SUCCESS;
    const char *why;
    apr_pool_t *p;

    (void)thread;
    apr_pool_create(&p, NULL);
    why = check_member(task->member, task->server, &shortage, p);
    if (shortage != APR_SUCCESS) {
        report_shortage(task, shortage, why);
    }
    else {
        atomic_store(&reported_shortage, 0);
        report(wlm_transition_check(task->member, !why, rule->rise, rule->fall, wlm_now()), task, why, p);
    }
    apr_pool_destroy(p);
    atomic_store(&task->busy, 0);
    return NULL;
}

/* -- all of them -------------------------------------------------------------------------------- */

static void add_tasks(const wlm_cluster_t *cluster, server_rec *s)
{
    apr_time_t now = wlm_now();
    int m;

    for (m = 0; cluster->options->check.method && m < cluster->nmembers; ++m) {
        if (wlm_transports_for(&cluster->members[m], 0)) {
            task_t *task = apr_pcalloc(tasks->pool, sizeof(*task));

            task->member = &cluster->members[m];
            task->server = s;
            /* the members of a cluster one after the other, not all at once */
            task->next_at = now + cluster->options->check.interval * m / cluster->nmembers;
            APR_ARRAY_PUSH(tasks, task_t *) = task;
        }
    }
}

/* In a pool of its own: the watchdog's ends with the call. The versions that are checked are in use until it is
 * destroyed, and its threads end before. */
static void begin_checks(server_rec *s)
{
    int f, c;

    apr_pool_create(&pool, NULL);
    changes = wlm_version_changes();
    tasks = apr_array_make(pool, 8, sizeof(task_t *));
    for (f = 0; f < wlm_files()->nelts; ++f) {
        wlm_version_t *version = wlm_version_use(APR_ARRAY_IDX(wlm_files(), f, wlm_file_t *), pool);

        for (c = 0; c < version->snapshot->nclusters; ++c) {
            add_tasks(version->snapshot->clusters[c], s);
        }
    }
    apr_thread_pool_create(&threads, 0, tasks->nelts < THREADS_MAX ? (apr_size_t)tasks->nelts : THREADS_MAX, pool);
}

static void start_due(apr_time_t now)
{
    int i, not_busy;

    for (i = 0; i < tasks->nelts; ++i) {
        task_t *task = APR_ARRAY_IDX(tasks, i, task_t *);

        not_busy = 0;
        if (now >= task->next_at && atomic_compare_exchange_strong(&task->busy, &not_busy, 1)) {
            task->next_at = now + task->member->cluster->options->check.interval;
            if (apr_thread_pool_push(threads, run_check, task, APR_THREAD_TASK_PRIORITY_NORMAL, NULL) != APR_SUCCESS) {
                atomic_store(&task->busy, 0); /* no thread: at the next call */
            }
        }
    }
}

static void end_checks(void)
{
    apr_pool_destroy(pool); /* waits for the checks that are under way */
    pool = NULL;
}

void wlm_checks_stop(void)
{
    if (pool) {
        end_checks();
        wlm_lease_release(wlm_segment_check_lease(), (uint32_t)getpid());
    }
}

void wlm_checks_run(server_rec *s)
{
    apr_time_t now = wlm_now();

    if (!wlm_lease_hold(wlm_segment_check_lease(), (uint32_t)getpid(), now)) {
        wlm_checks_stop(); /* this process was stopped for so long that another one has taken over */
        return;
    }
    if (pool && changes != wlm_version_changes()) {
        end_checks(); /* its members are those of versions that are not current any more */
    }
    if (!pool) {
        begin_checks(s);
    }
    start_due(now);
}
