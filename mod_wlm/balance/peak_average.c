/* The average time to a response's head. Changed by the threads that serve requests, in any process. */
#include "balance/peak_average.h"

#define HOLD 4000                  /* ms without a response until it decays */
#define HALVING 500                /* ms in which it halves then */
#define ERROR_MOST APR_USEC_PER_SEC /* errors make it no longer than this */

#define MS_BITS UINT32_C(0x7fffffff) /* of the word: when the last response came */

static uint32_t microseconds_of(wlm_peak_average_t average)
{
    return (uint32_t)(average >> 32);
}

static uint32_t ms_of(apr_time_t now)
{
    return (uint32_t)apr_time_as_msec(now) & MS_BITS;
}

static wlm_peak_average_t make(uint64_t microseconds, int is_error, apr_time_t now)
{
    uint64_t bounded = microseconds < UINT32_MAX ? microseconds : UINT32_MAX;

    return (bounded ? bounded : 1) << 32 | (is_error ? WLM_PEAK_AVERAGE_ERROR : 0) | ms_of(now);
}

uint32_t wlm_peak_average_now(wlm_peak_average_t average, apr_time_t now)
{
    uint32_t value = microseconds_of(average), age = (ms_of(now) - (uint32_t)average) & MS_BITS, halvings;

    if (age <= HOLD || age > MS_BITS / 2) { /* another process may have looked at the clock later */
        return value;
    }
    halvings = (age - HOLD) / HALVING;
    if (halvings >= 32) {
        return value ? 1 : 0;
    }
    value >>= halvings;
    return value - (uint32_t)((uint64_t)value * ((age - HOLD) % HALVING) / (2 * HALVING));
}

uint32_t wlm_peak_average_beside(wlm_peak_average_t average, wlm_peak_average_t other, apr_time_t now)
{
    uint32_t value = microseconds_of(average), others = microseconds_of(other), decayed;

    if (!value || !others) {
        return value ? value : others ? others : 1;
    }
    if (value <= others) {
        return value;
    }
    decayed = wlm_peak_average_now(average, now);
    return decayed > others ? decayed : others;
}

/* -- changes: a function of what is there, the time, and now ------------------------------------------ */

typedef wlm_peak_average_t change_t(wlm_peak_average_t average, uint64_t time, apr_time_t now);

/* What the next time is compared with: it has decayed, but to that time at most */
static uint64_t base_of(wlm_peak_average_t average, uint64_t time, apr_time_t now)
{
    uint32_t value = microseconds_of(average), decayed;

    if (value <= time) {
        return value;
    }
    decayed = wlm_peak_average_now(average, now);
    return decayed > time ? decayed : time;
}

static wlm_peak_average_t with_time(wlm_peak_average_t average, uint64_t time, apr_time_t now)
{
    uint64_t base = base_of(average, time, now);

    return make(!base ? time : time > base ? base + (time - base) / 4 : base - (base - time) / 8, 0, now);
}

static wlm_peak_average_t with_error(wlm_peak_average_t average, uint64_t time, apr_time_t now)
{
    uint64_t base = base_of(average, time, now), raised = base ? base + base / 2 : ERROR_MOST;

    if (raised > ERROR_MOST) {
        raised = base > ERROR_MOST ? base : ERROR_MOST;
    }
    return make(raised > time ? raised : time, 1, now);
}

static wlm_peak_average_t with_wait(wlm_peak_average_t average, uint64_t time, apr_time_t now)
{
    return time > microseconds_of(average) ? with_time(average, time, now) : average;
}

static void change(_Atomic uint64_t *average, change_t *how, apr_interval_time_t time, apr_time_t now)
{
    wlm_peak_average_t before = atomic_load_explicit(average, memory_order_relaxed);

    while (!atomic_compare_exchange_weak(average, &before, how(before, time > 0 ? (uint64_t)time : 0, now))) {
    }
}

void wlm_peak_average_add(_Atomic uint64_t *average, apr_interval_time_t time, apr_time_t now)
{
    change(average, with_time, time, now);
}

void wlm_peak_average_add_error(_Atomic uint64_t *average, apr_interval_time_t time, apr_time_t now)
{
    change(average, with_error, time, now);
}

void wlm_peak_average_add_wait(_Atomic uint64_t *average, apr_interval_time_t time, apr_time_t now)
{
    change(average, with_wait, time, now);
}
