/* view/metrics_files.h: the metrics of the files, and of the module itself. Runs on the thread that answers the
 * request. */
#ifndef WLM_VIEW_METRICS_FILES_H
#define WLM_VIEW_METRICS_FILES_H

#include "view/metrics.h"

/** Write them. */
void wlm_metrics_files_write(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format);

#endif
