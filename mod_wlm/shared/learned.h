/* shared/learned.h: the table of WLMAffinity Learn: which member has begun which session, in memory that all processes
 * share. Not who asks for a session but who answers it fills the table: a look-up adds nothing.
 *
 * A session is one word of 64 bits that is read and replaced as a whole, without a lock. So a process that is killed
 * leaves each word as it was or as it was to become. Of the session there is a keyed hash, not its value:
 *
 *     <27 bits of the hash> <20 bits: code of the member> <1 bit: a request has used it> <16 bits: last use>
 *
 * The hash also selects two buckets of 8 words, each a cache line; a new session takes a free place in the one that has
 * more of them. Where both are full it takes the place of what has not been used for so long that it has expired; where
 * there is none, of the session that no request has ever used and that is the oldest; then of the one whose last use is
 * longest ago. So clients that begin sessions and never come back replace each other's only. Two values whose hashes
 * are the same by chance are taken for the same session: of 8 million values that were never learned about one.
 *
 * Times are in units of 16 s, modulo 2^16: a word that is not used for 12 days would look new again, so
 * wlm_learned_sweep() removes it long before.
 */
#ifndef WLM_SHARED_LEARNED_H
#define WLM_SHARED_LEARNED_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <apr_time.h>

#define WLM_LEARNED_CODES (1u << 20) /* codes of members are below */
#define WLM_LEARNED_REFRESH apr_time_from_sec(256)
#define WLM_LEARNED_EXPIRY_MAX apr_time_from_sec(7 * 24 * 3600)

/** The table; made by the parent before there are children that use it. Any thread of any process may find and put. */
typedef struct wlm_learned_t wlm_learned_t;

typedef enum {
    WLM_LEARNED_KNOWN,             /* the session was there, with this member */
    WLM_LEARNED_NEW,               /* it is there now, or has another member now */
    WLM_LEARNED_EVICTED            /* as NEW, and one that had not expired had to go for it */
} wlm_learned_put_t;

/** The bytes of a table that has room for as many words as `bytes` have, and its head. */
size_t wlm_learned_size(size_t bytes);

/** Make an empty table in zeroed memory of wlm_learned_size(bytes), aligned to a cache line.
 *  @param secret  random, the key of its hashes */
void wlm_learned_make(wlm_learned_t *table, size_t bytes, const unsigned char secret[16]);

/** How many bytes it was made for. */
size_t wlm_learned_bytes(const wlm_learned_t *table);

/** The hash of a session's value. @param scope  which cluster's, and from which place of its messages */
uint64_t wlm_learned_hash(const wlm_learned_t *table, uint64_t scope, const char *value, size_t len);

/** The code of the member that has the session; this is a use of the session.
 *  @param expiry    how long a session lasts without use
 *  @param pis_due   1: the first use within WLM_LEARNED_REFRESH, so that who else has it hears of it; NULL is fine
 *  @return -1: the session is not known, or has expired */
int wlm_learned_find(wlm_learned_t *table, uint64_t hash, apr_time_t now, apr_interval_time_t expiry, int *pis_due);

/** The member with this code has the session now. */
wlm_learned_put_t wlm_learned_put(wlm_learned_t *table, uint64_t hash, uint32_t code, apr_time_t now,
                                  apr_interval_time_t expiry);

/** Remove expired sessions in the next part of the table; 512 calls are the whole. One process at a time. */
void wlm_learned_sweep(wlm_learned_t *table, apr_time_t now, apr_interval_time_t expiry);

/** How many sessions there are; of a table of more than 1 MiB about: of which a part is looked at. */
size_t wlm_learned_count(const wlm_learned_t *table);
/** How many there is room for. */
size_t wlm_learned_capacity(const wlm_learned_t *table);

/** Has anything changed since this was asked last? One process at a time. */
int wlm_learned_take_changed(wlm_learned_t *table);

/** Move all times, of a table that was read from a file and that no other process uses yet. */
void wlm_learned_shift(wlm_learned_t *table, apr_interval_time_t by);

/** Are these bytes, of a file perhaps, a table that was made for so many bytes by this version of the module? */
int wlm_learned_is_valid(const void *image, size_t size, size_t bytes);

#endif
