/* The clock by which everything is timed. Any thread. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/clock.h"

apr_time_t wlm_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return WLM_CLOCK_START + apr_time_from_sec(now.tv_sec) + now.tv_nsec / 1000;
}

uint64_t wlm_clock_move(uint64_t at, apr_interval_time_t by)
{
    int64_t ms = by / 1000;
    uint64_t back = (uint64_t)-ms;

    if (!at) {
        return 0;
    }
    if (ms < 0) {
        return at > back ? at - back : 1;
    }
    return at < UINT64_MAX - (uint64_t)ms ? at + (uint64_t)ms : UINT64_MAX;
}

wlm_moment_t wlm_moment(void)
{
    return (wlm_moment_t){ wlm_now(), apr_time_now() };
}

#define AS_ONE apr_time_from_msec(100)

/* The clocks are read one after the other, so their difference varies a little: rounded, one moment always has the same
 * time of day */
uint64_t wlm_clock_day(uint64_t at, const wlm_moment_t *moment)
{
    apr_interval_time_t ahead = moment->day - moment->now;

    return wlm_clock_move(at, ahead - (ahead % AS_ONE + AS_ONE) % AS_ONE);
}

void wlm_clock_boot(char name[WLM_CLOCK_BOOT_SIZE])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

    if (!file || !fgets(name, WLM_CLOCK_BOOT_SIZE, file)) {
        name[0] = '\0';
    }
    name[strcspn(name, " \n")] = '\0';
    if (file) {
        fclose(file);
    }
}
