/* A connection to a member that belongs to a client's connection, because a user has logged in on it
 * (http/login.h): it serves the requests of that client's connection, and ends with it. A client's connection has one
 * at the most. On the thread that has the request.
 *
 * Requests of one connection of HTTP/1.1 come one after the other. HTTP/2 carries them side by side, and RFC 4559
 * does not work there: with HTTP/2 a connection to a member on which a user may have logged in serves one request.
 */
#include "httpd/request/bound_connection.h"
#include "balance/model.h"
#include "http/login.h"
#include "httpd/context/connection.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/segment.h"
#include "net/conn.h"
#include "net/shortage.h"

typedef struct wlm_bound_t {
    wlm_conn_t *conn;              /* NULL: none just now */
    wlm_endpoint_t *endpoint;      /* of which it is; in use as long as there is one */
} bound_t;

static void drop(bound_t *bound)
{
    if (bound->conn) {
        wlm_conn_close(bound->conn);
        bound->conn = NULL;
        wlm_endpoints_release(bound->endpoint);
    }
}

static apr_status_t end(void *bound)
{
    drop(bound);
    return APR_SUCCESS;
}

static bound_t *bound_of(const request_rec *r)
{
    const wlm_connection_t *connection = wlm_connection_find(r->connection);

    return connection ? connection->bound : NULL;
}

static bound_t *make_bound(const request_rec *r)
{
    bound_t *bound = apr_pcalloc(r->connection->pool, sizeof(*bound));

    wlm_connection_of(r->connection)->bound = bound;
    apr_pool_cleanup_register(r->connection->pool, bound, end, apr_pool_cleanup_null);
    return bound;
}

int wlm_bound_connection_is_asked_by(const request_rec *r)
{
    return wlm_http_login_is_of_connection(apr_table_get(r->headers_in, "Authorization"));
}

void wlm_bound_connection_release(request_rec *r, wlm_endpoint_t *endpoint, wlm_conn_t *conn, apr_time_t now)
{
    bound_t *bound = bound_of(r);

    if (r->connection->master || conn->start < conn->end || wlm_shortage_is_near(conn->fd)) {
        wlm_conn_close(conn);
        return;
    }
    if (!bound) {
        bound = make_bound(r);
    }
    drop(bound);
    wlm_conn_pool_leave(conn);
    wlm_conn_free_buffer(conn);
    conn->requests++;
    conn->idle_since = now;
    wlm_endpoints_add_user(endpoint);
    bound->endpoint = endpoint;
    bound->conn = conn;
}

wlm_conn_t *wlm_bound_connection_acquire(request_rec *r, wlm_endpoint_t *endpoint, apr_time_t now,
                                         apr_interval_time_t idle_max)
{
    bound_t *bound = bound_of(r);
    wlm_conn_t *conn = bound && bound->conn && bound->endpoint == endpoint ? bound->conn : NULL;

    if (!conn) {
        return NULL;
    }
    if (!wlm_conn_pool_can_use(endpoint->connections, conn, now, idle_max)) {
        drop(bound);
        return NULL;
    }
    bound->conn = NULL;
    wlm_conn_pool_adopt(endpoint->connections, conn, conn->generation);
    wlm_endpoints_release(endpoint); /* the request's own version has it, too */
    return conn;
}

wlm_member_t *wlm_bound_connection_member(const request_rec *r, wlm_cluster_t *cluster)
{
    const bound_t *bound = bound_of(r);
    int m, i;

    for (m = 0; bound && bound->conn && m < cluster->nmembers; ++m) {
        for (i = 0; i < WLM_TRANSPORTS; ++i) {
            if (cluster->members[m].transports[i].endpoint == bound->endpoint) {
                return &cluster->members[m];
            }
        }
    }
    return NULL;
}
