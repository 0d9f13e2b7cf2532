#include <string.h>
#include "wlm_mutex.h"
#include "wlm_slots.h"

size_t wlm_slots_size(int capacity)
{
    size_t size = sizeof(wlm_slot_table_t) + sizeof(wlm_slot_t) * (size_t)capacity;

    return (size + WLM_CACHE_LINE - 1) & ~(size_t)(WLM_CACHE_LINE - 1);
}

void wlm_slots_make(wlm_slot_table_t *table, int capacity)
{
    wlm_mutex_make(&table->lock);
    table->capacity = (uint32_t)capacity;
}

/* 64 bit FNV-1a */
uint64_t wlm_slots_key(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (; *name; ++name) {
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
    }
    return hash ? hash : 1;
}

/* A process that died under the lock leaves a slot with a key and one user too many at the worst: its own */
static void lock(wlm_slot_table_t *table)
{
    wlm_mutex_lock(&table->lock);
}

static void unlock(wlm_slot_table_t *table)
{
    wlm_mutex_unlock(&table->lock);
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

int wlm_slots_take(wlm_slots_t *slots, uint64_t key, _Atomic uint32_t *own, int *pnew)
{
    wlm_slot_table_t *table = slots->table;
    int index, is_new;

    lock(table);
    index = find_locked(table, key);
    is_new = index < 0;
    if (is_new && (index = find_locked(table, 0)) >= 0) {
        memset(wlm_slots_record(slots, index), 0, slots->record_size);
        table->slots[index].key = key;
    }
    if (index >= 0) {
        table->slots[index].users++;
        if (own) {
            atomic_fetch_add(&own[index], 1);
        }
    }
    unlock(table);
    if (pnew) {
        *pnew = is_new;
    }
    return index;
}

static void give_locked(wlm_slot_table_t *table, int index, uint32_t n)
{
    wlm_slot_t *slot = &table->slots[index];

    slot->users = slot->users > n ? slot->users - n : 0;
    if (!slot->users) {
        slot->key = 0;
    }
}

void wlm_slots_give(wlm_slots_t *slots, int index, _Atomic uint32_t *own)
{
    lock(slots->table);
    give_locked(slots->table, index, 1);
    if (own) {
        atomic_fetch_sub(&own[index], 1);
    }
    unlock(slots->table);
}

void wlm_slots_forget(wlm_slots_t *slots, _Atomic uint32_t *own)
{
    uint32_t i, n;

    lock(slots->table);
    for (i = 0; i < slots->table->capacity; ++i) {
        n = atomic_exchange(&own[i], 0);
        if (n) {
            give_locked(slots->table, (int)i, n);
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
        n += slots->table->slots[i].key != 0;
    }
    unlock(slots->table);
    return n;
}
