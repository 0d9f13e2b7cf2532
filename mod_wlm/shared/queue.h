/* shared/queue.h: requests that wait until a member of their cluster has room, over all processes.
 *
 * A queue has lanes, the last one for what is most urgent. The next one is of the last lane in which any wait; but
 * each eighth turn goes to another lane, so that none is starved. In a lane the one that has waited longest is the
 * next. Where wlm_queue_serve_newest_after() is set a lane is overloaded when it has not been empty for that long: each
 * of its requests would have its turn when its client has given up. Then the newest one is its next, so that those that
 * are served are served soon; the others are to be refused.
 *
 * A place that is left is free at once, wherever it is in a lane: when a lane has no place behind the last request, a
 * new one takes the last place that was left between others, and so overtakes those behind it.
 *
 * Each lane is a ring of slots in shared memory. All are under one robust mutex, which is held for a few instructions
 * only, never across a system call. When a process dies while it holds the mutex, the next one repairs the rings:
 * their words are atomic, so that they are written in the order of the source. A waiter waits on a futex in its own
 * slot, without the mutex. The slots of a process that has died are freed by wlm_queue_reclaim().
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

typedef struct wlm_queue_lane_t {
    _Atomic uint64_t since;        /* ms: when it was empty last; 0: it is */
    _Atomic uint32_t waiting;
    _Atomic uint32_t first;        /* the slot, in the lane, of the request that has waited longest */
    _Atomic uint32_t used;         /* slots from there on, including freed ones between others */
} wlm_queue_lane_t;

typedef struct wlm_queue_t {
    _Alignas(WLM_CACHE_LINE)
    pthread_mutex_t lock;
    _Atomic uint32_t waiting;      /* in all lanes */
    _Atomic uint32_t newest_after; /* ms; 0: never */
    _Atomic uint32_t turns;        /* requests that have had their turn */
    uint32_t capacity, nlanes;     /* slots of a lane */
    wlm_queue_lane_t lanes[];      /* behind them the slots of the first lane, of the second one, ... */
} wlm_queue_t;

/** Bytes of a queue for so many requests in each of so many lanes. */
size_t wlm_queue_size(int capacity, int lanes);

/** Make a queue in zeroed shared memory, before there are other processes. */
void wlm_queue_make(wlm_queue_t *queue, int capacity, int lanes);

/** How many wait. No lock. */
uint32_t wlm_queue_waiting(const wlm_queue_t *queue);
/** How many wait in a lane. No lock. */
uint32_t wlm_queue_waiting_in(const wlm_queue_t *queue, int lane);

/** A lane is overloaded when it has not been empty for so long. @param after  0: never */
void wlm_queue_serve_newest_after(wlm_queue_t *queue, apr_interval_time_t after);

/** Is a lane overloaded? No lock. */
int wlm_queue_is_overloaded(const wlm_queue_t *queue, int lane, apr_time_t now);

/** Acquire a slot at the end of a lane. @param lane  a larger one than the last one is that
 *  @param limit  of requests that wait in this lane and those that are more urgent; not above the capacity
 *  @return 0: the queue is full */
int wlm_queue_enter(wlm_queue_t *queue, uint32_t *pslot, uint32_t pid, int lane, int limit, apr_time_t now);

/** The slot that is the next; while none waits one that nobody has. */
uint32_t wlm_queue_next(wlm_queue_t *queue, apr_time_t now);
/** Is this slot the next? */
int wlm_queue_is_next(wlm_queue_t *queue, uint32_t slot, apr_time_t now);

/** The word that changes when this slot's waiter should try again (base/futex.h). Read it before checking whether
 *  there is room. */
const _Atomic uint32_t *wlm_queue_signal(wlm_queue_t *queue, uint32_t slot);

/** Release a slot; wakes the waiter that is the next then. @param is_served  it has had its turn */
void wlm_queue_leave(wlm_queue_t *queue, uint32_t slot, int is_served);

/** A member has room: wake the waiter that is the next. Costs one load when none waits. */
void wlm_queue_wake(wlm_queue_t *queue);

/** A process has died: free its slots. */
void wlm_queue_reclaim(wlm_queue_t *queue, uint32_t pid);

#endif
