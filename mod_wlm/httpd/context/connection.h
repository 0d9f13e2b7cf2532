/* httpd/context/connection.h: what the module keeps for a client's connection, or for a stream of HTTP/2: found by the
 * number of the module, since to look a name up in the connection's pool costs each request more. In its pool; on the
 * thread that has it.
 */
#ifndef WLM_HTTPD_CONTEXT_CONNECTION_H
#define WLM_HTTPD_CONTEXT_CONNECTION_H

#include <httpd.h>
#include "httpd/context/context.h"

typedef struct wlm_connection_t {
    struct wlm_owned_t *owned;     /* httpd/engine/owned.h; NULL: it can never be owned */
    struct wlm_linger_t *linger;   /* httpd/request/linger.c; NULL: it was not needed yet */
    struct wlm_bound_t *bound;     /* httpd/request/bound_connection.c; the same */
} wlm_connection_t;

/** @return NULL: nothing was kept for it yet */
static inline wlm_connection_t *wlm_connection_find(const conn_rec *c)
{
    return ap_get_module_config(c->conn_config, &wlm_module);
}

/** The same, made where there is none. */
static inline wlm_connection_t *wlm_connection_of(conn_rec *c)
{
    wlm_connection_t *connection = wlm_connection_find(c);

    if (!connection) {
        connection = apr_pcalloc(c->pool, sizeof(*connection));
        ap_set_module_config(c->conn_config, &wlm_module, connection);
    }
    return connection;
}

#endif
