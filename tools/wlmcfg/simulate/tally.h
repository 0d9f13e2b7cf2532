/* tools/wlmcfg/simulate/tally.h: what was counted, and its sums. simulate/count.h counts. On main()'s thread. */
#ifndef WLMCFG_SIMULATE_TALLY_H
#define WLMCFG_SIMULATE_TALLY_H

#include "balance/pick.h"
#include "shared/histogram.h"

/** Why a session's member changed. */
typedef enum { SIM_CAUSE_DOWN, SIM_CAUSE_FULL, SIM_CAUSE_CLONE_ID, SIM_CAUSES } sim_cause_t;
/** @return e.g. "down" */
const char *wlmcfg_simulate_cause_name(sim_cause_t cause);

/** Why a request was not answered. */
typedef enum {
    SIM_FULL,                      /* all members were full, and so was the queue, or there is none */
    SIM_UNAVAILABLE,               /* no member was available */
    SIM_WAITED,                    /* it had waited in the queue for as long as it may */
    SIM_OVERLOAD,                  /* ... for less, but the queue was overloaded */
    SIM_GIVEN_UP,                  /* its client had no more patience */
    SIM_UNFINISHED,                /* the simulation was over */
    SIM_NOT_ANSWERED
} sim_not_answered_t;
/** @return e.g. "full" */
const char *wlmcfg_simulate_why_name(sim_not_answered_t why);

/** Requests of a class, in a part of the time. */
typedef struct sim_class_count_t {
    uint64_t requests;             /* that came */
    uint64_t answered;             /* without an error */
    uint64_t in_time;              /* ... within the class's goal; without one: all of them */
    uint64_t failed;               /* answered with an error */
    uint64_t refused;
    uint64_t given_up;             /* by their clients */
    uint64_t hedged;               /* that went to a second member, too (WLMHedge) */
    uint64_t hedges_won;           /* ... which answered first */
    uint64_t times[WLM_HISTOGRAM_BUCKETS]; /* of what was answered, from when it came */
} sim_class_count_t;

/** What a member did, in a part of the time. */
typedef struct sim_count_t {
    uint64_t sessions;             /* that began here */
    uint64_t moved;                /* sessions that came here from another member */
    uint64_t requests;             /* answered */
    uint64_t failures;             /* attempts that failed */
    uint64_t got;                  /* balanced requests */
    double wanted;                 /* ... by its weight */
    const char *state;             /* at the end; a constant */
    int limit;                     /* at the end: of its requests at a time, as found (WLMConcurrency); 0: none is */
    int up_at;                     /* at the end: so many web servers take it for up. state: of one that does not */
} sim_count_t;

/** What a web server did, and what it takes the balance for. */
typedef struct sim_view_t {
    uint64_t requests;             /* that ended, also without an answer */
    uint64_t failures;             /* attempts that failed */
    uint64_t repeated;             /* attempts beyond a request's first */
    /* since the weights changed last, or since the slice began */
    uint32_t *weights;
    uint64_t sum;                  /* of them; 0: no primary is usable */
    uint64_t drawn;                /* balanced requests since then */
    uint32_t epoch;                /* of the weights */
} sim_view_t;

#define SIM_SLICES_OF_INTERVAL 4

/** Balanced: given to a member by weight, that is requests whose session does not lead to a member, and all requests
 *  with IgnoreAffinityRequests="false". Only those are counted while a primary is usable. */
typedef struct sim_tally_t {
    int nmembers, nviews;
    int intervals, slices;         /* equal parts of the duration; slices are finer */
    sim_count_t *counts;           /* slices * nmembers */
    sim_count_t *totals;           /* nmembers */
    uint64_t requests;             /* that ended, also without an answer */
    uint64_t repeated;             /* attempts beyond a request's first */
    uint64_t not_answered[SIM_NOT_ANSWERED];
    uint64_t hedges_refused;       /* that would have, but for the budget */
    int nclasses;                  /* requests without a class are one */
    sim_class_count_t *classes;    /* slices * nclasses */
    uint64_t moves[SIM_CAUSES];
    uint64_t moved_sessions;
    struct {
        double by;                 /* balanced requests too many (or, below 0, too few) */
        int member;
        apr_interval_time_t at;
    } deviation;                   /* the largest that a member ever had */
    struct {
        uint64_t length;
        int member;                /* -1: there is none */
    } run, longest_run;            /* balanced requests to one member, one after the other */
    sim_view_t *views;             /* nviews: of the web servers */
    double *wanted;                /* of each member, up to when weights changed last, or the slice began */
    uint64_t *got;                 /* of each member, up to now */
    int slice;
} sim_tally_t;

/** Sum n slices from a first one on. @param counts  out: nmembers; states are those of the last slice */
void wlmcfg_simulate_slices(const sim_tally_t *tally, int first, int n, sim_count_t *counts);
/** The same for the slices of an interval. */
void wlmcfg_simulate_interval(const sim_tally_t *tally, int interval, sim_count_t *counts);
/** Sum n slices of a class from a first one on. */
sim_class_count_t wlmcfg_simulate_class(const sim_tally_t *tally, int class_number, int first, int n);
/** @return the sum of all members' counts; its state is NULL */
sim_count_t wlmcfg_simulate_sum(const sim_count_t *counts, int nmembers);
/** Shares in percent. @return 0: there were no balanced requests */
int wlmcfg_simulate_shares(const sim_count_t *counts, int nmembers, double *got, double *wanted);
/** The largest difference between what a member got and what it should have got, in percentage points. */
double wlmcfg_simulate_imbalance(const sim_count_t *counts, int nmembers);

#endif
