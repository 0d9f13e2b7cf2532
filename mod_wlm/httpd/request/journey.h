/* httpd/request/journey.h: a request's state over all its attempts, and what the files of the handler share. */
#ifndef WLM_HTTPD_REQUEST_JOURNEY_H
#define WLM_HTTPD_REQUEST_JOURNEY_H

#include "balance/model.h"
#include "balance/outcome.h"
#include "balance/pick.h"
#include "health/health.h"
#include "httpd/request/client_body.h"
#include "httpd/request/exchange_base.h"
#include "httpd/request/routed.h"
#include "route/affinity.h"

typedef struct wlm_journey_t {
    request_rec *r;
    const wlm_routed_t *request;
    wlm_affinity_t affinity;
    wlm_pick_t pick;
    wlm_client_body_t body;
    wlm_repeat_t repeat;
    wlm_exchange_t x;
    wlm_member_t *held;            /* acquired and not yet released */
    int attempts;
    int time_outs;                 /* attempts that ended by ServerIOTimeout */
    int time_outs_over;            /* ... more than ServerIOTimeoutRetry allows */
    uint32_t doubted;              /* members that took it and did not answer: bits, as in pick.tried */
    apr_time_t doubt_begun;        /* when the last of these was picked */
    int unanswered;                /* so many have taken it and failed, since one has answered */
    int retrying;                  /* it counts in the cluster's retry budget */
    int budget_over;               /* ... which allows no further */
    apr_time_t deadline;           /* WLMTotalTimeout; 0: none */
    apr_interval_time_t with_members; /* the times of all attempts so far */
    apr_interval_time_t queued;    /* how long it has waited for room (WLMQueue) */
    int client_left;               /* ... until its client was gone */
} wlm_journey_t;

/* -- httpd/request/record.c ------------------------------------------------------------ */

/** A member has been picked: environment and counters. */
void wlm_journey_note_pick(wlm_journey_t *j);
/** Tell the log how an attempt on a member ended. */
void wlm_journey_log_outcome(const wlm_journey_t *j, const wlm_member_t *member);
/** The attempt on the picked member has ended: everybody learns what it says about the member. */
void wlm_journey_settle(wlm_journey_t *j);
/** A member has been marked down; the log and its events say why. */
void wlm_journey_log_down(const wlm_journey_t *j, wlm_member_t *member, const char *why);
/** A tunnel that the attempt has become has ended. @param end  what wlm_tunnel_run() says */
void wlm_journey_settle_tunnel(const wlm_journey_t *j, const char *end);

/* -- httpd/request/doubt.c: whose fault was it, the member's or the request's? ------------------------- */

/** An attempt has ended with this event for the picked member. */
void wlm_journey_note_doubt(wlm_journey_t *j, wlm_health_event_t event);
/** A member answers the request: those that did not are to blame. */
void wlm_journey_blame(wlm_journey_t *j);
/** The request has ended. When no member has answered it, decide about those that took it. */
void wlm_journey_judge(wlm_journey_t *j);

/* -- httpd/request/report.c ------------------------------------------------------------------ */

/** The request has ended, whether a member was found or not: environment, and a line in the log where RequestMetrics wants one.
 *  @param status  what the handler returns */
void wlm_journey_report(const wlm_journey_t *j, int status);

/* -- httpd/request/refuse.c: what the client gets when no member answers --------------------- */

/** No member can be picked. @return what the handler returns */
int wlm_journey_give_up(const wlm_journey_t *j, wlm_pick_result_t result);
/** The request is not sent to a further member: it may have been executed, or has taken too long. @return likewise */
int wlm_journey_end_here(const wlm_journey_t *j);

#endif
