/* view/page_load.h: what a cluster, or all of them, do at the moment, on the page. Runs on the thread that answers the
 * request. */
#ifndef WLM_VIEW_PAGE_LOAD_H
#define WLM_VIEW_PAGE_LOAD_H

#include "view/page.h"

/** Print a paragraph. @param waiting  requests that wait for a member  @param most  that may, 0: that is not told
 *  @param of  what is told, such as "In all" */
void wlm_page_load_print(const wlm_page_t *page, const wlm_view_load_t *load, uint64_t waiting, uint64_t most,
                         const char *of);

#endif
