/* httpd/runtime/state_text.h: the state of all members as text, for the state file and for restarts. In the parent. */
#ifndef WLM_HTTPD_RUNTIME_STATE_TEXT_H
#define WLM_HTTPD_RUNTIME_STATE_TEXT_H

#include <apr_pools.h>
#include "shared/saved_state.h"

/** The records of all members in shared memory. In p, with a NUL behind it. */
const char *wlm_state_text(apr_size_t *plength, apr_pool_t *p);
/** The time, as such a text has it. */
wlm_saved_clock_t wlm_state_text_clock(void);

#endif
