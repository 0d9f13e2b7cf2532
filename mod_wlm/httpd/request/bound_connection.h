/* httpd/request/bound_connection.h: a connection to a member that belongs to a client's connection, because the
 * client has logged in on it. For one thread at a time: that which serves a request of the client's connection. */
#ifndef WLM_HTTPD_REQUEST_BOUND_CONNECTION_H
#define WLM_HTTPD_REQUEST_BOUND_CONNECTION_H

#include <httpd.h>
#include "balance/model.h"
#include "net/conn.h"

/** Does the request log in on its connection to the member? Then that is bound. */
int wlm_bound_connection_is_asked_by(const request_rec *r);
/** Keep a bound connection for the next requests of the same client's connection. */
void wlm_bound_connection_release(request_rec *r, wlm_endpoint_t *endpoint, wlm_conn_t *conn, apr_time_t now);
/** The one that is kept, when it goes there and is still good. @return NULL: there is none */
wlm_conn_t *wlm_bound_connection_acquire(request_rec *r, wlm_endpoint_t *endpoint, apr_time_t now,
                                         apr_interval_time_t idle_max);
/** The member of a cluster that it goes to; NULL: none */
wlm_member_t *wlm_bound_connection_member(const request_rec *r, wlm_cluster_t *cluster);

#endif
