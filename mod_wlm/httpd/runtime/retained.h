/* httpd/runtime/retained.h: data that outlives a restart, in memory. In the parent, except
 * wlm_retained_close_orders(), which any process may call. */
#ifndef WLM_HTTPD_RUNTIME_RETAINED_H
#define WLM_HTTPD_RUNTIME_RETAINED_H

#include <apr_pools.h>
#include "shared/close_orders.h"

/** Orders to close upgraded connections, shared by the processes of this configuration and earlier ones. First called
 *  in the parent. @return NULL: there is no memory */
wlm_close_orders_t *wlm_retained_close_orders(void);

/** Before a configuration ends: keep the state of its members (httpd/runtime/state_text.h) and the texts of its
 *  files. */
void wlm_retained_save(const char *state, apr_size_t length, apr_pool_t *ptemp);
/** Before httpd ends: free what was kept. */
void wlm_retained_end(void);
/** The state as text. Valid until the configuration ends. @return NULL: this is no restart */
const char *wlm_retained_state(void);
/** The text of a file that was in use before a restart. Valid until the configuration ends. @return NULL: there was
 *  none */
const char *wlm_retained_text(const char *path, uint64_t *psignature, apr_size_t *plength);

#endif
