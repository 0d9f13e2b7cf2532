/* base/hash.h: the 64 bit hash FNV-1a, for tables and keys, not against attackers who choose what is hashed.
 *
 * A hash begins as WLM_HASH_START and goes on piece by piece. All functions are pure; any thread may call them. */
#ifndef WLM_BASE_HASH_H
#define WLM_BASE_HASH_H

#include <stdint.h>

#define WLM_HASH_START UINT64_C(14695981039346656037)
#define WLM_HASH_PRIME UINT64_C(1099511628211)

/** One step with a whole word, where speed counts more than the algorithm's own values: they are defined for bytes. */
static inline uint64_t wlm_hash_word(uint64_t hash, uint64_t word)
{
    return (hash ^ word) * WLM_HASH_PRIME;
}

/** The next byte. */
static inline uint64_t wlm_hash_byte(uint64_t hash, char byte)
{
    return wlm_hash_word(hash, (unsigned char)byte);
}

/** The bytes of a text, without its NUL. NULL counts as "". */
uint64_t wlm_hash_add(uint64_t hash, const char *text);

/** The key of a text. Never 0; two texts have the same one by a chance of 1 in 2^64. */
uint64_t wlm_hash_key(const char *text);

#endif
