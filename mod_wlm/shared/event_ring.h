/* shared/event_ring.h: the newest short texts of a kind, each with a time, in a ring in shared memory. Any thread of
 * any process writes and reads, without a lock; a line that is just being written is not read.
 */
#ifndef WLM_SHARED_EVENT_RING_H
#define WLM_SHARED_EVENT_RING_H

#include <stdatomic.h>
#include <stdint.h>
#include "shared/shared_text.h"

/** The newest lines. */
#define WLM_EVENT_RING_LINES 50
typedef struct wlm_event_ring_t {
    _Atomic uint64_t count;        /* of all lines that were ever added */
    wlm_shared_text_t lines[WLM_EVENT_RING_LINES];
} wlm_event_ring_t;

/** Add a line; it replaces the oldest one when the ring is full. @param at  ms since 1970 */
void wlm_event_ring_add(wlm_event_ring_t *ring, uint64_t at, const char *text);

/** Read the n-th newest line, 0: the newest. @return 0: there is none, or it is just being written */
int wlm_event_ring_get(const wlm_event_ring_t *ring, int n, uint64_t *pat, char text[WLM_SHARED_TEXT_SIZE]);

#endif
