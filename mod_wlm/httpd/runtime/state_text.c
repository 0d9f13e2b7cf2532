/* The state of all members as text (shared/saved_state.h). Runs in the parent. */
#include "httpd/runtime/segment.h"
#include "httpd/runtime/state_text.h"

wlm_saved_clock_t wlm_state_text_clock(void)
{
    wlm_saved_clock_t clock = { .moment = wlm_moment() };

    wlm_clock_boot(clock.boot);
    return clock;
}

const char *wlm_state_text(apr_size_t *plength, apr_pool_t *p)
{
    const wlm_slot_table_t *table = wlm_segment.members.table;
    const wlm_shared_member_t **records = apr_palloc(p, sizeof(*records) * table->capacity);
    uint64_t *keys = apr_palloc(p, sizeof(*keys) * table->capacity);
    wlm_saved_clock_t clock = wlm_state_text_clock();
    const unsigned char *used;
    uint32_t i;
    int n = 0;

    used = wlm_slots_used(&wlm_segment.members, &n, p);
    for (i = 0, n = 0; i < table->capacity; ++i) {
        if (used[i] && table->slots[i].key) {
            keys[n] = table->slots[i].key;
            records[n++] = wlm_slots_record(&wlm_segment.members, (int)i);
        }
    }
    return wlm_saved_print(records, keys, n, &clock, plength, p);
}
