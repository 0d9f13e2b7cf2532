/* health/silence.h: for how long a member has answered nothing, while requests that it had were answered by others
 * (WLMHedge), in one word. Pure; any thread.
 *
 * Such a request is not waited for until a time-out, so none of them alone shows whether its member hangs. Several one
 * after the other do, without a response of the member to any request since the first of them was sent.
 */
#ifndef WLM_HEALTH_SILENCE_H
#define WLM_HEALTH_SILENCE_H

#include <stdint.h>
#include <apr_time.h>

/* bits 0-15 requests, 16-63 when the first of them was sent, in ms of base/clock.h. 0: there is none */
typedef uint64_t wlm_silence_t;

#define WLM_SILENCE_REQUESTS 3     /* fewer show nothing, however much time has passed between them */

/** The word after one more such request.
 *  @param begun  when it was sent
 *  @param since  what was sent before that does not count: the member was away */
wlm_silence_t wlm_silence_after(wlm_silence_t silence, apr_time_t begun, apr_time_t since);

/** Has it lasted for so long? @param limit  0: no time is too long */
int wlm_silence_is_long(wlm_silence_t silence, apr_interval_time_t limit, apr_time_t now);

#endif
