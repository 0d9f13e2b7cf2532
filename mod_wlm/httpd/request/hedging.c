/* A request with two members at a time, up to the head of a response. Each of the two attempts has an exchange and a
 * wait of its own; the task waits for either. On the thread that has the request. */
#include "httpd/request/hedging.h"
#include <httpd.h>
#include <apr_strings.h>
#include <http_log.h>
#include "balance/hedge.h"
#include "balance/pick.h"
#include "balance/transports.h"
#include "base/clock.h"
#include "exchange/base.h"
#include "exchange/exchange.h"
#include "httpd/context/context.h"
#include "httpd/request/client_side.h"
#include "httpd/request/holding.h"
#include "httpd/request/journey.h"
#include "httpd/request/record.h"
#include "net/wait.h"

/* Made when a second member gets the request */
struct wlm_hedging_t {
    wlm_exchange_t second;
    wlm_wait_t waits[2];           /* of the first attempt, of the second one, while there are two */
};

/* -- which requests, and when ---------------------------------------------------------------- */

static int has_session(const wlm_journey_t *journey)
{
    int i, found = journey->affinity.source != WLM_AFFINITY_NO_SESSION || journey->affinity.nids > 0
                   || journey->binding.changes;

    for (i = 0; i < journey->binding.nvalues; ++i) {
        found |= journey->binding.values[i].asked.hash != 0;
    }
    return found;
}

static int may_hedge(const wlm_journey_t *journey)
{
    const wlm_hedge_request_t request = { .is_safe = journey->r->method_number == M_GET, /* HEAD has that, too */
                                          .has_body = journey->body.present,
                                          .has_session = has_session(journey),
                                          .has_login = journey->exchange->logs_in || journey->pick.bound,
                                          .upgrades = journey->exchange->upgrade != NULL,
                                          .finishes = journey->exchange->finishes,
                                          .is_probe = journey->pick.probe };

    return wlm_hedge_may(&journey->request->cluster->options->hedge, &request);
}

void wlm_hedging_begin(wlm_journey_t *journey)
{
    apr_interval_time_t delay;

    journey->hedge.at = 0;
    journey->hedge.counts = wlm_hedge_is_on(&journey->request->cluster->options->hedge) && may_hedge(journey);
    if (journey->hedge.counts && !journey->hedge.room) {
        delay = wlm_hedge_delay(journey->request->cluster, journey->pick.now);
        journey->hedge.at = delay > 0 ? journey->pick.now + delay : 0;
    }
}

/* -- two attempts ------------------------------------------------------------------------------ */

static int is_second(const wlm_journey_t *journey)
{
    return journey->hedge.room && journey->exchange == &journey->hedge.room->second;
}

/* The time of the second one counts for no percentile: it is no request of its own */
static void note_time(const wlm_journey_t *journey, apr_interval_time_t time)
{
    if (journey->hedge.counts && !is_second(journey)) {
        wlm_hedge_note_time(journey->request->cluster, time);
    }
}

/* Speak of the other attempt */
static void turn(wlm_journey_t *journey)
{
    wlm_exchange_t *exchange = journey->exchange;
    wlm_member_t *held = journey->held;

    journey->exchange = journey->hedge.rival;
    journey->held = journey->hedge.rival_held;
    journey->hedge.rival = exchange;
    journey->hedge.rival_held = held;
}

/* That one has ended; the one that journey->exchange is of goes on alone */
static void go_on_alone(wlm_journey_t *journey)
{
    journey->hedge.rival = NULL;
    journey->hedge.rival_held = NULL;
    journey->task.wait = *journey->exchange->wait;
    journey->exchange->wait = &journey->task.wait;
    journey->pick.member = journey->exchange->member;
    wlm_record_member(journey);
}

/* The other attempt ends as if its client had left, in whatever state it is
 * @param end  with this outcome; NULL: whoever answers first has the request */
static void end_rival(wlm_journey_t *journey, const wlm_attempt_t *end)
{
    wlm_attempt_t *attempt;

    turn(journey);
    attempt = &journey->exchange->attempt;
    wlm_exchange_discard(journey->exchange);
    attempt->elapsed = wlm_now() - attempt->begun;
    note_time(journey, attempt->elapsed);
    if (end) {
        attempt->outcome = end->outcome;
        attempt->cause = end->cause;
    }
    else {
        wlm_hedge_end_superseded(journey->exchange->member, attempt);
    }
    wlm_holding_end_attempt(journey);
    turn(journey);
    go_on_alone(journey);
}

static void note_head(const wlm_journey_t *journey)
{
    note_time(journey, journey->exchange->attempt.first_byte);
    wlm_hedge_note_head(journey->exchange->member);
    wlm_record_head(journey);
}

/* Without a head that took as long as it was waited for; what fails otherwise tells nothing of times */
static void note_time_out(const wlm_journey_t *journey)
{
    if (journey->exchange->attempt.timed_out) {
        note_time(journey, journey->exchange->attempt.elapsed);
    }
}

/* It has failed, or is busy: then the other one is the request's only attempt. As if it had been repeated there */
static void give_up(wlm_journey_t *journey)
{
    const wlm_attempt_t *attempt = &journey->exchange->attempt;

    wlm_exchange_discard(journey->exchange);
    journey->retries.sent += attempt->sent;
    journey->time_outs += attempt->timed_out && attempt->outcome != WLM_NOT_CONNECTED;
    note_time_out(journey);
    wlm_holding_end_attempt(journey);
    turn(journey);
    go_on_alone(journey);
}

