/* `wlmcfg simulate`, what was counted: sums over members and parts of the time, and how near shares are to the
 * weights. On main()'s thread. */
#include <string.h>
#include "tools/wlmcfg/simulate/tally.h"

const char *wlmcfg_simulate_cause_name(sim_cause_t cause)
{
    static const char *const names[] = {
        [SIM_CAUSE_DOWN] = "down", [SIM_CAUSE_FULL] = "full", [SIM_CAUSE_CLONE_ID] = "clone_id"
    };
    return names[cause];
}

const char *wlmcfg_simulate_why_name(sim_not_answered_t why)
{
    static const char *const names[] = {
        [SIM_FULL] = "full", [SIM_UNAVAILABLE] = "unavailable", [SIM_WAITED] = "waited", [SIM_OVERLOAD] = "overload",
        [SIM_GIVEN_UP] = "given_up", [SIM_UNFINISHED] = "unfinished"
    };
    return names[why];
}

/* -- sums ------------------------------------------------------------------------------------------------- */

static void add(sim_count_t *sum, const sim_count_t *count)
{
    sum->sessions += count->sessions;
    sum->moved += count->moved;
    sum->requests += count->requests;
    sum->failures += count->failures;
    sum->got += count->got;
    sum->wanted += count->wanted;
    sum->state = count->state;
    sum->limit = count->limit;
    sum->up_at = count->up_at;
}

void wlmcfg_simulate_slices(const sim_tally_t *tally, int first, int n, sim_count_t *counts)
{
    const sim_count_t *slices = &tally->counts[(size_t)first * (size_t)tally->nmembers];
    int i, m;

    memset(counts, 0, sizeof(*counts) * (size_t)tally->nmembers);
    for (i = 0; i < n; ++i) {
        for (m = 0; m < tally->nmembers; ++m) {
            add(&counts[m], slices++);
        }
    }
}

void wlmcfg_simulate_interval(const sim_tally_t *tally, int interval, sim_count_t *counts)
{
    wlmcfg_simulate_slices(tally, interval * SIM_SLICES_OF_INTERVAL, SIM_SLICES_OF_INTERVAL, counts);
}

sim_class_count_t wlmcfg_simulate_class(const sim_tally_t *tally, int class_number, int first, int n)
{
    sim_class_count_t sum = { .requests = 0 };
    int i, b;

    for (i = first; i < first + n; ++i) {
        const sim_class_count_t *count = &tally->classes[i * tally->nclasses + class_number];

        sum.requests += count->requests;
        sum.answered += count->answered;
        sum.in_time += count->in_time;
        sum.failed += count->failed;
        sum.refused += count->refused;
        sum.given_up += count->given_up;
        sum.hedged += count->hedged;
        sum.hedges_won += count->hedges_won;
        for (b = 0; b < WLM_HISTOGRAM_BUCKETS; ++b) {
            sum.times[b] += count->times[b];
        }
    }
    return sum;
}

sim_count_t wlmcfg_simulate_sum(const sim_count_t *counts, int nmembers)
{
    sim_count_t sum = { .sessions = 0 };
    int m;

    for (m = 0; m < nmembers; ++m) {
        add(&sum, &counts[m]);
    }
    sum.state = NULL;
    return sum;
}

/* -- shares ------------------------------------------------------------------------------------------------- */

static uint64_t sum_of_got(const sim_count_t *counts, int nmembers)
{
    uint64_t sum = 0;
    int m;

    for (m = 0; m < nmembers; ++m) {
        sum += counts[m].got;
    }
    return sum;
}

int wlmcfg_simulate_shares(const sim_count_t *counts, int nmembers, double *got, double *wanted)
{
    uint64_t sum = sum_of_got(counts, nmembers);
    int m;

    for (m = 0; m < nmembers; ++m) {
        got[m] = sum ? 100.0 * (double)counts[m].got / (double)sum : 0;
        wanted[m] = sum ? 100.0 * counts[m].wanted / (double)sum : 0;
    }
    return sum > 0;
}

double wlmcfg_simulate_imbalance(const sim_count_t *counts, int nmembers)
{
    uint64_t sum = sum_of_got(counts, nmembers);
    double largest = 0;
    int m;

    for (m = 0; m < nmembers && sum; ++m) {
        double by = 100.0 * ((double)counts[m].got - counts[m].wanted) / (double)sum;
        by = by < 0 ? -by : by;
        largest = by > largest ? by : largest;
    }
    return largest;
}
