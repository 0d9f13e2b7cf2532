/* view/page_engine.h: requests that wait, and how many more there may be. Runs on the thread that answers
 * the request. */
#ifndef WLM_VIEW_PAGE_ENGINE_H
#define WLM_VIEW_PAGE_ENGINE_H

#include "view/page.h"

/** Write the section: which driver is in use, and why; parked requests, and their connections. */
void wlm_page_engine_print(const wlm_page_t *page);

#endif
