/* httpd/runtime/life.h: the life cycle of a configuration and its processes. Called by the hooks of httpd/mod_wlm.c. */
#ifndef WLM_HTTPD_RUNTIME_LIFE_H
#define WLM_HTTPD_RUNTIME_LIFE_H

#include <httpd.h>

/** Once per configuration, in the parent, before children are made: the shared memory and the first versions of all
 *  files. They end with pconf. @return an error that keeps httpd from starting; it has been logged */
apr_status_t wlm_life_begin(apr_pool_t *pconf, server_rec *s);
/** In a new child process: a row for its in-flight counts, and the current versions of all files. */
void wlm_life_child_init(server_rec *s);
/** In the parent, when a child has ended: reclaim its counts and slots. */
void wlm_life_child_ended(server_rec *s, pid_t pid);
/** In the parent, each 10 seconds: write the state file, and recount the tallies if a child died during a change. */
void wlm_life_monitor(server_rec *s);

#endif
