/* view/page_cluster.h: a cluster and its members, a row for each. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_PAGE_CLUSTER_H
#define WLM_VIEW_PAGE_CLUSTER_H

#include "view/page.h"

/** Does the page show this member? */
int wlm_page_cluster_shows(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member);
/** Write a cluster with those of its members that the page shows; nothing when there are none.
 *  @param is_short  the page is for few members: each row has its forms. 0: rows have a link to the member's page
 *                   instead, because many forms make a browser slow, and on the page of all only members that need
 *                   attention or were steered have a row */
void wlm_page_cluster_print(const wlm_page_t *page, const wlm_view_cluster_t *cluster, int is_short);

#endif
