/* The queue of a cluster: a ring of slots for each lane under a robust mutex, for the threads of all processes that
 * serve requests. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/futex.h"
#include "shared/robust_mutex.h"
#include "shared/queue.h"

#define TURNS 8                    /* of so many, one begins with another lane than the most urgent */

size_t wlm_queue_size(int capacity, int lanes)
{
    return wlm_cache_line_round(sizeof(wlm_queue_t)
                                + (sizeof(wlm_queue_lane_t) + sizeof(wlm_queue_slot_t) * (size_t)capacity)
                                  * (size_t)lanes);
}

void wlm_queue_make(wlm_queue_t *queue, int capacity, int lanes)
{
    wlm_robust_mutex_make(&queue->lock);
    queue->capacity = (uint32_t)capacity;
    queue->nlanes = (uint32_t)lanes;
}

/* -- the rings, under the lock. A slot's number is that of its lane times the capacity, and its number there ----- */

static wlm_queue_slot_t *slots_of(wlm_queue_t *queue)
{
    return (wlm_queue_slot_t *)(void *)&queue->lanes[queue->nlanes];
}

/* @param i  counted from the first one of the lane */
static uint32_t number_of(const wlm_queue_t *queue, uint32_t lane, uint32_t i)
{
    return lane * queue->capacity + (queue->lanes[lane].first + i) % queue->capacity;
}

static wlm_queue_slot_t *slot_at(wlm_queue_t *queue, uint32_t lane, uint32_t i)
{
    return &slots_of(queue)[number_of(queue, lane, i)];
}

/* Free slots are removed at both ends of the ring; those in the middle when they have become an end. A process that
 * dies between the first two writes leaves a ring that is one slot too long, with a free slot at its end, but never one
 * that excludes a waiter. */
static void trim_locked(wlm_queue_t *queue, uint32_t which)
{
    wlm_queue_lane_t *lane = &queue->lanes[which];

    while (lane->used > 0 && !slot_at(queue, which, 0)->pid) {
        lane->first = (lane->first + 1) % queue->capacity;
        lane->used--;
    }
    while (lane->used > 0 && !slot_at(queue, which, lane->used - 1)->pid) {
        lane->used--;
    }
}

/* `since` is written before the first waiter is counted, and cleared behind the last one: so a process that dies in
 * between leaves a time that is too early at most, until the lane is empty again */
static void note_waiting_locked(wlm_queue_t *queue, uint32_t which, uint32_t waiting, apr_time_t now)
{
    wlm_queue_lane_t *lane = &queue->lanes[which];
    uint32_t sum = 0, i;

    if (waiting && !atomic_load(&lane->waiting)) {
        atomic_store(&lane->since, (uint64_t)apr_time_as_msec(now));
    }
    atomic_store(&lane->waiting, waiting);
    if (!waiting) {
        atomic_store(&lane->since, 0);
    }
    for (i = 0; i < queue->nlanes; ++i) {
        sum += atomic_load(&queue->lanes[i].waiting);
    }
    atomic_store(&queue->waiting, sum);
}

/* A process has died, perhaps while it held the lock: count anew from the slots in the ring */
static void repair_lane_locked(wlm_queue_t *queue, uint32_t lane, apr_time_t now)
{
    uint32_t i, n = 0;

    for (i = queue->lanes[lane].used; i < queue->capacity; ++i) {
        slot_at(queue, lane, i)->pid = 0; /* written by a process that died before it had entered */
    }
    trim_locked(queue, lane);
    for (i = 0; i < queue->lanes[lane].used; ++i) {
        n += slot_at(queue, lane, i)->pid != 0;
    }
    note_waiting_locked(queue, lane, n, now);
}

static void repair_locked(wlm_queue_t *queue, apr_time_t now)
{
    uint32_t i;

    for (i = 0; i < queue->nlanes; ++i) {
        repair_lane_locked(queue, i, now);
    }
}

static void lock(wlm_queue_t *queue, apr_time_t now)
{
    if (wlm_robust_mutex_lock(&queue->lock)) {
        repair_locked(queue, now);
    }
}

static void unlock(wlm_queue_t *queue)
{
    wlm_robust_mutex_unlock(&queue->lock);
}

/* -- waiters --------------------------------------------------------------------------------- */

uint32_t wlm_queue_waiting(const wlm_queue_t *queue)
{
    return atomic_load(&queue->waiting);
}

uint32_t wlm_queue_waiting_in(const wlm_queue_t *queue, int lane)
{
    return (uint32_t)lane < queue->nlanes ? atomic_load(&queue->lanes[lane].waiting) : 0;
}

void wlm_queue_serve_newest_after(wlm_queue_t *queue, apr_interval_time_t after)
{
    atomic_store(&queue->newest_after, (uint32_t)apr_time_as_msec(after));
}

/* A configuration that is being loaded may have more lanes than the queue was made for */
static uint32_t lane_of(const wlm_queue_t *queue, int lane)
{
    return (uint32_t)lane < queue->nlanes ? (uint32_t)lane : queue->nlanes - 1;
}

