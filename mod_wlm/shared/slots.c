/* The table of slots. Runs when a version of a configuration is made, adopted or freed, in any process, and in the
 * parent when a child has ended. */
#include <string.h>
#include <apr_hash.h>
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
 * rows and the published texts, whatever its key is */
static void lock(wlm_slot_table_t *table)
{
    wlm_robust_mutex_lock(&table->lock);
}

static void unlock(wlm_slot_table_t *table)
{
    wlm_robust_mutex_unlock(&table->lock);
}

/* -- what is in use ------------------------------------------------------------------------------- */

static unsigned char *no_marks(const wlm_slots_t *slots, apr_pool_t *p)
{
    return apr_pcalloc(p, slots->table->capacity + 1);
}

/* A version that is published meanwhile is counted in the row of its publisher, too, and so is the one before: neither
 * can be released while the lock is held */
static void mark_published(const wlm_slots_t *slots, unsigned char *used)
{
    int i;

    for (i = 0; i < slots->ntexts; ++i) {
        wlm_file_text_mark((wlm_file_text_t *)(void *)(slots->texts + slots->text_size * (size_t)i), slots->kind, used);
    }
}

static void mark_used_locked(const wlm_slots_t *slots, unsigned char *used)
{
    const wlm_process_counts_t *uses = &slots->uses;
    uint32_t k;
    int i;

    for (i = 0; uses->first && i < uses->n; ++i) {
        const _Atomic uint32_t *row = wlm_process_counts_at(uses, i);
        for (k = 0; k < slots->table->capacity; ++k) {
            used[k] |= atomic_load_explicit(&row[k], memory_order_relaxed) > 0;
        }
    }
    mark_published(slots, used);
}

static int count_marks(const wlm_slots_t *slots, const unsigned char *marks)
{
    uint32_t i;
    int n = 0;

    for (i = 0; i < slots->table->capacity; ++i) {
        n += marks[i];
    }
    return n;
}

const unsigned char *wlm_slots_used(wlm_slots_t *slots, int *pn, apr_pool_t *p)
{
    unsigned char *used = no_marks(slots, p);

    lock(slots->table);
    mark_used_locked(slots, used);
    unlock(slots->table);
    *pn = count_marks(slots, used);
    return used;
}

int wlm_slots_published(wlm_slots_t *slots, apr_pool_t *ptemp)
{
    unsigned char *published = no_marks(slots, ptemp);

    lock(slots->table);
    mark_published(slots, published);
    unlock(slots->table);
    return count_marks(slots, published);
}

/* -- names ------------------------------------------------------------------------------------------ */

void wlm_slots_rename(wlm_slots_t *slots, const wlm_slot_wish_t *wishes, int n, const wlm_file_text_t *text,
                      uint32_t generation, apr_pool_t *ptemp)
{
    apr_hash_t *slot_of_key = apr_hash_make(ptemp);
    wlm_slot_t *table = slots->table->slots;
    int i, is_current;
    uint32_t k;

    for (i = 0; i < n; ++i) {
        apr_hash_set(slot_of_key, &wishes[i].key, sizeof(wishes[i].key), &table[wishes[i].slot]);
    }
    lock(slots->table);
    is_current = wlm_file_text_generation(text) == generation;
    for (k = 0; is_current && k < slots->table->capacity; ++k) {
        uint64_t key = table[k].key;
        const wlm_slot_t *owner = apr_hash_get(slot_of_key, &key, sizeof(key));

        if (owner && owner != &table[k]) {
            table[k].key = 0; /* of a version before, in which another one had this name */
        }
    }
    for (i = 0; is_current && i < n; ++i) {
        table[wishes[i].slot].key = wishes[i].key;
    }
    unlock(slots->table);
}

/* -- versions ----------------------------------------------------------------------------------------- */

typedef struct search_t {
    unsigned char *used;           /* the slots that are not free */
    unsigned char *chosen;         /* those that a member of the version has: no other one may have them */
    apr_hash_t *by_key;            /* wlm_slot_t *: the slots in use, as long as the table is locked */
} search_t;

