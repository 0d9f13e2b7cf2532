/* Makes a schedule by Tijdeman's algorithm. Pure; runs on the thread that found the cached schedule outdated. */
#include "balance/schedule.h"

/* One member while the schedule is being made */
typedef struct candidate_t {
    uint64_t weight;
    uint64_t assigned;             /* slots that it has got so far */
    int index;                     /* in the caller's weights */
    int next;                      /* next candidate that may get a slot from the same one on, -1: none */
} candidate_t;

typedef struct work_t {
    candidate_t *candidates;
    int n;
    uint64_t sum;                  /* W */
    uint64_t unit;                 /* 2n-2 */
    int *waiting;                  /* slot -> first candidate that may get a slot from there on; -1: none */
    int *heap;                     /* candidates that may get the current slot, earliest due first */
    int nheap;
} work_t;

static uint64_t gcd(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t t = a % b;
        a = b;
        b = t;
    }
    return a;
}

/* The sum of the weights and their common factor */
static void sum_and_factor(const uint32_t *weights, int n, uint64_t *psum, uint64_t *pfactor)
{
    int i;

    *psum = *pfactor = 0;
    for (i = 0; i < n; ++i) {
        *psum += weights[i];
        *pfactor = gcd(*pfactor, weights[i]);
    }
}

/* The number of a member's slots; every member with a weight has at least one */
static uint64_t slots_of(uint32_t weight, uint64_t sum, uint64_t factor)
{
    uint64_t slots;

    if (!weight) {
        return 0;
    }
    if (sum / factor <= WLM_SCHEDULE_MAX) {
        return weight / factor;
    }
    /* rounding down keeps the sum within the maximum; half of it, to leave room for the members that are raised to 1 */
    slots = (uint64_t)weight * (WLM_SCHEDULE_MAX / 2) / sum;
    return slots ? slots : 1;
}

uint32_t wlm_schedule_capacity(const uint32_t *weights, int n)
{
    uint64_t sum, factor;

    sum_and_factor(weights, n, &sum, &factor);
    if (!sum) {
        return 0;
    }
    /* a subset's reduced sum is never larger; but of weights that are scaled, a subset may need no scaling */
    return sum / factor <= WLM_SCHEDULE_MAX ? (uint32_t)(sum / factor) : WLM_SCHEDULE_MAX;
}

/* Is a due before b? Due dates are (unit*(assigned+1) - 1) * W / (unit * weight): compared crosswise, in integers. */
static int due_before(const work_t *w, int ia, int ib)
{
    const candidate_t *a = &w->candidates[ia], *b = &w->candidates[ib];
    uint64_t left = (w->unit * (a->assigned + 1) - 1) * b->weight;
    uint64_t right = (w->unit * (b->assigned + 1) - 1) * a->weight;

    return left != right ? left < right : a->index < b->index;
}

static void heap_push(work_t *w, int c)
{
    int i = w->nheap++;

    while (i > 0 && due_before(w, c, w->heap[(i - 1) / 2])) {
        w->heap[i] = w->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    w->heap[i] = c;
}

static int heap_pop(work_t *w)
{
    int first = w->heap[0], last = w->heap[--w->nheap], i = 0;

    for (;;) {
        int child = 2 * i + 1;
        if (child >= w->nheap) {
            break;
        }
        if (child + 1 < w->nheap && due_before(w, w->heap[child + 1], w->heap[child])) {
            ++child;
        }
        if (!due_before(w, w->heap[child], last)) {
            break;
        }
        w->heap[i] = w->heap[child];
        i = child;
    }
    w->heap[i] = last;
    return first;
}

/* Queue a candidate at the first slot that it may get next; slots count from 0, so this is slot k-1 of the formula */
static void enqueue(work_t *w, int c, uint64_t earliest)
{
    candidate_t *candidate = &w->candidates[c];
    uint64_t k = (w->sum * (w->unit * candidate->assigned + 1) + w->unit * candidate->weight - 1)
                 / (w->unit * candidate->weight);
    uint64_t slot = k > 0 ? k - 1 : 0;

    if (candidate->assigned >= candidate->weight) {
        return; /* has all its slots in this cycle */
    }
    if (slot < earliest) {
        slot = earliest;
    }
    candidate->next = w->waiting[slot];
    w->waiting[slot] = c;
}

static void work_setup(work_t *w, const uint32_t *weights, int n, apr_pool_t *p)
{
    uint64_t sum, factor, k;
    apr_size_t most = n > 0 ? (apr_size_t)n : 1;
    int i;

    sum_and_factor(weights, n, &sum, &factor);
    w->candidates = apr_palloc(p, sizeof(*w->candidates) * most);
    w->n = 0;
    w->sum = 0;
    for (i = 0; i < n; ++i) {
        if (weights[i]) {
            candidate_t *c = &w->candidates[w->n++];
            c->weight = slots_of(weights[i], sum, factor);
            c->assigned = 0;
            c->index = i;
            c->next = -1;
            w->sum += c->weight;
        }
    }
    w->unit = w->n > 1 ? 2 * (uint64_t)w->n - 2 : 1;
    w->heap = apr_palloc(p, sizeof(*w->heap) * most);
    w->nheap = 0;
    w->waiting = apr_palloc(p, sizeof(*w->waiting) * (w->sum + 1));
    for (k = 0; k <= w->sum; ++k) {
        w->waiting[k] = -1;
    }
}

uint32_t wlm_schedule_make(uint16_t *slots, const uint32_t *weights, int n, apr_pool_t *ptemp)
{
    work_t w;
    uint64_t k;
    int c, next;

    work_setup(&w, weights, n, ptemp);
    for (c = 0; c < w.n; ++c) {
        enqueue(&w, c, 0);
    }
    for (k = 0; k < w.sum; ++k) {
        for (c = w.waiting[k]; c >= 0; c = next) {
            next = w.candidates[c].next;
            heap_push(&w, c);
        }
        c = heap_pop(&w); /* never empty: the paper's theorem, tested over many weights */
        slots[k] = (uint16_t)w.candidates[c].index;
        w.candidates[c].assigned++;
        enqueue(&w, c, k + 1);
    }
    return (uint32_t)w.sum;
}
