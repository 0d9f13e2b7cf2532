/* httpd/engine/owned.h: connections of clients that the engine owns. httpd's event MPM forgets a connection whose
 * handler has returned SUSPENDED; from then on the engine has it until it is closed: the request that waits,
 * keep-alive, the requests that follow, lingering close. A function is for the thread that has the connection, where
 * nothing else is said.
 */
#ifndef WLM_HTTPD_ENGINE_OWNED_H
#define WLM_HTTPD_ENGINE_OWNED_H

#include <httpd.h>
#include <stdint.h>
#include <apr_thread_proc.h>
#include "httpd/engine/task.h"
#include "net/poller.h"

typedef struct wlm_owned_t wlm_owned_t;

/** Register the hooks, in the parent, before httpd reads its configuration. */
void wlm_owned_register(void);

/** In a child process, before its first connection. Without it no connection is owned.
 *  @param held_up_max  threads at most that other modules, and heads of requests that come slowly, may hold up; there
 *  is one more for requests that run
 *  @param load  see httpd/engine/engine.h */
void wlm_owned_child_init(wlm_poller_t *poller, int held_up_max, _Atomic uint32_t *load);

/** Of this request's connection, if it may be suspended now; NULL: not. */
wlm_owned_t *wlm_owned_of(const request_rec *r);

/**
 * For the handler of the request: the first step.
 * @return 1: it is suspended, and the handler returns wlm_owned_suspended(); 0: the task has ended, or must be served
 * by the waiting driver (*prv is what its step has returned)
 */
int wlm_owned_begin(wlm_owned_t *owned, wlm_task_t *task, apr_status_t *prv);
/** What that handler returns: SUSPENDED; for an internal redirect OK, and the handler that made it returns SUSPENDED.
 *  An EOS of that handler's is kept from r's filters until then (eos_sent). */
int wlm_owned_suspended(request_rec *r);

/** Before a request waits on its thread. @return 0: it must not, too many error documents do so already; 1: it may, and
 *  wlm_owned_has_waited() follows, on the same thread */
int wlm_owned_may_wait(const request_rec *r);
void wlm_owned_has_waited(const request_rec *r);

/** Does the engine have this connection, until it is closed? */
int wlm_owned_is_owned(const conn_rec *c);

/** May a thread of the MPM stay with this connection for its client's next request? Not where the engine owns it, nor
 *  while that is busy with others; where the engine is not in use it may. */
int wlm_owned_may_stay(const conn_rec *c);

/** For the engine's threads: a connection that wlm_poller_next() has returned goes on as far as it can. */
void wlm_owned_run(void *owned, apr_thread_t *thread);

#endif
