/* What is known of members outlives a restart of the configuration, graceful or not: mod_slotmem_shm begins each
 * configuration with cleared memory, and the module itself is loaded anew, so the records are kept in memory that httpd
 * retains for the life of its parent process. A record belongs to file, cluster and server, by their names.
 */
#include <apr_strings.h>
#include "mod_wlm.h"

#define RETAINED_KEY "mod_wlm: records of members"

typedef struct retained_t {
    apr_pool_t *pool;
    apr_hash_t *members;           /* name -> wlm_shared_member_t *, a copy */
} retained_t;

static char *name_of(const wlm_file_t *file, const wlm_member_t *member, apr_pool_t *p)
{
    return apr_pstrcat(p, file->path, "\n", member->cluster->cfg->name, "\n", member->cfg->name, NULL);
}

/* Work that is under way belongs to the processes of the configuration that ends */
static void copy_record(wlm_shared_member_t *to, const wlm_shared_member_t *from)
{
    uint32_t in_flight = atomic_load(&to->in_flight);

    memcpy((void *)to, (const void *)from, sizeof(*to));
    atomic_store(&to->in_flight, in_flight);
}

static void save_cluster(retained_t *retained, const wlm_file_t *file, const wlm_cluster_t *cluster)
{
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        const wlm_member_t *member = &cluster->members[m];
        wlm_shared_member_t *copy = apr_pcalloc(retained->pool, sizeof(*copy));

        copy_record(copy, member->shared);
        apr_hash_set(retained->members, name_of(file, member, retained->pool), APR_HASH_KEY_STRING, copy);
    }
}

void wlm_carry_save(apr_pool_t *process_pool)
{
    retained_t *retained = ap_retained_data_get(RETAINED_KEY);
    int f, c;

    if (!retained) {
        retained = ap_retained_data_create(RETAINED_KEY, sizeof(*retained));
    }
    if (retained->pool) {
        apr_pool_destroy(retained->pool);
    }
    apr_pool_create(&retained->pool, process_pool);
    retained->members = apr_hash_make(retained->pool);
    for (f = 0; f < wlm_config_files()->nelts; ++f) {
        const wlm_file_t *file = APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *);

        for (c = 0; file->snapshot && c < file->snapshot->nclusters; ++c) {
            save_cluster(retained, file, file->snapshot->clusters[c]);
        }
    }
}

/* A member that was not there before comes as one that is back: with slow start, if that is on */
static void restore_cluster(const retained_t *retained, const wlm_file_t *file, wlm_cluster_t *cluster, apr_pool_t *ptemp)
{
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        wlm_member_t *member = &cluster->members[m];
        const wlm_shared_member_t *was = apr_hash_get(retained->members, name_of(file, member, ptemp), APR_HASH_KEY_STRING);

        if (was) {
            copy_record(member->shared, was);
        }
        else {
            atomic_store(&member->shared->up_since, (uint64_t)apr_time_as_msec(apr_time_now()));
        }
    }
}

void wlm_carry_restore(apr_pool_t *ptemp)
{
    const retained_t *retained = ap_retained_data_get(RETAINED_KEY);
    int f, c;

    for (f = 0; retained && retained->members && f < wlm_config_files()->nelts; ++f) {
        const wlm_file_t *file = APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *);

        for (c = 0; c < file->snapshot->nclusters; ++c) {
            restore_cluster(retained, file, file->snapshot->clusters[c], ptemp);
        }
    }
}
