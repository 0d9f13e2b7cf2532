/* A request that is suspended goes on, and is finished as ap_process_async_request() does it */
#include "httpd/engine/owned_private.h"
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_core.h>

/* As ap_process_async_request() does it with what a handler has returned. The request's own status must not be taken
 * for an earlier error. */
static void respond(request_rec *r, int status)
{
    int before = r->status;

    if (status == OK || status == DONE) {
        ap_finalize_request_protocol(r);
        return;
    }
    r->status = HTTP_OK;
    ap_die(status, r);
    if (r->status == HTTP_OK) {
        r->status = before;
    }
}

static void finish(wlm_owned_t *owned)
{
    wlm_task_t *task = owned->task;
    request_rec *r = task->r;
    int before = wlm_output_never_wait(owned->output, 1);

    wlm_owned_count(WLM_LOAD_PARKED, -1);
    owned->task = NULL;
    owned->has_ended = 0;
    respond(r, task->status);
    wlm_output_never_wait(owned->output, 1); /* see on_insert_filter() */
    ap_process_request_after_handler(wlm_owned_first_request(r)); /* r may be gone from here on */
    wlm_output_never_wait(owned->output, before);
}

/* By another request, whose handler may be any */
static int ends_with_error_document(const wlm_task_t *task)
{
    const char *document;

    if (task->status == OK || task->status == DONE) {
        return 0;
    }
    document = ap_response_code_string(task->r, ap_index_of_response(ap_is_HTTP_ERROR(task->status)
                                       ? task->status : HTTP_INTERNAL_SERVER_ERROR));
    return document && document[0] == '/';
}

/* @return 0: parked, the error document is to wait for a thread that may be held up */
static int end(wlm_owned_t *owned)
{
    int has_document = ends_with_error_document(owned->task);

    owned->has_ended = 1;
    if (has_document && !wlm_owned_try_place(wlm_owned_child.processing_max)) {
        wlm_owned_queue(owned, SERVING, 0);
        return 0;
    }
    finish(owned);
    if (has_document) {
        wlm_owned_give_place_back();
    }
    return 1;
}

apr_status_t wlm_owned_step(wlm_owned_t *owned, wlm_task_t *task)
{
    int before = wlm_output_never_wait(owned->output, 1);
    apr_status_t rv = task->step(task);

    wlm_output_never_wait(owned->output, before);
    return rv;
}

void wlm_owned_serve(wlm_owned_t *owned)
{
    apr_thread_mutex_t *mutex = owned->task->r->invoke_mtx;
    apr_status_t rv = APR_SUCCESS;

    wlm_score_show(owned->task->r);
    if (!owned->has_ended) {
        apr_thread_mutex_lock(mutex);
        rv = wlm_owned_step(owned, owned->task);
        apr_thread_mutex_unlock(mutex);
    }
    if (APR_STATUS_IS_EAGAIN(rv)) {
        wlm_owned_park_task(owned);
        return;
    }
    if (end(owned)) {
        wlm_owned_go_on(owned);
    }
}
