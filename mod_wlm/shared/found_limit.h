/* shared/found_limit.h: what is known of how many requests a member can have (WLMConcurrency), in its record. The
 * process that does the periodic work writes it; threads that serve requests only count what their clients gave up. If
 * the writer dies between two words, the next one goes on with the half of them: each word alone is valid. All zero:
 * nothing is known.
 */
#ifndef WLM_SHARED_FOUND_LIMIT_H
#define WLM_SHARED_FOUND_LIMIT_H

#include <stdatomic.h>
#include <stdint.h>
#include "shared/histogram.h"

typedef struct wlm_found_limit_t {
    /* wlm_concurrency_t (balance/concurrency.h); requests and rates in thousandths */
    _Atomic uint64_t limit, usual, searched_limit, searched_in_flight, searched_rate, usual_before;
    _Atomic uint32_t is_slow, is_first, rest, windows;
    /* the window that goes on */
    _Atomic uint32_t samples;      /* of the requests in flight */
    _Atomic uint64_t in_flight;    /* the sum of these */
    _Atomic uint64_t begun;        /* us; may be ahead: what ends before does not count; 0: there is none */
    _Atomic uint64_t given_up_then, given_up_time_then; /* the two below, when it began */
    _Atomic uint32_t times_then[WLM_HISTOGRAM_BUCKETS]; /* the histogram, when it began */
    /* counted by requests */
    _Atomic uint64_t given_up;     /* those whose client or time was gone before their response was complete */
    _Atomic uint64_t given_up_time; /* how long they had been with the member; us */
} wlm_found_limit_t;

#endif
