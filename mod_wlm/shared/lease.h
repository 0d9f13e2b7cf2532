/* shared/lease.h: one of several processes, or threads, does a piece of work: the one that holds the lease, as long as
 * it renews it.
 *
 * (mod_watchdog's singletons are not used for this: their mutex is not released when its holder is killed, and no other
 * process takes the work over.)
 */
#ifndef WLM_SHARED_LEASE_H
#define WLM_SHARED_LEASE_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_time.h>

#define WLM_LEASE_SECONDS 3        /* without renewal */

typedef _Atomic uint64_t wlm_lease_t; /* in shared memory; pid << 32 | end in s of base/clock.h; 0: nobody has it */

/** Take the lease when nobody has it, or renew it. Lock-free. @param pid  or the number of a thread, gettid()
 *  @return 1 when this process has it */
int wlm_lease_hold(wlm_lease_t *lease, uint32_t pid, apr_time_t now);

/** Give it up; also on behalf of a process that has ended. @return 0: `pid` did not have it, and nothing is done */
int wlm_lease_release(wlm_lease_t *lease, uint32_t pid);

#endif