int wlm_queue_is_overloaded(const wlm_queue_t *queue, int lane, apr_time_t now)
{
    uint64_t since = atomic_load(&queue->lanes[lane_of(queue, lane)].since);
    uint64_t after = atomic_load(&queue->newest_after);

    return since && after && (uint64_t)apr_time_as_msec(now) >= since + after;
}

static int has_place_locked(const wlm_queue_t *queue, uint32_t lane, uint32_t limit)
{
    uint32_t waiting = 0, i;

    for (i = lane; i < queue->nlanes; ++i) {
        waiting += atomic_load(&queue->lanes[i].waiting);
    }
    return waiting < limit && atomic_load(&queue->lanes[lane].waiting) < queue->capacity;
}

/* Behind all others; in a ring that is full of places that were left between others, in the last one of these: those
 * that wait cannot be moved. There is one. */
static uint32_t place_locked(wlm_queue_t *queue, uint32_t which)
{
    uint32_t i = queue->lanes[which].used;

    if (i == queue->capacity) {
        while (slot_at(queue, which, --i)->pid) {
        }
    }
    return i;
}

int wlm_queue_enter(wlm_queue_t *queue, uint32_t *pslot, uint32_t pid, int lane, int limit, apr_time_t now)
{
    uint32_t which = lane_of(queue, lane), place;
    int entered = 0;

    lock(queue, now);
    if (has_place_locked(queue, which, (uint32_t)limit)) {
        place = place_locked(queue, which);
        *pslot = number_of(queue, which, place);
        slots_of(queue)[*pslot].pid = pid;
        if (place == queue->lanes[which].used) {
            queue->lanes[which].used++;
        }
        note_waiting_locked(queue, which, atomic_load(&queue->lanes[which].waiting) + 1, now);
        entered = 1;
    }
    unlock(queue);
    return entered;
}

/* -- whose turn it is -------------------------------------------------------------------------- */

/* The first lane in which any wait, from the most urgent one downwards; once in TURNS from another one, each by
 * rotation */
static uint32_t next_lane_locked(const wlm_queue_t *queue)
{
    uint32_t turns = atomic_load(&queue->turns), i, from = queue->nlanes - 1, lane;

    if (turns % TURNS == TURNS - 1) {
        from = turns / TURNS % queue->nlanes;
    }
    for (i = 0; i < queue->nlanes; ++i) {
        lane = (from + queue->nlanes - i) % queue->nlanes;
        if (queue->lanes[lane].used > 0) {
            return lane;
        }
    }
    return from;
}

/* Both ends of a ring are taken, or it is empty: then nobody has this slot */
static uint32_t next_locked(const wlm_queue_t *queue, apr_time_t now)
{
    uint32_t lane = next_lane_locked(queue), used = queue->lanes[lane].used;

    return number_of(queue, lane, used && wlm_queue_is_overloaded(queue, (int)lane, now) ? used - 1 : 0);
}

uint32_t wlm_queue_next(wlm_queue_t *queue, apr_time_t now)
{
    uint32_t next;

    lock(queue, now);
    next = next_locked(queue, now);
    unlock(queue);
    return next;
}

int wlm_queue_is_next(wlm_queue_t *queue, uint32_t slot, apr_time_t now)
{
    return wlm_queue_next(queue, now) == slot;
}

const _Atomic uint32_t *wlm_queue_signal(wlm_queue_t *queue, uint32_t slot)
{
    return &slots_of(queue)[slot].signal;
}

static void unlock_and_wake_next(wlm_queue_t *queue, apr_time_t now)
{
    wlm_queue_slot_t *next = atomic_load(&queue->waiting) ? &slots_of(queue)[next_locked(queue, now)] : NULL;

    if (next) {
        atomic_fetch_add(&next->signal, 1);
    }
    unlock(queue);
    if (next) {
        wlm_futex_wake(&next->signal);
    }
}

void wlm_queue_wake(wlm_queue_t *queue)
{
    if (wlm_queue_waiting(queue) > 0) {
        apr_time_t now = wlm_now();

        lock(queue, now);
        unlock_and_wake_next(queue, now);
    }
}

void wlm_queue_leave(wlm_queue_t *queue, uint32_t slot, int is_served)
{
    uint32_t lane = slot / queue->capacity;
    apr_time_t now = wlm_now();

    lock(queue, now);
    slots_of(queue)[slot].pid = 0;
    note_waiting_locked(queue, lane, atomic_load(&queue->lanes[lane].waiting) - 1, now);
    trim_locked(queue, lane);
    atomic_fetch_add(&queue->turns, is_served ? 1 : 0);
    unlock_and_wake_next(queue, now);
}

void wlm_queue_reclaim(wlm_queue_t *queue, uint32_t pid)
{
    apr_time_t now = wlm_now();
    uint32_t lane, i;

    lock(queue, now);
    for (lane = 0; lane < queue->nlanes; ++lane) {
        for (i = 0; i < queue->lanes[lane].used; ++i) {
            wlm_queue_slot_t *slot = slot_at(queue, lane, i);
            if (slot->pid == pid) {
                slot->pid = 0;
            }
        }
    }
    repair_locked(queue, now);
    unlock_and_wake_next(queue, now);
}
