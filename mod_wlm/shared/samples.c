/* Samples of a member's counters. Noted by the process that holds the reload lease; read by the threads that answer
 * status requests. */
#include "shared/samples.h"

#define SIZE (WLM_SAMPLES + 1)

static uint64_t number_of(apr_time_t now)
{
    return (uint64_t)apr_time_sec(now) / WLM_SAMPLE_SECONDS;
}

static void copy_times(_Atomic uint64_t *to, const _Atomic uint64_t *from)
{
    int i;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        atomic_store(&to[i], atomic_load(&from[i]));
    }
}

static void note(wlm_samples_t *samples, uint64_t number, uint64_t requests, uint64_t failures)
{
    atomic_store(&samples->requests[number % SIZE], requests);
    atomic_store(&samples->failures[number % SIZE], failures);
}

/* The first sample, or one after so long a time that all earlier ones are too old */
static void begin(wlm_samples_t *samples, const wlm_samples_counters_t *counts, uint64_t number)
{
    int i;

    for (i = 0; i < SIZE; ++i) {
        note(samples, (uint64_t)i, counts->requests, counts->failures);
    }
    copy_times(samples->times[0], counts->times);
    copy_times(samples->times[1], counts->times);
    atomic_store(&samples->last, number);
}

static void note_times(wlm_samples_t *samples, const wlm_samples_counters_t *counts, uint64_t before, uint64_t number)
{
    if (before / WLM_RECENT_SAMPLES != number / WLM_RECENT_SAMPLES) {
        copy_times(samples->times[1], samples->times[0]);
        copy_times(samples->times[0], counts->times);
    }
}

void wlm_samples_note(wlm_samples_t *samples, const wlm_samples_counters_t *counts, apr_time_t now)
{
    uint64_t number = number_of(now), last = atomic_load(&samples->last), i;

    if (number == last) {
        return;
    }
    if (!last || number < last || number - last >= SIZE) {
        begin(samples, counts, number);
        return;
    }
    /* requests since the last sample count for the interval that follows it */
    for (i = last + 1; i <= number; ++i) {
        note(samples, i, counts->requests, counts->failures);
    }
    note_times(samples, counts, last, number);
    atomic_store(&samples->last, number);
}

/* counters go back when they are reset */
static uint64_t difference(uint64_t later, uint64_t earlier)
{
    return later > earlier ? later - earlier : 0;
}

void wlm_samples_read(const wlm_samples_t *samples, const wlm_samples_counters_t *counts, uint64_t *requests,
                      uint64_t *failures)
{
    uint64_t last = atomic_load(&samples->last), requests_then = counts->requests, failures_then = counts->failures;
    int i;

    for (i = WLM_SAMPLES - 1; i >= 0; --i) {
        uint64_t at = (last + SIZE - (uint64_t)(WLM_SAMPLES - 1 - i)) % SIZE;
        uint64_t requests_before = last ? atomic_load(&samples->requests[at]) : requests_then;
        uint64_t failures_before = last ? atomic_load(&samples->failures[at]) : failures_then;

        requests[i] = difference(requests_then, requests_before);
        failures[i] = difference(failures_then, failures_before);
        requests_then = requests_before;
        failures_then = failures_before;
    }
}

void wlm_samples_recent(const wlm_samples_t *samples, const wlm_samples_counters_t *counts, uint64_t *times)
{
    int i, is_noted = atomic_load(&samples->last) != 0;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        uint64_t before = is_noted ? atomic_load(&samples->times[1][i]) : 0;
        times[i] = difference(atomic_load(&counts->times[i]), before);
    }
}
