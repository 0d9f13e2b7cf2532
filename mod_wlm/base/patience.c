/* Whether a wait is tried, by how earlier ones have ended. On any thread.
 *
 * The state has a level in the upper half, which failures raise by one and successes lower, and in the lower half how
 * many waits are still to be left out. At level 0 none is; above it 2^level are, from the moment on in which one is
 * tried. A wait remembers the level at which it began: when others have changed it meanwhile, its own end is ignored.
 */
#include "base/patience.h"

#define SHIFT 16
#define LEFT_OUT 0xffffu

_Static_assert((1u << WLM_PATIENCE_LEVELS) <= LEFT_OUT, "fits into the lower half");

static uint32_t state_at(uint32_t level, int leaves_out)
{
    return level << SHIFT | (level && leaves_out ? 1u << level : 0);
}

uint32_t wlm_patience_ask(wlm_patience_t *patience)
{
    uint32_t state = atomic_load(&patience->state), level = state >> SHIFT;

    if (state & LEFT_OUT) {
        atomic_compare_exchange_strong(&patience->state, &state, state - 1);
        return 0;
    }
    /* of several at the same moment one is tried */
    return !level || atomic_compare_exchange_strong(&patience->state, &state, state_at(level, 1)) ? level + 1 : 0;
}

/* Unless another wait has moved it */
static void move(wlm_patience_t *patience, uint32_t asked, uint32_t to, int leaves_out)
{
    uint32_t state = atomic_load(&patience->state);

    while (state >> SHIFT == asked - 1) {
        if (atomic_compare_exchange_weak(&patience->state, &state, state_at(to, leaves_out))) {
            return;
        }
    }
}

void wlm_patience_succeed(wlm_patience_t *patience, uint32_t asked)
{
    if (asked > 1) {
        move(patience, asked, asked - 2, 0);
    }
}

void wlm_patience_fail(wlm_patience_t *patience, uint32_t asked)
{
    move(patience, asked, asked > WLM_PATIENCE_LEVELS ? WLM_PATIENCE_LEVELS : asked, 1);
}
