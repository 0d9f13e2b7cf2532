/* Packs the results of active checks into a word. Pure; any thread. */
#include "health/check_state.h"

#define OUT         WLM_CHECK_OUT
#define LAST_GOOD   2u
#define RUN_SHIFT   8
#define RUN_MAX     0xffffu

static unsigned run_of(wlm_check_state_t check)
{
    return (unsigned)(check >> RUN_SHIFT) & RUN_MAX;
}

int wlm_check_state_has_risen(wlm_check_state_t check, int rise)
{
    return (check & LAST_GOOD) && run_of(check) >= (unsigned)rise;
}

wlm_check_state_t wlm_check_state_after(wlm_check_state_t check, int good, int rise, int fall)
{
    unsigned run = run_of(check);
    unsigned out = check & OUT;

    run = !(check & LAST_GOOD) == !good ? run + (run < RUN_MAX) : 1;
    if (run >= (unsigned)(good ? rise : fall)) {
        out = good ? 0 : OUT;
    }
    return (wlm_check_state_t)run << RUN_SHIFT | (good ? LAST_GOOD : 0) | out
           | (check & WLM_CHECK_SILENT);
}
