/* The table of slots: name -> record. Runs when a version of a configuration is made or freed, in any process, and in
 * the parent when a child has ended. */
#include <string.h>
#include "shared/robust_mutex.h"
#include "shared/slots.h"

size_t wlm_slots_size(int capacity)
{
    return wlm_cache_line_round(sizeof(wlm_slot_table_t) + sizeof(wlm_slot_t) * (size_t)capacity);
}

void wlm_slots_make(wlm_slot_table_t *table, int capacity)
{
    wlm_robust_mutex_make(&table->lock);
    table->capacity = (uint32_t)capacity;
}

/* A process that died while it held the lock has left nothing to repair: whether a slot is in use follows from the
 * rows, with or without a key */
static void lock(wlm_slot_table_t *table)
{
    wlm_robust_mutex_lock(&table->lock);
}

static void unlock(wlm_slot_table_t *table)
{
    wlm_robust_mutex_unlock(&table->lock);
}

static int is_used_locked(const wlm_slots_t *slots, int index)
{
    const wlm_process_counts_t *uses = &slots->uses;
    int used = slots->table->slots[index].users > 0, i;

    for (i = 0; !used && uses->first && i < uses->n; ++i) {
        used = atomic_load(wlm_process_counts_at(uses, i) + index) > 0;
    }
    return used;
}

static int find_locked(const wlm_slot_table_t *table, uint64_t key)
{
    uint32_t i;

    for (i = 0; i < table->capacity; ++i) {
        if (table->slots[i].key == key) {
            return (int)i;
        }
    }
    return -1;
}

/* A slot that never had a name, or that has no users any more */
static int find_free_locked(const wlm_slots_t *slots)
{
    int i, index = find_locked(slots->table, 0);

    for (i = 0; index < 0 && i < (int)slots->table->capacity; ++i) {
        index = is_used_locked(slots, i) ? -1 : i;
    }
    return index;
}

/* The key is written last: a record without a key is free */
static int make_locked(const wlm_slots_t *slots, int index, uint64_t key)
{
    index = index >= 0 ? index : find_free_locked(slots);
    if (index >= 0) {
        slots->table->slots[index].key = 0;
        memset(wlm_slots_record(slots, index), 0, slots->record_size);
        slots->table->slots[index].key = key;
    }
    return index;
}

int wlm_slots_acquire(wlm_slots_t *slots, uint64_t key, _Atomic uint32_t *process_uses, int *pnew)
{
    wlm_slot_table_t *table = slots->table;
    int index, is_new;

    lock(table);
    index = find_locked(table, key);
    is_new = index < 0 || !is_used_locked(slots, index);
    if (is_new) {
        index = make_locked(slots, index, key);
    }
    if (index >= 0 && process_uses) {
        atomic_fetch_add(&process_uses[index], 1);
    }
    else if (index >= 0) {
        table->slots[index].users++;
    }
    unlock(table);
    if (pnew) {
        *pnew = is_new;
    }
    return index;
}

static void free_unused_locked(const wlm_slots_t *slots, int index)
{
    if (!is_used_locked(slots, index)) {
        slots->table->slots[index].key = 0;
    }
}

void wlm_slots_release(wlm_slots_t *slots, int index, _Atomic uint32_t *process_uses)
{
    lock(slots->table);
    if (process_uses) {
        atomic_fetch_sub(&process_uses[index], 1);
    }
    else {
        slots->table->slots[index].users--;
    }
    free_unused_locked(slots, index);
    unlock(slots->table);
}

void wlm_slots_reclaim(wlm_slots_t *slots, _Atomic uint32_t *process_uses)
{
    uint32_t i;

    lock(slots->table);
    for (i = 0; i < slots->table->capacity; ++i) {
        if (atomic_exchange(&process_uses[i], 0)) {
            free_unused_locked(slots, (int)i);
        }
    }
    unlock(slots->table);
}

int wlm_slots_used(wlm_slots_t *slots)
{
    uint32_t i;
    int n = 0;

    lock(slots->table);
    for (i = 0; i < slots->table->capacity; ++i) {
        n += slots->table->slots[i].key && is_used_locked(slots, (int)i);
    }
    unlock(slots->table);
    return n;
}
