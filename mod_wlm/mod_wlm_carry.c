/* What is known of members outlives a restart of the configuration, graceful or not: mod_slotmem_shm begins each
 * configuration with cleared memory, and the module itself is loaded anew, so the records are kept in memory that httpd
 * retains for the life of its parent process. A record belongs to file, cluster and server, by their names.
 *
 * That memory is malloc's: httpd's pools are destroyed in an order in which a cleanup of ours would run after our code
 * has been unloaded.
 */
#include <stdlib.h>
#include <apr_strings.h>
#include "mod_wlm.h"

#define RETAINED_KEY "mod_wlm: records of members"

typedef struct saved_t {
    char *name;
    wlm_shared_member_t record;
} saved_t;

typedef struct retained_t {
    saved_t *members;
    int n;
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

/* -- at the end of a configuration ----------------------------------------------------- */

static void forget_all(retained_t *retained)
{
    while (retained->n > 0) {
        free(retained->members[--retained->n].name);
    }
    free(retained->members);
    retained->members = NULL;
}

static int count_members(void)
{
    int f, n = 0;

    for (f = 0; f < wlm_config_files()->nelts; ++f) {
        const wlm_snapshot_t *snapshot = APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *)->snapshot;
        n += snapshot ? snapshot->nmembers : 0;
    }
    return n;
}

static void save_cluster(retained_t *retained, const wlm_file_t *file, const wlm_cluster_t *cluster, apr_pool_t *ptemp)
{
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        saved_t *saved = &retained->members[retained->n];

        saved->name = strdup(name_of(file, &cluster->members[m], ptemp));
        if (saved->name) {
            memset(&saved->record, 0, sizeof(saved->record));
            copy_record(&saved->record, cluster->members[m].shared);
            retained->n++;
        }
    }
}

void wlm_carry_save(apr_pool_t *ptemp)
{
    retained_t *retained = ap_retained_data_get(RETAINED_KEY);
    int f, c;

    if (!retained) {
        retained = ap_retained_data_create(RETAINED_KEY, sizeof(*retained));
    }
    forget_all(retained);
    retained->members = aligned_alloc(_Alignof(saved_t), sizeof(saved_t) * (size_t)(count_members() + 1));
    for (f = 0; retained->members && f < wlm_config_files()->nelts; ++f) {
        const wlm_file_t *file = APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *);

        for (c = 0; file->snapshot && c < file->snapshot->nclusters; ++c) {
            save_cluster(retained, file, file->snapshot->clusters[c], ptemp);
        }
    }
}

/* -- at the beginning of the next one ----------------------------------------------------- */

static const wlm_shared_member_t *find(const retained_t *retained, const char *name)
{
    int i;

    for (i = 0; i < retained->n; ++i) {
        if (strcmp(retained->members[i].name, name) == 0) {
            return &retained->members[i].record;
        }
    }
    return NULL;
}

/* A member that was not there before comes as one that is back: with slow start, if that is on */
static void restore_cluster(const retained_t *retained, const wlm_file_t *file, wlm_cluster_t *cluster, apr_pool_t *ptemp)
{
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        wlm_member_t *member = &cluster->members[m];
        const wlm_shared_member_t *was = find(retained, name_of(file, member, ptemp));

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

    for (f = 0; retained && f < wlm_config_files()->nelts; ++f) {
        const wlm_file_t *file = APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *);

        for (c = 0; c < file->snapshot->nclusters; ++c) {
            restore_cluster(retained, file, file->snapshot->clusters[c], ptemp);
        }
    }
}
