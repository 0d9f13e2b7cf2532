/* shared/close_orders.h: orders to close a member's upgraded connections, for the processes that have them.
 *
 * Such connections may outlive several configurations of httpd, each of which has records of its own. The orders lie in
 * memory that all of them share. Any process may write and read at any time, without a lock; all-zero bytes are valid.
 */
#ifndef WLM_SHARED_CLOSE_ORDERS_H
#define WLM_SHARED_CLOSE_ORDERS_H

#include <stdatomic.h>
#include <stdint.h>

#define WLM_CLOSE_ORDERS_KEPT 1024 /* a reader misses an order only when more than these come between two polls */

typedef struct wlm_close_orders_t {
    _Atomic uint64_t n;            /* orders so far */
    _Atomic uint64_t orders[WLM_CLOSE_ORDERS_KEPT]; /* upper 48 bits of the key, lower 16 of the number */
} wlm_close_orders_t;

/** Order that a member's upgraded connections be closed. @param key  the member's (shared/slots.h) */
void wlm_close_orders_order(wlm_close_orders_t *closes, uint64_t key);

/** The number of the last order: where a reader starts that earlier orders do not concern. */
uint64_t wlm_close_orders_now(wlm_close_orders_t *closes);

/** Has a close been ordered for this key since *plast_read, the number of the last order that the caller has read?
 *  @param plast_read  wlm_close_orders_now() at first; advanced by each call */
int wlm_close_orders_concern(wlm_close_orders_t *closes, uint64_t key, uint64_t *plast_read);

#endif
