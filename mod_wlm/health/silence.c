/* Packs the requests that a member has not answered, and when the first of them was sent, into a word. Pure; any
 * thread. */
#include "health/silence.h"

#define COUNT_BITS 16
#define COUNT_MAX  (((wlm_silence_t)1 << COUNT_BITS) - 1)

static wlm_silence_t count_of(wlm_silence_t silence)
{
    return silence & COUNT_MAX;
}

/* ms */
static wlm_silence_t begin_of(wlm_silence_t silence)
{
    return silence >> COUNT_BITS;
}

wlm_silence_t wlm_silence_after(wlm_silence_t silence, apr_time_t begun, apr_time_t since)
{
    if (!silence || begin_of(silence) < (wlm_silence_t)apr_time_as_msec(since)) {
        return (wlm_silence_t)apr_time_as_msec(begun) << COUNT_BITS | 1;
    }
    return count_of(silence) == COUNT_MAX ? silence : silence + 1;
}

int wlm_silence_is_long(wlm_silence_t silence, apr_interval_time_t limit, apr_time_t now)
{
    return limit > 0 && count_of(silence) >= WLM_SILENCE_REQUESTS
           && apr_time_as_msec(now) >= (apr_time_t)begin_of(silence) + apr_time_as_msec(limit);
}
