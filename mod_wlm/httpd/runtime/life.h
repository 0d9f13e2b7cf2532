/* httpd/runtime/life.h: the life of a configuration and of the processes that serve it. For the hooks of
 * httpd/mod_wlm.c. */
#ifndef WLM_HTTPD_RUNTIME_LIFE_H
#define WLM_HTTPD_RUNTIME_LIFE_H

#include <httpd.h>

/** Once per configuration, in the parent, before children are made: the shared memory and the first versions of all
 *  files. They end with pconf. @return an error that keeps httpd from starting; it has been logged */
apr_status_t wlm_life_begin(apr_pool_t *pconf, server_rec *s);
/** In a new child process: a row for its in-flight counts, and the current versions of all files. */
void wlm_life_child_init(server_rec *s);
/** In the parent, when a child has ended: what it had in flight is not counted any more. */
void wlm_life_child_ended(server_rec *s, pid_t pid);
/** In the parent, each 10 seconds: the state file is written; counts that a dead child has left in doubt are made
 *  exact. */
void wlm_life_monitor(server_rec *s);

#endif
