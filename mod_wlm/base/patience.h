/* base/patience.h: is it worth it to wait on a thread for something that may come soon? Decided by how earlier waits
 * have ended. As long as all succeed, all may wait. After a wait that timed out only one of several is tried: of more
 * after each further failure, of fewer after each success. Failures of waits that went on at the same time count as
 * one. Any thread of a process; no lock.
 */
#ifndef WLM_BASE_PATIENCE_H
#define WLM_BASE_PATIENCE_H

#include <stdatomic.h>
#include <stdint.h>

#define WLM_PATIENCE_LEVELS 10     /* after failures only, one of 2^10 waits is tried */

/** All zero at first: all may wait. */
typedef struct wlm_patience_t {
    _Atomic uint32_t state;        /* private to patience.c */
} wlm_patience_t;

/** Is this wait to be tried? @return 0: no; otherwise `asked` for one of the other two, which is called at its end */
uint32_t wlm_patience_ask(wlm_patience_t *patience);
void wlm_patience_succeed(wlm_patience_t *patience, uint32_t asked); /**< It has come soon. */
void wlm_patience_fail(wlm_patience_t *patience, uint32_t asked);    /**< The time was over. */

#endif
