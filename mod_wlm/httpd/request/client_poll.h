/* httpd/request/client_poll.h: what to poll for input of a client's connection. On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_POLL_H
#define WLM_HTTPD_REQUEST_CLIENT_POLL_H

#include <poll.h>
#include <httpd.h>

/** What to poll, without events. @return 0: that cannot be polled */
int wlm_client_poll_fd(struct pollfd *pollfd, conn_rec *c);
/** To wait for something else, and for the client to close its connection meanwhile. A stream of HTTP/2 cannot be
 *  polled for that: then nothing is waited for. */
void wlm_client_poll_for_leaving(struct pollfd *pollfd, conn_rec *c);
/** Has the client closed its connection? Does not wait. For a stream of HTTP/2: has it been aborted? */
int wlm_client_poll_has_left(conn_rec *c);

#endif
