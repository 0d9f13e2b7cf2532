/* The published text of a file: two buffers, of which one word names the current one. Any process; the mutex is held
 * while bytes are copied. */
#include <string.h>
#include <apr_strings.h>
#include "shared/robust_mutex.h"
#include "shared/file_text.h"

void wlm_file_text_make(wlm_file_text_t *text, size_t longest)
{
    wlm_robust_mutex_make(&text->lock);
    text->longest = longest;
}

uint64_t wlm_file_text_signature(const wlm_file_text_t *text)
{
    return atomic_load(&text->sides[atomic_load(&text->current)].signature);
}

void wlm_file_text_put(wlm_file_text_t *text, uint64_t signature, const char *bytes, size_t length)
{
    uint32_t other;

    wlm_robust_mutex_lock(&text->lock); /* a writer that died has not switched `current`: nothing to repair */
    other = !atomic_load(&text->current);
    memcpy(text->bytes + other * text->longest, bytes, length);
    text->sides[other].length = length;
    atomic_store(&text->sides[other].signature, signature);
    atomic_store(&text->current, other);
    wlm_robust_mutex_unlock(&text->lock);
}

const char *wlm_file_text_get(wlm_file_text_t *text, uint64_t *psignature, size_t *plength, apr_pool_t *p)
{
    const char *copy = NULL;
    uint32_t current;

    wlm_robust_mutex_lock(&text->lock);
    current = atomic_load(&text->current);
    *psignature = atomic_load(&text->sides[current].signature);
    if (*psignature) {
        *plength = text->sides[current].length;
        copy = apr_pstrmemdup(p, text->bytes + current * text->longest, *plength);
    }
    wlm_robust_mutex_unlock(&text->lock);
    return copy;
}
