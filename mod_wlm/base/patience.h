/* base/patience.h: does what is waited for usually come soon? A memory of how earlier waits have ended. Any number wait
 * at a time until one does so in vain; then single ones are tried, after each one in vain fewer, after a success more.
 * Waits in vain that went on at the same time count as one. Any thread of a process; no lock.
 */
#ifndef WLM_BASE_PATIENCE_H
#define WLM_BASE_PATIENCE_H

#include <stdatomic.h>
#include <stdint.h>

#define WLM_PATIENCE_LEVELS 10     /* after failures only, one of 2^10 waits is tried */

/** All zero at first: it usually does. */
typedef struct wlm_patience_t {
    _Atomic uint32_t state;        /* private to patience.c */
} wlm_patience_t;

/** Is this wait worth trying? @return 0: no; otherwise what one of the other two is to be told at its end */
uint32_t wlm_patience_ask(wlm_patience_t *patience);
void wlm_patience_succeed(wlm_patience_t *patience, uint32_t asked); /**< It has come soon. */
void wlm_patience_fail(wlm_patience_t *patience, uint32_t asked);    /**< The time was over. */

#endif
