/* view/page_state.h: a member's state in words. */
#ifndef WLM_VIEW_PAGE_STATE_H
#define WLM_VIEW_PAGE_STATE_H

#include "view/page.h"

/** @return the class of what is shown of a member */
const char *wlm_page_state_class(wlm_attention_t attention);
/** @return the states of a member in words that stand out: "up", "down", "draining" */
const char *wlm_page_state_text(const wlm_page_t *page, const wlm_view_member_t *member);

/** Write since when a member is in its state, why, and until when. */
void wlm_page_state_print_details(const wlm_page_t *page, const wlm_view_member_t *member);

#endif
