/* shared/lease.h: a lease, so that exactly one of several processes or threads does a piece of work. It ends when its
 * holder does not renew it.
 *
 * (mod_watchdog's singletons are not used for this: their mutex is not released when its holder is killed, so no other
 * process takes over the work.)
 */
#ifndef WLM_SHARED_LEASE_H
#define WLM_SHARED_LEASE_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_time.h>

#define WLM_LEASE_SECONDS 3        /* without renewal */

typedef _Atomic uint64_t wlm_lease_t; /* in shared memory; pid << 32 | end in s of base/clock.h; 0: free */

/** Acquire the lease when it is free or has ended, or renew it. Lock-free. @param pid  or the number of a thread,
 *  gettid()
 *  @return 1 when `pid` holds it */
int wlm_lease_hold(wlm_lease_t *lease, uint32_t pid, apr_time_t now);

/** Whole seconds since the lease was last acquired or renewed; 0 when it is free. */
uint32_t wlm_lease_age(const wlm_lease_t *lease, apr_time_t now);

/** Release it; also on behalf of a process that has ended. @return 0: `pid` did not hold it, and nothing is done */
int wlm_lease_release(wlm_lease_t *lease, uint32_t pid);

#endif
