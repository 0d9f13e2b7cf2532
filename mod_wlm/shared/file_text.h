/* shared/file_text.h: the text of the plugin-cfg.xml version that is in use, in shared memory. Each process loads its
 * version from this text, not from the file, which may have changed again or be invalid by then.
 *
 * Its robust mutex is held while the text is copied, by a process that publishes or loads a version, never by a
 * request.
 */
#ifndef WLM_SHARED_FILE_TEXT_H
#define WLM_SHARED_FILE_TEXT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <apr_pools.h>

/* One of two buffers: the current text stays valid until the next one is complete */
typedef struct wlm_file_text_side_t {
    _Atomic uint64_t signature;    /* of the file that it was read from; 0: there is no text */
    size_t length;
} wlm_file_text_side_t;

/** In shared memory, zeroed. */
typedef struct wlm_file_text_t {
    _Atomic uint32_t current;      /* the side that holds the text; writing this word switches to the other one */
    wlm_file_text_side_t sides[2];
    pthread_mutex_t lock;          /* of all but the signatures */
    size_t longest;
    char bytes[];                  /* of side 0, then of side 1 */
} wlm_file_text_t;

/** Bytes of shared memory for texts of up to so many bytes. */
static inline size_t wlm_file_text_size(size_t longest)
{
    return sizeof(wlm_file_text_t) + 2 * longest;
}

/** Before there are other processes. @param longest  as for wlm_file_text_size() */
void wlm_file_text_make(wlm_file_text_t *text, size_t longest);

/** The signature of the text, 0: there is none. No lock. */
uint64_t wlm_file_text_signature(const wlm_file_text_t *text);

/** Replace the text; a process that dies meanwhile leaves the one before. @param length  not above `longest` */
void wlm_file_text_put(wlm_file_text_t *text, uint64_t signature, const char *bytes, size_t length);

/** A copy of the text, with a NUL behind it. @return NULL when there is none */
const char *wlm_file_text_get(wlm_file_text_t *text, uint64_t *psignature, size_t *plength, apr_pool_t *p);

#endif
