/* shared/saved_state.h: the state of members, and the events of clusters and files, as text, which outlives httpd: the
 * file of WLMStateFile. In the parent.
 *
 *     mod_wlm state 2
 *     clock 1000086400000 1764374400000 56021028-be03-4803-9d82-df7b6f5b6163
 *     9f86d081884c7d65 health=7168812 failures=3 requests=4711
 *     6a09e667f3bcc908 events=1764374000000:on%20backup
 *     end 2 9e107d9d372bb6826bd81d3542a419d6
 *
 * Line 1 names the version of the format. Line 2 has the time at which the text was made: by the clock of base/clock.h
 * and by the time of day, both in ms, and the identity of the machine's start from which that clock counts ("-": not
 * known). Times of values are of that clock, those of texts are times of day. Each following line is a member: the key
 * of its slot (shared/slots.h) and its values other than 0 (without requests in flight and samples); or a cluster or a
 * file, by a key of its own, with its events. The last line has the number of these and the MD5 of everything before
 * it: this detects damage; the file's owner and mode must protect it from malice. A reader skips values that it does
 * not know, so that version 2 can get more of them.
 *
 * Version 1, which is still read, has no line 2, and all its times are times of day.
 */
#ifndef WLM_SHARED_SAVED_STATE_H
#define WLM_SHARED_SAVED_STATE_H

#include <apr_pools.h>
#include "base/clock.h"
#include "shared/records.h"

/** The time at which a text is made or read. */
typedef struct wlm_saved_clock_t {
    wlm_moment_t moment;
    char boot[WLM_CLOCK_BOOT_SIZE]; /* wlm_clock_boot() */
} wlm_saved_clock_t;

/** What is to be saved. */
typedef struct wlm_saved_entry_t {
    uint64_t key;                  /* other than 0 */
    const wlm_shared_member_t *member; /* NULL: the next one is saved, of a cluster or a file */
    const wlm_event_ring_t *events;
} wlm_saved_entry_t;

/** A member, or the events of a cluster or a file, in such a text. */
typedef struct wlm_saved_t {
    uint64_t key;
    const char *values, *end;      /* its words, in the text */
    apr_interval_time_t shift;     /* to add to its times */
} wlm_saved_t;

/**
 * Print such a text.
 * @param entries  n of them
 * @param clock    now
 * @return the text, with a NUL behind it, in p
 */
const char *wlm_saved_print(const wlm_saved_entry_t *entries, int n, const wlm_saved_clock_t *clock,
                            apr_size_t *plength, apr_pool_t *p);

/**
 * Parse such a text; an error anywhere makes all of it invalid.
 * @param text    with a NUL at text[length]; must live as long as *psaved
 * @param psaved  *pn members, clusters and files, in p
 * @param clock   now. Within one start of the machine times keep their values, even if the time of day was set. After
 *                another start they are shifted by the age of the text, which is computed from the time of day; if that
 *                was set back the age is 0
 * @return NULL, or what is wrong with the text, in p
 */
const char *wlm_saved_parse(wlm_saved_t **psaved, int *pn, const char *text, apr_size_t length,
                            const wlm_saved_clock_t *clock, apr_pool_t *p);

/** Store the values of a member in a zeroed record. */
void wlm_saved_restore(wlm_shared_member_t *record, const wlm_saved_t *saved);

/** Add the events of a cluster or a file to a zeroed ring. */
void wlm_saved_restore_events(wlm_event_ring_t *events, const wlm_saved_t *saved);

#endif
