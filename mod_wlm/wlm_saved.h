/* wlm_saved.h: what is known of members, as text that outlives httpd: the file of WLMStateFile.
 *
 *     mod_wlm state 1
 *     9f86d081884c7d65 health=7168812 failures=3 requests=4711
 *     end 1 9e107d9d372bb6826bd81d3542a419d6
 *
 * The first line names the version of the format, then comes a line for each member: the key of its slot (wlm_slots.h)
 * and those of its values that are not 0 (what is in flight, and the samples of the last minutes, are
 * not among them). The last line has their number and the MD5 of all that stands before it: against
 * damage, not against malice, which has to be kept out by the file's owner and mode. A reader skips values that it
 * does not know, so that a version 1 can have more of them later.
 */
#ifndef WLM_SAVED_H
#define WLM_SAVED_H

#include <apr_pools.h>
#include "wlm_shared.h"

/** A member of such a text: the key of its slot, and where its values stand. */
typedef struct wlm_saved_t {
    uint64_t key;
    const char *values, *end;
} wlm_saved_t;

/**
 * @param records, keys  n of them
 * @return the text, with a NUL behind it, in p
 */
const char *wlm_saved_print(const wlm_shared_member_t *const *records, const uint64_t *keys, int n, apr_size_t *plength,
                            apr_pool_t *p);

/**
 * Look at such a text; all of it can be used, or nothing.
 * @param text    with a NUL at text[length]; must live as long as *psaved
 * @param psaved  *pn members, in p
 * @return NULL, or what is wrong with the text, in p
 */
const char *wlm_saved_parse(wlm_saved_t **psaved, int *pn, const char *text, apr_size_t length, apr_pool_t *p);

/** Put the values of a member into a zeroed record. */
void wlm_saved_restore(wlm_shared_member_t *record, const wlm_saved_t *saved);

#endif
