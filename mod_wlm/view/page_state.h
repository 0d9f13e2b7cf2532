/* view/page_state.h: a member's state on the page. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_PAGE_STATE_H
#define WLM_VIEW_PAGE_STATE_H

#include "view/page.h"

/** @return the CSS class for a level of attention */
const char *wlm_page_state_class(wlm_attention_t attention);
/** @return badges with a member's states, such as "up", "down", "draining" */
const char *wlm_page_state_text(const wlm_page_t *page, const wlm_view_member_t *member);

/** Write the begin, the reason and the end of a member's state. */
void wlm_page_state_print_details(const wlm_page_t *page, const wlm_view_member_t *member);

#endif
