/* Matches a request against the filters of RequestMetrics. Pure; runs on the threads that serve requests. */
#include <string.h>
#include "route/log_filter.h"

static int fits(const char *value, const char *text)
{
    size_t literal = strcspn(value, "*");

    return value[literal] ? strncmp(value, text, literal) == 0 : strcmp(value, text) == 0;
}

static int passes(const apr_array_header_t *values, const char *text)
{
    int i;

    for (i = 0; values && i < values->nelts; ++i) {
        if (fits(APR_ARRAY_IDX(values, i, const char *), text)) {
            return 1;
        }
    }
    return !values;
}

int wlm_log_filter_matches(const plugin_cfg_request_metrics_t *metrics, const char *uri, const char *address)
{
    return metrics && passes(metrics->uris, uri) && passes(metrics->addresses, address);
}
