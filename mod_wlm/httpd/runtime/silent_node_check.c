/* Asks nodes that have fallen silent whether they are there. Any answer of HTTP is one, since a node that cannot reach
 * this proxy any more may serve requests as well as before. On the thread of checks. */
#include "httpd/runtime/silent_node_check.h"
#include <apr_strings.h>
#include "balance/silent_node.h"
#include "balance/transition.h"
#include "balance/transports.h"
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/names.h"

#define LOOKS 5                    /* in the shortest time after which a node is silent */

/* A node's members, whatever their contexts */
static const char *key(const wlm_member_t *member, apr_pool_t *p)
{
    const wlm_member_transport_t *transport = wlm_transports_for(member, 0);

    return apr_psprintf(p, "silence\n%s\n%s\n%d\n%d", member->cfg->name, transport->cfg->host, transport->cfg->port,
                        transport->endpoint->tls != NULL);
}

static apr_interval_time_t interval(const wlm_member_t *member)
{
    (void)member;
    return wlm_config_global()->registry_silence.min / LOOKS;
}

static apr_status_t find(wlm_asking_t *asking, wlm_member_t *member, wlm_wait_t *wait)
{
    asking->peer = asking->endpoint->peer;
    return wlm_names_find(&asking->address, asking->text, member, wlm_transports_for(member, 0), asking->end, wait);
}

static void begin(wlm_asking_t *asking, const wlm_member_t *member)
{
    const char *text = apr_pstrcat(asking->pool, "OPTIONS * HTTP/1.1\r\nHost: ",
                                   wlm_transports_host_field(wlm_transports_for(member, 0)),
                                   "\r\nUser-Agent: mod_wlm/" WLM_VERSION " (silent node)\r\nConnection: close\r\n\r\n",
                                   NULL);

    wlm_simple_request_begin(&asking->request, &asking->answer, asking->conn, text, 0, wlm_asking_left(asking),
                             asking->pool);
}

static apr_status_t talk(wlm_asking_t *asking, wlm_wait_t *wait)
{
    apr_status_t rv = wlm_simple_request_step(&asking->request, wait);

    if (!APR_STATUS_IS_EAGAIN(rv)) {
        asking->why = asking->request.why;
    }
    return rv;
}

/* -- what changes: in the log once for the node, an event for each of its members ------------------------------- */

static double silent_for(const wlm_member_t *member, apr_time_t now)
{
    apr_time_t last = wlm_heartbeat_time(atomic_load(&member->shared->heartbeat), now);

    return (double)(last ? now - last : 0) / APR_USEC_PER_SEC;
}

static int is_wanted(wlm_member_t *const *members, int n, server_rec *s)
{
    const wlm_heartbeat_rule_t *rule = &wlm_config_global()->registry_silence;
    apr_time_t now = wlm_now();
    int m, is_silent = 0, begins = 0;

    for (m = 0; m < n; ++m) {
        if (wlm_silent_node_look(members[m], rule, now) == WLM_SILENT_NODE_BEGINS) {
            wlm_transition_note(members[m], "no STATUS for too long: its node is asked whether it is there");
            begins = 1;
        }
        is_silent |= wlm_silent_node_is(members[m]);
    }
    if (begins) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0280) "node %s (%s) has sent no STATUS for %.1f s: it is "
                     "asked whether it is there", members[0]->cfg->name, members[0]->host_port,
                     silent_for(members[0], now));
    }
    return is_silent;
}

static void conclude(const wlm_asking_t *asking, wlm_member_t *const *members, int n, int *pfails)
{
    apr_time_t now = wlm_now();
    int m, is_out = 0;

    (void)pfails;
    for (m = 0; m < n; ++m) {
        if (wlm_silent_node_note_answer(members[m], !asking->why, now) == WLM_SILENT_NODE_OUT) {
            wlm_transition_note(members[m], apr_pstrcat(asking->pool, "taken out: no STATUS, and no answer: ",
                                                        asking->why, NULL));
            is_out = 1;
        }
    }
    if (is_out) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, asking->server, WLMNO(0281) "node %s (%s) has sent no STATUS for %.1f "
                     "s, and does not answer: it gets no requests until it sends STATUS: %s", members[0]->cfg->name,
                     members[0]->host_port, silent_for(members[0], now), asking->why);
    }
}

const wlm_asking_kind_t wlm_silent_node_check = { .key = key, .interval = interval, .timeout = interval,
                                              .is_wanted = is_wanted, .find = find, .begin = begin, .talk = talk,
                                              .conclude = conclude };
