/* http/load_report.h: how busy a server is, as its responses say: the field endpoint-load-metrics of ORCA (Open Request
 * Cost Aggregation, as Envoy and gRPC know it). Pure; any thread.
 *
 *     endpoint-load-metrics: TEXT application_utilization=0.3, named_metrics.queue=0.8
 *     endpoint-load-metrics: JSON {"cpu_utilization": 0.3, "named_metrics": {"queue": 0.8}}
 *
 * A value without a word before it is TEXT; instead of `=` that may have `:`. A metric inside of another one is named
 * `outer.inner`. Underscores and the letters' case do not count, since protobuf's JSON writes cpuUtilization. The form
 * BIN, and the fields endpoint-load-metrics-bin and -json, are not read.
 */
#ifndef WLM_HTTP_LOAD_REPORT_H
#define WLM_HTTP_LOAD_REPORT_H

#include <stddef.h>
#include <strings.h>
#include "http/field_line.h"

#define WLM_HTTP_LOAD_REPORT_FIELD "endpoint-load-metrics"
/** A longer value is not read. */
#define WLM_HTTP_LOAD_REPORT_MAX 4096

typedef enum {
    WLM_HTTP_LOAD_REPORT_NO,       /* another field */
    WLM_HTTP_LOAD_REPORT_READ,     /* the one that is read */
    WLM_HTTP_LOAD_REPORT_OTHER     /* one of those forms that are not read */
} wlm_http_load_report_field_t;

/** Which one is the field of this name? Most names differ in the first letter. */
static inline wlm_http_load_report_field_t wlm_http_load_report_field(const char *name)
{
    const size_t len = sizeof(WLM_HTTP_LOAD_REPORT_FIELD) - 1;

    return (name[0] | 0x20) != WLM_HTTP_LOAD_REPORT_FIELD[0]
           || strncasecmp(name, WLM_HTTP_LOAD_REPORT_FIELD, len) != 0 ? WLM_HTTP_LOAD_REPORT_NO
           : !name[len] ? WLM_HTTP_LOAD_REPORT_READ
           : strcasecmp(name + len, "-bin") == 0 || strcasecmp(name + len, "-json") == 0
           ? WLM_HTTP_LOAD_REPORT_OTHER : WLM_HTTP_LOAD_REPORT_NO;
}

/**
 * Read a metric out of the field's value. What is malformed anywhere, or has a metric twice, says nothing.
 * @param pvalue  the metric: finite, greater than 0
 * @param metric  its name; NULL: application_utilization, or cpu_utilization where there is none or it is 0
 * @return 0: the value does not say it
 */
int wlm_http_load_report_read(double *pvalue, const char *value, const char *metric);

/** The same for the fields of a head, or of trailers; several fields of that name say nothing. */
int wlm_http_load_report_find(double *pvalue, const wlm_http_field_t *fields, int n, const char *metric);

#endif
