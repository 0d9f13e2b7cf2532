/* view/metrics.h: the view for Prometheus, and for other programs that read its formats.
 * Runs on the thread that answers the request. */
#ifndef WLM_VIEW_METRICS_H
#define WLM_VIEW_METRICS_H

#include "view/out.h"
#include "view/view.h"

typedef enum { WLM_OPENMETRICS, WLM_PROMETHEUS } wlm_metrics_format_t;
/** What there is of members: nothing, all but histograms of response times, all. */
typedef enum { WLM_METRICS_NO_MEMBERS, WLM_METRICS_MEMBERS, WLM_METRICS_HISTOGRAMS } wlm_metrics_members_t;

/** Write OpenMetrics 1.0, or Prometheus' text format 0.0.4.
 *  Clusters have their histograms in any case. */
void wlm_metrics_write(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format,
                       wlm_metrics_members_t members);

#endif
