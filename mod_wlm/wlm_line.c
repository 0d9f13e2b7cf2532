#include <string.h>
#include "wlm_line.h"

/* @return how many bytes of the text fit */
static size_t fitting(const char *text)
{
    size_t length = strnlen(text, WLM_LINE_SIZE);

    if (length < WLM_LINE_SIZE) {
        return length;
    }
    length = WLM_LINE_SIZE - 1;
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80) {
        --length; /* text[length], the first byte that is left out, begins a character */
    }
    return length;
}

void wlm_line_put(wlm_line_t *line, uint64_t at, const char *text)
{
    uint64_t words[WLM_LINE_WORDS] = { 0 };
    int i;

    memcpy(words, text, fitting(text));
    atomic_fetch_or(&line->sequence, 1);
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&line->at, at, memory_order_relaxed);
    for (i = 0; i < WLM_LINE_WORDS; ++i) {
        atomic_store_explicit(&line->words[i], words[i], memory_order_relaxed);
    }
    atomic_store(&line->sequence, (atomic_load(&line->sequence) | 1) + 1);
}

int wlm_line_get(const wlm_line_t *line, uint64_t *pat, char text[WLM_LINE_SIZE])
{
    uint64_t sequence = atomic_load(&line->sequence), words[WLM_LINE_WORDS];
    int i;

    if (!sequence || (sequence & 1)) {
        return 0;
    }
    *pat = atomic_load_explicit(&line->at, memory_order_relaxed);
    for (i = 0; i < WLM_LINE_WORDS; ++i) {
        words[i] = atomic_load_explicit(&line->words[i], memory_order_relaxed);
    }
    atomic_thread_fence(memory_order_acquire);
    memcpy(text, words, WLM_LINE_SIZE);
    text[WLM_LINE_SIZE - 1] = '\0';
    return atomic_load(&line->sequence) == sequence;
}

void wlm_ring_add(wlm_ring_t *ring, uint64_t at, const char *text)
{
    wlm_line_put(&ring->lines[atomic_fetch_add(&ring->count, 1) % WLM_RING_LINES], at, text);
}

int wlm_ring_get(const wlm_ring_t *ring, int n, uint64_t *pat, char text[WLM_LINE_SIZE])
{
    uint64_t count = atomic_load(&ring->count);

    return n >= 0 && n < WLM_RING_LINES && (uint64_t)n < count
           && wlm_line_get(&ring->lines[(count - 1 - (uint64_t)n) % WLM_RING_LINES], pat, text);
}
