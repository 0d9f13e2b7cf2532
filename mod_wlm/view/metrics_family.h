/* view/metrics_family.h: what the metrics have in common: their families, and texts of labels.
 * Runs on the thread that answers the request. */
#ifndef WLM_VIEW_METRICS_FAMILY_H
#define WLM_VIEW_METRICS_FAMILY_H

#include "view/fields.h"
#include "view/metrics.h"

/** A family of series. */
typedef struct wlm_metrics_family_t {
    const char *name, *help;
    const char *type;              /* counter, gauge or histogram */
    const char *suffix;            /* "_total" of a counter, otherwise "" */
} wlm_metrics_family_t;

/** The family of a field that has a metric. @param prefix  such as "wlm_member_" */
wlm_metrics_family_t wlm_metrics_family_of(const wlm_field_t *field, const char *prefix, apr_pool_t *p);

/** Write the lines that begin it: # TYPE and # HELP. */
void wlm_metrics_family_begin(const wlm_out_t *out, const wlm_metrics_family_t *family, wlm_metrics_format_t format);

/** @return the text, escaped for a label's value; in p */
const char *wlm_metrics_escape(const char *text, apr_pool_t *p);

/** @return the labels of a cluster's series: file and cluster; in p */
const char *wlm_metrics_labels(const wlm_view_cluster_t *cluster, apr_pool_t *p);

#endif
