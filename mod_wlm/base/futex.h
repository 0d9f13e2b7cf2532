/* base/futex.h: wait for a word in memory that processes share, and wake those that wait. Any thread and process. */
#ifndef WLM_BASE_FUTEX_H
#define WLM_BASE_FUTEX_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_time.h>

/** Wait until the word differs from `seen` and the waiter is woken, at most so long. May return early. */
void wlm_futex_wait(const _Atomic uint32_t *word, uint32_t seen, apr_interval_time_t timeout);

/** The word has been changed: wake all who wait for it. */
void wlm_futex_wake(_Atomic uint32_t *word);

#endif
