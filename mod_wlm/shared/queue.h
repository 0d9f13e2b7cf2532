/* shared/queue.h: requests that wait until a member of their cluster has room; first come, first served, over all
 * processes.
 *
 * A ring of slots in shared memory under a robust mutex, which is held for a few instructions only, never across a
 * system call. When a process dies while it holds the mutex, the next one repairs the ring: its words are atomic, so
 * that they are written in the order of the source. A waiter waits on a futex in its own slot, without the mutex. The
 * slots of a process that has died are freed by wlm_queue_reclaim().
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
    _Atomic uint32_t pid;          /* of the process whose request waits here; 0: the slot is free */
    _Atomic uint32_t signal;       /* incremented when the waiter should check again whether there is room */
} wlm_queue_slot_t;

typedef struct wlm_queue_t {
    _Alignas(WLM_CACHE_LINE)
    pthread_mutex_t lock;
    _Atomic uint32_t waiting;
    uint32_t capacity;
    _Atomic uint32_t first;        /* the slot of the request that has waited longest */
    _Atomic uint32_t used;         /* slots from there on, including freed ones between others */
    wlm_queue_slot_t slots[];
} wlm_queue_t;

/** Bytes of a queue for so many requests. */
size_t wlm_queue_size(int capacity);

/** Make a queue in zeroed shared memory, before there are other processes. */
void wlm_queue_make(wlm_queue_t *queue, int capacity);

/** How many wait. No lock. */
uint32_t wlm_queue_waiting(const wlm_queue_t *queue);

/** Acquire a slot at the end. @param limit  of waiting requests; not above the capacity @return 0: the queue is full */
int wlm_queue_enter(wlm_queue_t *queue, uint32_t *pslot, uint32_t pid, int limit);

/** Is this slot the first? */
int wlm_queue_is_first(wlm_queue_t *queue, uint32_t slot);

/** The word that changes when this slot's waiter should try again (base/futex.h). Read it before checking whether
 *  there is room. */
const _Atomic uint32_t *wlm_queue_signal(const wlm_queue_t *queue, uint32_t slot);

/** Release a slot, whether its request was served or not; wakes the waiter that is first then. */
void wlm_queue_leave(wlm_queue_t *queue, uint32_t slot);

/** A member has room: wake the first waiter. Costs one load when none waits. */
void wlm_queue_wake(wlm_queue_t *queue);

/** A process has died: free its slots. */
void wlm_queue_reclaim(wlm_queue_t *queue, uint32_t pid);

#endif
