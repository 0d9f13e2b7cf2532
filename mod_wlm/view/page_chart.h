/* view/page_chart.h: a member's last minutes as a chart. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_PAGE_CHART_H
#define WLM_VIEW_PAGE_CHART_H

#include "view/page.h"

/** Write the requests and failures of the last quarter of an hour, as a chart and as numbers. */
void wlm_page_chart_print(const wlm_page_t *page, const wlm_view_member_t *member);

#endif
