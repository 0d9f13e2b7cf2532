/* view/member_state.h: a member's state, its begin and its end, for the view. Runs on the thread that answers the
 * request. */
#ifndef WLM_VIEW_MEMBER_STATE_H
#define WLM_VIEW_MEMBER_STATE_H

#include "view/member_view.h"

/** Read it from the member's shared record. */
void wlm_view_read_state(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment);
/** Read what active checks found of it. @param p  for texts */
void wlm_view_read_check(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment,
                         apr_pool_t *p);

#endif
