/* balance/peak_average.h: how long a member takes to begin a response, as one word in its shared record, which any
 * thread of any process changes by compare-and-swap: nothing is ever half written. Pure but for that word.
 *
 *   rises    a quarter of the way to a longer time
 *   falls    an eighth of the way to a shorter one
 *   errors   an error, however quickly it came, makes it half as long again, up to a second (or to the time that it
 *            took, if that is longer): otherwise a member that fails at once would attract requests. A few errors among
 *            good responses do not matter, since these bring it down again; one of four does
 *   decays   after 4 s without a response it halves each 500 ms, but to what is known of another member at most: so a
 *            member that is avoided is tried again, after 6 s where it was ten times slower and after 9 s where it was
 *            a thousand times slower, and one that gets few requests anyway looks no better for that
 *
 * Times are those of base/clock.h.
 */
#ifndef WLM_BALANCE_PEAK_AVERAGE_H
#define WLM_BALANCE_PEAK_AVERAGE_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_time.h>

/** Microseconds << 32 | was the last one an error << 31 | ms of the last response, modulo 2^31; 0: nothing is known. */
typedef uint64_t wlm_peak_average_t;

#define WLM_PEAK_AVERAGE_ERROR UINT64_C(0x80000000)

/** A response began after this time. */
void wlm_peak_average_add(_Atomic uint64_t *average, apr_interval_time_t time, apr_time_t now);

/** An attempt ended without a usable response, after this time. */
void wlm_peak_average_add_error(_Atomic uint64_t *average, apr_interval_time_t time, apr_time_t now);

/** A wait was given up after this time: that counts where it is longer than the average. */
void wlm_peak_average_add_wait(_Atomic uint64_t *average, apr_interval_time_t time, apr_time_t now);

/** Was the last attempt that is known an error? */
static inline int wlm_peak_average_is_error(wlm_peak_average_t average)
{
    return (average & WLM_PEAK_AVERAGE_ERROR) != 0;
}

/** As it counts now, in microseconds; 0: nothing is known. */
uint32_t wlm_peak_average_now(wlm_peak_average_t average, apr_time_t now);

/** As it counts beside another member's, in microseconds: decayed to that one's at most, and equal to it where nothing
 *  is known. At least 1. */
uint32_t wlm_peak_average_beside(wlm_peak_average_t average, wlm_peak_average_t other, apr_time_t now);

#endif
