/* What a member reports, smoothed, and the percentage of its weight that follows from it. Pure; any thread. */
#include <float.h>
#include <stdlib.h>
#include <string.h>
#include "health/reported.h"

/* -- load -------------------------------------------------------------------------------------------- */

#define TICK      apr_time_from_msec(100)
#define OF_AGENT  0x80000000u      /* the sign, which no report has */
#define SMOOTHING 50               /* ticks: after so long a report counts as much as all before it */

static double value_of(wlm_reported_load_t load)
{
    uint32_t bits = (uint32_t)(load >> 32) & ~OF_AGENT;
    float value;

    memcpy(&value, &bits, sizeof(value));
    return value >= 0 && value <= FLT_MAX ? value : 0; /* of a damaged word */
}

static wlm_reported_load_t make(double value, uint32_t tick, uint32_t of_agent)
{
    float single = (float)value;
    uint32_t bits;

    memcpy(&bits, &single, sizeof(bits));
    return (uint64_t)(bits | of_agent) << 32 | tick;
}

static uint32_t tick_of(apr_time_t now)
{
    uint32_t tick = (uint32_t)(now / TICK);

    return tick ? tick : 1;
}

static uint32_t kind_of(const wlm_reported_rule_t *rule)
{
    return rule->kind == WLM_REPORTED_AGENT ? OF_AGENT : 0;
}

static int counts(wlm_reported_load_t load, apr_time_t now, const wlm_reported_rule_t *rule)
{
    /* another process may have read the clock a moment later */
    return load && ((uint32_t)(load >> 32) & OF_AGENT) == kind_of(rule)
           && (int32_t)(tick_of(now) - (uint32_t)load) <= (int32_t)(rule->expiry / TICK);
}

static double bounded(double value, double min, double max)
{
    return value < min ? min : value > max ? max : value;
}

wlm_reported_load_t wlm_reported_load_after(wlm_reported_load_t load, double value, apr_time_t now,
                                            const wlm_reported_rule_t *rule)
{
    int32_t ticks = (int32_t)(tick_of(now) - (uint32_t)load);
    double before = value_of(load), share;

    value = rule->kind == WLM_REPORTED_ORCA
            ? bounded(value, WLM_REPORTED_UTILIZATION_MIN, WLM_REPORTED_UTILIZATION_MAX)
            : bounded(value, 0, WLM_REPORTED_PERCENT_MAX);
    if (!counts(load, now, rule) || value <= 0 || before <= 0) {
        return make(value, tick_of(now), kind_of(rule));
    }
    if (ticks <= 0) {
        return load;
    }
    /* at most a half: reports that come seldom, and follow from what the last one caused, would swing */
    share = bounded((double)ticks / (ticks + SMOOTHING), 0, 0.5);
    before += (value - before) * share;
    before = before * 100 >= value * 99 && before * 100 <= value * 101 ? value : before;
    return make(before, tick_of(now), kind_of(rule));
}

double wlm_reported_load_value(wlm_reported_load_t load, apr_time_t now, const wlm_reported_rule_t *rule)
{
    return counts(load, now, rule) ? value_of(load) : -1;
}

apr_time_t wlm_reported_load_time(wlm_reported_load_t load, apr_time_t now, const wlm_reported_rule_t *rule)
{
    return counts(load, now, rule) ? now - (int32_t)(tick_of(now) - (uint32_t)load) * TICK : 0;
}

wlm_reported_load_t wlm_reported_load_move(wlm_reported_load_t load, apr_interval_time_t by)
{
    return load ? (load & ~(uint64_t)UINT32_MAX) | (uint32_t)((uint32_t)load + (uint32_t)(by / TICK)) : 0;
}

/* -- scale ------------------------------------------------------------------------------------------- */

#define DIFFERS_MUCH    40         /* percent, for an event: a member keeps few of them */
#define DIFFERS         3          /* percent, for a change of weights */
#define CHANGE_INTERVAL apr_time_from_sec(10) /* for smaller changes */
#define MEMBER_INTERVAL apr_time_from_msec(10) /* for each member: a new schedule takes longer, the more there are */
#define FEW_MEMBERS     20         /* more have a coarser scale, which makes the schedule shorter */
#define COARSE          5          /* percent */

static int differs(uint32_t one, uint32_t other, uint32_t by_percent)
{
    uint32_t less = one < other ? one : other, more = one < other ? other : one;

    return (more - less) * 100 > more * by_percent;
}

wlm_reported_scale_t wlm_reported_scale_after(wlm_reported_scale_t scale, uint32_t percent, int *pmuch)
{
    uint32_t told = wlm_reported_scale_percent(scale >> 16);

    percent = percent < 0xffff ? percent : 0xfffe;
    *pmuch = differs(told, percent, DIFFERS_MUCH);
    return (uint64_t)((*pmuch ? percent : told) + 1) << 16 | (percent + 1);
}

static int compare(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;

    return one < other ? -1 : one > other;
}

static double median(const double *values, double *sorted, int n)
{
    int i, reports = 0;

    for (i = 0; i < n; ++i) {
        if (values[i] > 0) {
            sorted[reports++] = values[i];
        }
    }
    qsort(sorted, (size_t)reports, sizeof(*sorted), compare);
    return reports ? (sorted[(reports - 1) / 2] + sorted[reports / 2]) / 2 : 1;
}

/* @param middle  of the utilisations; an agent's percentage holds as it is */
static double wanted_of(double value, double middle, wlm_reported_kind_t kind)
{
    if (kind == WLM_REPORTED_AGENT) {
        return value < 0 ? 100 : bounded(value, 1, WLM_REPORTED_SCALE_MAX);
    }
    return value <= 0 ? 100 : bounded(100 * middle / value, WLM_REPORTED_SCALE_MIN, WLM_REPORTED_SCALE_MAX);
}

void wlm_reported_scale_wanted(uint32_t *percents, const double *values, double *sorted, int n,
                               wlm_reported_kind_t kind)
{
    double middle = kind == WLM_REPORTED_ORCA ? median(values, sorted, n) : 0;
    uint32_t step = n <= FEW_MEMBERS ? 1 : COARSE;
    int i;

    for (i = 0; i < n; ++i) {
        uint32_t steps = (uint32_t)(wanted_of(values[i], middle, kind) / step + 0.5);

        percents[i] = steps ? steps * step : step;
    }
}

int wlm_reported_scale_is_due(const uint32_t *now, const uint32_t *wanted, int n, apr_interval_time_t passed)
{
    int i;

    for (i = 0; i < n && passed >= n * MEMBER_INTERVAL; ++i) {
        if (differs(now[i], wanted[i], passed >= CHANGE_INTERVAL ? 0 : DIFFERS)) {
            return 1;
        }
    }
    return 0;
}
