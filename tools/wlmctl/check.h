/* tools/wlmctl/check.h: status --check: the state in one line, for monitoring. On main()'s thread. */
#ifndef WLMCTL_CHECK_H
#define WLMCTL_CHECK_H

#include <apr_pools.h>
#include <apr_tables.h>
#include <jansson.h>

/** Print one line for a monitor. @param clusters  those that count
 *  @return the monitor's exit code: 0 OK, 1 warning, 2 critical */
int wlmctl_check(const json_t *view, const apr_array_header_t *clusters, apr_pool_t *p);

/** Print the line for a monitor whose exit code is 3: nothing is known. @param why  may have any characters */
void wlmctl_check_unknown(const char *why, apr_pool_t *p);

#endif
