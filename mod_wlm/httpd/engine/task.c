/* Which driver serves a request's steps. On the thread of its handler. */
#include "httpd/engine/task.h"
#include "httpd/engine/owned.h"

/* @param rv  of its first step */
static void wait_for_end(wlm_task_t *task, apr_status_t rv)
{
    while (APR_STATUS_IS_EAGAIN(rv)) {
        wlm_wait_poll(&task->wait);
        rv = task->step(task);
    }
}

int wlm_task_serve(wlm_task_t *task)
{
    wlm_owned_t *owned = wlm_owned_of(task->r);
    apr_status_t rv;

    wlm_wait_init(&task->wait);
    if (owned) {
        if (wlm_owned_begin(owned, task, &rv)) {
            return wlm_owned_suspended(task->r);
        }
        wait_for_end(task, rv);
    }
    else if (wlm_owned_may_wait(task->r)) {
        wait_for_end(task, task->step(task));
        wlm_owned_has_waited(task->r);
    }
    else {
        task->status = HTTP_SERVICE_UNAVAILABLE;
    }
    return task->status;
}
