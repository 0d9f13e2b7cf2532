/* shared/slots.h: records in shared memory that are found by name, and are there as long as somebody uses them.
 *
 * A table says which record belongs to which name. Each process counts its uses in a row of its own (a use is that of a
 * configuration), and a record is in use as long as one row says so: so there is nothing that a process could leave
 * half done. The table's robust mutex is held for a few instructions, when a configuration comes or goes, never by a
 * request.
 */
#ifndef WLM_SHARED_SLOTS_H
#define WLM_SHARED_SLOTS_H

#include <pthread.h>
#include <stddef.h>
#include "base/cache_line.h"
#include "shared/records.h"

typedef struct wlm_slot_t {
    _Atomic uint64_t key;          /* of the name, 0: free; atomic for the order of writes */
    uint32_t users;                /* those that have no row */
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

/** Bytes of a table of so many slots; its records lie elsewhere. */
size_t wlm_slots_size(int capacity);

/** Make a table in zeroed shared memory, before there are other processes. */
void wlm_slots_make(wlm_slot_table_t *table, int capacity);

/**
 * Use the record of a name. One that is new is zeroed.
 * @param process_uses  this process' row of slots->uses: what has to be given back when it dies; NULL: it has none
 * @param pnew  may be NULL; 1 when nobody has used it before
 * @return its index, -1 when all slots are in use
 */
int wlm_slots_acquire(wlm_slots_t *slots, uint64_t key, _Atomic uint32_t *process_uses, int *pnew);

/** Use it no more. */
void wlm_slots_release(wlm_slots_t *slots, int index, _Atomic uint32_t *process_uses);

/** Give back all that a dead process used. */
void wlm_slots_reclaim(wlm_slots_t *slots, _Atomic uint32_t *process_uses);

/** How many are in use. */
int wlm_slots_used(wlm_slots_t *slots);

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
