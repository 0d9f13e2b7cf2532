/* Looks whether the node that has a JVMRoute is there: by its STATUS, and then by a connection to it. */
#include <strings.h>
#include <apr_strings.h>
#include "balance/transports.h"
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/registration/living_node.h"
#include "httpd/registration/node_members.h"
#include "httpd/registration/store.h"
#include "httpd/runtime/names.h"
#include "net/conn_open.h"
#include "net/shortage.h"

#define ANSWER_TIME apr_time_from_sec(1) /* for the connection */

/* Where the node of a route is, by the registry; host NULL: there is none */
typedef struct registered_t {
    const char *route, *host;
    int port;
} registered_t;

static void find_registered(const wlm_registry_t *registry, void *data, apr_pool_t *p)
{
    registered_t *registered = data;
    const wlm_node_t *node = wlm_registry_node(registry, registered->route);

    if (node) {
        registered->host = apr_pstrdup(p, node->host);
        registered->port = node->port;
    }
}

static int sends_status(wlm_heartbeat_t heartbeat)
{
    const wlm_heartbeat_rule_t *rule = &wlm_config_global()->registry_silence;

    return wlm_heartbeat_limit(heartbeat, rule) > 0
           && !wlm_heartbeat_is_silent(wlm_heartbeat_looked_at(heartbeat, wlm_now(), rule));
}

/* httpd's own shortage says nothing of the node: it is kept to be there */
static int accepts(wlm_member_t *member)
{
    const wlm_member_transport_t *transport = wlm_transports_for(member, 0);
    apr_time_t until = wlm_now() + ANSWER_TIME;
    char why[WLM_CONN_WHY_SIZE];
    wlm_address_t address;
    wlm_conn_open_t open;
    wlm_conn_t *conn;
    wlm_wait_t wait;
    apr_status_t rv;

    wlm_wait_init(&wait);
    while (APR_STATUS_IS_EAGAIN(rv = wlm_names_find(&address, why, member, transport, until, &wait))) {
        wlm_wait_poll(&wait);
    }
    if (rv != APR_SUCCESS) {
        return wlm_shortage_is(rv);
    }
    wlm_conn_open_begin(&open, &address, NULL, ANSWER_TIME);
    while (APR_STATUS_IS_EAGAIN(rv = wlm_conn_open_step(&open, &conn, &wait))) {
        wlm_wait_poll(&wait);
    }
    if (rv == APR_SUCCESS) {
        wlm_conn_close(conn);
    }
    return rv == APR_SUCCESS || wlm_shortage_is(rv);
}

const wlm_mcmp_error_t *wlm_living_node_objection(wlm_file_t *file, const wlm_mcmp_message_t *message, server_rec *s,
                                                  apr_pool_t *p)
{
    registered_t registered = { .route = message->route };
    const wlm_mcmp_error_t *error = wlm_store_read(file, find_registered, &registered, s, p);
    wlm_heartbeat_t heartbeat;
    wlm_member_t *member;

    if (error || !registered.host
        || (registered.port == message->port && strcasecmp(registered.host, message->host) == 0)) {
        return error;
    }
    member = wlm_node_members_at(&heartbeat, file, message->route, registered.host, registered.port, p);
    if (!member || !sends_status(heartbeat) || !accepts(member)) {
        return NULL;
    }
    return wlm_mcmp_error("MEM", p, "JVMRoute %s is that of the node at %s, which sends STATUS and accepts "
                          "connections: give one of them another jvmRoute, or end that one", message->route,
                          member->host_port);
}
