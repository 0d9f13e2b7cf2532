/* Which driver serves a request's steps. On the thread of its handler. */
#include "httpd/engine/task.h"
#include "httpd/engine/owned.h"

int wlm_task_serve(wlm_task_t *task)
{
    wlm_owned_t *owned = wlm_owned_of(task->r);
    apr_status_t rv;

    wlm_wait_init(&task->wait);
    if (!owned) {
        rv = task->step(task);
    }
    else if (wlm_owned_begin(owned, task, &rv)) {
        return SUSPENDED;
    }
    while (APR_STATUS_IS_EAGAIN(rv)) {
        wlm_wait_poll(&task->wait);
        rv = task->step(task);
    }
    return task->status;
}
