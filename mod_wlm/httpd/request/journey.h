/* httpd/request/journey.h: a request over all its attempts. In r->pool; one thread at a time has it. */
#ifndef WLM_HTTPD_REQUEST_JOURNEY_H
#define WLM_HTTPD_REQUEST_JOURNEY_H

#include "balance/model.h"
#include "balance/outcome.h"
#include "balance/pick.h"
#include "exchange/base.h"
#include "health/health.h"
#include "httpd/engine/task.h"
#include "httpd/request/client_body.h"
#include "httpd/request/routed.h"
#include "route/affinity.h"

/** Why a request goes to no further member, besides what the outcome and the choice of a member say. */
typedef enum {
    WLM_STOP_NONE,
    WLM_STOP_TIMEOUTS,             /* more attempts have timed out than ServerIOTimeoutRetry allows */
    WLM_STOP_RETRY_BUDGET,         /* the cluster's WLMRetryBudget is used up */
    WLM_STOP_CLIENT_LEFT           /* the client closed its connection while the request waited for room (WLMQueue) */
} wlm_stop_t;

/** How far a request is. */
typedef enum {
    WLM_JOURNEY_BODY,              /* its body is read, as far as it is kept */
    WLM_JOURNEY_CHOOSE,            /* it needs a member */
    WLM_JOURNEY_EXCHANGE,          /* an attempt, up to the response's head */
    WLM_JOURNEY_DELIVER,           /* the response goes to the client */
    WLM_JOURNEY_DELIVER_BUSY,      /* so does that of a member which says that it is busy: no other one is there */
    WLM_JOURNEY_TUNNEL,
    WLM_JOURNEY_REFUSED,           /* before a member was chosen */
    WLM_JOURNEY_ENDED
} wlm_journey_stage_t;

typedef struct wlm_journey_t {
    wlm_task_t task;               /* the first: a task of this room is a journey */
    wlm_journey_stage_t stage;
    request_rec *r;
    const wlm_routed_t *request;
    wlm_affinity_t affinity;
    wlm_pick_t pick;
    wlm_client_body_t body;
    wlm_client_body_source_t body_source;
    wlm_repeat_t repeat;
    wlm_exchange_t exchange;
    int filter_answered;           /* one of httpd's filters has not taken the response, but answered itself */
    struct wlm_tunnel_t *tunnel;   /* behind status 101 */
    wlm_member_t *held;            /* acquired and not yet released */
    int attempts;
    int time_outs;                 /* attempts that ended by ServerIOTimeout */
    uint32_t doubted;              /* members that took it and did not answer: bits, as in pick.tried */
    apr_time_t doubt_begun;        /* when the last of these was picked */
    int unanswered;                /* so many have taken it and failed, since one has answered */
    int retrying;                  /* it counts in the cluster's retry budget */
    apr_time_t deadline;           /* WLMTotalTimeout; 0: none */
    apr_interval_time_t with_members; /* the times of all attempts so far */
    apr_interval_time_t recorded;  /* of these, the part of an attempt that goes on */
    struct {
        int is_in;                 /* the request waits in its cluster's queue */
        uint32_t position;
        apr_time_t begun, end;     /* since when, until when */
    } queue;
    apr_interval_time_t queued;    /* how long it has waited for room (WLMQueue) */
    wlm_stop_t stop;               /* why it goes to no further member, where neither outcome nor pick says that */
} wlm_journey_t;

#endif
