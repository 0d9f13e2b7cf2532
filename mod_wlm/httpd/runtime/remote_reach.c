/* Tries the servers of WLMAffinityStore, as a provider would. In the parent. */
#include "httpd/runtime/remote_reach.h"
#include <apr_network_io.h>
#include <apr_strings.h>
#include <http_log.h>
#include "httpd/context/context.h"
#include "httpd/context/options.h"

#define CONNECT_LIMIT apr_time_from_sec(1) /* of apr-util, for Redis and memcached */

/* Over IPv4 only, as apr-util does */
static apr_status_t try_server(const char *server, apr_pool_t *p)
{
    apr_sockaddr_t *address;
    apr_socket_t *socket;
    apr_port_t port;
    char *host, *scope;
    apr_status_t rv = apr_parse_addr_port(&host, &scope, &port, server, p);

    if (rv == APR_SUCCESS) {
        rv = apr_sockaddr_info_get(&address, host, APR_INET, port, 0, p);
    }
    if (rv == APR_SUCCESS) {
        rv = apr_socket_create(&socket, APR_INET, SOCK_STREAM, APR_PROTO_TCP, p);
    }
    if (rv == APR_SUCCESS) {
        apr_socket_timeout_set(socket, CONNECT_LIMIT);
        rv = apr_socket_connect(socket, address);
        apr_socket_close(socket);
    }
    return rv;
}

void wlm_remote_reach_check(int flags, const server_rec *s, apr_pool_t *ptemp)
{
    const wlm_affinity_store_setting_t *store = &wlm_config_global()->affinity_store;
    char *rest, *server;

    if (!store->provider || !wlm_options_has_learning(wlm_options())) {
        return;
    }
    for (server = apr_strtok(apr_pstrdup(ptemp, store->argument), ",", &rest); server;
         server = apr_strtok(NULL, ",", &rest)) {
        apr_status_t rv = try_server(server, ptemp);

        if (rv != APR_SUCCESS) {
            ap_log_error(APLOG_MARK, APLOG_WARNING | flags, rv, s, WLMNO(0274) "%s %s of WLMAffinityStore cannot be "
                         "reached now: start it, or correct its address; until it answers, sessions that only other "
                         "web servers know go to any member", store->provider, server);
        }
    }
}
