/* view/attention.h: whether a member needs attention, and why. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_ATTENTION_H
#define WLM_VIEW_ATTENTION_H

#include <apr_pools.h>
#include "view/member_view.h"

/** Set a member's attention and the reason for it. @param view  with its state, and what it did of late
 *  @param p  holds the reason */
void wlm_view_judge(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment, apr_pool_t *p);

#endif
