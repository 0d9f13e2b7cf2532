/* health/event.h: what changes a member's health. Plain values, for any thread. */
#ifndef WLM_HEALTH_EVENT_H
#define WLM_HEALTH_EVENT_H

typedef enum {
    WLM_EVENT_NONE,                /* says nothing about the member */
    WLM_EVENT_ALIVE,               /* a complete response came, at that time */
    WLM_EVENT_ANSWERED,            /* the same, where only checks bring a member back */
    WLM_EVENT_UP,                  /* checks, or an administrator, say that it is up */
    WLM_EVENT_FAULT,               /* a fault that marks down */
    WLM_EVENT_DOUBT,               /* a fault that may be the request's */
    WLM_EVENT_DOUBT_CONFIRMED,     /* ... it was the member's */
    WLM_EVENT_DOUBT_WITHDRAWN,     /* ... it was the request's */
    WLM_EVENT_DOUBT_TRIED,         /* an interval later a request is sent to test whether the doubt still holds */
    WLM_EVENT_CLAIM,               /* a request claims the probe */
    WLM_EVENT_UNDECIDED            /* the probing request ended without a verdict (client gone ...) */
} wlm_health_event_t;

#endif
