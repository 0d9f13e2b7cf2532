/* shared/file_text.h: the plugin-cfg.xml version that is in use, as text, in shared memory. Each process loads its
 * version from this text, not from the file, which may have changed again or be invalid by then.
 *
 * With the text lie the slots of its clusters and members (shared/slots.h), in the order of the file: whoever loads it
 * uses the same ones, and they are in use as long as the text is there, whatever processes there are.
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

/** What a slot is of. */
typedef enum { WLM_SLOT_CLUSTERS, WLM_SLOT_MEMBERS, WLM_SLOT_KINDS } wlm_slot_kind_t;

/** A version that is published. */
typedef struct wlm_published_t {
    uint32_t generation;           /* 1 for the first one of a file, and one more with each; 0: none */
    uint64_t signature;            /* of the file that it was read from; not 0 */
    const char *text;
    size_t length;
    const int *slots[WLM_SLOT_KINDS]; /* of its clusters, of its members */
    int nslots[WLM_SLOT_KINDS];
} wlm_published_t;

/* One of two buffers: the current text stays valid until the next one is complete */
typedef struct wlm_file_text_side_t {
    _Atomic uint64_t signature;    /* 0: there is no text */
    _Atomic uint32_t generation;
    int nslots[WLM_SLOT_KINDS];
    size_t length;
} wlm_file_text_side_t;

/** In shared memory, zeroed. */
typedef struct wlm_file_text_t {
    _Atomic uint32_t current;      /* the side that holds the text; writing this word switches to the other one */
    wlm_file_text_side_t sides[2];
    pthread_mutex_t lock;          /* of all but signatures and generations */
    size_t longest, most_slots;
    int slots[];                   /* of side 0, then of side 1; behind them, the text of side 0, then of side 1 */
} wlm_file_text_t;

/** Bytes of shared memory for texts of up to so many bytes, with up to so many slots of both kinds. */
static inline size_t wlm_file_text_size(size_t longest, size_t most_slots)
{
    return sizeof(wlm_file_text_t) + 2 * (sizeof(int) * most_slots + longest);
}

/** Before there are other processes. @param longest, most_slots  as for wlm_file_text_size() */
void wlm_file_text_make(wlm_file_text_t *text, size_t longest, size_t most_slots);

/** The signature of the text, 0: there is none. No lock. */
uint64_t wlm_file_text_signature(const wlm_file_text_t *text);
/** Its generation, 0: there is no text. No lock. */
uint32_t wlm_file_text_generation(const wlm_file_text_t *text);

/**
 * Replace the text; a process that dies meanwhile leaves the one before.
 * @param version  its generation is the one that it shall replace; it is the new one afterwards
 * @return 0: another one has been published since
 */
int wlm_file_text_put(wlm_file_text_t *text, wlm_published_t *version);

/** A copy of what is published, in p, the text with a NUL behind it. @return 0: there is nothing */
int wlm_file_text_get(wlm_file_text_t *text, wlm_published_t *version, apr_pool_t *p);

/** Set used[slot] to 1 for each slot of a kind that the text has. */
void wlm_file_text_mark(wlm_file_text_t *text, wlm_slot_kind_t kind, unsigned char *used);

#endif
