/* view/metrics.h: the view for Prometheus, and for other programs that read its formats.
 * Runs on the thread that answers the request. */
#ifndef WLM_VIEW_METRICS_H
#define WLM_VIEW_METRICS_H

#include "view/out.h"
#include "view/view.h"

typedef enum { WLM_OPENMETRICS, WLM_PROMETHEUS } wlm_metrics_format_t;
/** Write OpenMetrics 1.0, or Prometheus' text format 0.0.4.
 *  @param has_member_histograms  of response times, which are most of the text; those of clusters are there in any
 *                                case */
void wlm_metrics_write(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format,
                       int has_member_histograms);

#endif
