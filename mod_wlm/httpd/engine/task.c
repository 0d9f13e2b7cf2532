/* Which driver serves a request's steps. On the thread of its handler. */
#include "httpd/engine/task.h"

int wlm_task_serve(wlm_task_t *task)
{
    wlm_wait_init(&task->wait);
    while (APR_STATUS_IS_EAGAIN(task->step(task))) {
        wlm_wait_poll(&task->wait);
    }
    return task->status;
}
