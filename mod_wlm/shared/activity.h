/* shared/activity.h: what a member does at the moment, at no cost for requests: one process looks at its counters each
 * second. From these looks follow requests per second, the most requests in flight, the last request, and how long the
 * member was not up, all to a second.
 *
 * One process writes (the one that has the lease, shared/records.h), any thread of any process reads, without a lock.
 * Where that process dies between two writes one look is lost.
 */
#ifndef WLM_SHARED_ACTIVITY_H
#define WLM_SHARED_ACTIVITY_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_time.h>

#define WLM_ACTIVITY_SECONDS 10    /* rates are of so many seconds */
#define WLM_ACTIVITY_LOOKS   16    /* that are kept; more than seconds, so that the one in use is not overwritten */

/** The counters as they are now. */
typedef struct wlm_activity_counts_t {
    uint64_t requests, failures;
    uint64_t errors;               /* responses 5xx */
    uint64_t sessions_kept;        /* requests whose session named the member */
    uint32_t in_flight;
    int is_up;
} wlm_activity_counts_t;

typedef struct wlm_activity_look_t {
    _Atomic uint64_t at;           /* ms of base/clock.h; 0: there is none, or it is being written */
    _Atomic uint64_t requests, failures, errors;
} wlm_activity_look_t;

/** In shared memory; all zero: nobody has looked yet. */
typedef struct wlm_activity_t {
    _Atomic uint64_t looked_at;    /* ms */
    _Atomic uint64_t requests, sessions_kept; /* as they were then */
    _Atomic uint64_t request_at, session_at; /* ms when a look found more of them last; 0: never */
    _Atomic uint64_t time_down;    /* ms in all for which it was not up */
    _Atomic uint32_t peak;         /* the most requests in flight */
    _Atomic uint32_t was_down;     /* 1: the last look found it not up */
    wlm_activity_look_t looks[WLM_ACTIVITY_LOOKS];
} wlm_activity_t;

/** What follows from the looks and from the counters now. */
typedef struct wlm_activity_view_t {
    double requests, failures, errors; /* per second, in the last ten to eleven seconds; of fewer after a start */
    uint64_t request_at, session_at; /* ms of base/clock.h of the last request, and of the last one of a session; 0:
                                      not known */
    uint64_t time_down;            /* ms */
    uint32_t peak;
} wlm_activity_view_t;

/** Nobody has looked between the last look and `before`, because nothing has changed and the member was up: as if
 *  somebody had looked then. Rates count from there. A record of which nobody has looked yet had no requests then. */
void wlm_activity_catch_up(wlm_activity_t *activity, apr_time_t before);

/** Look. In one process at a time, about each second; but where nothing changes it may be left out, see above. */
void wlm_activity_look(wlm_activity_t *activity, const wlm_activity_counts_t *counts, apr_time_t now);

/** Read. Counters that have gone back were reset, and count from 0. */
wlm_activity_view_t wlm_activity_read(const wlm_activity_t *activity, const wlm_activity_counts_t *counts,
                                      apr_time_t now);

/** An administrator has reset the counters: forget the most requests in flight, and the time for which it was down. */
void wlm_activity_reset(wlm_activity_t *activity);

#endif
