/* httpd/engine/engine.h: whether requests can be suspended here, and the beginning of that in each child process. For
 * the hooks of httpd/mod_wlm.c.
 */
#ifndef WLM_HTTPD_ENGINE_ENGINE_H
#define WLM_HTTPD_ENGINE_ENGINE_H

#include <httpd.h>
#include <stdint.h>

/** Register the engine's hooks, in the parent, before httpd reads its configuration. */
void wlm_engine_register(void);
/** Which driver is in use? From check_config on. @return why the engine cannot be; NULL: it is */
const char *wlm_engine_hindrance(const server_rec *s);
/** At a start, in the parent: logs which driver is in use, and why. */
void wlm_engine_log(const server_rec *s, apr_pool_t *p);
/** For `httpd -t`: the same on the terminal. */
void wlm_engine_log_test(const server_rec *s, apr_pool_t *p);
/** Without the connections of some requests, which say so themselves (httpd/engine/owned.h). */
int wlm_engine_is_at_work(const server_rec *s);
/** @param must_check  called once a second: have suspended requests to go on whose wait has `check` (net/wait.h)?
 *  @param load        WLM_LOADS counts of this process (shared/records.h), which the engine changes */
void wlm_engine_child_init(apr_pool_t *pchild, const server_rec *s, int (*must_check)(void), _Atomic uint32_t *load);

/** In the parent, when a child has ended. @param slot  its number in httpd's scoreboard; negative: it had none */
void wlm_engine_child_ended(int slot);

#endif
