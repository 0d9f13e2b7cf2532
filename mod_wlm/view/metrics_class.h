/* view/metrics_class.h: the metrics of classes of requests (WLMClass).
 * Runs on the thread that answers the request. */
#ifndef WLM_VIEW_METRICS_CLASS_H
#define WLM_VIEW_METRICS_CLASS_H

#include "view/metrics.h"

/** Write them, where a cluster has classes. */
void wlm_metrics_class_write(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format);

#endif
