/* The cached schedule of a cluster: each process has its own copy, and all compute the same one. Runs on the threads
 * that serve requests.
 *
 * shared->turn is epoch << 32 | position. A change of the set of usable members is written first; then the epoch is
 * incremented. A process whose cache has an older epoch makes the schedule anew from the members' states. The position
 * goes on counting, so members keep their position in the cycle. (A position that overflows carries into the epoch: a
 * needless new schedule every 2^32 requests.)
 */
#include <stdlib.h>
#include <apr_strings.h>
#include "balance/availability.h"
#include "balance/member.h"
#include "balance/schedule.h"
#include "balance/schedule_cache.h"
#include "health/check_state.h"

/* States that end by time, without an event (left out, busy), are checked when a member is selected, not here */
static uint32_t share_of(const wlm_member_t *member)
{
    return wlm_member_accepts_new(member) && wlm_health_state(atomic_load(&member->shared->health)) == WLM_UP
           && !wlm_check_state_is_out(atomic_load(&member->shared->check)) && !wlm_availability_is_reported_out(member)
           ? wlm_member_scaled_weight(member) : 0;
}

/* A weight set by an administrator may need a longer schedule. Other threads may still be reading the shorter one (the
 * sequence then makes them read again), so all are freed with the cluster only. */
static wlm_schedule_slots_t *reserve_slots(wlm_schedule_cache_t *cache, uint32_t capacity)
{
    wlm_schedule_slots_t *before = atomic_load(&cache->slots), *slots;

    if (before && before->capacity >= capacity) {
        return before;
    }
    slots = calloc(1, sizeof(*slots) + sizeof(slots->at[0]) * capacity);
    if (!slots) {
        return NULL;
    }
    slots->before = before;
    slots->capacity = capacity;
    atomic_store(&cache->slots, slots);
    return slots;
}

static apr_status_t free_slots(void *data)
{
    wlm_schedule_slots_t *slots = atomic_load(&((wlm_schedule_cache_t *)data)->slots);

    while (slots) {
        wlm_schedule_slots_t *before = slots->before;
        free(slots);
        slots = before;
    }
    return APR_SUCCESS;
}

/* As long as a preferred member is usable the others have weight 0 */
static void prefer_local(uint32_t *weights, const wlm_cluster_t *cluster)
{
    int m, some = 0;

    for (m = 0; cluster->has_local && m < cluster->nmembers; ++m) {
        some |= cluster->members[m].is_local && weights[m];
    }
    for (m = 0; some && m < cluster->nmembers; ++m) {
        if (!cluster->members[m].is_local) {
            weights[m] = 0;
        }
    }
}

uint64_t wlm_schedule_cache_weights(const wlm_cluster_t *cluster, uint32_t *weights)
{
    uint64_t sum = 0;
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        weights[m] = share_of(&cluster->members[m]);
    }
    prefer_local(weights, cluster);
    for (m = 0; m < cluster->nmembers; ++m) {
        sum += weights[m];
    }
    return sum;
}

static uint32_t least_of(const uint32_t *weights, int n)
{
    uint32_t least = 0;
    int m;

    for (m = 0; m < n; ++m) {
        if (weights[m] && (!least || weights[m] < least)) {
            least = weights[m];
        }
    }
    return least;
}

static void fill_locked(wlm_cluster_t *cluster)
{
    wlm_schedule_cache_t *cache = &cluster->schedule;
    uint32_t epoch, length, i, *weights;
    wlm_schedule_slots_t *shown;
    uint16_t *slots;
    apr_pool_t *ptemp;

    apr_pool_create(&ptemp, NULL);
    weights = apr_palloc(ptemp, sizeof(*weights) * (cluster->nmembers + 1));
    epoch = (uint32_t)(atomic_load(&cluster->shared->turn) >> 32); /* read before the members' states */
    wlm_schedule_cache_weights(cluster, weights);
    slots = apr_palloc(ptemp, sizeof(*slots) * (wlm_schedule_capacity(weights, cluster->nmembers) + 1));
    length = wlm_schedule_make(slots, weights, cluster->nmembers, ptemp);

    atomic_fetch_add(&cache->sequence, 1);
    atomic_thread_fence(memory_order_release); /* the odd sequence must be visible before any slot changes */
    shown = reserve_slots(cache, length);
    length = shown ? length : 0; /* without memory the backups serve the requests */
    for (i = 0; i < length; ++i) {
        atomic_store_explicit(&shown->at[i], slots[i], memory_order_relaxed);
    }
    atomic_store_explicit(&cache->length, length, memory_order_relaxed);
    atomic_store_explicit(&cache->inverse, length ? wlm_schedule_inverse(length) : 0, memory_order_relaxed);
    atomic_store_explicit(&cache->least, least_of(weights, cluster->nmembers), memory_order_relaxed);
    atomic_store(&cache->epoch, epoch);
    atomic_fetch_add(&cache->sequence, 1);
    apr_pool_destroy(ptemp);
}

static int is_older(uint32_t cached, uint32_t wanted)
{
    return (int32_t)(wanted - cached) > 0;
}

static void fill(wlm_cluster_t *cluster, uint32_t epoch)
{
    wlm_schedule_cache_t *cache = &cluster->schedule;

    apr_thread_mutex_lock(cache->fill);
    if (is_older(atomic_load(&cache->epoch), epoch) || !atomic_load(&cache->sequence)) {
        fill_locked(cluster);
    }
    apr_thread_mutex_unlock(cache->fill);
}

/* One try of the sequence lock. @return 0: the cache is being written, or too old */
static int read_slot(wlm_cluster_t *cluster, uint32_t epoch, uint32_t slot, int *pindex)
{
    wlm_schedule_cache_t *cache = &cluster->schedule;
    uint32_t sequence = atomic_load_explicit(&cache->sequence, memory_order_acquire);
    wlm_schedule_slots_t *slots = atomic_load_explicit(&cache->slots, memory_order_acquire);
    uint32_t length, at;

    if (!sequence || (sequence & 1)
        || is_older(atomic_load_explicit(&cache->epoch, memory_order_relaxed), epoch)) {
        return 0;
    }
    length = atomic_load_explicit(&cache->length, memory_order_relaxed);
    /* a mixture of two schedules is detected below, but must not index beyond the slots */
    at = wlm_schedule_slot_at(slot, length, atomic_load_explicit(&cache->inverse, memory_order_relaxed));
    *pindex = at < length && at < slots->capacity ? atomic_load_explicit(&slots->at[at], memory_order_relaxed) : -1;
    atomic_thread_fence(memory_order_acquire);
    return atomic_load_explicit(&cache->sequence, memory_order_relaxed) == sequence;
}

wlm_member_t *wlm_schedule_cache_member(wlm_cluster_t *cluster, uint32_t epoch, uint32_t slot)
{
    int index;

    while (!read_slot(cluster, epoch, slot, &index)) {
        fill(cluster, epoch); /* waits for the thread that is writing, if there is one */
    }
    return index >= 0 ? &cluster->members[index] : NULL;
}

void wlm_schedule_cache_init(wlm_cluster_t *cluster, apr_pool_t *p)
{
    apr_pool_cleanup_register(p, &cluster->schedule, free_slots, apr_pool_cleanup_null);
    apr_thread_mutex_create(&cluster->schedule.fill, APR_THREAD_MUTEX_DEFAULT, p);
}
