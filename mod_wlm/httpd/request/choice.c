/* A member for a request's next attempt, and the wait for one when all are full (WLMQueue). On the thread that has the
 * request. */
#include "httpd/request/choice.h"
#include <httpd.h>
#include <stdatomic.h>
#include <unistd.h>
#include "balance/model.h"
#include "balance/options.h"
#include "balance/pick.h"
#include "base/clock.h"
#include "httpd/request/client_poll.h"
#include "httpd/request/journey.h"
#include "httpd/request/record.h"
#include "net/wait.h"
#include "shared/queue.h"

static wlm_pick_result_t try_pick(wlm_journey_t *j)
{
    j->pick.now = wlm_now();
    return wlm_pick_member(&j->pick, j->request->cluster, &j->affinity);
}

/* -- the queue ---------------------------------------------------------------------------- */

/* For members that become usable without a signal, and whether the client is still there */
#define POLL_INTERVAL apr_time_from_msec(200)

static int enter_queue(wlm_journey_t *j)
{
    const wlm_options_t *options = j->request->cluster->options;
    wlm_queue_t *queue = j->request->cluster->queue;
    apr_time_t now = wlm_now(), end = now + options->queue.timeout;

    if (!queue || !wlm_queue_enter(queue, &j->queue.position, (uint32_t)getpid(), options->queue.length)) {
        return 0;
    }
    j->queue.is_in = 1;
    j->queue.begun = now;
    j->queue.end = j->deadline && j->deadline < end ? j->deadline : end;
    return 1;
}

void wlm_choice_leave_queue(wlm_journey_t *j)
{
    if (j->queue.is_in) {
        j->queue.is_in = 0;
        wlm_queue_leave(j->request->cluster->queue, j->queue.position);
        j->queued += wlm_now() - j->queue.begun;
    }
}

/* @return 1: it waits */
static int wait_for_signal(wlm_journey_t *j, const _Atomic uint32_t *signal, uint32_t seen)
{
    apr_time_t now = wlm_now();

    if (now >= j->queue.end) {
        return 0;
    }
    wlm_wait_for(&j->task.wait, -1, 0, 0);
    j->task.wait.word = signal;
    j->task.wait.seen = seen;
    wlm_wait_wake(&j->task.wait, j->queue.end < now + POLL_INTERVAL ? j->queue.end : now + POLL_INTERVAL);
    return 1;
}

/* @return 1: it goes on waiting */
static int waits_in_queue(wlm_journey_t *j, wlm_pick_result_t *presult)
{
    wlm_queue_t *queue = j->request->cluster->queue;
    const _Atomic uint32_t *signal = wlm_queue_signal(queue, j->queue.position);
    uint32_t seen = atomic_load(signal);

    *presult = WLM_PICK_FULL;
    if (wlm_now() >= j->queue.end) {
        return 0;
    }
    if (wlm_client_poll_has_left(j->r->connection)) {
        j->stop = WLM_STOP_CLIENT_LEFT;
        return 0;
    }
    j->pick.in_turn = wlm_queue_is_first(queue, j->queue.position);
    if (j->pick.in_turn) {
        *presult = try_pick(j);
        j->pick.in_turn = 0;
    }
    return *presult == WLM_PICK_FULL && wait_for_signal(j, signal, seen);
}

/* -- exported ------------------------------------------------------------------------------ */

static wlm_pick_result_t record(wlm_journey_t *j, wlm_pick_result_t result)
{
    if (result == WLM_PICK_OK) {
        j->held = j->pick.member;
        j->attempts++;
        wlm_record_pick(j);
    }
    return result;
}

wlm_pick_result_t wlm_choice_now(wlm_journey_t *j)
{
    return record(j, try_pick(j));
}

wlm_step_t wlm_choice_step(wlm_journey_t *j, wlm_pick_result_t *presult)
{
    if (!j->queue.is_in) {
        *presult = try_pick(j);
        if (*presult != WLM_PICK_FULL || !enter_queue(j)) {
            record(j, *presult);
            return WLM_STEP_DONE;
        }
    }
    if (waits_in_queue(j, presult)) {
        return WLM_STEP_WAITS;
    }
    wlm_wait_end(&j->task.wait);
    wlm_choice_leave_queue(j);
    record(j, *presult);
    return WLM_STEP_DONE;
}
