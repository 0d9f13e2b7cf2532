/* tools/discover/backoff.h: how long to wait after failures. Pure; any thread. */
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

#endif
