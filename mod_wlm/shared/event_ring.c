/* Short texts in shared memory behind sequence locks, single and in a ring. Any thread of any process; readers take no
 * lock and do not wait. */
#include <string.h>
#include "base/utf8.h"
#include "shared/event_ring.h"

/* @param sequence  its value when the text is complete: even, and different from the one before */
static void put(wlm_shared_text_t *line, uint64_t at, const char *text, uint64_t sequence)
{
    uint64_t words[WLM_SHARED_TEXT_WORDS] = { 0 };
    int i;

    memcpy(words, text, wlm_utf8_fitting(text, WLM_SHARED_TEXT_SIZE - 1));
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
    put(line, at, text, (atomic_load(&line->sequence) | 1) + 1);
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

/* The sequence of a line follows from its number, so that a line that was counted but never written is not mistaken for
 * the text of a round earlier */
static uint64_t sequence_of(uint64_t number)
{
    return 2 * (number / WLM_EVENT_RING_LINES + 1);
}

void wlm_event_ring_add(wlm_event_ring_t *ring, uint64_t at, const char *text)
{
    uint64_t number = atomic_fetch_add(&ring->count, 1);

    put(&ring->lines[number % WLM_EVENT_RING_LINES], at, text, sequence_of(number));
}

int wlm_event_ring_get(const wlm_event_ring_t *ring, int n, uint64_t *pat, char text[WLM_SHARED_TEXT_SIZE])
{
    uint64_t count = atomic_load(&ring->count), number = count - 1 - (uint64_t)n;
    const wlm_shared_text_t *line = &ring->lines[number % WLM_EVENT_RING_LINES];

    return n >= 0 && n < WLM_EVENT_RING_LINES && (uint64_t)n < count && wlm_shared_text_get(line, pat, text)
           && atomic_load(&line->sequence) == sequence_of(number);
}
