/* httpd/engine/input.h: has all that a client has sent been read? A filter just above httpd's core filter knows. On the
 * thread that has the connection.
 */
#ifndef WLM_HTTPD_ENGINE_INPUT_H
#define WLM_HTTPD_ENGINE_INPUT_H

#include <httpd.h>

typedef struct wlm_input_t wlm_input_t;

/** Register the filter, in the parent, before httpd reads its configuration. */
void wlm_input_register(void);
/** When httpd begins to make the connection, and has not given it its core filter yet. */
wlm_input_t *wlm_input_insert(conn_rec *c);
/** @return 1: the last read found the client's socket empty; 0: that is not known */
int wlm_input_is_empty(const wlm_input_t *input);

#endif
