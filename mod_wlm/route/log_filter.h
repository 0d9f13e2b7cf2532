/* route/log_filter.h: does a request match the filters of RequestMetrics in plugin-cfg.xml? Pure; any thread.
 *
 * As in the original plug-in: if filters of one type are enabled, one of their values must match; if filters of both
 * types are, one of each. A value matches as a whole, or up to its first `*`. Without filters every request matches.
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
