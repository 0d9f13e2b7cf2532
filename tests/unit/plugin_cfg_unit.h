/* plugin_cfg_unit.h: a plugin_cfg_t as text, for tests that compare it. Needs unit.h before it. */
#ifndef PLUGIN_CFG_UNIT_H
#define PLUGIN_CFG_UNIT_H

#include "plugin_cfg_truth.h"

/** the findings as "7 error bad-number, 9 note unused" */
const char *cfg_findings(const plugin_cfg_t *cfg);
/** the clusters as "shop: s1(c1 http 127.0.0.1 9081) | backup: s2(...); next: ..." */
const char *cfg_clusters(const plugin_cfg_t *cfg);

/** the routes as "host host / uri uri -> cluster; ..." */
const char *cfg_routes(const plugin_cfg_t *cfg);
void cfg_check_invariants(const plugin_cfg_t *cfg, apr_status_t rv);
plugin_cfg_t *cfg_read_bytes(const char *bytes, apr_size_t len);
plugin_cfg_t *cfg_read_text(const char *text);
plugin_cfg_t *cfg_read_file(const char *folder, const char *name);

#endif