static void begin_search_locked(search_t *search, const wlm_slots_t *slots)
{
    wlm_slot_t *slot = slots->table->slots;
    uint32_t k;

    mark_used_locked(slots, search->used);
    for (k = 0; k < slots->table->capacity; ++k, ++slot) {
        if (search->used[k] && slot->key) {
            apr_hash_set(search->by_key, (const void *)&slot->key, sizeof(slot->key), slot);
        }
    }
}

/* Those of the version before come first, so that none of them is taken by another one's name */
static void find_earlier(search_t *search, wlm_slot_wish_t *wishes, int n)
{
    int i;

    for (i = 0; i < n; ++i) {
        int is_there = wishes[i].earlier >= 0 && !search->chosen[wishes[i].earlier];

        wishes[i].slot = is_there ? wishes[i].earlier : -1;
        wishes[i].is_new = 0;
        if (is_there) {
            search->chosen[wishes[i].slot] = 1;
        }
    }
}

/* @return how many have no slot */
static int find_by_name(search_t *search, const wlm_slots_t *slots, wlm_slot_wish_t *wishes, int n)
{
    int i, missing = 0;

    for (i = 0; i < n; ++i) {
        const wlm_slot_t *found = wishes[i].slot < 0 ? apr_hash_get(search->by_key, &wishes[i].key,
                                                                    sizeof(wishes[i].key)) : NULL;

        if (found && !search->chosen[found - slots->table->slots]) {
            wishes[i].slot = (int)(found - slots->table->slots);
            search->chosen[wishes[i].slot] = 1;
        }
        missing += wishes[i].slot < 0;
    }
    return missing;
}

static void make_new_locked(const wlm_slots_t *slots, const search_t *search, wlm_slot_wish_t *wishes, int n)
{
    int i, slot = 0;

    for (i = 0; i < n; ++i) {
        if (wishes[i].slot < 0) {
            while (search->used[slot]) {
                ++slot;
            }
            wishes[i].slot = slot;
            wishes[i].is_new = 1;
            memset(wlm_slots_record(slots, slot), 0, slots->record_size);
            slots->table->slots[slot++].key = wishes[i].key;
        }
    }
}

int wlm_slots_acquire(wlm_slots_t *slots, wlm_slot_wish_t *wishes, int n, _Atomic uint32_t *process_uses, int *pnew,
                      apr_pool_t *ptemp)
{
    wlm_slot_table_t *table = slots->table;
    search_t search = { no_marks(slots, ptemp), no_marks(slots, ptemp), apr_hash_make(ptemp) };
    int i, is_room;

    lock(table);
    begin_search_locked(&search, slots);
    find_earlier(&search, wishes, n);
    *pnew = find_by_name(&search, slots, wishes, n);
    is_room = *pnew <= (int)table->capacity - count_marks(slots, search.used);
    if (is_room) {
        make_new_locked(slots, &search, wishes, n);
    }
    for (i = 0; is_room && process_uses && i < n; ++i) {
        atomic_fetch_add(&process_uses[wishes[i].slot], 1);
    }
    unlock(table);
    return is_room;
}

int wlm_slots_adopt(wlm_slots_t *slots, const int *list, int n, _Atomic uint32_t *process_uses,
                    const wlm_file_text_t *text, uint32_t generation)
{
    int i, is_current;

    lock(slots->table); /* under it nobody can release what a publisher that is faster leaves behind */
    is_current = wlm_file_text_generation(text) == generation;
    for (i = 0; is_current && i < n; ++i) {
        atomic_fetch_add(&process_uses[list[i]], 1);
    }
    unlock(slots->table);
    return is_current;
}

void wlm_slots_release(wlm_slots_t *slots, const int *list, int n, _Atomic uint32_t *process_uses)
{
    int i;

    lock(slots->table);
    for (i = 0; i < n; ++i) {
        atomic_fetch_sub(&process_uses[list[i]], 1);
    }
    unlock(slots->table);
}

void wlm_slots_reclaim(wlm_slots_t *slots, _Atomic uint32_t *process_uses)
{
    uint32_t i;

    lock(slots->table);
    for (i = 0; i < slots->table->capacity; ++i) {
        atomic_store(&process_uses[i], 0);
    }
    unlock(slots->table);
}
