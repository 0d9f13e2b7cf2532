/* httpd/engine/output.h: writes to a client that do not wait for it. A filter just above httpd's core filter: what that
 * would wait with, the filter keeps; a FLUSH writes as much as the client takes at once. On the thread that has the
 * connection.
 */
#ifndef WLM_HTTPD_ENGINE_OUTPUT_H
#define WLM_HTTPD_ENGINE_OUTPUT_H

#include <httpd.h>

typedef struct wlm_output_t wlm_output_t;

/** Register the filter, in the parent, before httpd reads its configuration. */
void wlm_output_register(void);
/** Before the connection has its first request; until never_waits is set it changes nothing. */
wlm_output_t *wlm_output_insert(conn_rec *c);
/** Does the core filter's configuration allow it? */
int wlm_output_is_possible(const server_rec *s);

/** From now on passing on waits, or does not. @return what was set before */
int wlm_output_never_wait(wlm_output_t *output, int on);
/** Does passing on to this client wait for it? Where it does not, a caller stops as long as c->data_in_output_filters
 *  is set: otherwise this filter keeps all that comes. */
int wlm_output_waits(const conn_rec *c);
/** Has it kept something that the core filter does not have yet? */
int wlm_output_is_holding(const wlm_output_t *output);

/**
 * Write what is in the connection's filters, as far as the client takes it without waiting; in place of calling its
 * last filter, also where there is no filter of ours. c->data_in_output_filters says whether something is left.
 */
apr_status_t wlm_output_write(conn_rec *c);

#endif
