/* Places: how many threads of the process may be held up, by what. Requests that run must not wait for that. On any
 * thread.
 *
 * - On the engine's threads all that httpd does with a request may hold one up: reading its head, handlers of other
 *   modules, an error document. For that there are as many places as the MPM has threads; the engine has one more.
 * - An error document that a member makes waits on the thread, of the MPM or the engine, since httpd expects an
 *   internal redirect to be complete. A single member that hangs must not take all of them.
 */
#include "base/count.h"
#include "httpd/engine/owned_private.h"
#include "base/clock.h"
#include "httpd/context/context.h"

/* Those with a head that has begun try again when more of it comes, and otherwise the less often the more are queued:
 * at most 5,000 of them in a second */
#define QUEUE_INTERVAL apr_time_from_msec(20)
#define QUEUE_COST     200
#define LOG_INTERVAL   apr_time_from_sec(600)

static _Atomic int processing, documents, queued;

static int take(_Atomic int *taken, int max)
{
    if (atomic_fetch_add(taken, 1) < max) {
        return 1;
    }
    atomic_fetch_sub(taken, 1);
    return 0;
}

int wlm_owned_try_place(int max)
{
    return take(&processing, max);
}

void wlm_owned_queue(wlm_owned_t *owned, wlm_owned_phase_t phase, short events)
{
    int others = phase == QUEUED ? atomic_fetch_add(&queued, 1) : 0;
    apr_interval_time_t interval = (apr_interval_time_t)others * QUEUE_COST;

    wlm_owned_park(owned, phase, events, wlm_now() + (events && interval > QUEUE_INTERVAL ? interval : QUEUE_INTERVAL));
}

void wlm_owned_leave_queue(void)
{
    atomic_fetch_sub(&queued, 1);
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
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, WLMNO(0197) "%d %s of this process wait%s for members to "
                      "make error documents, and no more may; httpd's own text in place of %s", max,
                      wlm_count_word(max, "thread", "threads"), wlm_count_word(max, "s", ""), r->uri);
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
