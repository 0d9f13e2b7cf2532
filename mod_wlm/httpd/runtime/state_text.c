/* The state of all members, and the events of all clusters and files, as text (shared/saved_state.h). Runs in the
 * parent. */
#include "base/hash.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/state_text.h"

wlm_saved_clock_t wlm_state_text_clock(void)
{
    wlm_saved_clock_t clock = { .moment = wlm_moment() };

    wlm_clock_boot(clock.boot);
    return clock;
}

uint64_t wlm_state_text_key(const wlm_file_t *file)
{
    return wlm_hash_key(file->path);
}

/* Those that are in use. @return how many */
static int add_slots(wlm_saved_entry_t *entries, wlm_slots_t *slots, int are_members, apr_pool_t *p)
{
    const wlm_slot_table_t *table = slots->table;
    const unsigned char *used;
    uint32_t i;
    int n = 0;

    used = wlm_slots_used(slots, &n, p);
    for (i = 0, n = 0; i < table->capacity; ++i) {
        const void *record = wlm_slots_record(slots, (int)i);

        if (used[i] && table->slots[i].key) {
            entries[n].key = table->slots[i].key;
            entries[n].member = are_members ? record : NULL;
            entries[n++].events = are_members ? NULL : &((const wlm_shared_cluster_t *)record)->events;
        }
    }
    return n;
}

static int add_files(wlm_saved_entry_t *entries)
{
    const apr_array_header_t *files = wlm_files();
    int i;

    for (i = 0; i < files->nelts; ++i) {
        const wlm_file_t *file = APR_ARRAY_IDX(files, i, wlm_file_t *);

        entries[i] = (wlm_saved_entry_t){ wlm_state_text_key(file), NULL, &wlm_segment.files[file->number].events };
    }
    return files->nelts;
}

const char *wlm_state_text(apr_size_t *plength, apr_pool_t *p)
{
    wlm_saved_clock_t clock = wlm_state_text_clock();
    wlm_saved_entry_t *entries = apr_palloc(p, sizeof(*entries) * (wlm_segment.members.table->capacity
                                                                   + wlm_segment.clusters.table->capacity
                                                                   + (apr_size_t)wlm_files()->nelts));
    int n = add_slots(entries, &wlm_segment.members, 1, p);

    n += add_slots(entries + n, &wlm_segment.clusters, 0, p);
    n += add_files(entries + n);
    return wlm_saved_print(entries, n, &clock, plength, p);
}
