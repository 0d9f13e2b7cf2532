/* shared/slots.h: records in shared memory that are found by name, and exist as long as a process uses them.
 *
 * A table maps names to records. Each process counts its uses in its own row (a use is by a version of a
 * configuration), and a record is in use as long as one row has a count for it, so a process that dies leaves nothing
 * half done. The table's robust mutex is held for a few instructions when a version is made or freed, never by a
 * request.
 */
#ifndef WLM_SHARED_SLOTS_H
#define WLM_SHARED_SLOTS_H

#include <pthread.h>
#include <stddef.h>
#include "base/cache_line.h"
#include "shared/process_counts.h"
#include "shared/records.h"

typedef struct wlm_slot_t {
    _Atomic uint64_t key;          /* of the name; 0: free. Atomic for the order of writes */
    uint32_t users;                /* without a row */
} wlm_slot_t;

/** In shared memory. */
typedef struct wlm_slot_table_t {
    _Alignas(WLM_CACHE_LINE)
    pthread_mutex_t lock;
    uint32_t capacity;
    wlm_slot_t slots[];
} wlm_slot_table_t;

/** A process' view of a table and of its records. */
typedef struct wlm_slots_t {
    wlm_slot_table_t *table;
    char *records;
    size_t record_size;
    wlm_process_counts_t uses;     /* of slot 0; in each process' row the counts of the other slots follow */
} wlm_slots_t;

/** Bytes of a table of so many slots, without the records. */
size_t wlm_slots_size(int capacity);

/** Make a table in zeroed shared memory, before there are other processes. */
void wlm_slots_make(wlm_slot_table_t *table, int capacity);

/**
 * Acquire the record of a name. A new one is zeroed.
 * @param process_uses  the uses in this process' row, which are reclaimed when it dies; NULL: it has no row
 * @param pnew  may be NULL; set to 1 when the record is new
 * @return its index, -1 when all slots are in use
 */
int wlm_slots_acquire(wlm_slots_t *slots, uint64_t key, _Atomic uint32_t *process_uses, int *pnew);

/** Release a record. */
void wlm_slots_release(wlm_slots_t *slots, int index, _Atomic uint32_t *process_uses);

/** Release all records that a dead process used. */
void wlm_slots_reclaim(wlm_slots_t *slots, _Atomic uint32_t *process_uses);

/** The number of slots in use. */
int wlm_slots_used(wlm_slots_t *slots);

/** The record with an index that wlm_slots_acquire() has returned. */
static inline void *wlm_slots_record(const wlm_slots_t *slots, int index)
{
    return slots->records + slots->record_size * (size_t)index;
}

/** The key of a record in use. */
static inline uint64_t wlm_slots_key_of(const wlm_slots_t *slots, const void *record)
{
    return slots->table->slots[(size_t)((const char *)record - slots->records) / slots->record_size].key;
}

#endif
