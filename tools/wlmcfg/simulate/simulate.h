/* tools/wlmcfg/simulate/simulate.h: what the files of `wlmcfg simulate` share.
 *
 * The way: words of the command line -> a plan (_plan.c); what happens, in the order of simulated time (_events.c),
 * played through the functions that the module calls (_make.c, _run.c) and counted (_tally.c). Then it is told:
 * _text.c, _json.c, _svg*.c.
 */
#ifndef WLMCFG_SIMULATE_SIMULATE_H
#define WLMCFG_SIMULATE_SIMULATE_H

#include "balance/pick.h"
#include "route/affinity.h"
#include "tools/wlmcfg/wlmcfg.h"

/* -- the plan ---------------------------------------------------------------------------------- */

typedef enum { SIM_KILL, SIM_REVIVE, SIM_DRAIN, SIM_WEIGHT } sim_change_kind_t;

/** What happens to a member. */
typedef struct sim_change_t {
    sim_change_kind_t kind;
    const char *name;              /* of the member */
    int member;                    /* its index */
    int weight;                    /* SIM_WEIGHT */
    apr_interval_time_t at;        /* since the start */
} sim_change_t;

/** The words of the command line, as they are. */
typedef struct sim_call_t {
    const char *file, *cluster, *svg;
    const char *sessions, *requests, *duration, *think_time, *response_time, *slow_start, *seed;
    apr_array_header_t *changes[SIM_WEIGHT + 1]; /* const char *, of each kind */
    int poisson, json;
} sim_call_t;

typedef struct sim_plan_t {
    const plugin_cfg_cluster_t *cfg;
    uint32_t sessions, requests;   /* ... of a session */
    apr_interval_time_t duration, think_time, response_time, slow_start;
    uint64_t seed;
    int is_poisson;                /* sessions begin at random; 0: at equal distances */
    apr_array_header_t *changes;   /* sim_change_t, by time */
} sim_plan_t;

/** Understand the command line. @return 0 when a word makes no sense; then it has been told */
int wlmcfg_simulate_plan(sim_plan_t *plan, const sim_call_t *call, const plugin_cfg_t *cfg, apr_pool_t *p);

/** @return e.g. "kill" */
const char *wlmcfg_simulate_change_name(sim_change_kind_t kind);

/* -- what happens, in the order of time --------------------------------------------------------- */

/** A request on its way; as the module's journey. */
typedef struct sim_request_t {
    wlm_pick_t pick;
    uint32_t session;
    int attempts;
    int retrying;                  /* it counts in the cluster's retry budget */
    int cause;                     /* sim_cause_t: why it does not go to its session's member */
    struct sim_request_t *next;    /* while it is free */
} sim_request_t;

typedef enum {
    SIM_EVENT_CHANGE,              /* index: in plan->changes */
    SIM_EVENT_ARRIVAL,             /* index: the session that begins */
    SIM_EVENT_REQUEST,             /* index: the session that sends it */
    SIM_EVENT_RESPONSE,            /* request: it is answered */
    SIM_EVENT_BREAK                /* request: its member dies */
} sim_event_kind_t;

typedef struct sim_event_t {
    apr_time_t at;
    uint64_t number;               /* of what happens at one time, what was put in first happens first */
    sim_event_kind_t kind;
    uint32_t index;
    sim_request_t *request;
} sim_event_t;

/** A heap. */
typedef struct sim_events_t {
    sim_event_t *heap;
    size_t n, room;
    uint64_t numbers;
    apr_pool_t *pool;
} sim_events_t;

void wlmcfg_simulate_push(sim_events_t *events, sim_event_t event);
/** @return 0: nothing more happens */
int wlmcfg_simulate_pop(sim_events_t *events, sim_event_t *event);
/** All responses that are awaited from a member break off now. */
void wlmcfg_simulate_break(sim_events_t *events, const wlm_member_t *member, apr_time_t now);

/* -- what is counted ------------------------------------------------------------------------------ */

/** Why a session's member changed. */
typedef enum { SIM_CAUSE_DOWN, SIM_CAUSE_FULL, SIM_CAUSE_CLONE_ID, SIM_CAUSES } sim_cause_t;
/** @return e.g. "down" */
const char *wlmcfg_simulate_cause_name(sim_cause_t cause);

