/* Looks for a member's limit: windows of time over its shared record. In the process that does the periodic work. */
#include "balance/found_limit.h"
#include "balance/concurrency.h"
#include "balance/member.h"

/* -- what is known, in the record -------------------------------------------------------------- */

static double thousandths(const _Atomic uint64_t *word)
{
    return (double)atomic_load(word) / 1000;
}

static void set_thousandths(_Atomic uint64_t *word, double value)
{
    atomic_store(word, value > 0 ? (uint64_t)(value * 1000 + 0.5) : 0);
}

static wlm_concurrency_t read_known(const wlm_found_limit_t *found)
{
    return (wlm_concurrency_t){ .limit = thousandths(&found->limit), .usual = thousandths(&found->usual),
                                .searched_limit = thousandths(&found->searched_limit),
                                .searched_in_flight = thousandths(&found->searched_in_flight),
                                .searched_rate = thousandths(&found->searched_rate),
                                .is_slow = atomic_load(&found->is_slow), .is_first = atomic_load(&found->is_first),
                                .usual_before = thousandths(&found->usual_before),
                                .rest = atomic_load(&found->rest), .windows = atomic_load(&found->windows) };
}

static void write_known(wlm_found_limit_t *found, const wlm_concurrency_t *known)
{
    set_thousandths(&found->usual, known->usual);
    set_thousandths(&found->searched_in_flight, known->searched_in_flight);
    set_thousandths(&found->searched_rate, known->searched_rate);
    set_thousandths(&found->searched_limit, known->searched_limit);
    atomic_store(&found->is_slow, known->is_slow);
    atomic_store(&found->is_first, known->is_first);
    set_thousandths(&found->usual_before, known->usual_before);
    atomic_store(&found->rest, known->rest);
    atomic_store(&found->windows, known->windows);
    set_thousandths(&found->limit, known->limit);
}

/* -- a window -------------------------------------------------------------------------------- */

/* What requests have counted since it began */
typedef struct counted_t {
    uint64_t times[WLM_HISTOGRAM_BUCKETS]; /* of responses */
    uint64_t responses, given_up;
    apr_interval_time_t given_up_time; /* of a request that was given up, on average */
} counted_t;

static void begin_window(wlm_shared_member_t *shared, apr_time_t at)
{
    wlm_found_limit_t *found = &shared->found;
    int i;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        atomic_store(&found->times_then[i], (uint32_t)atomic_load(&shared->times[i]));
    }
    atomic_store(&found->given_up_then, atomic_load(&found->given_up));
    atomic_store(&found->given_up_time_then, atomic_load(&found->given_up_time));
    atomic_store(&found->samples, 0);
    atomic_store(&found->in_flight, 0);
    atomic_store(&found->begun, (uint64_t)at);
}

/* Counters that an administrator resets go back: then the window has nothing */
static void count(counted_t *counted, const wlm_shared_member_t *shared)
{
    const wlm_found_limit_t *found = &shared->found;
    int i;

    counted->responses = 0;
    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        int32_t n = (int32_t)((uint32_t)atomic_load(&shared->times[i]) - atomic_load(&found->times_then[i]));

        counted->times[i] = n > 0 ? (uint64_t)n : 0;
        counted->responses += counted->times[i];
    }
    counted->given_up = atomic_load(&found->given_up) - atomic_load(&found->given_up_then);
    counted->given_up_time = 0;
    if (counted->given_up) {
        counted->given_up_time = (apr_interval_time_t)((atomic_load(&found->given_up_time)
                                                        - atomic_load(&found->given_up_time_then))
                                                       / counted->given_up);
    }
}

/* The mean of five quantiles around the median: of two kinds of requests the median alone would be one or the other.
 * Requests that were given up would have taken longer than they had, at least as long as others do */
static apr_interval_time_t middle_of(counted_t *counted)
{
    apr_interval_time_t median = wlm_histogram_quantile(counted->times, 0.5), sum = 0;
    int i;

    counted->times[wlm_histogram_bucket(counted->given_up_time > median ? counted->given_up_time : median)]
        += counted->given_up;
    for (i = 3; i <= 7; ++i) {
        sum += wlm_histogram_quantile(counted->times, 0.1 * i);
    }
    return sum / 5;
}

/* Samples may fall between requests of equal times that end all at once; Little's law finds those. Where it finds more
 * than there may be it has found the end of a response that took very long */
static double in_flight_of(const wlm_found_limit_t *found, double by_rate, int limit)
{
    double sampled = (double)atomic_load(&found->in_flight) / atomic_load(&found->samples);

    by_rate = by_rate < limit ? by_rate : limit;
    return sampled > by_rate ? sampled : by_rate;
}

static void learn(wlm_member_t *member, const counted_t *counted, apr_interval_time_t time, apr_time_t now)
{
    const wlm_concurrency_bounds_t *bounds = &member->cluster->options->concurrency;
    wlm_found_limit_t *found = &member->shared->found;
    wlm_concurrency_t known = read_known(found);
    int before = wlm_concurrency_limit(&known, bounds), after;
    double length = (double)(now - (apr_time_t)atomic_load(&found->begun)) / APR_USEC_PER_SEC;
    uint64_t ended = counted->responses + counted->given_up;
    wlm_concurrency_window_t window = {
        .time = time,
        .in_flight = in_flight_of(found, (double)ended * (double)time / APR_USEC_PER_SEC / length, before),
        .rate = (double)counted->responses / length,
        .given_up = ended ? (double)counted->given_up / (double)ended : 0
    };

    wlm_concurrency_learn(&known, bounds, &window);
    write_known(found, &known);
    after = wlm_concurrency_limit(&known, bounds);
    atomic_store(&member->shared->may_have, (uint32_t)after);
    /* what is with the member has come under the limit before */
    begin_window(member->shared, after != before ? now + time : now);
}

void wlm_found_limit_look(wlm_member_t *member, apr_time_t now)
{
    wlm_found_limit_t *found = &member->shared->found;
    apr_time_t begun = (apr_time_t)atomic_load(&found->begun);
    apr_interval_time_t time;
    counted_t counted;
    int is_complete;

    if (now < begun) {
        return;
    }
    if (!begun || !atomic_load(&found->samples)) { /* there is none, or it was to begin in the future */
        begin_window(member->shared, now);
        begun = now;
    }
    atomic_fetch_add(&found->in_flight, wlm_member_working_on(member));
    atomic_fetch_add(&found->samples, 1);
    count(&counted, member->shared);
    time = middle_of(&counted);
    is_complete = wlm_concurrency_is_complete(counted.responses + counted.given_up, time, now - begun);
    if (is_complete > 0) {
        learn(member, &counted, time, now);
    }
    else if (is_complete < 0) {
        begin_window(member->shared, now);
    }
}

void wlm_found_limit_give_up(wlm_member_t *member, apr_interval_time_t time)
{
    atomic_fetch_add(&member->shared->found.given_up_time, time > 0 ? (uint64_t)time : 0);
    atomic_fetch_add(&member->shared->found.given_up, 1);
}

apr_interval_time_t wlm_found_limit_usual_time(const wlm_member_t *member)
{
    return (apr_interval_time_t)thousandths(&member->shared->found.usual);
}
