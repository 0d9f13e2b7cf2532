/* RequestMetrics: which requests are to be logged with their times. On the thread that reads the file. */
#include <string.h>
#include "plugin-cfg/private.h"

/* in the order of the schema's choices */
enum { TYPE_URI, TYPE_SOURCE_IP }; /* the others are of no use in a web server */
enum { TRACE_NONE };               /* of the levels only this one makes a difference */

static void check_wildcard(plugin_cfg_reader_t *reader, const char *value, int line)
{
    const char *star = strchr(value, '*');

    if (star && star[1]) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_METRICS_WILDCARD, line,
                               "filterValues \"%s\": what stands behind the first * is not looked at; a value "
                               "is compared up to there", value);
    }
}

static void build_values(plugin_cfg_reader_t *reader, const xmlNode *node, apr_array_header_t *values)
{
    const xmlNode *child;

    PLUGIN_CFG_EACH(child, node, "filterValues") {
        plugin_cfg_filter_t filter = { 0, 0, NULL };
        if (plugin_cfg_read_attributes(reader, child, "filterValues", &filter) && filter.is_on && values) {
            check_wildcard(reader, filter.value, plugin_cfg_line_of(child));
            APR_ARRAY_PUSH(values, const char *) = filter.value;
        }
    }
}

/* Several of one type are taken together */
static apr_array_header_t *values_of(plugin_cfg_request_metrics_t *metrics, int type, apr_pool_t *p)
{
    apr_array_header_t **values = type == TYPE_URI ? &metrics->uris : &metrics->addresses;

    if (type != TYPE_URI && type != TYPE_SOURCE_IP) {
        return NULL;
    }
    if (!*values) {
        *values = apr_array_make(p, 4, sizeof(const char *));
    }
    return *values;
}

static void build_filters(plugin_cfg_reader_t *reader, const xmlNode *node, plugin_cfg_request_metrics_t *metrics)
{
    plugin_cfg_filter_t filter = { 0, 0, NULL };
    int usable = plugin_cfg_read_attributes(reader, node, "filters", &filter);

    build_values(reader, node, usable && filter.is_on ? values_of(metrics, filter.type, reader->p) : NULL);
}

static int is_empty(const apr_array_header_t *values)
{
    return values && !values->nelts;
}

/* It is on: @return why nothing is logged all the same, or NULL */
static const char *why_silent(const plugin_cfg_metrics_t *said, const plugin_cfg_request_metrics_t *metrics)
{
    return said->level == TRACE_NONE ? "traceLevel is NONE, or absent"
         : !said->logs ? "loggingEnabled is false"
         : is_empty(metrics->uris) || is_empty(metrics->addresses) ? "a filter is enabled of which no value is" : NULL;
}

void plugin_cfg_build_request_metrics(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_request_metrics_t *metrics = apr_pcalloc(reader->p, sizeof(*metrics));
    plugin_cfg_metrics_t said = { 0, 0, 0 };
    const xmlNode *child;
    const char *why;

    plugin_cfg_read_attributes(reader, node, "RequestMetrics", &said);
    PLUGIN_CFG_EACH(child, node, "filters") {
        build_filters(reader, child, metrics);
    }
    if (!said.is_on) {
        return;
    }
    why = why_silent(&said, metrics);
    if (why) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_REQUEST_METRICS, plugin_cfg_line_of(node),
                               "RequestMetrics is on, but logs no request: %s", why);
        return;
    }
    reader->cfg->request_metrics = metrics;
}
