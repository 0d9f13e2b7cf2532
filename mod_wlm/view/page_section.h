/* view/page_section.h: the section in mod_status' page. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_PAGE_SECTION_H
#define WLM_VIEW_PAGE_SECTION_H

#include "view/out.h"
#include "view/view.h"

/** Write the files and a small table for each cluster, as a part of another page. */
void wlm_page_section_write(const wlm_out_t *out, const wlm_view_t *view);

#endif
