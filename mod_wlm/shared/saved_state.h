/* shared/saved_state.h: what is known of members, as text that outlives httpd: the file of WLMStateFile.
 *
 *     mod_wlm state 2
 *     clock 1000086400000 1764374400000 56021028-be03-4803-9d82-df7b6f5b6163
 *     9f86d081884c7d65 health=7168812 failures=3 requests=4711
 *     end 1 9e107d9d372bb6826bd81d3542a419d6
 *
 * The first line names the version of the format, the second tells when the text was made: by the clock of
 * base/clock.h, by the time of day, both in ms, and since which start of the machine the former counts ("-": not
 * known). Times of values are of that clock, those of texts are times of day. Then comes a line for each member:
 * the key of its slot (shared/slots.h) and those of its values that are not 0 (what is in flight, and the samples of
 * the last minutes, are not among them). The last line has their number and the MD5 of all that stands before it:
 * against damage, not against malice, which has to be kept out by the file's owner and mode. A reader skips values that
 * it does not know, so that a version 2 can have more of them later.
 *
 * In version 1, which is still read, there is no second line, and all times are times of day.
 */
#ifndef WLM_SHARED_SAVED_STATE_H
#define WLM_SHARED_SAVED_STATE_H

#include <apr_pools.h>
#include "base/clock.h"
#include "shared/records.h"

/** When a text is made, or read. */
typedef struct wlm_saved_clock_t {
    wlm_moment_t moment;
    char boot[WLM_CLOCK_BOOT_SIZE]; /* wlm_clock_boot() */
} wlm_saved_clock_t;

/** A member of such a text: the key of its slot, where its values stand, and by how much its times are to be moved. */
typedef struct wlm_saved_t {
    uint64_t key;
    const char *values, *end;
    apr_interval_time_t shift;
} wlm_saved_t;

/**
 * @param records, keys  n of them
 * @param clock          now
 * @return the text, with a NUL behind it, in p
 */
const char *wlm_saved_print(const wlm_shared_member_t *const *records, const uint64_t *keys, int n,
                            const wlm_saved_clock_t *clock, apr_size_t *plength, apr_pool_t *p);

/**
 * Look at such a text; all of it can be used, or nothing.
 * @param text    with a NUL at text[length]; must live as long as *psaved
 * @param psaved  *pn members, in p
 * @param clock   now. As long as the machine has not started anew times are what they were, however the time of day was
 *                set. After a start the time of day tells how long ago the text was made; should it have been set back,
 *                that was now
 * @return NULL, or what is wrong with the text, in p
 */
const char *wlm_saved_parse(wlm_saved_t **psaved, int *pn, const char *text, apr_size_t length,
                            const wlm_saved_clock_t *clock, apr_pool_t *p);

/** Put the values of a member into a zeroed record. */
void wlm_saved_restore(wlm_shared_member_t *record, const wlm_saved_t *saved);

#endif
