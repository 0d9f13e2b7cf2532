/* Questions to members' agents: reads a line, and takes over what it says. On the thread of checks. */
#include "httpd/runtime/agent.h"
#include <string.h>
#include <apr_strings.h>
#include <http_log.h>
#include "balance/reports.h"
#include "balance/transition.h"
#include "balance/transports.h"
#include "base/host.h"
#include "httpd/context/context.h"
#include "httpd/runtime/names.h"

#define LINE_SIZE 512              /* bytes, with its end */

/* 0: the member has no port from which it could be counted */
static int port_of(const wlm_member_t *member)
{
    const wlm_reported_rule_t *rule = &member->cluster->options->load_report;
    const plugin_cfg_transport_t *transport = wlm_transports_for(member, 0)->cfg;
    int port = !rule->port_is_offset ? rule->port
               : wlm_host_socket_path(transport->host) ? 0 : transport->port + rule->port;

    return port <= 65535 ? port : 0;
}

/* The agent of a member that listens on a Unix domain socket is on this machine */
static const char *host_of(const wlm_member_t *member)
{
    const char *host = wlm_transports_for(member, 0)->cfg->host;

    return wlm_host_socket_path(host) ? "127.0.0.1" : host;
}

static const char *key(const wlm_member_t *member, apr_pool_t *p)
{
    const wlm_reported_rule_t *rule = &member->cluster->options->load_report;

    return apr_psprintf(p, "agent\n%s\n%d\n%" APR_TIME_T_FMT " %" APR_TIME_T_FMT, host_of(member), port_of(member),
                        rule->interval, rule->timeout);
}

static apr_interval_time_t interval(const wlm_member_t *member)
{
    return member->cluster->options->load_report.interval;
}

static apr_interval_time_t timeout(const wlm_member_t *member)
{
    return member->cluster->options->load_report.timeout;
}

static apr_status_t find(wlm_asking_t *asking, wlm_member_t *member, wlm_wait_t *wait)
{
    const wlm_member_transport_t *transport = wlm_transports_for(member, 0);
    int port = port_of(member);
    apr_status_t rv;

    if (!port) {
        apr_cpystrn(asking->text, "there is no such port", sizeof(asking->text));
        return APR_EGENERAL;
    }
    if (wlm_host_socket_path(transport->cfg->host)) {
        return wlm_address_read(&asking->address, host_of(member), port) ? APR_SUCCESS : APR_EGENERAL;
    }
    rv = wlm_names_find(&asking->address, asking->text, member, transport, asking->end, wait);
    if (rv == APR_SUCCESS) {
        wlm_address_set_port(&asking->address, port);
    }
    return rv;
}

/* @return APR_SUCCESS: the line has its end, or there is more to read; APR_ENOSPC: it is too long */
static apr_status_t use_buffer(wlm_asking_t *asking)
{
    const wlm_conn_t *conn = asking->conn;
    size_t len = conn->end - conn->start, n;

    for (n = 0; n < len && !strchr("\r\n", conn->buffer[conn->start + n]); ++n) {
    }
    if (n < len && n < LINE_SIZE) {
        asking->line = apr_pstrmemdup(asking->pool, conn->buffer + conn->start, n);
    }
    return n < LINE_SIZE ? APR_SUCCESS : APR_ENOSPC;
}

/* Up to a line end */
static apr_status_t talk(wlm_asking_t *asking, wlm_wait_t *wait)
{
    apr_status_t rv;

    do {
        rv = wlm_conn_fill(asking->conn, WLM_CONN_BUFFER_SIZE);
        if (rv == APR_SUCCESS) {
            rv = use_buffer(asking);
        }
        else if (APR_STATUS_IS_EAGAIN(rv)) {
            rv = wlm_conn_wait_for(asking->conn, WLM_CONN_READ, wlm_asking_left(asking), wait);
            if (APR_STATUS_IS_EAGAIN(rv)) {
                return rv;
            }
        }
    } while (rv == APR_SUCCESS && !asking->line);
    if (rv != APR_SUCCESS) {
        asking->why = APR_STATUS_IS_TIMEUP(rv) ? "no line in time"
                      : APR_STATUS_IS_EOF(rv) ? "it has ended without a line"
                      : APR_STATUS_IS_ENOSPC(rv) ? "its line is longer than " APR_STRINGIFY(LINE_SIZE) " bytes"
                      : wlm_conn_error(asking->conn, rv, asking->text);
    }
    return rv;
}

/* What an agent says comes from outside: it is escaped by httpd's log, and cut by the event */
static void report(wlm_reports_change_t change, wlm_member_t *member, server_rec *s, const char *line, apr_pool_t *p)
{
    static const char *const events[] = {
        [WLM_REPORTS_SAME] = NULL, [WLM_REPORTS_OUT] = "taken out by its agent: ",
        [WLM_REPORTS_BACK] = "brought back by its agent: ", [WLM_REPORTS_DRAINS] = "drained by its agent: ",
        [WLM_REPORTS_DRAINS_NO_MORE] = "drained no more by its agent: "
    };
    const char *name = member->cfg->name, *cluster = member->cluster->cfg->name;

    switch (change) {
    case WLM_REPORTS_OUT:
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0201) "member %s (%s) of cluster %s is taken out by its agent, "
                     "which says \"%s\"", name, member->host_port, cluster, line);
        break;
    case WLM_REPORTS_BACK:
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0202) "member %s (%s) of cluster %s is brought back by its "
                     "agent, which says \"%s\"", name, member->host_port, cluster, line);
        break;
    case WLM_REPORTS_DRAINS:
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0203) "member %s (%s) of cluster %s gets no new sessions: "
                     "its agent says \"%s\"", name, member->host_port, cluster, line);
        break;
    case WLM_REPORTS_DRAINS_NO_MORE:
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0204) "member %s (%s) of cluster %s gets new sessions "
                     "again: its agent says \"%s\"", name, member->host_port, cluster, line);
        break;
    case WLM_REPORTS_SAME:
        ap_log_error(APLOG_MARK, APLOG_DEBUG, 0, s, WLMNO(0205) "the agent of member %s (%s) of cluster %s says \"%s\"",
                     name, member->host_port, cluster, line);
        break;
    }
    if (events[change]) {
        wlm_transition_note(member, apr_pstrcat(p, events[change], line, NULL));
    }
}

static void report_failure(const wlm_member_t *member, server_rec *s, const char *why)
{
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0206) "the agent of member %s of cluster %s, on port %d, gives "
                 "no answer that is understood: %s; what it reported before counts for %.1f s", member->cfg->name,
                 member->cluster->cfg->name, port_of(member), why,
                 (double)member->cluster->options->load_report.expiry / APR_USEC_PER_SEC);
}

static void conclude(const wlm_asking_t *asking, wlm_member_t *const *members, int n, int *pfails)
{
    const char *why = asking->why, *line = asking->line;
    wlm_reported_answer_t answer;
    int m;

    if (!why && !wlm_reported_answer_read(&answer, line, strlen(line))) {
        why = apr_psprintf(asking->pool, "\"%s\"", line);
    }
    for (m = 0; m < n; ++m) {
        if (!why) {
            report(wlm_reports_note_answer(members[m], &answer, wlm_now()), members[m], asking->server, line,
                   asking->pool);
        }
        else if (!*pfails) {
            report_failure(members[m], asking->server, why);
        }
    }
    *pfails = why != NULL;
}

const wlm_asking_kind_t wlm_agent = { .key = key, .interval = interval, .timeout = timeout, .find = find,
                                      .talk = talk, .conclude = conclude };
