/* view/page_chart.h: a member's last minutes as a picture. */
#ifndef WLM_VIEW_PAGE_CHART_H
#define WLM_VIEW_PAGE_CHART_H

#include "view/page.h"

/** Write what a member did in the last quarter of an hour, as a picture and in words. */
void wlm_page_chart_print(const wlm_page_t *page, const wlm_view_member_t *member);

#endif
