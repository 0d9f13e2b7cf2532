/* plugin_cfg_truth.h: what is true of every result of plugin_cfg_read(), whatever was read. For unit tests and
 * fuzzing. */
#ifndef PLUGIN_CFG_TRUTH_H
#define PLUGIN_CFG_TRUTH_H

#include <string.h>
#include "plugin-cfg/plugin_cfg.h"

#define PLUGIN_CFG_LONGEST_MESSAGE 2010

int plugin_cfg_has(const apr_array_header_t *array, const void *item);

/** @param rv  what the reader has returned  @return NULL, or what is wrong with the result */
const char *plugin_cfg_contradiction(const plugin_cfg_t *cfg, apr_status_t rv);

#endif
