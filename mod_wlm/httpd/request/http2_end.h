/* httpd/request/http2_end.h: whether the end of a body over HTTP/2 is the one that its client has sent. mod_http2 hands
 * out the same end for a stream that is reset, and marks the stream's connection as aborted a moment later.
 */
#ifndef WLM_HTTPD_REQUEST_HTTP2_END_H
#define WLM_HTTPD_REQUEST_HTTP2_END_H

#include <httpd.h>

/** Register its hooks, in the parent, before httpd reads its configuration. */
void wlm_http2_end_register(void);

/**
 * On the thread of a stream that has read its body's end. Waits until mod_http2 is done with the frames that have come,
 * which does not depend on the client.
 * @return 1: it is the client's end; 0: the stream was reset. Of a connection without streams: whether it is not
 *         aborted
 */
int wlm_http2_end_is_certain(const conn_rec *c);

#endif
