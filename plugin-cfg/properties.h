/* plugin-cfg/properties.h: elements whose attributes are read by the schema, but which are no part of the model as they
 * are. On the thread that reads the file.
 */
#ifndef PLUGIN_CFG_PROPERTIES_H
#define PLUGIN_CFG_PROPERTIES_H

/** A Property, or an element that has only a name. */
typedef struct plugin_cfg_property_t {
    const char *name, *value;
} plugin_cfg_property_t;

/** RequestMetrics, and filters or filterValues, as in the file; which choice is which: plugin-cfg/metrics.c. */
typedef struct plugin_cfg_metrics_t {
    int is_on, logs, level;
} plugin_cfg_metrics_t;
typedef struct plugin_cfg_filter_t {
    int is_on, type;
    const char *value;
} plugin_cfg_filter_t;

#endif
