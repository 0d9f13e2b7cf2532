/* Places: how many threads of the process may be held up, by what. Requests that run must not wait for that. On any
 * thread.
 *
 * - On the engine's threads all that httpd does with a request may hold one up: reading its head, handlers of other
 *   modules, an error document. For that there are as many places as the MPM has threads; the engine has one more.
 * - An error document that a member makes waits on the thread, of the MPM or the engine, since httpd expects an
 *   internal redirect to be complete. A single member that hangs must not take all of them.
 */
#include "httpd/engine/owned_private.h"
#include "base/clock.h"
#include "httpd/context/context.h"

#define QUEUE_INTERVAL apr_time_from_msec(20)
#define LOG_INTERVAL   apr_time_from_sec(600)

static _Atomic int processing, documents;

static int take(_Atomic int *taken, int max)
{
    if (atomic_fetch_add(taken, 1) < max) {
        return 1;
    }
    atomic_fetch_sub(taken, 1);
    return 0;
}

int wlm_owned_take_place(wlm_owned_t *owned, wlm_owned_phase_t phase, int max)
{
    if (take(&processing, max)) {
        return 1;
    }
    wlm_owned_park(owned, phase, 0, wlm_now() + QUEUE_INTERVAL);
    return 0;
}

void wlm_owned_give_place_back(void)
{
    atomic_fetch_sub(&processing, 1);
}

static void log_refused(const request_rec *r, int max)
{
    static _Atomic apr_time_t last;
    apr_time_t now = wlm_now(), before = atomic_load(&last);

    if ((!before || now - before >= LOG_INTERVAL) && atomic_compare_exchange_strong(&last, &before, now)) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, WLMNO(0197) "%d threads of this process wait for members to "
                      "make error documents, and no more may; httpd's own text in place of %s", max, r->uri);
    }
}

static int is_error_document(const request_rec *r)
{
    return r->prev && ap_is_HTTP_ERROR(r->prev->status) && wlm_owned_of_connection(r->connection);
}

int wlm_owned_may_wait(const request_rec *r)
{
    int max = (wlm_owned_child.processing_max + 1) / 2;

    if (!is_error_document(r) || take(&documents, max)) {
        return 1;
    }
    log_refused(r, max);
    return 0;
}

void wlm_owned_has_waited(const request_rec *r)
{
    if (is_error_document(r)) {
        atomic_fetch_sub(&documents, 1);
    }
}
