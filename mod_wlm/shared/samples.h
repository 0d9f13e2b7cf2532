/* shared/samples.h: a member's requests, those of its sessions, failures and errors of the last minutes, at no cost for
 * requests: one process notes the counters twice a minute, and the differences are the numbers of each interval.
 */
#ifndef WLM_SHARED_SAMPLES_H
#define WLM_SHARED_SAMPLES_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_time.h>
#include "shared/histogram.h"

#define WLM_SAMPLE_SECONDS 30
#define WLM_SAMPLES 30             /* intervals; a quarter of an hour */
#define WLM_RECENT_SAMPLES 10      /* the histogram is noted once in so many, so it covers five to ten minutes */

/** In shared memory; all zero: nothing is noted yet. One process writes, others may read. */
typedef struct wlm_samples_t {
    _Atomic uint64_t last;         /* number of the last sample, in WLM_SAMPLE_SECONDS of base/clock.h; 0: none */
    _Atomic uint64_t requests[WLM_SAMPLES + 1]; /* by number modulo the size */
    _Atomic uint64_t failures[WLM_SAMPLES + 1];
    _Atomic uint32_t errors[WLM_SAMPLES + 1]; /* modulo 2^32, as are those of sessions */
    _Atomic uint32_t kept[WLM_SAMPLES + 1];
    _Atomic uint64_t times[2][WLM_HISTOGRAM_BUCKETS]; /* the histogram at the last two multiples of
                                                         WLM_RECENT_SAMPLES, the later one first */
} wlm_samples_t;

/** The counters as they are now. */
typedef struct wlm_samples_counters_t {
    uint64_t requests, failures;
    uint64_t errors;               /* responses 5xx */
    uint64_t kept;                 /* requests whose session named the member */
    const _Atomic uint64_t *times; /* WLM_HISTOGRAM_BUCKETS */
} wlm_samples_counters_t;

/** Note the counters if a new interval has begun. Intervals that were not noted count as without requests. */
void wlm_samples_note(wlm_samples_t *samples, const wlm_samples_counters_t *counts, apr_time_t now);

/**
 * The numbers of the last quarter of an hour, by intervals of WLM_SAMPLE_SECONDS; the last interval is not over yet.
 * @param requests, failures, errors, kept  WLM_SAMPLES entries
 */
void wlm_samples_read(const wlm_samples_t *samples, const wlm_samples_counters_t *counts, uint64_t *requests,
                      uint64_t *failures, uint64_t *errors, uint64_t *kept);

/** The sum of the last n of WLM_SAMPLES entries. */
uint64_t wlm_samples_sum(const uint64_t *entries, int n);

/** The histogram of the last five to ten minutes. @param times  WLM_HISTOGRAM_BUCKETS entries */
void wlm_samples_recent(const wlm_samples_t *samples, const wlm_samples_counters_t *counts, uint64_t *times);

#endif
