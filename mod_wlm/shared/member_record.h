/* shared/member_record.h: a member's record in shared memory; shared/records.h says what holds for all of them.
 * Any thread of any process reads and writes it, by atomic operations. */
#ifndef WLM_SHARED_MEMBER_RECORD_H
#define WLM_SHARED_MEMBER_RECORD_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include "base/cache_line.h"
#include "shared/activity.h"
#include "shared/counter_table.h"
#include "shared/event_ring.h"
#include "shared/found_limit.h"
#include "shared/resolved.h"
#include "shared/samples.h"
#include "shared/shared_text.h"
#include "shared/tally.h"

#define WLM_OUTCOMES       14      /* number of wlm_outcome_t */
#define WLM_STATUS_CLASSES 5       /* 1xx to 5xx */

typedef struct wlm_shared_member_t {
    /* line 1: read by every selection, written when the state changes */
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint64_t health;       /* wlm_health_t, see health/health.h */
    _Atomic uint64_t admin;        /* wlm_admin_state_t: an administrator's decision, see health/admin_state.h */
    _Atomic uint64_t check;        /* wlm_check_state_t: what active checks found, see health/check_state.h */
    _Atomic uint64_t out_until;    /* ms: no requests before (outlier detection) */
    _Atomic uint64_t busy_until;   /* ms: no new sessions before (it answered that it is busy) */
    _Atomic uint64_t up_since;     /* ms when it came back; 0: was never away (slow start) */
    _Atomic uint64_t down_since;   /* ms of the mark-down that still holds; 0: is up */
    _Atomic uint64_t reported_state; /* wlm_reported_state_t: what its agent has said, see health/reported.h */
    /* line 2: written by each request where a directive requires it */
    _Alignas(WLM_CACHE_LINE)
    wlm_tally_t in_flight;         /* requests with the member, where it has a limit, and those of processes without
                                      a row (balance/model.h) */
    wlm_tally_t tunnels;           /* those of them that go on after status 101; also of members without a limit */
    _Atomic uint64_t response_average; /* wlm_peak_average_t: time to a response's head, see balance/peak_average.h */
    _Atomic uint64_t window;       /* wlm_outlier_t: recent successes and failures, see health/outlier.h */
    _Atomic uint32_t debt;         /* affinity requests to set off against new ones (IgnoreAffinityRequests="false") */
    _Atomic uint32_t streak;       /* failures in a row (outlier detection) */
    _Atomic uint32_t may_have;     /* requests in flight, as found (WLMConcurrency); 0: nothing is found yet */
    /* line 3: counters that every request writes; they wrap at 2^64 */
    _Alignas(WLM_CACHE_LINE)
    WLM_COUNTERS(WLM_COUNTER_OF_EACH_REQUEST)
    _Atomic uint64_t times_sum;    /* of complete responses, in microseconds */
    _Atomic uint64_t answered;     /* ms of the last complete response */
    /* line 4..: the other counters */
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint64_t times[WLM_HISTOGRAM_BUCKETS]; /* complete responses by time, see shared/histogram.h */
    WLM_COUNTERS(WLM_COUNTER_OTHER)
    _Atomic uint64_t reported_load; /* wlm_reported_load_t: what it reports */
    _Atomic uint64_t reported_scale; /* wlm_reported_scale_t: the percentage of its weight that counts */
    _Atomic uint64_t silence;      /* wlm_silence_t: requests that others have answered for it (WLMHedge) */
    _Atomic uint64_t heartbeat;    /* wlm_heartbeat_t: its node's STATUS, see health/heartbeat.h */
    _Atomic uint64_t doubted_by;   /* the last request that doubted it: wlm_transition_is_new_doubt() */
    /* of its https transport, as of the last handshakes */
    _Atomic uint64_t tls_expires;  /* ms since 1970: when its certificate expires; 0: not known */
    _Atomic uint32_t tls_version;  /* as in net/tls.h */
    wlm_resolved_t resolved[2];    /* addresses of the host names of the http and of the https transport */
    wlm_found_limit_t found;       /* how may_have was found */
    /* when the state began that keeps it out, ms; of the last time, if it is over */
    _Atomic uint64_t checked_out_since, reported_out_since, left_out_since, busy_since;
    /* the last check: written by the process that does the checks */
    _Atomic uint64_t checked_at;   /* ms when it ended; 0: none was made */
    _Atomic uint32_t check_time;   /* microseconds that it took */
    wlm_shared_text_t check_error; /* why it failed; "": it did not */
    /* the history: written twice a minute, or on a change */
    wlm_samples_t samples;
    wlm_activity_t activity;       /* written each second */
    wlm_shared_text_t error;       /* the last fault */
    wlm_shared_text_t note;        /* the administrator's comment on `admin` */
    wlm_event_ring_t events;       /* changes of state */
} wlm_shared_member_t;

_Static_assert(offsetof(wlm_shared_member_t, in_flight) == WLM_CACHE_LINE
               && offsetof(wlm_shared_member_t, requests) == 2 * WLM_CACHE_LINE
               && offsetof(wlm_shared_member_t, times) == 3 * WLM_CACHE_LINE,
               "selection and health have two lines, what every request counts has one");
_Static_assert(sizeof(wlm_shared_member_t) <= 10496, "a member's record is at most 10.25 KiB");

#endif
