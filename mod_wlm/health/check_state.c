#include "health/check_state.h"

#define OUT         WLM_CHECK_OUT
#define LAST_GOOD   2u
#define ROW_SHIFT   8
#define ROW_MAX     0xffffu

static unsigned row_of(wlm_check_t check)
{
    return (unsigned)(check >> ROW_SHIFT) & ROW_MAX;
}

int wlm_check_has_risen(wlm_check_t check, int rise)
{
    return (check & LAST_GOOD) && row_of(check) >= (unsigned)rise;
}

wlm_check_t wlm_check_after(wlm_check_t check, int good, int rise, int fall)
{
    unsigned row = row_of(check);
    unsigned out = check & OUT;

    row = !(check & LAST_GOOD) == !good ? row + (row < ROW_MAX) : 1;
    if (row >= (unsigned)(good ? rise : fall)) {
        out = good ? 0 : OUT;
    }
    return (wlm_check_t)row << ROW_SHIFT | (good ? LAST_GOOD : 0) | out;
}
