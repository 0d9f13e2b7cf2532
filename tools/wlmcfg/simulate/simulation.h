/* tools/wlmcfg/simulate/simulation.h: a simulation while it runs, and its result. On main()'s thread. */
#ifndef WLMCFG_SIMULATE_SIMULATION_H
#define WLMCFG_SIMULATE_SIMULATION_H

#include "route/affinity.h"
#include "tools/wlmcfg/simulate/events.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/tally.h"

typedef struct sim_session_t {
    int member;                    /* that served it last; -1: none yet */
    uint32_t left;                 /* requests that it will send */
    int has_moved;
} sim_session_t;

/** A member as it is, whatever the module thinks of it. */
typedef struct sim_server_t {
    int is_dead;
    int fails;                     /* answers each request with an error, at once */
    int factor;                    /* its response times are so many times the plan's */
    int utilization;               /* percent, that it reports with each response (WLMLoadReport); 0: nothing */
    int workers;                   /* requests that it works on at a time; 0: all that it has */
    int busy;                      /* of them */
    sim_request_t *first, *last;   /* wait for one */
} sim_server_t;

/** A web server: what it thinks of the members, its place in the rotation, and its queue are its own. */
typedef struct sim_web_t {
    wlm_cluster_t *cluster;
    sim_request_t **queued;        /* by slot of the cluster's queue; NULL: it has none */
} sim_web_t;

/** A simulation. */
typedef struct sim_t {
    const sim_plan_t *plan;
    sim_web_t *webs;               /* plan->web_servers */
    int web;                       /* which of them does something now: wlmcfg_simulate_act_as() */
    wlm_cluster_t *cluster;        /* as that one has it */
    sim_request_t **queued;        /* the same */
    sim_events_t events;
    sim_tally_t tally;
    sim_session_t *sessions;
    apr_interval_time_t *arrivals; /* of the sessions, in order */
    wlm_affinity_t *cookies;       /* the session that a request has when a member has served it before */
    sim_server_t *servers;         /* of each member */
    sim_request_t *free;
    uint64_t random;
    apr_time_t now;
    apr_pool_t *pool, *scratch;    /* for one event */
} sim_t;

/** When simulations begin; any time will do that is not 0. */
#define SIM_START apr_time_from_sec(1000000000)

/** Make a simulation in which nothing has happened yet (make.c). @param plan  must live as long  @param p  holds it */
void wlmcfg_simulate_make(sim_t *sim, const sim_plan_t *plan, apr_pool_t *p);

/** What follows is done by this web server (web.c). */
void wlmcfg_simulate_act_as(sim_t *sim, int web);

/** Make it, and play the plan (run.c). */
void wlmcfg_simulate_run(sim_t *sim, const sim_plan_t *plan, apr_pool_t *p);

#endif
