/* view/lines.h: the view as lines "Key: value". Runs on the thread that answers the request. */
#ifndef WLM_VIEW_LINES_H
#define WLM_VIEW_LINES_H

#include "view/out.h"
#include "view/view.h"

/** Write lines such as "WLMCluster[0]Member[1]State: down". */
void wlm_lines_write(const wlm_out_t *out, const wlm_view_t *view);

#endif
