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

static void note(wlm_samples_t *samples, uint64_t number, const wlm_samples_counters_t *counts)
{
    atomic_store(&samples->requests[number % SIZE], counts->requests);
    atomic_store(&samples->failures[number % SIZE], counts->failures);
    atomic_store(&samples->errors[number % SIZE], (uint32_t)counts->errors);
    atomic_store(&samples->kept[number % SIZE], (uint32_t)counts->kept);
}

/* The first sample, or one after so long a time that all earlier ones are too old */
static void begin(wlm_samples_t *samples, const wlm_samples_counters_t *counts, uint64_t number)
{
    int i;

    for (i = 0; i < SIZE; ++i) {
        note(samples, (uint64_t)i, counts);
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
        note(samples, i, counts);
    }
    note_times(samples, counts, last, number);
    atomic_store(&samples->last, number);
}

/* counters go back when they are reset */
static uint64_t difference(uint64_t later, uint64_t earlier)
{
    return later > earlier ? later - earlier : 0;
}

/* The same of the lower halves of counters */
static uint64_t difference_of_halves(uint32_t later, uint32_t earlier)
{
    uint32_t by = later - earlier;

    return by <= INT32_MAX ? by : 0;
}

void wlm_samples_read(const wlm_samples_t *samples, const wlm_samples_counters_t *counts, uint64_t *requests,
                      uint64_t *failures, uint64_t *errors, uint64_t *kept)
{
    uint64_t last = atomic_load(&samples->last);
    wlm_samples_counters_t then = *counts, before = *counts; /* without a sample all differences are 0 */
    int i;

    for (i = WLM_SAMPLES - 1; i >= 0; --i) {
        uint64_t at = (last + SIZE - (uint64_t)(WLM_SAMPLES - 1 - i)) % SIZE;

        if (last) {
            before.requests = atomic_load(&samples->requests[at]);
            before.failures = atomic_load(&samples->failures[at]);
            before.errors = atomic_load(&samples->errors[at]);
            before.kept = atomic_load(&samples->kept[at]);
        }
        requests[i] = difference(then.requests, before.requests);
        failures[i] = difference(then.failures, before.failures);
        errors[i] = difference_of_halves((uint32_t)then.errors, (uint32_t)before.errors);
        kept[i] = difference_of_halves((uint32_t)then.kept, (uint32_t)before.kept);
        then = before;
    }
}

uint64_t wlm_samples_sum(const uint64_t *entries, int n)
{
    uint64_t sum = 0;
    int i;

    for (i = WLM_SAMPLES - n; i < WLM_SAMPLES; ++i) {
        sum += entries[i];
    }
    return sum;
}

void wlm_samples_recent(const wlm_samples_t *samples, const wlm_samples_counters_t *counts, uint64_t *times)
{
    int i, is_noted = atomic_load(&samples->last) != 0;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        uint64_t before = is_noted ? atomic_load(&samples->times[1][i]) : 0;
        times[i] = difference(atomic_load(&counts->times[i]), before);
    }
}
