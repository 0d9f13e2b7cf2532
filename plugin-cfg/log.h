/* plugin-cfg/log.h: the part of the model that says what is logged. See plugin-cfg/plugin_cfg.h.
 * Immutable once it was read, for any thread. */
#ifndef PLUGIN_CFG_LOG_H
#define PLUGIN_CFG_LOG_H

#include <apr_tables.h>

/** LogLevel of the element Log, in the order of the schema's choices. */
typedef enum {
    PLUGIN_CFG_LOG_NONE = -1,      /* there is no Log */
    PLUGIN_CFG_LOG_ERROR,          /* default */
    PLUGIN_CFG_LOG_WARN,
    PLUGIN_CFG_LOG_STATS,
    PLUGIN_CFG_LOG_DETAIL,
    PLUGIN_CFG_LOG_DEBUG,
    PLUGIN_CFG_LOG_TRACE
} plugin_cfg_log_level_t;

/** Which requests are to be logged with their times: those that pass the filters of each type. */
typedef struct plugin_cfg_request_metrics_t {
    apr_array_header_t *uris;      /* const char *, values of enabled filters; NULL: no such filter is enabled */
    apr_array_header_t *addresses; /* likewise, of the client */
} plugin_cfg_request_metrics_t;

#endif
