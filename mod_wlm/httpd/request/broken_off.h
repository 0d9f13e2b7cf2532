/* httpd/request/broken_off.h: before a response over HTTP/2 is broken off: the client gets what came before.
 * On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_BROKEN_OFF_H
#define WLM_HTTPD_REQUEST_BROKEN_OFF_H

#include <httpd.h>
#include <apr_buckets.h>

/** Wait until a client of HTTP/2 has been sent what has been passed on, a second at most; with other connections
 * nothing happens.
 *  @param bb  empty, and again when this returns */
void wlm_broken_off_flush(conn_rec *c, apr_bucket_brigade *bb);

#endif
