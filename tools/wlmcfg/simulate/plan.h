/* tools/wlmcfg/simulate/plan.h: what is to be simulated. On main()'s thread. */
#ifndef WLMCFG_SIMULATE_PLAN_H
#define WLMCFG_SIMULATE_PLAN_H

#include <apr_time.h>
#include "balance/option_table.h"
#include "balance/option_values.h"
#include "plugin-cfg/plugin_cfg.h"

typedef enum {
    SIM_KILL, SIM_REVIVE, SIM_DRAIN, SIM_WEIGHT, SIM_SLOW, SIM_FAIL, SIM_REPORT, SIM_WORKERS, SIM_CHANGES
} sim_change_kind_t;

/** What happens to a member. */
typedef struct sim_change_t {
    sim_change_kind_t kind;
    const char *name;              /* of the member */
    int member;                    /* its index */
    int value;                     /* as wlmcfg_simulate_change_value() says; 0 where it has none */
    apr_interval_time_t at;        /* since the start */
} sim_change_t;

/** The words of the command line, as they are. */
typedef struct sim_call_t {
    const char *file, *cluster, *svg;
    const char *policy, *sessions, *requests, *duration, *think_time, *response_time, *slow_start, *seed;
    const char *patience, *concurrency, *queue, *hedge, *web_servers, *affinity;
    apr_array_header_t *changes[SIM_CHANGES]; /* const char *, of each kind; SIM_WORKERS has that of all members, too */
    apr_array_header_t *classes;   /* const char * */
    int poisson, random_times, json;
} sim_call_t;

typedef struct sim_plan_t {
    const plugin_cfg_cluster_t *cfg;
    wlm_policy_choice_t policy;
    uint32_t sessions, requests;   /* ... of a session */
    apr_interval_time_t duration, think_time, response_time, slow_start;
    uint64_t seed;
    int web_servers;
    const char *affinity_text;     /* NULL: clone ids alone keep sessions with their members */
    apr_array_header_t *affinity;  /* wlm_binding_rule_t; NULL when the text is */
    int workers;                   /* requests that a member works on at a time; 0: all that it has */
    int has_random_times;          /* response_time is a mean */
    apr_interval_time_t patience;  /* a client gives up after that; 0: never */
    wlm_concurrency_bounds_t concurrency; /* max 0: no limit is looked for */
    wlm_hedge_rule_t hedge;        /* WLMHedge */
    int has_queue;                 /* `queue` is set */
    wlm_queue_limits_t queue;
    apr_array_header_t *classes;   /* wlm_class_t */
    int shares[WLM_CLASSES_MAX];   /* of the classes, in percent of the requests */
    int is_poisson;                /* sessions begin at random; 0: at equal distances */
    apr_array_header_t *changes;   /* sim_change_t, by time */
} sim_plan_t;

/** Parse the command line. @return 0 when a word makes no sense; the reason is on standard error */
int wlmcfg_simulate_plan(sim_plan_t *plan, const sim_call_t *call, const plugin_cfg_t *cfg, apr_pool_t *p);

/** Read what the plan says of a load that members cannot answer: workers, patience, limits, queue, classes, and
 *  second members (plan_load.c). @return 0 when a word makes no sense; the reason is on standard error */
int wlmcfg_simulate_plan_load(sim_plan_t *plan, const sim_call_t *call, apr_pool_t *p);

/** Does it say anything of it? */
int wlmcfg_simulate_plan_has_load(const sim_plan_t *plan);

/** @return e.g. "kill" */
const char *wlmcfg_simulate_change_name(sim_change_kind_t kind);

/** What the value of such a change is: "weight", "factor", "utilization" (percent), "workers"; NULL: it has none. */
const char *wlmcfg_simulate_change_value(sim_change_kind_t kind);

/** Is there any change of this kind? */
int wlmcfg_simulate_plan_has(const sim_plan_t *plan, sim_change_kind_t kind);

/** When a part of the duration begins. @param parts  so many, of equal length  @return time since the start */
apr_interval_time_t wlmcfg_simulate_begin_of(const sim_plan_t *plan, int part, int parts);

#endif
