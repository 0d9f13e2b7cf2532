/* httpd/context/compat.h: what stands in for functions that httpd has had only since a version after 2.4.52, the oldest
 * that mod_wlm works with. Chosen by the MODULE_MAGIC_NUMBER of the headers of httpd; with WLM_FALLBACKS (configure
 * --enable-fallbacks) all of them are used with any httpd, so that they can be tested there. As the functions that they
 * replace: on the thread that has the connection.
 */
#ifndef WLM_HTTPD_CONTEXT_COMPAT_H
#define WLM_HTTPD_CONTEXT_COMPAT_H

#include <httpd.h>
#include <ap_mmn.h>
#include <apr_poll.h>
#include <apr_thread_proc.h>
#include <http_core.h>

#ifdef WLM_FALLBACKS
#define WLM_HTTPD_HAS(minor) 0
#else
#define WLM_HTTPD_HAS(minor) AP_MODULE_MAGIC_AT_LEAST(20120211, minor)
#endif

/** Since 2.4.53 each thread of httpd has a pointer to itself. Without that, a thread is one of APR's. */
#if !WLM_HTTPD_HAS(122)
#undef ap_thread_create
#define ap_thread_create apr_thread_create
#endif

/** Since 2.4.58 httpd tells what to poll for input of a connection, also for a stream of HTTP/2. Without that: only for
 * connections that have a socket of their own. (WebSocket over HTTP/2, which needs that of a stream, is in httpd since
 * 2.4.58, too.) */
#if WLM_HTTPD_HAS(129)
#define WLM_HTTPD_IS_OLD 0
#else
#define WLM_HTTPD_IS_OLD 1           /* before 2.4.58 */
#define ap_get_pollfd_from_conn wlm_compat_pollfd

/** As ap_get_pollfd_from_conn(). @param ptimeout  NULL @return APR_ENOTIMPL: the connection has no socket of its own */
static inline apr_status_t wlm_compat_pollfd(conn_rec *c, apr_pollfd_t *pfd, apr_interval_time_t *ptimeout)
{
    apr_socket_t *socket = c->master ? NULL : ap_get_conn_socket(c);

    (void)ptimeout;
    if (!socket) {
        return APR_ENOTIMPL;
    }
    pfd->desc_type = APR_POLL_SOCKET;
    pfd->desc.s = socket;
    return APR_SUCCESS;
}
#endif

#endif
