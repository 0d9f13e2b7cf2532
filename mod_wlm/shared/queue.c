/* The queue of a cluster: a ring of slots under a robust mutex, for the threads of all processes that serve
 * requests. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/futex.h"
#include "shared/robust_mutex.h"
#include "shared/queue.h"

size_t wlm_queue_size(int capacity)
{
    return wlm_cache_line_round(sizeof(wlm_queue_t) + sizeof(wlm_queue_slot_t) * (size_t)capacity);
}

void wlm_queue_make(wlm_queue_t *queue, int capacity)
{
    wlm_robust_mutex_make(&queue->lock);
    queue->capacity = (uint32_t)capacity;
}

/* -- the ring, under the lock --------------------------------------------------------- */

static uint32_t slot_at(const wlm_queue_t *queue, uint32_t i)
{
    return (queue->first + i) % queue->capacity;
}

/* Free slots are removed at both ends of the ring; those in the middle when they have become an end. A process that
 * dies between the first two writes leaves a ring that is one slot too long, with a free slot at its end, but never one
 * that excludes a waiter. */
static void trim_locked(wlm_queue_t *queue)
{
    while (queue->used > 0 && !queue->slots[queue->first].pid) {
        queue->first = slot_at(queue, 1);
        queue->used--;
    }
    while (queue->used > 0 && !queue->slots[slot_at(queue, queue->used - 1)].pid) {
        queue->used--;
    }
}

/* A process has died, perhaps while it held the lock: count anew from the slots in the ring */
static void repair_locked(wlm_queue_t *queue)
{
    uint32_t i, n = 0;

    for (i = queue->used; i < queue->capacity; ++i) {
        queue->slots[slot_at(queue, i)].pid = 0; /* written by a process that died before it had entered */
    }
    trim_locked(queue);
    for (i = 0; i < queue->used; ++i) {
        n += queue->slots[slot_at(queue, i)].pid != 0;
    }
    atomic_store(&queue->waiting, n);
}

static void lock(wlm_queue_t *queue)
{
    if (wlm_robust_mutex_lock(&queue->lock)) {
        repair_locked(queue);
    }
}

static void unlock(wlm_queue_t *queue)
{
    wlm_robust_mutex_unlock(&queue->lock);
}

uint32_t wlm_queue_waiting(const wlm_queue_t *queue)
{
    return atomic_load(&queue->waiting);
}

int wlm_queue_enter(wlm_queue_t *queue, uint32_t *pslot, uint32_t pid, int limit)
{
    int entered = 0;

    lock(queue);
    if (queue->used < (uint32_t)limit && queue->used < queue->capacity) {
        *pslot = slot_at(queue, queue->used);
        queue->slots[*pslot].pid = pid;
        queue->used++;
        atomic_fetch_add(&queue->waiting, 1);
        entered = 1;
    }
    unlock(queue);
    return entered;
}

int wlm_queue_is_first(wlm_queue_t *queue, uint32_t slot)
{
    int first;

    lock(queue);
    first = queue->first == slot;
    unlock(queue);
    return first;
}

/* -- waiting and waking ------------------------------------------------------------------ */

const _Atomic uint32_t *wlm_queue_signal(const wlm_queue_t *queue, uint32_t slot)
{
    return &queue->slots[slot].signal;
}

static void unlock_and_wake_first(wlm_queue_t *queue)
{
    uint32_t first = queue->first;
    int some = queue->used > 0;

    if (some) {
        atomic_fetch_add(&queue->slots[first].signal, 1);
    }
    unlock(queue);
    if (some) {
        wlm_futex_wake(&queue->slots[first].signal);
    }
}

void wlm_queue_wake(wlm_queue_t *queue)
{
    if (wlm_queue_waiting(queue) > 0) {
        lock(queue);
        unlock_and_wake_first(queue);
    }
}

void wlm_queue_leave(wlm_queue_t *queue, uint32_t slot)
{
    lock(queue);
    queue->slots[slot].pid = 0;
    atomic_fetch_sub(&queue->waiting, 1);
    trim_locked(queue);
    unlock_and_wake_first(queue);
}

void wlm_queue_reclaim(wlm_queue_t *queue, uint32_t pid)
{
    uint32_t i;

    lock(queue);
    for (i = 0; i < queue->used; ++i) {
        wlm_queue_slot_t *slot = &queue->slots[slot_at(queue, i)];
        if (slot->pid == pid) {
            slot->pid = 0;
        }
    }
    repair_locked(queue);
    unlock_and_wake_first(queue);
}
