/* What is known of members outlives a restart of the configuration, graceful or not: mod_slotmem_shm begins each
 * configuration with cleared memory, and the module itself is loaded anew, so the records are kept in memory that httpd
 * retains for the life of its parent process. A record belongs to file, cluster and server, by their names.
 *
 * That memory is malloc's: httpd's pools are destroyed in an order in which a cleanup of ours would run after our code
 * has been unloaded.
 */
#include <stdlib.h>
#include "mod_wlm_state.h"

#define RETAINED_KEY "mod_wlm: records of members"

typedef struct saved_t {
    uint64_t key;                  /* of its slot */
    wlm_shared_member_t record;
} saved_t;

typedef struct retained_t {
    saved_t *members;
    int n;
} retained_t;

/* Work that is under way belongs to the processes of the configuration that ends */
static void copy_record(wlm_shared_member_t *to, const wlm_shared_member_t *from)
{
    uint32_t in_flight = atomic_load(&to->in_flight);

    memcpy((void *)to, (const void *)from, sizeof(*to));
    atomic_store(&to->in_flight, in_flight);
}

void wlm_carry_save(void)
{
    retained_t *retained = ap_retained_data_get(RETAINED_KEY);
    const wlm_slot_table_t *table = wlm_state.members.table;
    uint32_t i;

    if (!retained) {
        retained = ap_retained_data_create(RETAINED_KEY, sizeof(*retained));
    }
    free(retained->members);
    retained->n = 0;
    retained->members = aligned_alloc(_Alignof(saved_t), sizeof(saved_t) * (size_t)(table->capacity + 1));
    for (i = 0; retained->members && i < table->capacity; ++i) {
        if (table->slots[i].key) {
            saved_t *saved = &retained->members[retained->n++];

            saved->key = table->slots[i].key;
            memset(&saved->record, 0, sizeof(saved->record));
            copy_record(&saved->record, wlm_slots_record(&wlm_state.members, (int)i));
        }
    }
}

int wlm_carry_restore(uint64_t key, wlm_shared_member_t *member)
{
    const retained_t *retained = ap_retained_data_get(RETAINED_KEY);
    int i;

    for (i = 0; retained && i < retained->n; ++i) {
        if (retained->members[i].key == key) {
            copy_record(member, &retained->members[i].record);
            return 1;
        }
    }
    return !retained || !retained->n;
}
