/* Packs an administrator's decision into a word, and reads it. Pure; any thread. */
#include "base/clock.h"
#include "health/admin_state.h"

#define WEIGHT_BITS  17
#define WEIGHT_SHIFT WLM_ADMIN_STATE_MODE_BITS
#define UNTIL_SHIFT  (WEIGHT_SHIFT + WEIGHT_BITS)

wlm_admin_state_t wlm_admin_state_make(wlm_admin_mode_t mode, int weight, apr_time_t until)
{
    uint64_t end = until > 0 ? (uint64_t)(apr_time_sec(until) + (apr_time_usec(until) > 0)) : 0;

    return (uint64_t)mode | (uint64_t)(weight + 1) << WEIGHT_SHIFT | end << UNTIL_SHIFT;
}

/* A damaged word must not change a member's weight to one that cannot be set */
int wlm_admin_state_weight(wlm_admin_state_t state)
{
    int weight = (int)(state >> WEIGHT_SHIFT & ((1u << WEIGHT_BITS) - 1)) - 1;

    return weight <= WLM_ADMIN_STATE_WEIGHT_MAX ? weight : WLM_ADMIN_STATE_AS_CONFIGURED;
}

apr_time_t wlm_admin_state_until(wlm_admin_state_t state)
{
    apr_time_t seconds = (apr_time_t)(state >> UNTIL_SHIFT);

    return seconds <= apr_time_sec(APR_INT64_MAX) ? apr_time_from_sec(seconds) : APR_INT64_MAX; /* of a damaged word */
}

wlm_admin_state_t wlm_admin_state_move(wlm_admin_state_t state, apr_interval_time_t by)
{
    uint64_t at = wlm_clock_move((uint64_t)apr_time_as_msec(wlm_admin_state_until(state)), by);

    return !at ? state : wlm_admin_state_make(wlm_admin_state_mode(state), wlm_admin_state_weight(state),
                                        at < APR_INT64_MAX / 1000 ? apr_time_from_msec((apr_time_t)at) : APR_INT64_MAX);
}

int wlm_admin_state_is_over(wlm_admin_state_t state, apr_time_t now)
{
    apr_time_t until = wlm_admin_state_until(state);

    return until && now >= until;
}

int wlm_admin_state_apply(wlm_admin_state_t state, int configured)
{
    int weight = wlm_admin_state_weight(state);

    return wlm_admin_state_mode(state) != WLM_ENABLED ? 0
         : weight == WLM_ADMIN_STATE_AS_CONFIGURED ? configured : weight;
}

const char *wlm_admin_state_name(wlm_admin_mode_t mode)
{
    static const char *const names[] = {
        [WLM_ENABLED] = "enabled", [WLM_DRAINING] = "draining", [WLM_DISABLED] = "disabled"
    };
    return names[mode];
}