/* One of the two. @return as wlm_hedging_step() when there is one left */
static wlm_step_t step_one(wlm_journey_t *journey)
{
    wlm_step_t step = wlm_exchange_step(journey->exchange);
    wlm_outcome_t outcome = journey->exchange->attempt.outcome;

    if (step == WLM_STEP_WAITS) {
        if (journey->exchange->interim) {
            end_rival(journey, NULL); /* the client has got something of this one */
        }
        return step;
    }
    if (step == WLM_STEP_FAILED && outcome == WLM_CLIENT_GONE) {
        end_rival(journey, &journey->exchange->attempt);
        return step;
    }
    if (step == WLM_STEP_DONE) {
        note_head(journey);
        if (outcome != WLM_BUSY) {
            end_rival(journey, NULL);
            return step;
        }
    }
    give_up(journey);
    step = wlm_exchange_step(journey->exchange);
    if (step == WLM_STEP_DONE) {
        note_head(journey);
    }
    return step;
}

static wlm_step_t wait_for_both(wlm_journey_t *journey)
{
    wlm_wait_both(&journey->task.wait, &journey->hedge.room->waits[0], &journey->hedge.room->waits[1]);
    return WLM_STEP_WAITS;
}

static wlm_step_t step_both(wlm_journey_t *journey)
{
    wlm_step_t step;

    wlm_wait_divide(&journey->hedge.room->waits[0], &journey->hedge.room->waits[1], &journey->task.wait);
    step = step_one(journey);
    if (step == WLM_STEP_WAITS && journey->hedge.rival) {
        turn(journey);
        step = step_one(journey);
    }
    return step == WLM_STEP_WAITS && journey->hedge.rival ? wait_for_both(journey) : step;
}

/* -- the second attempt begins ------------------------------------------------------------------- */

static void begin_second(wlm_journey_t *journey)
{
    struct wlm_hedging_t *room = apr_pcalloc(journey->r->pool, sizeof(*room));
    wlm_member_t *first = journey->exchange->member;

    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, journey->r, WLMNO(0260) "member %s of cluster %s has not answered for "
                  "%.1f ms; the request goes to member %s, too", first->cfg->name, first->cluster->cfg->name,
                  (double)(journey->pick.now - journey->exchange->attempt.begun) / 1000,
                  journey->pick.member->cfg->name);
    journey->hedge.room = room;
    room->waits[0] = journey->task.wait;
    wlm_wait_init(&room->waits[1]);
    wlm_client_side_init(journey, &room->second);
    room->second.wait = &room->waits[1];
    journey->exchange->wait = &room->waits[0];
    journey->hedge.rival = journey->exchange;
    journey->hedge.rival_held = journey->held;
    journey->exchange = &room->second;
    journey->held = journey->pick.member;
    wlm_client_side_select(journey, journey->held, wlm_transports_for(journey->held, journey->pick.secure));
    room->second.deadline = journey->deadline;
    room->second.attempt.begun = journey->pick.now;
    ++journey->attempts;
    wlm_record_hedge(journey);
    wlm_exchange_begin(&room->second);
}

/* @return 1: a second member is held */
static int choose_second(wlm_journey_t *journey)
{
    wlm_cluster_t *cluster = journey->request->cluster;

    journey->pick.now = wlm_now();
    if (!wlm_hedge_take(cluster, journey->pick.now)) {
        atomic_fetch_add(&cluster->shared->hedge.refused, 1);
        return 0;
    }
    if (!wlm_pick_second(&journey->pick, cluster)) {
        wlm_hedge_give_back(cluster);
        return 0;
    }
    return 1;
}

/* The first one waits. @return as wlm_hedging_step() */
static wlm_step_t hedge(wlm_journey_t *journey)
{
    if (wlm_now() < journey->hedge.at) {
        wlm_wait_wake(&journey->task.wait, journey->hedge.at);
        return WLM_STEP_WAITS;
    }
    journey->hedge.at = 0;
    if (!choose_second(journey)) {
        return WLM_STEP_WAITS;
    }
    begin_second(journey);
    return step_both(journey);
}

/* -- exported ---------------------------------------------------------------------------------------- */

/* What has become of a hedged request, once for each */
static void note_end(wlm_journey_t *journey, wlm_step_t step)
{
    int answered = step == WLM_STEP_DONE && journey->exchange->attempt.outcome != WLM_BUSY;

    journey->hedge.end = !answered ? "failed" : is_second(journey) ? "won" : "lost";
    apr_table_setn(journey->r->subprocess_env, "WLM_HEDGE", journey->hedge.end);
    if (answered && is_second(journey)) {
        atomic_fetch_add(&journey->exchange->member->shared->hedges_won, 1);
    }
}

wlm_step_t wlm_hedging_step(wlm_journey_t *journey)
{
    wlm_step_t step;

    if (journey->hedge.rival) {
        step = step_both(journey);
    }
    else {
        step = wlm_exchange_step(journey->exchange);
        if (step == WLM_STEP_WAITS && journey->hedge.at && !journey->exchange->interim) {
            step = hedge(journey);
        }
        else if (step == WLM_STEP_DONE) {
            note_head(journey);
        }
        else if (step == WLM_STEP_FAILED) {
            note_time_out(journey);
        }
    }
    if (step != WLM_STEP_WAITS && journey->hedge.room && !journey->hedge.end) {
        note_end(journey, step);
    }
    return step;
}

void wlm_hedging_discard(wlm_journey_t *journey)
{
    if (journey->hedge.rival) {
        turn(journey);
        wlm_exchange_discard(journey->exchange);
        wlm_holding_release(journey);
        turn(journey);
        journey->hedge.rival = NULL;
    }
}
