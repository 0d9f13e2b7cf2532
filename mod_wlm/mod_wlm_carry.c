/* What is known of members outlives a restart of the configuration, graceful or not: mod_slotmem_shm begins each
 * configuration with cleared memory, and the module itself is loaded anew, so the records are kept in memory that httpd
 * retains for the life of its parent process. A record belongs to file, cluster and server, by their names. So are the
 * texts of the files, for a restart that finds a bad one.
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

typedef struct saved_text_t {
    char *path, *bytes;
    apr_size_t length;
    uint64_t signature;
} saved_text_t;

typedef struct retained_t {
    saved_t *members;
    int n;
    saved_text_t *texts;
    int ntexts;
} retained_t;

/* Work that is under way belongs to the processes of the configuration that ends */
static void copy_record(wlm_shared_member_t *to, const wlm_shared_member_t *from)
{
    uint32_t in_flight = atomic_load(&to->in_flight);

    memcpy((void *)to, (const void *)from, sizeof(*to));
    atomic_store(&to->in_flight, in_flight);
}

static void save_members(retained_t *retained)
{
    const wlm_slot_table_t *table = wlm_state.members.table;
    uint32_t i;

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

static void forget_texts(retained_t *retained)
{
    int i;

    for (i = 0; i < retained->ntexts; ++i) {
        free(retained->texts[i].path);
        free(retained->texts[i].bytes);
    }
    free(retained->texts);
    retained->texts = NULL;
    retained->ntexts = 0;
}

static void save_text(saved_text_t *saved, const wlm_file_t *file, apr_pool_t *ptemp)
{
    const char *bytes = wlm_text_get(wlm_state_text(file), &saved->signature, &saved->length, ptemp);

    saved->path = strdup(file->path);
    saved->bytes = bytes ? malloc(saved->length + 1) : NULL;
    if (saved->bytes) {
        memcpy(saved->bytes, bytes, saved->length + 1);
    }
}

static void save_texts(retained_t *retained)
{
    const apr_array_header_t *files = wlm_config_files();
    apr_pool_t *ptemp;

    forget_texts(retained);
    retained->texts = calloc((size_t)files->nelts, sizeof(*retained->texts));
    apr_pool_create(&ptemp, NULL);
    for (; retained->texts && retained->ntexts < files->nelts; ++retained->ntexts) {
        save_text(&retained->texts[retained->ntexts], APR_ARRAY_IDX(files, retained->ntexts, wlm_file_t *), ptemp);
    }
    apr_pool_destroy(ptemp);
}

void wlm_carry_save(void)
{
    retained_t *retained = ap_retained_data_get(RETAINED_KEY);

    if (!retained) {
        retained = ap_retained_data_create(RETAINED_KEY, sizeof(*retained));
    }
    save_members(retained);
    save_texts(retained);
}

const char *wlm_carry_text(const char *path, uint64_t *psignature, apr_size_t *plength)
{
    const retained_t *retained = ap_retained_data_get(RETAINED_KEY);
    int i;

    for (i = 0; retained && i < retained->ntexts; ++i) {
        const saved_text_t *saved = &retained->texts[i];
        if (saved->bytes && saved->path && strcmp(saved->path, path) == 0) {
            *psignature = saved->signature;
            *plength = saved->length;
            return saved->bytes;
        }
    }
    return NULL;
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
