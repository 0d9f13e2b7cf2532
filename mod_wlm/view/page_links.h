/* view/page_links.h: the page's links. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_PAGE_LINKS_H
#define WLM_VIEW_PAGE_LINKS_H

#include "view/page.h"

/** The query of the page with these parameters, and with its clusters opened, closed, and its events as they are; NULL
 *  and 0: without. @return e.g. "cluster=a&amp;member=b"; "": all */
const char *wlm_page_links_query(const wlm_page_t *page, const char *cluster, const char *member, const char *find,
                                 int refresh);
/** @param text  escaped @return a link to a member's page */
const char *wlm_page_links_member(const wlm_page_t *page, const wlm_view_cluster_t *cluster,
                                  const wlm_view_member_t *member, const char *text);

/** @return a link to the page of all, with this cluster open, or closed */
const char *wlm_page_links_fold(const wlm_page_t *page, const wlm_view_cluster_t *cluster, int opens);

/** The id of the row of a member, or of a cluster (NULL), as it stands in a URL's fragment, too. */
const char *wlm_page_links_id(const wlm_page_t *page, const char *cluster, const char *member);

#endif
