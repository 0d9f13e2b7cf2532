/* Lines of a log in a second. Any thread of any process. */
#include "shared/line_limit.h"

static uint64_t second_of(apr_time_t now)
{
    return (uint64_t)apr_time_sec(now) & UINT32_MAX;
}

int wlm_line_limit_take(wlm_line_limit_t *limit, uint32_t most, apr_time_t now, uint64_t *pleft_out)
{
    uint64_t second = second_of(now), before = atomic_load(&limit->lines), lines;

    do {
        lines = before >> 32 == second ? before & UINT32_MAX : 0;
        if (lines >= most) {
            atomic_fetch_add(&limit->left_out, 1);
            return 0;
        }
    } while (!atomic_compare_exchange_weak(&limit->lines, &before, second << 32 | (lines + 1)));
    *pleft_out = atomic_exchange(&limit->left_out, 0);
    return 1;
}

uint64_t wlm_line_limit_rest(wlm_line_limit_t *limit, apr_time_t now)
{
    /* differences of the lower halves: a clock's second may pass 2^32 */
    uint32_t age = (uint32_t)second_of(now) - (uint32_t)(atomic_load(&limit->lines) >> 32);

    return age < 2 || !atomic_load(&limit->left_out) ? 0 : atomic_exchange(&limit->left_out, 0);
}
