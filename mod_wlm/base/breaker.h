/* base/breaker.h: a circuit breaker. What fails several times in succession is not asked for some seconds, so that
 * nobody waits for it in vain; then one caller asks, and the others only when that has succeeded. Lock-free, so it may
 * lie in memory that processes share; all zero bytes are one that is closed. Any thread; the times are the caller's.
 */
#ifndef WLM_BASE_BREAKER_H
#define WLM_BASE_BREAKER_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_time.h>

#define WLM_BREAKER_FAILURES 3     /* in succession open it */
#define WLM_BREAKER_PAUSE apr_time_from_sec(5) /* until the first probe; twice as long after each that fails, */
#define WLM_BREAKER_PAUSE_MAX apr_time_from_sec(60) /* up to this */

typedef struct wlm_breaker_t {
    _Atomic uint32_t failures;     /* in succession */
    _Atomic uint64_t probe_at;     /* us: when it may be asked again; 0: it is closed */
} wlm_breaker_t;

/** May it be asked? */
typedef enum {
    WLM_BREAKER_ASK,
    WLM_BREAKER_PROBE,             /* by this caller alone, who tells how it went */
    WLM_BREAKER_LEAVE              /* no */
} wlm_breaker_may_t;

wlm_breaker_may_t wlm_breaker_may(wlm_breaker_t *breaker, apr_time_t now);

/** When a probe is due; 0: the breaker is closed. */
apr_time_t wlm_breaker_due(const wlm_breaker_t *breaker);

/** It has answered. @return 1: that has closed the breaker; to one caller only */
int wlm_breaker_succeeded(wlm_breaker_t *breaker);

/** It has failed, or has not answered in time. @return 1: that has opened the breaker; to one caller only */
int wlm_breaker_failed(wlm_breaker_t *breaker, apr_time_t now);

#endif
