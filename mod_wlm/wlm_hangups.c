#include "wlm_hangups.h"

#define NUMBER 0xffffu             /* the bits of an order that say which one it is */

void wlm_hangups_order(wlm_hangups_t *hangups, uint64_t key)
{
    uint64_t number = atomic_fetch_add(&hangups->n, 1) + 1;

    atomic_store(&hangups->orders[number % WLM_HANGUPS_KEPT], (key & ~(uint64_t)NUMBER) | (number & NUMBER));
}

uint64_t wlm_hangups_now(wlm_hangups_t *hangups)
{
    return atomic_load(&hangups->n);
}

int wlm_hangups_concern(wlm_hangups_t *hangups, uint64_t key, uint64_t *pseen)
{
    uint64_t n = atomic_load(&hangups->n), order;

    if (n - *pseen > WLM_HANGUPS_KEPT) {
        *pseen = n - WLM_HANGUPS_KEPT;
    }
    while (*pseen < n) {
        order = atomic_load(&hangups->orders[(*pseen + 1) % WLM_HANGUPS_KEPT]);
        if ((order & NUMBER) != ((*pseen + 1) & NUMBER)) {
            return 0; /* it is just being written: next time */
        }
        ++*pseen;
        if (((order ^ key) & ~(uint64_t)NUMBER) == 0) {
            return 1;
        }
    }
    return 0;
}
