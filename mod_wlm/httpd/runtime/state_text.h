/* httpd/runtime/state_text.h: the state of all members, clusters and files as text, for the state file and for
 * restarts. In the parent. */
#ifndef WLM_HTTPD_RUNTIME_STATE_TEXT_H
#define WLM_HTTPD_RUNTIME_STATE_TEXT_H

#include <apr_pools.h>
#include "httpd/context/files.h"
#include "shared/saved_state.h"

/** All members in shared memory, and the events of clusters and files. In p, with a NUL behind it. */
const char *wlm_state_text(apr_size_t *plength, apr_pool_t *p);
/** The key of a file in such a text; members and clusters have those of their slots. */
uint64_t wlm_state_text_key(const wlm_file_t *file);
/** The time, as such a text has it. */
wlm_saved_clock_t wlm_state_text_clock(void);

#endif
