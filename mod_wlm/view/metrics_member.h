/* view/metrics_member.h: the metrics of all members. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_METRICS_MEMBER_H
#define WLM_VIEW_METRICS_MEMBER_H

#include "view/metrics.h"

/** Write them. @param has_histograms  those of response times, too */
void wlm_metrics_member_write(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format,
                              int has_histograms);

#endif
