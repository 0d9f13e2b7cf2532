/* The newest short texts of a kind, in a ring in shared memory. Any thread of any process; readers take no lock and do
 * not wait. */
#include "shared/event_ring.h"

/* The sequence of a line follows from its number, so that a line that was counted but never written is not mistaken for
 * the text of a round earlier */
static uint64_t sequence_of(uint64_t number)
{
    return 2 * (number / WLM_EVENT_RING_LINES + 1);
}

void wlm_event_ring_add(wlm_event_ring_t *ring, uint64_t at, const char *text)
{
    uint64_t number = atomic_fetch_add(&ring->count, 1);

    wlm_shared_text_put_as(&ring->lines[number % WLM_EVENT_RING_LINES], at, text, sequence_of(number));
}

int wlm_event_ring_get(const wlm_event_ring_t *ring, int n, uint64_t *pat, char text[WLM_SHARED_TEXT_SIZE])
{
    uint64_t count = atomic_load(&ring->count), number = count - 1 - (uint64_t)n;
    const wlm_shared_text_t *line = &ring->lines[number % WLM_EVENT_RING_LINES];

    return n >= 0 && n < WLM_EVENT_RING_LINES && (uint64_t)n < count && wlm_shared_text_get(line, pat, text)
           && atomic_load(&line->sequence) == sequence_of(number);
}
