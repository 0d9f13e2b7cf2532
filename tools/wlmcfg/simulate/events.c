/* `wlmcfg simulate`, what is still to happen, in the order of time: a binary heap. On main()'s thread. */
#include <string.h>
#include "tools/wlmcfg/simulate/events.h"

static int is_before(const sim_event_t *a, const sim_event_t *b)
{
    return a->at < b->at || (a->at == b->at && a->number < b->number);
}

static void swap(sim_event_t *a, sim_event_t *b)
{
    sim_event_t c = *a;

    *a = *b;
    *b = c;
}

static void sift_up(sim_events_t *events, size_t i)
{
    for (; i > 0 && is_before(&events->heap[i], &events->heap[(i - 1) / 2]); i = (i - 1) / 2) {
        swap(&events->heap[i], &events->heap[(i - 1) / 2]);
    }
}

static void sift_down(sim_events_t *events, size_t i)
{
    for (;;) {
        size_t first = i, child;
        for (child = 2 * i + 1; child <= 2 * i + 2 && child < events->n; ++child) {
            first = is_before(&events->heap[child], &events->heap[first]) ? child : first;
        }
        if (first == i) {
            return;
        }
        swap(&events->heap[i], &events->heap[first]);
        i = first;
    }
}

void wlmcfg_simulate_push(sim_events_t *events, sim_event_t event)
{
    if (events->n == events->room) {
        size_t room = events->room ? events->room * 2 : 1024;
        sim_event_t *heap = apr_palloc(events->pool, sizeof(*heap) * room);
        if (events->n) {
            memcpy(heap, events->heap, sizeof(*heap) * events->n);
        }
        events->heap = heap;
        events->room = room;
    }
    event.number = events->numbers++;
    events->heap[events->n] = event;
    sift_up(events, events->n++);
}

int wlmcfg_simulate_pop(sim_events_t *events, sim_event_t *event)
{
    if (!events->n) {
        return 0;
    }
    *event = events->heap[0];
    events->heap[0] = events->heap[--events->n];
    sift_down(events, 0);
    return 1;
}

void wlmcfg_simulate_break(sim_events_t *events, int member, apr_time_t now)
{
    size_t i;

    for (i = 0; i < events->n; ++i) {
        sim_event_t *event = &events->heap[i];
        if (event->kind == SIM_EVENT_RESPONSE && event->request->pick.member->index == member) {
            event->kind = SIM_EVENT_BREAK;
            event->at = now;
        }
    }
    for (i = events->n; i-- > 0;) { /* many may have changed: order all anew */
        sift_down(events, i);
    }
}
