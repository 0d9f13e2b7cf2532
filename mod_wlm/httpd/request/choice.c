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

static wlm_pick_result_t try_pick(wlm_journey_t *journey)
{
    journey->pick.now = wlm_now();
    return wlm_pick_member(&journey->pick, journey->request->cluster, &journey->affinity);
}

/* -- the queue ---------------------------------------------------------------------------- */

/* For members that become usable without a signal, and whether the client is still there */
#define POLL_INTERVAL apr_time_from_msec(200)

static int enter_queue(wlm_journey_t *journey)
{
    const wlm_options_t *options = journey->request->cluster->options;
    wlm_queue_t *queue = journey->request->cluster->queue;
    apr_time_t now = wlm_now(), end = now + options->queue.timeout;

    if (!queue || !wlm_queue_enter(queue, &journey->queue.position, (uint32_t)getpid(), options->queue.length)) {
        return 0;
    }
    journey->queue.is_in = 1;
    journey->queue.begun = now;
    journey->queue.end = journey->deadline && journey->deadline < end ? journey->deadline : end;
    return 1;
}

void wlm_choice_leave_queue(wlm_journey_t *journey)
{
    if (journey->queue.is_in) {
        journey->queue.is_in = 0;
        wlm_queue_leave(journey->request->cluster->queue, journey->queue.position);
        journey->queued += wlm_now() - journey->queue.begun;
    }
}

/* @return 1: it waits */
static int wait_for_signal(wlm_journey_t *journey, const _Atomic uint32_t *signal, uint32_t seen)
{
    apr_time_t now = wlm_now();

    if (now >= journey->queue.end) {
        return 0;
    }
    wlm_wait_for(&journey->task.wait, -1, 0, 0);
    journey->task.wait.word = signal;
    journey->task.wait.seen = seen;
    wlm_wait_wake(&journey->task.wait,
                  journey->queue.end < now + POLL_INTERVAL ? journey->queue.end : now + POLL_INTERVAL);
    return 1;
}

/* @return 1: it goes on waiting */
static int waits_in_queue(wlm_journey_t *journey, wlm_pick_result_t *presult)
{
    wlm_queue_t *queue = journey->request->cluster->queue;
    const _Atomic uint32_t *signal = wlm_queue_signal(queue, journey->queue.position);
    uint32_t seen = atomic_load(signal);

    *presult = WLM_PICK_FULL;
    if (wlm_now() >= journey->queue.end) {
        return 0;
    }
    if (!journey->exchange.finishes && wlm_client_poll_has_left(journey->r->connection)) {
        journey->stop = WLM_STOP_CLIENT_LEFT;
        return 0;
    }
    journey->pick.in_turn = wlm_queue_is_first(queue, journey->queue.position);
    if (journey->pick.in_turn) {
        *presult = try_pick(journey);
        journey->pick.in_turn = 0;
    }
    return *presult == WLM_PICK_FULL && wait_for_signal(journey, signal, seen);
}

/* -- exported ------------------------------------------------------------------------------ */

static wlm_pick_result_t record(wlm_journey_t *journey, wlm_pick_result_t result)
{
    if (result == WLM_PICK_OK) {
        journey->held = journey->pick.member;
        journey->attempts++;
        wlm_record_pick(journey);
    }
    return result;
}

wlm_pick_result_t wlm_choice_now(wlm_journey_t *journey)
{
    return record(journey, try_pick(journey));
}

wlm_step_t wlm_choice_step(wlm_journey_t *journey, wlm_pick_result_t *presult)
{
    if (!journey->queue.is_in) {
        *presult = try_pick(journey);
        if (*presult != WLM_PICK_FULL || !enter_queue(journey)) {
            record(journey, *presult);
            return WLM_STEP_DONE;
        }
    }
    if (waits_in_queue(journey, presult)) {
        return WLM_STEP_WAITS;
    }
    wlm_wait_end(&journey->task.wait);
    wlm_choice_leave_queue(journey);
    record(journey, *presult);
    return WLM_STEP_DONE;
}
