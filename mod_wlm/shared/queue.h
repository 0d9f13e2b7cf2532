/* shared/queue.h: requests that wait until a member of their cluster has room; first come, first served, over all
 * processes.
 *
 * A ring of slots in shared memory under a robust mutex, which is held for a few instructions only, never across a
 * system call; it heals when a process dies while it holds it: what it protects is atomic, so that the order of writes
 * is the one that the source has. Waiting itself is a futex on the waiter's own slot, which nobody has to heal. A
 * process that dies leaves its slots behind: wlm_queue_reclaim().
 */
#ifndef WLM_SHARED_QUEUE_H
#define WLM_SHARED_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <apr_time.h>
#include "base/cache_line.h"
#include "shared/records.h"

typedef struct wlm_queue_slot_t {
    _Atomic uint32_t pid;          /* of the process that waits here, 0: has left */
    _Atomic uint32_t signal;       /* rises when the waiter should look */
} wlm_queue_slot_t;

typedef struct wlm_queue_t {
    _Alignas(WLM_CACHE_LINE)
    pthread_mutex_t lock;
    _Atomic uint32_t waiting;
    uint32_t capacity;
    _Atomic uint32_t first;        /* the slot of who came first */
    _Atomic uint32_t used;         /* slots from there on, also those that were left in the middle */
    wlm_queue_slot_t slots[];
} wlm_queue_t;

/** Bytes of a queue for so many requests. */
size_t wlm_queue_size(int capacity);

/** Make a queue in zeroed shared memory, before there are other processes. */
void wlm_queue_make(wlm_queue_t *queue, int capacity);

/** How many wait. No lock. */
uint32_t wlm_queue_waiting(const wlm_queue_t *queue);

/** Take a slot at the end. @param limit  not above the capacity. @return 0 when the queue is full */
int wlm_queue_enter(wlm_queue_t *queue, uint32_t *pslot, uint32_t pid, int limit);

/** Is this slot the first? */
int wlm_queue_is_first(wlm_queue_t *queue, uint32_t slot);

/** The word that changes when this slot's waiter should try again (base/futex.h). Read it before looking whether
 *  there is room. */
const _Atomic uint32_t *wlm_queue_signal(const wlm_queue_t *queue, uint32_t slot);

/** Leave, served or not; the one who is first then is woken. */
void wlm_queue_leave(wlm_queue_t *queue, uint32_t slot);

/** A member has room: wake the first. Costs one load when nobody waits. */
void wlm_queue_wake(wlm_queue_t *queue);

/** A process has died: free its slots. */
void wlm_queue_reclaim(wlm_queue_t *queue, uint32_t pid);

#endif
