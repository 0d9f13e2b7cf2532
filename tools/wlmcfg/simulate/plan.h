/* tools/wlmcfg/simulate/plan.h: what is to be simulated. On main()'s thread. */
#ifndef WLMCFG_SIMULATE_PLAN_H
#define WLMCFG_SIMULATE_PLAN_H

#include <apr_time.h>
#include "plugin-cfg/plugin_cfg.h"

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

/** Parse the command line. @return 0 when a word makes no sense; the reason is on standard error */
int wlmcfg_simulate_plan(sim_plan_t *plan, const sim_call_t *call, const plugin_cfg_t *cfg, apr_pool_t *p);

/** @return e.g. "kill" */
const char *wlmcfg_simulate_change_name(sim_change_kind_t kind);

/** When a part of the duration begins. @param parts  so many, of equal length  @return time since the start */
apr_interval_time_t wlmcfg_simulate_begin_of(const sim_plan_t *plan, int part, int parts);

#endif
