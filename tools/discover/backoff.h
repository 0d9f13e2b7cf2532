/* tools/discover/backoff.h: how long to wait: after failures, and until a httpd is looked at again. Pure; any thread.
 */
#ifndef DISCOVER_BACKOFF_H
#define DISCOVER_BACKOFF_H

#include <stdint.h>
#include <apr_time.h>

#define DISCOVER_BACKOFF_MIN apr_time_from_sec(1)
#define DISCOVER_BACKOFF_MAX apr_time_from_sec(60)

/**
 * The pause after so many failures in succession: twice as long for each, up to DISCOVER_BACKOFF_MAX, of which a random
 * part of up to a half is left out, so that several do not come back at the same moment.
 * @param failures  at least 1
 * @param random    a state of base/random.h
 */
apr_interval_time_t discover_backoff(int failures, uint64_t *random);

/** What a look at a httpd has come to. */
typedef enum {
    DISCOVER_LOOK_SAME,            /* it has what it should have */
    DISCOVER_LOOK_CHANGED,         /* it was told something, or something is not in use yet */
    DISCOVER_LOOK_REFUSED,         /* it has refused something, and there is nothing else to be done */
    DISCOVER_LOOK_FAILED           /* it does not answer */
} discover_look_t;

typedef struct discover_pace_t {
    int failures;                  /* looks in succession in which something was refused, or failed; 0 at first */
    apr_interval_time_t settling;  /* the last pause while something changes; 0: nothing does */
    uint64_t random;
} discover_pace_t;

/**
 * The time until the next look, which a change of the source cuts short unless the look has failed. While something
 * changes it is a second, then twice as long each time, up to the interval: what is awaited may never come. What is
 * refused is said again after the interval, and then less and less often.
 * @param is_new  the source has changed since the look before
 */
apr_interval_time_t discover_pace_next(discover_pace_t *pace, discover_look_t look, int is_new,
                                       apr_interval_time_t interval);

#endif
