/* view/page_events.h: what happened to files, clusters and members, on the page. Runs on the thread that answers the
 * request. */
#ifndef WLM_VIEW_PAGE_EVENTS_H
#define WLM_VIEW_PAGE_EVENTS_H

#include "view/page.h"

/** Write the section: the events of the view, the newest first; with page->cluster only those of this cluster. */
void wlm_page_events_print(const wlm_page_t *page);

#endif
