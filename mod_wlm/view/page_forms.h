/* view/page_forms.h: what can be done; nothing is written when the person may not steer. */
#ifndef WLM_VIEW_PAGE_FORMS_H
#define WLM_VIEW_PAGE_FORMS_H

#include "view/page.h"

/** Take a member out, or all of a cluster (member NULL), and put it back. */
void wlm_page_forms_print(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member);
/** ... the other actions, too: on a page of its own. */
void wlm_page_forms_print_all(const wlm_page_t *page, const wlm_view_cluster_t *cluster,
                              const wlm_view_member_t *member);
/** Take out all members of a host; load the files again. */
void wlm_page_forms_print_host(const wlm_page_t *page);
void wlm_page_forms_print_reload(const wlm_page_t *page);

#endif
