/* view/page_refused.h: what a cluster has refused, and its classes of requests, on the page. Runs on the thread that
 * answers the request. */
#ifndef WLM_VIEW_PAGE_REFUSED_H
#define WLM_VIEW_PAGE_REFUSED_H

#include "view/page.h"

/** Print paragraphs about that; nothing where nothing was refused and there are no classes. */
void wlm_page_refused_print(const wlm_page_t *page, const wlm_view_cluster_t *cluster);

#endif
