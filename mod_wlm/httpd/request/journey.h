/* httpd/request/journey.h: a request over all its attempts. In r->pool; one thread at a time has it. */
#ifndef WLM_HTTPD_REQUEST_JOURNEY_H
#define WLM_HTTPD_REQUEST_JOURNEY_H

#include "balance/model.h"
#include "balance/outcome.h"
#include "balance/pick.h"
#include "balance/retry_budget.h"
#include "balance/waiting.h"
#include "exchange/base.h"
#include "health/health.h"
#include "httpd/engine/task.h"
#include "httpd/request/client_body.h"
#include "httpd/request/routed.h"
#include "route/affinity.h"
#include "route/binding_rule.h"
#include "shared/remote.h"

/** Why a request goes to no further member, besides what the outcome and the choice of a member say. */
typedef enum {
    WLM_STOP_NONE,
    WLM_STOP_TIMEOUTS,             /* more attempts have timed out than ServerIOTimeoutRetry allows */
    WLM_STOP_ATTEMPTS,             /* as many members have taken it as WLMRetryBudget allows */
    WLM_STOP_RETRY_BUDGET,         /* the cluster's WLMRetryBudget is used up */
    WLM_STOP_NO_PLACE,             /* all members are full, and the queue is, too, or there is none */
    WLM_STOP_WAITED,               /* ... it has waited for as long as it may */
    WLM_STOP_OVERLOAD,             /* ... it has waited for less than that, but the queue is overloaded */
    WLM_STOP_CLIENT_LEFT           /* the client closed its connection while the request waited for room (WLMQueue) */
} wlm_stop_t;

/** How tables know a value of a session. */
typedef struct wlm_binding_key_t {
    uint64_t hash;                 /* shared/learned.h */
    unsigned char remote[WLM_REMOTE_KEY_SIZE]; /* shared/remote.h, where there is WLMAffinityStore */
} wlm_binding_key_t;

/** How far a request is. */
typedef enum {
    WLM_JOURNEY_BODY,              /* its body is read, as far as it is kept */
    WLM_JOURNEY_ASK,               /* it waits for what other web servers know of its session (WLMAffinityStore) */
    WLM_JOURNEY_CHOOSE,            /* it needs a member */
    WLM_JOURNEY_EXCHANGE,          /* an attempt, up to the response's head */
    WLM_JOURNEY_DELIVER,           /* the response goes to the client */
    WLM_JOURNEY_DELIVER_DECLINED,  /* so does that of a member which says that it is busy, or that another one has the
                                      session, when no other one can have the request */
    WLM_JOURNEY_TUNNEL,
    WLM_JOURNEY_REFUSED,           /* before a member was chosen */
    WLM_JOURNEY_ENDED
} wlm_journey_stage_t;

typedef struct wlm_request_span_t wlm_request_span_t;

/** What a rule of WLMAffinity has found in the request. */
typedef struct wlm_bound_value_t {
    int current;                   /* the member that the client's newest seal names; -1: it has none */
    const char *others;            /* COOKIE: seals of other clusters, route/seal_list.h */
    apr_size_t within;             /* WRAP of a field: so much its member gets */
    wlm_binding_key_t asked;       /* LEARN: the request's value; hash 0: it has none */
    wlm_remote_question_t *question; /* asked of WLMAffinityStore; NULL: not */
} wlm_bound_value_t;

typedef struct wlm_journey_t {
    wlm_task_t task;               /* the first: a task of this room is a journey */
    wlm_journey_stage_t stage;
    request_rec *r;
    const wlm_routed_t *request;
    wlm_affinity_t affinity;
    struct {
        wlm_bound_value_t *values; /* by rule of WLMAffinity */
        int nvalues;               /* 0: there is no rule, or the request was not looked at */
        int has_asked;             /* WLMAffinityStore: no other value is asked for */
        apr_time_t ask_until;      /* so long is waited for the answers */
        const wlm_member_t *owner; /* the member that has the session, by the response */
        uint32_t changes;          /* bits, by rule: it has a value in the request that its member gets otherwise */
    } binding;                     /* httpd/request/binding.c */
    int class_number;              /* by balance/classes.h */
    wlm_pick_t pick;
    wlm_client_body_t body;
    wlm_client_body_source_t body_source;
    wlm_repeat_t repeat;
    wlm_exchange_t first;          /* the room for it */
    wlm_exchange_t *exchange;      /* the attempt that goes on, or the last one: of that its functions speak */
    struct {
        int counts;                /* how long this attempt takes counts for the percentile */
        apr_time_t at;             /* when a second member gets the request, too; 0: none does */
        wlm_exchange_t *rival;     /* the other attempt that goes on; NULL: there is none */
        wlm_member_t *rival_held;  /* its member */
        struct wlm_hedging_t *room; /* NULL: no second member has had the request */
        const char *end;           /* for WLM_HEDGE; NULL: not yet */
    } hedge;                       /* httpd/request/hedging.c */
    wlm_request_span_t *span;      /* httpd/request/span.c; NULL: no line is written of it (WLMSpans) */
    int filter_answered;           /* one of httpd's filters has not taken the response, but answered itself */
    struct wlm_tunnel_t *tunnel;   /* behind status 101 */
    wlm_member_t *held;            /* acquired and not yet released */
    int attempts;
    int hops;                      /* of these, to the owner that a member has named by status 421 */
    int time_outs;                 /* attempts that ended by ServerIOTimeout */
    uint32_t doubted;              /* members that took it and did not answer: bits, as in pick.tried */
    apr_time_t doubt_begun;        /* when the last of these was picked */
    int unanswered;                /* so many have taken it and failed, since one has answered */
    wlm_retries_t retries;
    apr_time_t deadline;           /* WLMTotalTimeout; 0: none */
    apr_interval_time_t with_members; /* the times of all attempts so far */
    apr_interval_time_t recorded;  /* of these, the part of an attempt that goes on */
    wlm_waiting_t queue;           /* its wait for room */
    apr_interval_time_t queued;    /* how long it has waited for room (WLMQueue) */
    wlm_stop_t stop;               /* why it goes to no further member, where neither outcome nor pick says that */
} wlm_journey_t;

#endif
