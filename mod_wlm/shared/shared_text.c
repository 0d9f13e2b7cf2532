/* A short text in shared memory behind a sequence lock. Any thread of any process; readers take no lock and do not
 * wait. */
#include <string.h>
#include <apr_strings.h>
#include "base/utf8.h"
#include "shared/shared_text.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* @param to  WLM_SHARED_TEXT_SIZE zeros */
static void copy(char *to, const char *text)
{
    size_t length = strlen(text), fitting;

    if (length < WLM_SHARED_TEXT_SIZE) {
        memcpy(to, text, length);
        return;
    }
    fitting = wlm_utf8_fitting(text, WLM_SHARED_TEXT_SIZE - sizeof(ELLIPSIS));
    memcpy(to, text, fitting);
    memcpy(to + fitting, ELLIPSIS, sizeof(ELLIPSIS) - 1);
}

void wlm_shared_text_put_as(wlm_shared_text_t *line, uint64_t at, const char *text, uint64_t sequence)
{
    uint64_t words[WLM_SHARED_TEXT_WORDS] = { 0 };
    int i;

    copy((char *)words, text);
    atomic_fetch_or(&line->sequence, 1);
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&line->at, at, memory_order_relaxed);
    for (i = 0; i < WLM_SHARED_TEXT_WORDS; ++i) {
        atomic_store_explicit(&line->words[i], words[i], memory_order_relaxed);
    }
    atomic_store(&line->sequence, sequence);
}

void wlm_shared_text_put(wlm_shared_text_t *line, uint64_t at, const char *text)
{
    wlm_shared_text_put_as(line, at, text, (atomic_load(&line->sequence) | 1) + 1);
}

int wlm_shared_text_get(const wlm_shared_text_t *line, uint64_t *pat, char text[WLM_SHARED_TEXT_SIZE])
{
    uint64_t sequence = atomic_load(&line->sequence), words[WLM_SHARED_TEXT_WORDS];
    int i;

    if (!sequence || (sequence & 1)) {
        return 0;
    }
    *pat = atomic_load_explicit(&line->at, memory_order_relaxed);
    for (i = 0; i < WLM_SHARED_TEXT_WORDS; ++i) {
        words[i] = atomic_load_explicit(&line->words[i], memory_order_relaxed);
    }
    atomic_thread_fence(memory_order_acquire);
    memcpy(text, words, WLM_SHARED_TEXT_SIZE);
    text[WLM_SHARED_TEXT_SIZE - 1] = '\0';
    return atomic_load(&line->sequence) == sequence;
}

const char *wlm_shared_text_dup(const wlm_shared_text_t *line, uint64_t *pat, apr_pool_t *p)
{
    char text[WLM_SHARED_TEXT_SIZE];

    *pat = 0;
    return wlm_shared_text_get(line, pat, text) && *text ? apr_pstrdup(p, text) : NULL;
}
