/* How many requests a member can have at a time: the rules of balance/concurrency.h. Pure; one thread at a time. */
#include "balance/concurrency.h"

#define WINDOW apr_time_from_sec(1)
#define LONGEST_WINDOW apr_time_from_sec(10)
#define RESPONSES 25               /* in a window that is complete */
#define FEWEST_RESPONSES 10        /* ... when it has become the longest */

#define TOLERANCE 2                /* times of up to so many times the usual one are no reason to lower the limit */
#define TOLERANCE_BELOW 4          /* ... while it holds no requests back, as a member that is just busy has them */
#define HELD_BACK 0.8              /* so much of the limit in flight on average: it holds requests back */
#define STEP 0.65                  /* of a search */
#define ROOM 1.5                   /* above what it can have */
#define SMALLEST_STEP 0.9          /* fewer requests in flight than that, by this factor, can be compared */
#define LARGEST_STEP 0.5
#define GIVEN_UP 0.2               /* when clients give up so large a part, the times are too long in any case */
#define REST 3                     /* windows from a search to the next one, at first */
#define LONGEST_REST 24            /* ... it doubles up to this while searches find nothing */
#define FINDS 0.8                  /* one has found something when the usual time falls by this factor */

#define FALLS 0.3                  /* how much of the way to a faster window the usual time goes */
#define FALLS_SEARCHED 0.6         /* ... in a search */
#define RISES 0.1                  /* ... to a slower one */
#define RISES_HELD_BACK 0.005      /* ... while the limit holds requests back */

int wlm_concurrency_is_complete(uint64_t responses, apr_interval_time_t time, apr_interval_time_t length)
{
    if (length < WINDOW) {
        return 0;
    }
    if (length < LONGEST_WINDOW) {
        return responses >= RESPONSES && length >= time;
    }
    return responses >= FEWEST_RESPONSES ? 1 : -1;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double bounded(double limit, const wlm_concurrency_bounds_t *bounds)
{
    return limit < bounds->min ? bounds->min : limit > bounds->max ? bounds->max : limit;
}

int wlm_concurrency_limit(const wlm_concurrency_t *known, const wlm_concurrency_bounds_t *bounds)
{
    return known->limit > 0 ? (int)(bounded(known->limit, bounds) + 0.5) : bounds->max;
}

static int is_held_back(const wlm_concurrency_t *known, const wlm_concurrency_window_t *window)
{
    return window->in_flight >= HELD_BACK * known->limit;
}

static double tolerated(const wlm_concurrency_t *known, const wlm_concurrency_window_t *window)
{
    return known->usual * (is_held_back(known, window) ? TOLERANCE : TOLERANCE_BELOW);
}

static int is_slow(const wlm_concurrency_t *known, const wlm_concurrency_window_t *window)
{
    return known->usual > 0
           && ((double)window->time > tolerated(known, window) || window->given_up >= GIVEN_UP);
}

/* -- the search ------------------------------------------------------------------------------- */

static void end_search(wlm_concurrency_t *known)
{
    if (known->searched_limit > 0) {
        known->rest = known->usual < FINDS * known->usual_before ? REST
                    : 2 * known->rest < LONGEST_REST ? 2 * known->rest : LONGEST_REST;
    }
    known->searched_limit = 0;
    known->windows = 0;
}

static void step_down(wlm_concurrency_t *known, const wlm_concurrency_bounds_t *bounds,
                      const wlm_concurrency_window_t *window)
{
    double wanted = TOLERANCE * known->usual / (double)window->time;
    double step = wanted < LARGEST_STEP || window->given_up >= GIVEN_UP ? LARGEST_STEP : wanted > STEP ? STEP : wanted;
    double next = bounded(step * smaller(window->in_flight, known->limit), bounds);

    if (next > SMALLEST_STEP * window->in_flight) {
        known->limit = bounded(larger(known->limit, ROOM * window->in_flight), bounds);
        end_search(known);
        return;
    }
    known->searched_limit = known->limit;
    known->searched_in_flight = window->in_flight;
    known->searched_rate = window->rate;
    known->limit = next;
    known->windows = 0;
}

/* The work itself takes longer, or as long as usual. One search may be wrong by chance: the usual time goes half of the
 * way */
static void go_back(wlm_concurrency_t *known, const wlm_concurrency_bounds_t *bounds,
                    const wlm_concurrency_window_t *window)
{
    known->limit = known->is_first ? known->searched_limit
                                   : bounded(larger(known->searched_limit, ROOM * known->searched_in_flight), bounds);
    if (known->is_slow && (double)window->time > known->usual) {
        known->usual = (known->usual + (double)window->time) / 2;
    }
    end_search(known);
}

static void go_on_searching(wlm_concurrency_t *known, const wlm_concurrency_bounds_t *bounds,
                            const wlm_concurrency_window_t *window)
{
    double in_flight = window->in_flight / known->searched_in_flight;
    double rate = window->rate / known->searched_rate;

    if (!is_held_back(known, window)) {
        known->limit = known->searched_limit; /* the load has gone */
        end_search(known);
    }
    else if (in_flight > SMALLEST_STEP && ++known->windows <= 3) {
        return; /* not that many have ended yet */
    }
    else if (window->given_up < GIVEN_UP && 1 - rate > (1 - in_flight) / 2) {
        go_back(known, bounds, window);
    }
    else {
        known->is_slow = known->is_first = 0;
        step_down(known, bounds, window);
    }
}

/* -- a window --------------------------------------------------------------------------------- */

static void learn_usual(wlm_concurrency_t *known, const wlm_concurrency_window_t *window)
{
    double time = (double)window->time;
    double part = time < known->usual ? known->searched_limit > 0 ? FALLS_SEARCHED : FALLS
                : is_held_back(known, window) || is_slow(known, window) ? RISES_HELD_BACK : RISES;

    known->usual = known->usual > 0 ? known->usual + part * (time - known->usual) : time;
}

static void search_or_grow(wlm_concurrency_t *known, const wlm_concurrency_bounds_t *bounds,
                           const wlm_concurrency_window_t *window)
{
    int held_back = is_held_back(known, window), slow = is_slow(known, window);
    int is_largest = known->limit >= bounds->max;

    known->rest = known->rest ? known->rest : REST;
    known->windows += known->windows < LONGEST_REST;
    if (slow ? is_largest || known->windows >= REST : held_back && known->windows >= known->rest) {
        known->usual_before = known->usual;
        known->is_slow = (uint32_t)slow;
        known->is_first = 1;
        step_down(known, bounds, window);
    }
    else if (held_back && !slow) {
        known->limit = bounded(known->limit + 1 + known->limit / 8, bounds);
    }
}

void wlm_concurrency_learn(wlm_concurrency_t *known, const wlm_concurrency_bounds_t *bounds,
                           const wlm_concurrency_window_t *window)
{
    known->limit = known->limit > 0 ? bounded(known->limit, bounds) : bounds->max;
    if (window->time <= 0 || window->in_flight <= 0) {
        return;
    }
    if (known->searched_limit > 0) {
        go_on_searching(known, bounds, window);
    }
    else {
        search_or_grow(known, bounds, window);
    }
    learn_usual(known, window);
}
