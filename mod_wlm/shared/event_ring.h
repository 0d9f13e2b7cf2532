/* shared/event_ring.h: a short text with a time, in shared memory, that any process writes and any process reads
 * without a lock.
 *
 * A reader that meets a writer gets nothing, rather than half a text. (Two writers of one line at the same moment would
 * mix their texts: the lines of a ring are written in turn, and a member's others when a person or a fault has changed
 * it.)
 */
#ifndef WLM_SHARED_EVENT_RING_H
#define WLM_SHARED_EVENT_RING_H

#include <stdatomic.h>
#include <stdint.h>

#define WLM_SHARED_TEXT_WORDS 10
#define WLM_SHARED_TEXT_SIZE  (8 * WLM_SHARED_TEXT_WORDS) /* of a text with its NUL */

/** In shared memory; all zero: there is no text. */
typedef struct wlm_shared_text_t {
    _Atomic uint64_t sequence;     /* odd: it is being written */
    _Atomic uint64_t at;           /* ms since 1970 */
    _Atomic uint64_t words[WLM_SHARED_TEXT_WORDS];
} wlm_shared_text_t;

/** Write. A longer text is cut, between two characters of UTF-8. */
void wlm_shared_text_put(wlm_shared_text_t *line, uint64_t at, const char *text);

/** Read. @return 0: there is none, or it is just being written */
int wlm_shared_text_get(const wlm_shared_text_t *line, uint64_t *pat, char text[WLM_SHARED_TEXT_SIZE]);

/** The last lines of many. */
#define WLM_EVENT_RING_LINES 50
typedef struct wlm_event_ring_t {
    _Atomic uint64_t count;        /* how many have been added ever */
    wlm_shared_text_t lines[WLM_EVENT_RING_LINES];
} wlm_event_ring_t;

void wlm_event_ring_add(wlm_event_ring_t *ring, uint64_t at, const char *text);

/** The n-th last one, 0: the last. @return 0: there is none, or it is just being written */
int wlm_event_ring_get(const wlm_event_ring_t *ring, int n, uint64_t *pat, char text[WLM_SHARED_TEXT_SIZE]);

#endif
