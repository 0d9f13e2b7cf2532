/* Orders to close upgraded connections: a ring of numbered words. Any thread of any process, without a lock. */
#include "shared/close_orders.h"

#define NUMBER 0xffffu             /* the bits of an order that hold its number */

static uint64_t numbered(uint64_t key, uint64_t number)
{
    return (key & ~(uint64_t)NUMBER) | (number & NUMBER);
}

/* Does the word of order `number` still hold the order that was written a round earlier? */
static int is_from_the_round_before(uint64_t order, uint64_t number)
{
    return number > WLM_CLOSE_ORDERS_KEPT ? (order & NUMBER) == ((number - WLM_CLOSE_ORDERS_KEPT) & NUMBER) : !order;
}

/* The order is written before it is counted. Where a process dies in between, the next order counts it, too. */
void wlm_close_orders_order(wlm_close_orders_t *closes, uint64_t key)
{
    uint64_t before = atomic_load(&closes->n), number, was;
    int written = 0;

    while (!written) {
        _Atomic uint64_t *order;

        number = before + 1;
        order = &closes->orders[number % WLM_CLOSE_ORDERS_KEPT];
        was = atomic_load(order);
        written = is_from_the_round_before(was, number)
                  && atomic_compare_exchange_strong(order, &was, numbered(key, number));
        if (atomic_compare_exchange_strong(&closes->n, &before, number)) {
            before = number; /* this order, or one of another process that was not counted yet */
        }
    }
}

uint64_t wlm_close_orders_now(wlm_close_orders_t *closes)
{
    return atomic_load(&closes->n);
}

int wlm_close_orders_concern(wlm_close_orders_t *closes, uint64_t key, uint64_t *plast_read)
{
    uint64_t n = atomic_load(&closes->n), order;

    if (n - *plast_read > WLM_CLOSE_ORDERS_KEPT) {
        *plast_read = n - WLM_CLOSE_ORDERS_KEPT;
    }
    while (*plast_read < n) {
        ++*plast_read;
        /* it may have been overwritten by an order of a later round, with another key */
        order = atomic_load(&closes->orders[*plast_read % WLM_CLOSE_ORDERS_KEPT]);
        if (order == numbered(key, *plast_read)) {
            return 1;
        }
    }
    return 0;
}
