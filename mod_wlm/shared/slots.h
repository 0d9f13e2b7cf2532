/* shared/slots.h: records in shared memory, which exist as long as a version of a file uses them.
 *
 * A slot is in use as long as a process counts a use in its row, or the version that is published for a file has it
 * (shared/file_text.h). Nothing else keeps it: a process counts once for each version that it has, from the moment when
 * it makes or adopts the version until the last request on it has ended, and the parent clears the rows of the dead. So
 * a process that dies leaves nothing half done, and no slot is lost.
 *
 * Who makes a version says which slots of the version before its members go on with, and finds the others by name: a
 * member that was removed and comes back goes on with what it had, if requests have kept it. Two members of a version
 * never get one slot. The table's robust mutex is held for a pass over the table when a version is made, adopted or
 * freed, never by a request.
 */
#ifndef WLM_SHARED_SLOTS_H
#define WLM_SHARED_SLOTS_H

#include <pthread.h>
#include <stddef.h>
#include <apr_pools.h>
#include "base/cache_line.h"
#include "shared/file_text.h"
#include "shared/process_counts.h"
#include "shared/records.h"

typedef struct wlm_slot_t {
    _Atomic uint64_t key;          /* of the name that it has in the newest version, or had; 0: none */
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
    wlm_slot_kind_t kind;
    wlm_process_counts_t uses;     /* of slot 0; in each process' row the counts of the other slots follow */
    char *texts;                   /* wlm_file_text_t of all files */
    size_t text_size;              /* from one to the next */
    int ntexts;
} wlm_slots_t;

/** A record that a version needs. */
typedef struct wlm_slot_wish_t {
    uint64_t key;                  /* of its name */
    int earlier;                   /* the slot that it has in a version in use by this process; -1: in none */
    int slot;                      /* out */
    int is_new;                    /* out: the record is zeroed */
} wlm_slot_wish_t;

/** Bytes of a table of so many slots, without the records. */
size_t wlm_slots_size(int capacity);

/** Make a table in zeroed shared memory, before there are other processes. */
void wlm_slots_make(wlm_slot_table_t *table, int capacity);

/**
 * Acquire the records of a version, and count the use of each.
 * @param process_uses  in this process' row; NULL: it has none, and the version must be published before another one
 *                      is made
 * @param pnew  how many of them are in no version in use, and need a free slot
 * @return 0: fewer are free; nothing has changed
 */
int wlm_slots_acquire(wlm_slots_t *slots, wlm_slot_wish_t *wishes, int n, _Atomic uint32_t *process_uses, int *pnew,
                      apr_pool_t *ptemp);

/**
 * Count a use of the slots of a published version.
 * @param generation  the version's, of this text
 * @return 0: another one has been published since, and the slots may be somebody else's by now
 */
int wlm_slots_adopt(wlm_slots_t *slots, const int *list, int n, _Atomic uint32_t *process_uses,
                    const wlm_file_text_t *text, uint32_t generation);

/** Give the slots of a published version the names that they have in it; nothing if it is not published any more. */
void wlm_slots_rename(wlm_slots_t *slots, const wlm_slot_wish_t *wishes, int n, const wlm_file_text_t *text,
                      uint32_t generation, apr_pool_t *ptemp);

/** Release a version's slots. */
void wlm_slots_release(wlm_slots_t *slots, const int *list, int n, _Atomic uint32_t *process_uses);

/** Release all that a dead process used. */
void wlm_slots_reclaim(wlm_slots_t *slots, _Atomic uint32_t *process_uses);

/** Which are in use. @param pn  how many @return 0 or 1 for each slot, in p */
const unsigned char *wlm_slots_used(wlm_slots_t *slots, int *pn, apr_pool_t *p);
/** How many the published versions have; the others in use are of versions before, whose requests have not ended. */
int wlm_slots_published(wlm_slots_t *slots, apr_pool_t *ptemp);

/** The record of a slot. */
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
