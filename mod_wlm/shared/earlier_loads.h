/* shared/earlier_loads.h: what child processes of earlier configurations of httpd still have. Their rows lie in the
 * shared memory of their own configuration, which nobody else has; so each process in which the engine runs
 * also writes what it has here, in memory that all of them share. Any process may write and read at any time, without a
 * lock; all-zero bytes are valid.
 */
#ifndef WLM_SHARED_EARLIER_LOADS_H
#define WLM_SHARED_EARLIER_LOADS_H

#include "shared/children.h"

#define WLM_EARLIER_LOADS_MAX 1024 /* of more processes than that some are not known */

typedef struct wlm_earlier_loads_t {
    struct {
        _Atomic uint32_t pid;      /* 0: free */
        _Atomic uint32_t load[WLM_LOADS];
    } processes[WLM_EARLIER_LOADS_MAX];
} wlm_earlier_loads_t;

/** For the process itself, on one thread of it, each second. @param load  its row's */
void wlm_earlier_loads_put(wlm_earlier_loads_t *loads, uint32_t pid, const _Atomic uint32_t *load);
/** In the parent, when the process has ended. */
void wlm_earlier_loads_remove(wlm_earlier_loads_t *loads, uint32_t pid);
/** Of all processes that have no row in `children`. */
uint64_t wlm_earlier_loads_sum(wlm_earlier_loads_t *loads, const wlm_children_t *children, wlm_child_load_t what);

#endif
