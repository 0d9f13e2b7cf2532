/* shared/close_orders.h: orders to close a member's upgraded connections, for the processes that have them.
 *
 * Such connections may outlive several configurations of httpd, each of which has records of its own. The orders lie in memory
 * that all of them share. Any process may write and read at any time, without a lock; all-zero bytes are valid.
 */
#ifndef WLM_HANGUPS_H
#define WLM_HANGUPS_H

#include <stdatomic.h>
#include <stdint.h>

#define WLM_HANGUPS_KEPT 1024      /* who looks once a second does not miss one, unless there are more orders in that second */

typedef struct wlm_hangups_t {
    _Atomic uint64_t n;            /* orders so far */
    _Atomic uint64_t orders[WLM_HANGUPS_KEPT]; /* of the last ones: the upper 48 bits of the key, the lower 16 of the number */
} wlm_hangups_t;

/** Order it. @param key  the member's (shared/slots.h) */
void wlm_hangups_order(wlm_hangups_t *hangups, uint64_t key);

/** Where a reader begins that is not concerned by the orders so far. */
uint64_t wlm_hangups_now(wlm_hangups_t *hangups);

/** Has it been ordered for this key? @param pseen  wlm_hangups_now(), goes on with each call @return 1: yes */
int wlm_hangups_concern(wlm_hangups_t *hangups, uint64_t key, uint64_t *pseen);

#endif
