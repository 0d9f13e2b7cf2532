/* tools/wlmcfg/simulate/events.h: what is still to happen, by simulated time. On main()'s thread. */
#ifndef WLMCFG_SIMULATE_EVENTS_H
#define WLMCFG_SIMULATE_EVENTS_H

#include "balance/pick.h"
#include "balance/retry_budget.h"
#include "balance/waiting.h"

/** A request that is not answered yet; as the module's journey. */
typedef struct sim_request_t {
    wlm_pick_t pick;
    uint32_t serial;               /* of the requests that have used this memory */
    uint32_t session;
    int web;                       /* the web server that it has come to */
    int class_number;              /* by balance/classes.h */
    apr_time_t begun;
    wlm_waiting_t waiting;
    int has_worker;                /* of its member */
    int is_over;                   /* answered, refused or given up */
    int is_given_up;               /* its client has gone; the member works on it all the same */
    int attempts;
    wlm_retries_t retries;
    int cause;                     /* sim_cause_t: why it does not go to its session's member */
    struct {
        apr_time_t at;             /* when a second member gets it, too; 0: none does */
        int counts;                /* how long this attempt takes counts for the percentile */
        int is_used;               /* a second member has had it */
        int is_second;             /* it is with this member because another one took long */
        struct sim_request_t *rival; /* the other attempt; NULL: there is none now */
    } hedge;                       /* hedge.c */
    struct sim_request_t *next;    /* while it is free, or waits for a worker */
} sim_request_t;

typedef enum {
    SIM_EVENT_CHANGE,              /* index: in plan->changes */
    SIM_EVENT_ARRIVAL,             /* index: the session that begins */
    SIM_EVENT_REQUEST,             /* index: the session that sends it */
    SIM_EVENT_RESPONSE,            /* request: it is answered */
    SIM_EVENT_BREAK,               /* request: its member dies */
    SIM_EVENT_WAIT,                /* request: it may have waited long enough. index: its serial, else it is void */
    SIM_EVENT_GIVE_UP,             /* request: its client has no more patience. The same */
    SIM_EVENT_HEDGE,               /* request: a second member is to get it. The same */
    SIM_EVENT_WEIGH,               /* weights follow what members report */
    SIM_EVENT_LOOK                 /* limits are looked for */
} sim_event_kind_t;

typedef struct sim_event_t {
    apr_time_t at;
    uint64_t number;               /* of events at one time the one that was pushed first is first */
    sim_event_kind_t kind;
    uint32_t index;
    sim_request_t *request;
} sim_event_t;

/** A heap; zeroed but for the pool it is empty. */
typedef struct sim_events_t {
    sim_event_t *heap;
    size_t n, room;
    uint64_t numbers;
    apr_pool_t *pool;
} sim_events_t;

/** Add an event; its number is set here. */
void wlmcfg_simulate_push(sim_events_t *events, sim_event_t event);
/** The earliest event. @return 0: there is none */
int wlmcfg_simulate_pop(sim_events_t *events, sim_event_t *event);
/** All responses that are awaited from a member break off now. @param member  its index */
void wlmcfg_simulate_break(sim_events_t *events, int member, apr_time_t now);

#endif
