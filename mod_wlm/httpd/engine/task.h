/* httpd/engine/task.h: a request that is served in steps, none of which waits. Between them it holds no thread where
 * the engine can park it; otherwise the thread of its handler waits in poll().
 */
#ifndef WLM_HTTPD_ENGINE_TASK_H
#define WLM_HTTPD_ENGINE_TASK_H

#include <httpd.h>
#include "base/patience.h"
#include "net/wait.h"

typedef struct wlm_task_t {
    request_rec *r;
    /** Goes on as far as it can. One thread at a time calls it, not always the same one.
     *  @return APR_EAGAIN: it waits for what `wait` says; APR_SUCCESS: done, `status` is set */
    apr_status_t (*step)(struct wlm_task_t *task);
    wlm_wait_t wait;
    wlm_patience_t *patience;      /* of what it waits for now: a thread of the MPM may wait for it itself for a moment;
                                      NULL: not. The step may change it */
    int is_quick;                  /* the client's requests follow each other quickly */
    int status;                    /* what a handler returns: OK, DONE, a status of HTTP, AP_FILTER_ERROR */
} wlm_task_t;

/**
 * For a handler, as the last thing that it does.
 * @param task  lives as long as its request; r and step are set, patience and is_quick may be; the rest is zero
 * @return what the handler returns: SUSPENDED (OK for a suspended internal redirect), or the task's status
 */
int wlm_task_serve(wlm_task_t *task);

#endif
