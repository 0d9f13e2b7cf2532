/* health/reported.h: what a member says about itself (WLMLoadReport), in three words, each of which is changed by one
 * atomic operation. All functions are pure; any thread.
 *
 *   load    the smoothed number of its reports, and the time of the last one: ORCA's utilisation, 1 for all that it
 *           can do, or the percentage of its weight that its agent wants
 *   state   what its agent has said: it holds until the agent says another thing
 *   scale   the percentage of its weight that counts because of `load`. One process computes it (balance/reports.h),
 *           so that all processes have the same weights
 *
 * As HAProxy has it, an agent says two things that do not depend on each other: what is wanted (ready, drain, maint),
 * and how the member is (up, down, fail, stopped). "up" does not end "maint", and "ready" does not end "down".
 */
#ifndef WLM_HEALTH_REPORTED_H
#define WLM_HEALTH_REPORTED_H

#include <stdint.h>
#include <apr_time.h>

typedef enum { WLM_REPORTED_OFF, WLM_REPORTED_ORCA, WLM_REPORTED_AGENT } wlm_reported_kind_t;

/** WLMLoadReport. */
typedef struct wlm_reported_rule_t {
    wlm_reported_kind_t kind;
    const char *metric;            /* of ORCA; NULL: as http/load_report.h says */
    int port;                      /* of the agent */
    int port_is_offset;            /* ... from the member's own */
    apr_interval_time_t interval, timeout; /* of the questions to the agent */
    apr_interval_time_t expiry;    /* a report that is older does not count any more */
} wlm_reported_rule_t;

/* -- load ------------------------------------------------------------------------------------------ */

/* bits 0-31: 100 ms of base/clock.h; 32-62: a float, at least 0; 63: of an agent. 0: no report */
typedef uint64_t wlm_reported_load_t;

/* Bounds of a utilisation: what is outside counts as the bound. Below, members that have nothing to do would differ
 * by chance */
#define WLM_REPORTED_UTILIZATION_MIN 0.01
#define WLM_REPORTED_UTILIZATION_MAX 10.0
/** Bound of an agent's percentage. */
#define WLM_REPORTED_PERCENT_MAX 1000

/** The word after one more report. Reports that come sooner than 100 ms after the last one do not change it.
 *  @param value  greater than 0; for an agent 0, too */
wlm_reported_load_t wlm_reported_load_after(wlm_reported_load_t load, double value, apr_time_t now,
                                            const wlm_reported_rule_t *rule);
/** The smoothed number; -1: there is no report that counts; also when it is of the other kind than the rule. */
double wlm_reported_load_value(wlm_reported_load_t load, apr_time_t now, const wlm_reported_rule_t *rule);
/** When the last report came, to 100 ms; 0: there was none, or it does not count any more. */
apr_time_t wlm_reported_load_time(wlm_reported_load_t load, apr_time_t now, const wlm_reported_rule_t *rule);
/** The same word with its time shifted, for another origin of base/clock.h. */
wlm_reported_load_t wlm_reported_load_move(wlm_reported_load_t load, apr_interval_time_t by);

/* -- state ----------------------------------------------------------------------------------------- */

/* bits 0-1 what is wanted, 2-3 how it is, 4-15 the percentage + 1 or 0, 16-47 maxconn or 0. 0: as without an agent */
typedef uint64_t wlm_reported_state_t;

typedef enum { WLM_REPORTED_READY, WLM_REPORTED_DRAIN, WLM_REPORTED_MAINT } wlm_reported_wanted_t;
typedef enum { WLM_REPORTED_UP, WLM_REPORTED_DOWN, WLM_REPORTED_FAIL, WLM_REPORTED_STOPPED } wlm_reported_is_t;

#define WLM_REPORTED_NOT_SAID (-1)

/** An answer of an agent; what it has not said is WLM_REPORTED_NOT_SAID. */
typedef struct wlm_reported_answer_t {
    int percent;                   /* 0 to WLM_REPORTED_PERCENT_MAX */
    int maxconn;                   /* 0: no limit */
    int wanted;                    /* wlm_reported_wanted_t */
    int is;                        /* wlm_reported_is_t */
} wlm_reported_answer_t;

