/* view/page_member.h: the page for one member. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_PAGE_MEMBER_H
#define WLM_VIEW_PAGE_MEMBER_H

#include "view/page.h"

/** Write everything that is known of a member. */
void wlm_page_member_print(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member);

#endif
