/* tools/wlmcfg/simulate/print.h: the printers of a simulation. On main()'s thread. */
#ifndef WLMCFG_SIMULATE_PRINT_H
#define WLMCFG_SIMULATE_PRINT_H

#include "tools/wlmcfg/simulate/simulation.h"

/** Print tables to standard output (text.c). */
void wlmcfg_simulate_text(const sim_t *sim, apr_pool_t *p);

/** Print what became of the requests of each class, over time and in all (text_load.c). */
void wlmcfg_simulate_text_load(const sim_t *sim, apr_pool_t *p);
/** Print what the plan says of a load that members cannot answer (text_load.c). */
void wlmcfg_simulate_text_plan_load(const sim_t *sim, apr_pool_t *p);

/** Print JSON to standard output (json.c). @return 0 when memory ran out or the output cannot be written */
int wlmcfg_simulate_json(const sim_t *sim, apr_pool_t *p);

/** Write the plot (svg.c). @param path  "-": to standard output  @return exit code */
int wlmcfg_simulate_svg(const sim_t *sim, const char *path, apr_pool_t *p);

/** @return e.g. "40 s" or "0.25 s" (seconds.c) */
const char *wlmcfg_simulate_seconds(apr_interval_time_t time, apr_pool_t *p);

#endif
