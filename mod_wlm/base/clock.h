/* base/clock.h: the clock by which everything is decided: when a member is tried again, how long a request may take,
 * who has a lease. It is never set: it goes on while the time of day is corrected, and counts the time for which
 * the machine sleeps. All processes of a machine read the same one, so its times may stand in shared memory.
 *
 * Time of day (apr_time_now()) is for people only: logs, events, status pages, and dates that others have written, such
 * as a certificate's.
 */
#ifndef WLM_BASE_CLOCK_H
#define WLM_BASE_CLOCK_H

#include <stdint.h>
#include <apr_time.h>

/** What the clock shows when the machine starts. Not 0, which means "none"; events from before have a time, too. */
#define WLM_CLOCK_START apr_time_from_sec(1000000000)

#define WLM_CLOCK_BOOT_SIZE 40     /* bytes of the text that names a start of the machine */

/** Now, in microseconds. Any thread; no system call where the kernel offers that. */
apr_time_t wlm_now(void);

/** One moment by both clocks. */
typedef struct wlm_moment_t {
    apr_time_t now;                /* wlm_now() */
    apr_time_t day;                /* the time of day */
} wlm_moment_t;

/** This moment by both clocks, read one after the other. Any thread. */
wlm_moment_t wlm_moment(void);

/**
 * Which time of day is that, as the time of day is set now, give or take a tenth of a second?
 * @param at  ms of wlm_now(); 0: none
 * @return ms since 1970; 0: none
 */
uint64_t wlm_clock_day(uint64_t at, const wlm_moment_t *moment);

/** The time of day for events, which are for people: ms since 1970. */
static inline uint64_t wlm_clock_today(void)
{
    return (uint64_t)apr_time_as_msec(apr_time_now());
}

/** A time in ms, moved; 0, none, stays. Never becomes 0 or less, nor more than there is. Pure. */
uint64_t wlm_clock_move(uint64_t at, apr_interval_time_t by);

/** Which start of the machine is it that the clock counts from? @param name  empty where the system does not say */
void wlm_clock_boot(char name[WLM_CLOCK_BOOT_SIZE]);

#endif
