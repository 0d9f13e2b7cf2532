/* A member for a request's next attempt, and the wait for one when all are full (WLMQueue). On the thread that has the
 * request. */
#include "httpd/request/choice.h"
#include <httpd.h>
#include <stdatomic.h>
#include <unistd.h>
#include "balance/model.h"
#include "balance/pick.h"
#include "balance/waiting.h"
#include "base/clock.h"
#include "httpd/request/client_poll.h"
#include "httpd/request/journey.h"
#include "httpd/request/record.h"
#include "httpd/request/span.h"
#include "net/wait.h"
#include "shared/queue.h"

static wlm_pick_result_t try_pick(wlm_journey_t *journey)
{
    journey->pick.now = wlm_now();
    return wlm_pick_member(&journey->pick, journey->request->cluster, &journey->affinity);
}

/* -- the queue ---------------------------------------------------------------------------- */

/* For members that become usable without a signal, and for streams of HTTP/2 that are reset */
#define POLL_INTERVAL apr_time_from_msec(200)

static int enter_queue(wlm_journey_t *journey)
{
    wlm_waiting_t *waiting = &journey->queue;

    if (!wlm_waiting_enter(waiting, journey->request->cluster, journey->class_number, (uint32_t)getpid(), wlm_now())) {
        journey->stop = WLM_STOP_NO_PLACE;
        return 0;
    }
    waiting->end = journey->deadline && journey->deadline < waiting->end ? journey->deadline : waiting->end;
    return 1;
}

static void leave_queue(wlm_journey_t *journey, int is_served)
{
    if (journey->queue.is_in) {
        journey->queued += wlm_waiting_leave(&journey->queue, journey->request->cluster, is_served, wlm_now());
    }
}

void wlm_choice_leave_queue(wlm_journey_t *journey)
{
    leave_queue(journey, 0);
}

/* @return 1: it waits */
static int wait_for_signal(wlm_journey_t *journey, const _Atomic uint32_t *signal, uint32_t seen)
{
    apr_time_t now = wlm_now(), end = wlm_waiting_end(&journey->queue, journey->request->cluster, now);

    if (now >= end) {
        journey->stop = now >= journey->queue.end ? WLM_STOP_WAITED : WLM_STOP_OVERLOAD;
        return 0;
    }
    wlm_wait_for(&journey->task.wait, -1, 0, 0);
    journey->task.wait.word = signal;
    journey->task.wait.seen = seen;
    if (!journey->exchange->finishes) {
        wlm_client_poll_for_leaving(&journey->task.wait.client, journey->r->connection);
    }
    wlm_wait_wake(&journey->task.wait, end < now + POLL_INTERVAL ? end : now + POLL_INTERVAL);
    return 1;
}

/* @return 1: it goes on waiting */
static int waits_in_queue(wlm_journey_t *journey, wlm_pick_result_t *presult)
{
    wlm_queue_t *queue = journey->request->cluster->queue;
    const _Atomic uint32_t *signal = wlm_queue_signal(queue, journey->queue.position);
    uint32_t seen = atomic_load(signal);
    apr_time_t now = wlm_now();

    *presult = WLM_PICK_FULL;
    if (now >= journey->queue.end) {
        journey->stop = WLM_STOP_WAITED;
        return 0;
    }
    if (!journey->exchange->finishes && wlm_client_poll_has_left(journey->r->connection)) {
        journey->stop = WLM_STOP_CLIENT_LEFT;
        return 0;
    }
    journey->pick.in_turn = wlm_queue_is_next(queue, journey->queue.position, now);
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
        if (journey->attempts++) {
            atomic_fetch_add(&journey->request->cluster->shared->retries, 1);
        }
        wlm_record_pick(journey);
    }
    return result;
}

wlm_pick_result_t wlm_choice_now(wlm_journey_t *journey)
{
    return record(journey, try_pick(journey));
}

wlm_pick_result_t wlm_choice_owner(wlm_journey_t *journey, wlm_member_t *owner)
{
    wlm_pick_result_t result;

    journey->pick.now = wlm_now();
    result = wlm_pick_owner(&journey->pick, owner);
    if (result == WLM_PICK_OK) {
        journey->held = journey->pick.member;
        ++journey->attempts;       /* no retry: no attempt has failed */
        ++journey->hops;
        wlm_record_pick(journey);
    }
    return result;
}

wlm_step_t wlm_choice_step(wlm_journey_t *journey, wlm_pick_result_t *presult)
{
    apr_interval_time_t queued = journey->queued;

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
    leave_queue(journey, *presult == WLM_PICK_OK);
    wlm_span_note_queue(journey, journey->queued - queued);
    record(journey, *presult);
    return WLM_STEP_DONE;
}
