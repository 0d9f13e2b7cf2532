/* tools/wlmctl/check.h: status --check: the state in one line, for monitoring. */
#ifndef WLMCTL_CHECK_H
#define WLMCTL_CHECK_H

#include <apr_pools.h>
#include <apr_tables.h>
#include <jansson.h>

/** Print one line for a monitor, and @return its exit code: 0 all is well, 1 warning, 2 critical.
 *  @param clusters  those to look at */
int wlmctl_check(const json_t *view, const apr_array_header_t *clusters, apr_pool_t *p);
#endif
