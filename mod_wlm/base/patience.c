/* The state: a level in the upper half, which failures raise by one and successes lower; and in the lower half how many
 * waits are still to be left out, 2^level after a failure.
 */
#include "base/patience.h"

#define SHIFT 16
#define LEFT_OUT 0xffffu

_Static_assert((1u << WLM_PATIENCE_LEVELS) <= LEFT_OUT, "fits into the lower half");

int wlm_patience_ask(wlm_patience_t *patience)
{
    uint32_t state = atomic_load(&patience->state);

    if (!(state & LEFT_OUT)) {
        return 1;
    }
    atomic_compare_exchange_strong(&patience->state, &state, state - 1);
    return 0;
}

void wlm_patience_succeed(wlm_patience_t *patience)
{
    uint32_t state = atomic_load(&patience->state), level = state >> SHIFT;

    if (state) {
        atomic_compare_exchange_strong(&patience->state, &state, (level ? level - 1 : 0) << SHIFT);
    }
}

void wlm_patience_fail(wlm_patience_t *patience)
{
    uint32_t state = atomic_load(&patience->state), level = state >> SHIFT;

    level += level < WLM_PATIENCE_LEVELS;
    atomic_compare_exchange_strong(&patience->state, &state, level << SHIFT | 1u << level);
}