/** What a member did, in a part of the time. */
typedef struct sim_count_t {
    uint64_t sessions;             /* that began here */
    uint64_t moved;                /* sessions that came here from another member */
    uint64_t requests;             /* answered */
    uint64_t failures;             /* attempts that failed */
    uint64_t got;                  /* balanced requests */
    double wanted;                 /* ... by its weight */
    const char *state;             /* at the end; a constant */
} sim_count_t;

#define SIM_SLICES_OF_INTERVAL 4

/** Balanced: given to a member by weight, that is requests whose session does not lead to a member, and all requests
 *  with IgnoreAffinityRequests="false". Only those are counted while a primary is usable. */
typedef struct sim_tally_t {
    int nmembers;
    int intervals, slices;         /* equal parts of the duration; slices are finer */
    sim_count_t *counts;           /* slices * nmembers */
    sim_count_t *totals;           /* nmembers */
    uint64_t requests;             /* that ended, also without an answer */
    uint64_t repeated;             /* attempts beyond a request's first */
    uint64_t failed[WLM_PICK_SESSION_LOST + 1]; /* requests without an answer */
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
    /* the balance since the weights changed last, or since the slice began */
    uint32_t *weights;
    uint64_t sum;                  /* of them; 0: no primary is usable */
    uint64_t drawn;                /* balanced requests since then */
    double *wanted;                /* of each member, up to then */
    uint64_t *got;                 /* of each member, up to now */
    uint32_t epoch;                /* of the weights */
    int slice;
} sim_tally_t;

typedef struct sim_session_t {
    int member;                    /* that served it last; -1: none yet */
    uint32_t left;                 /* requests that it will send */
    int has_moved;
} sim_session_t;

/** A simulation. */
typedef struct sim_t {
    const sim_plan_t *plan;
    wlm_cluster_t *cluster;
    sim_events_t events;
    sim_tally_t tally;
    sim_session_t *sessions;
    apr_interval_time_t *arrivals; /* of the sessions, in order */
    wlm_affinity_t *cookies;       /* what a request says that a member has served before */
    char *is_dead;                 /* of each member */
    sim_request_t *free;
    uint64_t random;
    apr_time_t now;
    apr_pool_t *pool;
} sim_t;

/** When simulations begin; any time will do that is not 0. */
#define SIM_START apr_time_from_sec(1000000000)

void wlmcfg_simulate_tally_init(sim_t *sim);
/** The clock has moved on. */
void wlmcfg_simulate_tally_clock(sim_t *sim);
/** A request is about to be given to a member: by these weights. */
void wlmcfg_simulate_tally_before(sim_t *sim);
/** A balanced request was given to a member. */
void wlmcfg_simulate_tally_balanced(sim_t *sim, int member);
/** A member's counts at the moment. */
sim_count_t *wlmcfg_simulate_tally_count(sim_t *sim, int member);
/** All is over: sum up. */
void wlmcfg_simulate_tally_end(sim_t *sim);

/** An interval's counts, summed over its slices. @param counts  out: nmembers */
void wlmcfg_simulate_interval(const sim_tally_t *tally, int interval, sim_count_t *counts);
/** @return the sum of all members' counts; its state is NULL */
sim_count_t wlmcfg_simulate_sum(const sim_count_t *counts, int nmembers);
/** @return when it begins, since the start */
apr_interval_time_t wlmcfg_simulate_begin_of(const sim_t *sim, int part, int parts);
/** Shares in percent. @return 0: there were no balanced requests */
int wlmcfg_simulate_shares(const sim_count_t *counts, int nmembers, double *got, double *wanted);
/** The largest difference between what a member got and what it should have, in percentage points. */
double wlmcfg_simulate_imbalance(const sim_count_t *counts, int nmembers);

/* -- playing and telling ----------------------------------------------------------------------------- */

/** All that there is before anything has happened. @param plan  must live as long  @param p  holds it */
void wlmcfg_simulate_make(sim_t *sim, const sim_plan_t *plan, apr_pool_t *p);
/** Make it, and play the plan. */
void wlmcfg_simulate_run(sim_t *sim, const sim_plan_t *plan, apr_pool_t *p);

/** @return e.g. "40 s" or "0.25 s" */
const char *wlmcfg_simulate_seconds(apr_interval_time_t time, apr_pool_t *p);

void wlmcfg_simulate_text(const sim_t *sim, apr_pool_t *p);
/** @return 0 when memory ran out or the output cannot be written */
int wlmcfg_simulate_json(const sim_t *sim, apr_pool_t *p);
/** Write the plot. @return exit code */
int wlmcfg_simulate_svg(const sim_t *sim, const char *path, apr_pool_t *p);

#endif
