/* httpd/runtime/learning.h: the table of sessions that WLMAffinity Learn has learned (shared/learned.h), over restarts
 * and, with WLMStateFile, over a stop and start of httpd. Made and saved in the parent; used by any thread of its
 * children. */
#ifndef WLM_HTTPD_RUNTIME_LEARNING_H
#define WLM_HTTPD_RUNTIME_LEARNING_H

#include <httpd.h>
#include "shared/learned.h"

/** NULL: there is none. */
extern wlm_learned_t *wlm_learning_table;

/** Once per configuration, in the parent, before children are made: the table, if a cluster may use it. */
apr_status_t wlm_learning_begin(server_rec *s, apr_pool_t *ptemp);
/** In the parent, each 10 seconds: remove sessions that have expired from a part of the table; once a minute, save it
 *  all, where there is a WLMStateFile. */
void wlm_learning_monitor(server_rec *s);
/** In the parent, when a configuration ends: save the table, likewise. */
void wlm_learning_end(server_rec *s);

#endif
