/* tools/wlmcfg/simulate/plan_values.h: numbers and times of the command line. On main()'s thread. */
#ifndef WLMCFG_SIMULATE_PLAN_VALUES_H
#define WLMCFG_SIMULATE_PLAN_VALUES_H

#include <stdint.h>
#include <apr_pools.h>
#include <apr_time.h>

#define SIM_HOUR (3600 * APR_USEC_PER_SEC)

/** @return what follows the digits; NULL when there are none, or the number is above the maximum */
const char *wlmcfg_simulate_read_digits(uint64_t *value, const char *text, uint64_t max);

/** The whole number of an option. @return 0: it is none; the reason is on standard error */
int wlmcfg_simulate_read_number(uint64_t *value, const char *option, const char *text, uint64_t min, uint64_t max,
                                apr_pool_t *p);

/** @return 0: it is no time between these */
int wlmcfg_simulate_read_time(apr_interval_time_t *time, const char *text, apr_interval_time_t min,
                              apr_interval_time_t max);

/** The time of an option. @param text  NULL: the option was not given, *time stays
 *  @return 0: it is none; the reason is on standard error */
int wlmcfg_simulate_read_time_of(apr_interval_time_t *time, const char *option, const char *text,
                                 apr_interval_time_t min, apr_interval_time_t max, apr_pool_t *p);

#endif
