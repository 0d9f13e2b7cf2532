/* httpd/engine/engine.h: whether requests can be suspended here, and the beginning of that in each child process. For
 * the hooks of httpd/mod_wlm.c.
 */
#ifndef WLM_HTTPD_ENGINE_ENGINE_H
#define WLM_HTTPD_ENGINE_ENGINE_H

#include <httpd.h>

void wlm_engine_register(void);
/** At a start, in the parent: logs which driver is at work, and why. */
void wlm_engine_log(const server_rec *s);
/** Without the connections of some requests, which say so themselves (httpd/engine/owned.h). */
int wlm_engine_is_at_work(const server_rec *s);
/** @param must_check  called once a second: have suspended requests to go on whose wait has `check` (net/wait.h)? */
void wlm_engine_child_init(apr_pool_t *pchild, const server_rec *s, int (*must_check)(void));

#endif