/** Read an agent's line, which has no line end. Of words that contradict each other the last one counts; words that are
 *  unknown are ignored, and what follows '#'. @return 0: it has no word that is known */
int wlm_reported_answer_read(wlm_reported_answer_t *answer, const char *line, size_t len);

/** The state after an answer. */
wlm_reported_state_t wlm_reported_state_after(wlm_reported_state_t state, const wlm_reported_answer_t *answer);
/** The state when the agent has been silent for too long: the weight and maxconn do not count any more. */
wlm_reported_state_t wlm_reported_state_expired(wlm_reported_state_t state);

static inline wlm_reported_wanted_t wlm_reported_state_wanted(wlm_reported_state_t state)
{
    return (state & 3) <= WLM_REPORTED_MAINT ? (wlm_reported_wanted_t)(state & 3) : WLM_REPORTED_READY;
}
static inline wlm_reported_is_t wlm_reported_state_is(wlm_reported_state_t state)
{
    return (wlm_reported_is_t)(state >> 2 & 3);
}
/** Does the member get no requests? */
static inline int wlm_reported_state_is_out(wlm_reported_state_t state)
{
    return wlm_reported_state_wanted(state) == WLM_REPORTED_MAINT || wlm_reported_state_is(state) != WLM_REPORTED_UP;
}
/** Does its agent want weight 0: only requests of the sessions that it has, or (maint) none? */
static inline int wlm_reported_state_drains(wlm_reported_state_t state)
{
    return wlm_reported_state_wanted(state) != WLM_REPORTED_READY || (state >> 4 & 0xfff) == 1;
}
/** The percentage of its weight that it wants; 100 when it has not said that. */
static inline int wlm_reported_state_percent(wlm_reported_state_t state)
{
    return state >> 4 & 0xfff ? (int)(state >> 4 & 0xfff) - 1 : 100;
}
/** How many requests it takes at a time; 0: it has not said that. */
static inline uint32_t wlm_reported_state_maxconn(wlm_reported_state_t state)
{
    return (uint32_t)(state >> 16);
}
/** @return "ready", "drain", "maint", "down", "fail" or "stopped": the one that keeps most requests away */
const char *wlm_reported_state_name(wlm_reported_state_t state);

/* -- scale ----------------------------------------------------------------------------------------- */

/* bits 0-15 the percentage that counts + 1, 16-31 the one that the last event tells of + 1; 0: 100 % */
typedef uint64_t wlm_reported_scale_t;

/** A member's weight is scaled by its utilisation to these bounds. */
#define WLM_REPORTED_SCALE_MIN 10
#define WLM_REPORTED_SCALE_MAX 1000

static inline uint32_t wlm_reported_scale_percent(wlm_reported_scale_t scale)
{
    return scale & 0xffff ? (uint32_t)(scale & 0xffff) - 1 : 100;
}
/** The word with another percentage. @param pmuch  set to 1 when it differs so much from what the last event tells that
 *  there should be another one; the word counts as told of then */
wlm_reported_scale_t wlm_reported_scale_after(wlm_reported_scale_t scale, uint32_t percent, int *pmuch);

/**
 * The percentages that members' reports ask for. A member without a report has 100.
 * Of utilisations it is the median of all over the member's own, within the bounds: of two members one that is half as
 * busy gets twice as much. So a member that reports something far too small gets the tenfold at most.
 * The 0 % of an agent, by which the weight is 0 anyway (wlm_reported_state_drains()), counts as 1 here: when it ends,
 * the member has a share at once.
 * Of more than 20 members they are multiples of 5.
 * @param percents  n
 * @param values    by wlm_reported_load_value()
 * @param sorted    scratch: n
 */
void wlm_reported_scale_wanted(uint32_t *percents, const double *values, double *sorted, int n,
                               wlm_reported_kind_t kind);

/** Are percentages so far from those that count that they should count now? Small differences do only from time to
 *  time, so that weights do not change with each report; and the more members there are, the less often all do: a
 *  thousand every ten seconds. @param now  those that count
 *  @param passed  since they were changed the last time */
int wlm_reported_scale_is_due(const uint32_t *now, const uint32_t *wanted, int n, apr_interval_time_t passed);

#endif
