/* httpd/engine/grace.h: how long a process that ends gracefully goes on with what it has (WLMGracefulTimeout). Any
 * thread.
 */
#ifndef WLM_HTTPD_ENGINE_GRACE_H
#define WLM_HTTPD_ENGINE_GRACE_H

/** Register its hook, in the parent, before httpd reads its configuration. */
void wlm_grace_register(void);
/** Is this process to end gracefully, and is its time (WLMGracefulTimeout) over? 0 where no time is set. */
int wlm_grace_is_over(void);

#endif
