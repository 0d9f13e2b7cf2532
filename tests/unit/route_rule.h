/* route_rule.h: which route wins, by the rule as route/route.h states it, without an index; and routes made of a small
 * language. What the index finds is compared with this, in unit tests and by fuzzing. */
#ifndef ROUTE_RULE_H
#define ROUTE_RULE_H

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "route/route.h"

#define ROUTE_RULE_HOST_MAX 255    /* a longer name is none (RFC 1035 2.3.4) */

/* -- the language: "host,host|uri,uri>cluster" is a route; no hosts or no uris: without that group -- */

/** Texts that are no routes are left out. @param texts  with NULL behind the last */
plugin_cfg_t *route_rule_cfg(const char *const *texts, apr_pool_t *p);

/* -- the rule ----------------------------------------------------------------------- */

/** @return what wlm_route_find() is to find; ->route is NULL when that is nothing */
wlm_route_match_t route_rule_find(const plugin_cfg_t *cfg, const char *host, int port, const char *path,
                                  apr_pool_t *p);

#endif
