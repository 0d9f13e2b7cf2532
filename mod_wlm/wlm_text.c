#include <string.h>
#include <apr_strings.h>
#include "wlm_mutex.h"
#include "wlm_text.h"

void wlm_text_make(wlm_text_t *text)
{
    wlm_mutex_make(&text->lock);
}

void wlm_text_put(wlm_text_t *text, uint64_t signature, const char *bytes, size_t length)
{
    wlm_mutex_lock(&text->lock); /* one that died while it wrote has left signature 0: no text */
    atomic_store(&text->signature, 0);
    memcpy(text->bytes, bytes, length);
    text->length = length;
    atomic_store(&text->signature, signature);
    wlm_mutex_unlock(&text->lock);
}

const char *wlm_text_get(wlm_text_t *text, uint64_t *psignature, size_t *plength, apr_pool_t *p)
{
    const char *copy = NULL;

    wlm_mutex_lock(&text->lock);
    *psignature = atomic_load(&text->signature);
    if (*psignature) {
        copy = apr_pstrmemdup(p, text->bytes, text->length);
        *plength = text->length;
    }
    wlm_mutex_unlock(&text->lock);
    return copy;
}
