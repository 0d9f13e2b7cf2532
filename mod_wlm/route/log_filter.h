/* route/log_filter.h: is a request one of those that RequestMetrics of plugin-cfg.xml asks for? Pure.
 *
 * As the original plug-in: where filters of a type are enabled, one of their values must fit; where those of both types
 * are, one of each. A value fits as a whole, or up to its first `*`. No filter: every request.
 */
#ifndef WLM_ROUTE_LOG_FILTER_H
#define WLM_ROUTE_LOG_FILTER_H

#include "plugin-cfg/plugin_cfg.h"

/**
 * @param metrics  NULL: no request
 * @param uri      the decoded path, without query
 * @param address  the client's, as text
 */
int wlm_log_filter_matches(const plugin_cfg_request_metrics_t *metrics, const char *uri, const char *address);

#endif
