/* FNV-1a over texts, on any thread. */
#include "base/hash.h"

uint64_t wlm_hash_add(uint64_t hash, const char *text)
{
    for (; text && *text; ++text) {
        hash = wlm_hash_byte(hash, *text);
    }
    return hash;
}

uint64_t wlm_hash_key(const char *text)
{
    uint64_t hash = wlm_hash_add(WLM_HASH_START, text);

    return hash ? hash : 1;
}
