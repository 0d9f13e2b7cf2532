/* A member took a request and did not answer it. On the thread that has the request. One that each member answers by
 * closing the connection must not take all of them out, and a member that answers no request must get no more of them.
 * What becomes of the request shows which of them it is:
 *
 *   another member answers it         the member is at fault, unless it has answered other requests, too, since a
 *                                     second before it got this one: it may fail only with the sessions it has
 *   it goes to no other member        as above; marking down is the original plug-in's rule
 *   others have failed on it, too     the request may be at fault: no member is marked down for it alone
 *   the retry budget is used up       likewise, for it was not tried on others because they fail requests, too
 *
 * A complete response of the member in the meantime ends the doubt, and several requests that fail on it without one
 * mark it down: health/health.h. Where others have failed, too, the same request repeated by its client (a page that is
 * reloaded) counts as one.
 */
#include "httpd/request/doubt.h"
#include <httpd.h>
#include <http_log.h>
#include "balance/availability.h"
#include "balance/model.h"
#include "balance/outcome.h"
#include "balance/transition.h"
#include "base/clock.h"
#include "base/hash.h"
#include "health/health.h"
#include "httpd/context/context.h"
#include "httpd/request/attempt_log.h"
#include "httpd/request/journey.h"

void wlm_doubt_note(wlm_journey_t *journey, wlm_health_event_t event)
{
    journey->unanswered += wlm_outcome_is_fault(&journey->exchange->attempt) && journey->exchange->attempt.sent;
    if (event == WLM_EVENT_DOUBT) {
        journey->doubted |= (uint32_t)1 << wlm_tried_find(&journey->pick.tried, journey->exchange->member);
        journey->doubt_begun = journey->exchange->attempt.begun;
    }
}

static wlm_member_t *first_doubted(const wlm_journey_t *journey)
{
    int i = 0;

    while (!(journey->doubted & (uint32_t)1 << i)) {
        ++i;
    }
    return &journey->request->cluster->members[journey->pick.tried.index[i]];
}

static void end_doubts(wlm_journey_t *journey, wlm_health_event_t event, const char *why)
{
    apr_time_t now = wlm_now();
    int i, changed;

    for (i = 0; i < journey->pick.tried.n; ++i) {
        wlm_member_t *member = &journey->request->cluster->members[journey->pick.tried.index[i]];

        if (journey->doubted & (uint32_t)1 << i) {
            wlm_transition_event(member, event, now, &changed);
            if (changed) {
                wlm_attempt_log_down(journey, member, why);
            }
        }
    }
    journey->doubted = 0;
}

/* ... just before it got this one, or since: so it is not dead, and one request is not enough to say that it is */
static int has_answered_others(const wlm_journey_t *journey, const wlm_member_t *member)
{
    return wlm_availability_has_answered_since(member, journey->doubt_begun - apr_time_from_sec(1));
}

void wlm_doubt_confirm(wlm_journey_t *journey)
{
    int i;

    for (i = 0; journey->doubted && i < journey->pick.tried.n; ++i) {
        if (has_answered_others(journey, &journey->request->cluster->members[journey->pick.tried.index[i]])) {
            journey->doubted &= ~((uint32_t)1 << i); /* its doubt stays, and counts with those of others */
        }
    }
    if (journey->doubted) {
        end_doubts(journey, WLM_EVENT_DOUBT_CONFIRMED, "it did not answer a request that another member answers");
    }
    journey->unanswered = 0;
}

/* The same number for a request that a client repeats, with any query: FNV-1a of its address, method and path */
static uint64_t number_of(const request_rec *r)
{
    const char *const parts[] = { r->useragent_ip, r->method, r->uri };
    uint64_t sum = WLM_HASH_START;
    size_t i;

    for (i = 0; i < sizeof(parts) / sizeof(*parts); ++i) {
        sum = wlm_hash_byte(wlm_hash_add(sum, parts[i]), '\0');
    }
    return sum;
}

/* One request alone marks no member down: its doubt of a member stays only where the one before came from another
 * request */
static void keep_doubts_of_others(wlm_journey_t *journey)
{
    uint64_t request = number_of(journey->r);
    int i;

    for (i = 0; i < journey->pick.tried.n; ++i) {
        if (journey->doubted & (uint32_t)1 << i
            && wlm_transition_is_new_doubt(&journey->request->cluster->members[journey->pick.tried.index[i]],
                                           request)) {
            journey->doubted &= ~((uint32_t)1 << i);
        }
    }
    end_doubts(journey, WLM_EVENT_DOUBT_WITHDRAWN, "");
}

void wlm_doubt_decide(wlm_journey_t *journey)
{
    if (!journey->doubted) {
        return;
    }
    if (journey->unanswered > 1) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, journey->r, WLMNO(0143)
                      "%s %s: %d members of cluster %s have taken it and not answered; the request is taken to be the "
                      "cause, and none of them is marked down for it", journey->r->method, journey->r->uri,
                      journey->unanswered, journey->request->cluster->cfg->name);
    }
    if (journey->unanswered > 1 || journey->stop == WLM_STOP_RETRY_BUDGET) {
        keep_doubts_of_others(journey);
    }
    else if (!has_answered_others(journey, first_doubted(journey))) {
        end_doubts(journey, WLM_EVENT_DOUBT_CONFIRMED, "it did not answer a request");
    }
}
