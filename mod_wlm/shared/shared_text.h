/* shared/shared_text.h: a short text with a time in shared memory. Any thread of any process writes and reads, without
 * a lock.
 *
 * A read during a write returns no text, rather than half of one. (Two writers of one text at the same moment would mix
 * their texts. The lines of a ring are written in turn; the single texts of a member are written by administrators and
 * on faults, so rarely that this is accepted.)
 */
#ifndef WLM_SHARED_SHARED_TEXT_H
#define WLM_SHARED_SHARED_TEXT_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_pools.h>

#define WLM_SHARED_TEXT_WORDS 10
#define WLM_SHARED_TEXT_SIZE  (8 * WLM_SHARED_TEXT_WORDS) /* of a text with its NUL */

/** In shared memory; all zero: there is no text. */
typedef struct wlm_shared_text_t {
    _Atomic uint64_t sequence;     /* odd: it is being written */
    _Atomic uint64_t at;           /* ms since 1970 */
    _Atomic uint64_t words[WLM_SHARED_TEXT_WORDS];
} wlm_shared_text_t;

/** Write a text; one that is too long is truncated between two characters of UTF-8, and ends with an
 *  ellipsis then. @param at  ms since 1970 */
void wlm_shared_text_put(wlm_shared_text_t *line, uint64_t at, const char *text);
/** The same. @param sequence  its value when the text is complete: even, and different from the one before */
void wlm_shared_text_put_as(wlm_shared_text_t *line, uint64_t at, const char *text, uint64_t sequence);

/** Read. @return 0: there is none, or it is just being written */
int wlm_shared_text_get(const wlm_shared_text_t *line, uint64_t *pat, char text[WLM_SHARED_TEXT_SIZE]);

/** Read into p. @param pat  gets the time, also that of an empty text; 0: there is none
 *  @return NULL: there is none, it is empty, or it is just being written */
const char *wlm_shared_text_dup(const wlm_shared_text_t *line, uint64_t *pat, apr_pool_t *p);

#endif
