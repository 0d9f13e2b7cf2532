/* base/patience.h: does what is waited for usually come soon? A memory of how earlier waits have ended: after each one
 * in vain more of the next are left out, after a success fewer. Any thread of a process; no lock, a few bytes that only
 * failures and what follows them write to. Of changes at the same moment one may be lost.
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

/** Is this wait worth trying? When it is, its end is to be told by one of the other two. */
int wlm_patience_ask(wlm_patience_t *patience);
void wlm_patience_succeed(wlm_patience_t *patience); /**< It has come soon. */
void wlm_patience_fail(wlm_patience_t *patience);    /**< The time was over. */

#endif
