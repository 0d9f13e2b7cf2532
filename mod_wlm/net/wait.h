/* net/wait.h: what a step waits for. Work that may take long (a connection, an exchange) is cut into steps: a function
 * that goes on as far as it can, and then returns APR_EAGAIN and says here what it waits for. The driver calls it
 * again when that has come: a loop around wlm_wait_poll(), or an event loop that has many of them. One thread uses a
 * wlm_wait_t at a time.
 */
#ifndef WLM_NET_WAIT_H
#define WLM_NET_WAIT_H

#include <apr_errno.h>
#include <apr_time.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>

typedef struct wlm_wait_t {
    struct pollfd member;          /* fd -1 or events 0: not waited for; revents as the driver has found them */
    struct pollfd second;          /* of another member, where two waits have become one; the same */
    struct pollfd client;          /* the same */
    uint64_t member_quiet;         /* the number (net/edges.h) of a member's connection that is waited for to be read,
                                      and had nothing a moment ago; 0: that is not known */
    int client_quiet;              /* the client is waited for to send, and all that it has sent was read */
    const _Atomic uint32_t *word;  /* of shared memory, until it differs from `seen` (base/futex.h); NULL: none */
    uint32_t seen;
    apr_time_t until;              /* by wlm_now(): the wait is over then without success; 0: no limit */
    apr_time_t wake;               /* call the step again then, whatever has come; 0: not needed */
    apr_time_t check;              /* the same, but parked only by wlm_poller_check(): for what has no descriptor */
} wlm_wait_t;

/** Before the first step. */
void wlm_wait_init(wlm_wait_t *wait);

/**
 * A step cannot go on. May be called again and again for the same wait, when what has come was not enough: the limit
 * counts from the first time, until wlm_wait_end(). What else it waits for (client, word, wake, check) the step adds
 * behind this call, which has cleared that.
 * @param fd       of the member's connection; -1: none
 * @param timeout  0: no limit
 * @return APR_EAGAIN: the step returns that; APR_TIMEUP: the time is over
 */
apr_status_t wlm_wait_for(wlm_wait_t *wait, int fd, short events, apr_interval_time_t timeout);

/** The step is also to be called at `at`: the earlier time counts, when there is one already. Behind wlm_wait_for(). */
void wlm_wait_wake(wlm_wait_t *wait, apr_time_t at);

/** What was waited for has come: the next wait has its whole time. Nothing is waited for any more. */
void wlm_wait_end(wlm_wait_t *wait);

/** When the step is to be called at the latest, but for `check`: the earlier of `until` and `wake`; 0: no limit. */
apr_time_t wlm_wait_due(const wlm_wait_t *wait);

/** Wait for either of two waits of one request, which have no word: their step is called again when one of them would
 *  be. @param both  a wait of its own */
void wlm_wait_both(wlm_wait_t *both, const wlm_wait_t *first, const wlm_wait_t *second);
/** What has come for either. */
void wlm_wait_divide(wlm_wait_t *first, wlm_wait_t *second, const wlm_wait_t *both);

/** The waiting driver: block until something of it has come or is due: in poll(), or for the word; where it waits for
 *  that and for descriptors it may notice these 20 ms late. Sets revents. May return early. */
void wlm_wait_poll(wlm_wait_t *wait);

#endif
