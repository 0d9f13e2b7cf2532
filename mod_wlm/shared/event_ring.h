/* shared/event_ring.h: a short text with a time, in shared memory, that any process writes and any process reads without a lock.
 *
 * A reader that meets a writer gets nothing, rather than half a text. (Two writers of one line at the same moment would mix
 * their texts: the lines of a ring are written in turn, and a member's others when a person or a fault has changed it.)
 */
#ifndef WLM_LINE_H
#define WLM_LINE_H

#include <stdatomic.h>
#include <stdint.h>

#define WLM_LINE_WORDS 10
#define WLM_LINE_SIZE  (8 * WLM_LINE_WORDS) /* of a text with its NUL */

/** In shared memory; all zero: there is no text. */
typedef struct wlm_line_t {
    _Atomic uint64_t sequence;     /* odd: it is being written */
    _Atomic uint64_t at;           /* ms since 1970 */
    _Atomic uint64_t words[WLM_LINE_WORDS];
} wlm_line_t;

/** Write. A longer text is cut, between two characters of UTF-8. */
void wlm_line_put(wlm_line_t *line, uint64_t at, const char *text);

/** Read. @return 0: there is none, or it is just being written */
int wlm_line_get(const wlm_line_t *line, uint64_t *pat, char text[WLM_LINE_SIZE]);

/** The last lines of many. */
#define WLM_RING_LINES 50
typedef struct wlm_ring_t {
    _Atomic uint64_t count;        /* how many have been added ever */
    wlm_line_t lines[WLM_RING_LINES];
} wlm_ring_t;

void wlm_ring_add(wlm_ring_t *ring, uint64_t at, const char *text);

/** The n-th last one, 0: the last. @return 0: there is none, or it is just being written */
int wlm_ring_get(const wlm_ring_t *ring, int n, uint64_t *pat, char text[WLM_LINE_SIZE]);

#endif
