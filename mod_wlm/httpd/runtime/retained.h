/* httpd/runtime/retained.h: data that outlives a restart, in memory. In the parent, except
 * wlm_retained_close_orders() and wlm_retained_earlier_loads(), which any process may call. */
#ifndef WLM_HTTPD_RUNTIME_RETAINED_H
#define WLM_HTTPD_RUNTIME_RETAINED_H

#include <apr_pools.h>
#include "route/seal.h"
#include "shared/close_orders.h"
#include "shared/earlier_loads.h"
#include "shared/learned.h"

/** Orders to close upgraded connections, shared by the processes of this configuration and earlier ones. First called
 *  in the parent. @return NULL: there is no memory */
wlm_close_orders_t *wlm_retained_close_orders(void);
/** What the processes of earlier configurations have, in the same way. */
wlm_earlier_loads_t *wlm_retained_earlier_loads(void);

/** A random key, the same over restarts, made by the first call; for clusters without WLMAffinityKey. */
const wlm_seal_key_t *wlm_retained_seal_key(void);

/** The table of learned sessions, made for so many bytes; shared with processes of earlier configurations.
 *  @param pis_new  it is empty: httpd was started, or the table had another size @return NULL: there is no memory */
wlm_learned_t *wlm_retained_learned(apr_size_t bytes, int *pis_new);

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
