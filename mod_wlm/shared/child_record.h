/* shared/child_record.h: the row of a child process in shared memory; shared/records.h says what holds for all records.
 * The child writes it, by atomic operations; any thread of any process reads it.
 */
#ifndef WLM_SHARED_CHILD_RECORD_H
#define WLM_SHARED_CHILD_RECORD_H

#include <stdatomic.h>
#include <stdint.h>
#include "base/cache_line.h"

/** How many of these a child has now; for the status only. A request is parked when it is served in steps, on no
 *  thread of its own (httpd/engine/). */
typedef enum {
    WLM_LOAD_PARKED,               /* requests; tunnels among them */
    WLM_LOAD_TUNNELS,              /* connections after status 101, also those that hold a thread */
    WLM_LOAD_CONNECTIONS,          /* of clients that the engine owns: with a parked request, kept, closing */
    WLM_LOAD_KEPT,                 /* ... that wait for the next request */
    /* as of a second ago */
    WLM_LOAD_THREADS,              /* of the engine */
    WLM_LOAD_BUSY_THREADS,         /* ... that run something */
    WLM_LOAD_DESCRIPTORS,          /* that are open, whoever has opened them; 0: not known */
    WLM_LOAD_DESCRIPTORS_MAX,      /* that the process may open; 0: as many as it likes */
    WLM_LOADS
} wlm_child_load_t;

/** A child's part of the counts, which the parent reclaims when the child has ended (shared/children.h). */
typedef struct wlm_shared_child_t {
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint32_t pid;          /* 0: the row is free */
    _Atomic uint32_t load[WLM_LOADS];
    _Atomic uint32_t counts[];     /* by wlm_child_count_t and slot */
} wlm_shared_child_t;

#endif
