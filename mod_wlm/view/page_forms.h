/* view/page_forms.h: the forms for administrative actions; nothing is written without page->token. */
#ifndef WLM_VIEW_PAGE_FORMS_H
#define WLM_VIEW_PAGE_FORMS_H

#include "view/page.h"

/** Drain, disable and enable a member, or all of a cluster (member NULL). */
void wlm_page_forms_print(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member);
/** ... and the other actions: for a member's own page. */
void wlm_page_forms_print_all(const wlm_page_t *page, const wlm_view_cluster_t *cluster,
                              const wlm_view_member_t *member);
/** Drain or disable all members of a host. */
void wlm_page_forms_print_host(const wlm_page_t *page);
/** Reload the files. */
void wlm_page_forms_print_reload(const wlm_page_t *page);

#endif
