/* tools/wlmcfg/import/common/rules.h: URI groups and Routes out of rules. On main()'s thread. */
#ifndef WLMCFG_IMPORT_COMMON_RULES_H
#define WLMCFG_IMPORT_COMMON_RULES_H

#include "tools/wlmcfg/import/common/model.h"

/** Add a rule behind those that are there: paths of a pattern go to a cluster. @param hosts  NULL: all hosts */
import_rule_t *wlmcfg_import_add_rule(import_t *import, source_line_t at, const char *pattern,
                                      import_cluster_t *cluster, plugin_cfg_virtual_host_group_t *hosts);

/** @return the lines of httpd's configuration that keep requests for a pattern from the members, with ", " between
 *  them, because a message is one line */
const char *wlmcfg_import_exclusion(import_t *import, const char *pattern);

/** Make groups and Routes out of the rules. */
void wlmcfg_import_route(import_t *import);

#endif
