/* view/page_forms.h: the forms for administrative actions; nothing is written without page->token.
 * Runs on the thread that answers the request. */
#ifndef WLM_VIEW_PAGE_FORMS_H
#define WLM_VIEW_PAGE_FORMS_H

#include "view/page.h"

/** Write the forms to drain, disable and enable a member, or all members of a cluster (member NULL). */
void wlm_page_forms_print(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member);
/** Write these and the forms of the other actions, for a member's own page. */
void wlm_page_forms_print_all(const wlm_page_t *page, const wlm_view_cluster_t *cluster,
                              const wlm_view_member_t *member);
/** Write the form to drain or disable all members of a host. */
void wlm_page_forms_print_host(const wlm_page_t *page);
/** Write the form to reload the files. */
void wlm_page_forms_print_reload(const wlm_page_t *page);

#endif
