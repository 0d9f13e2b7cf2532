/* view/page_links.h: links of the page. */
#ifndef WLM_VIEW_PAGE_LINKS_H
#define WLM_VIEW_PAGE_LINKS_H

#include "view/page.h"

/** The page itself, but for some of what it was asked for. @return "cluster=a&amp;member=b", "" for everything */
const char *wlm_page_links_query(const wlm_page_t *page, const char *cluster, const char *member, const char *find,
                                 int refresh);
/** @param text  escaped @return a link to a member's page */
const char *wlm_page_links_member(const wlm_page_t *page, const wlm_view_cluster_t *cluster,
                                  const wlm_view_member_t *member, const char *text);

#endif
