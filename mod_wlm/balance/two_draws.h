/* balance/two_draws.h: two members at random, by weight, and how busy they are, for policies that take the better one.
 * The better of two drawn ones is nearly as good as the best of all, at a cost that does not depend on how many there
 * are; and processes that choose at the same time do not all choose the same one. Any thread; no lock except when a new
 * schedule is made (balance/schedule_cache.h).
 *
 * Weights keep their meaning: a member whose weight is k times the smallest one counts as k equal parts, over which its
 * requests are spread evenly, and two parts are drawn. So equally fast members get their shares by weight, whatever the
 * load is. (Requests over weight, compared as they are, give a member of a large weight more than its share, or less,
 * by what is done with the fractions: while there is little to do the numbers are 0 and 1.) For that the busyness of a
 * part is rounded at random, up as often as its fraction says.
 */
#ifndef WLM_BALANCE_TWO_DRAWS_H
#define WLM_BALANCE_TWO_DRAWS_H

#include "balance/limits.h"

typedef struct wlm_two_draws_t {
    wlm_member_t *first;           /* NULL: no primary is allowed */
    wlm_member_t *second;          /* another member; NULL: another part of the first one, or there is none */
    uint32_t busy[2];              /* requests that a part of the first, of the second has over all processes, without
                                      tunnels; only where there is a second one */
} wlm_two_draws_t;

/** Draw. The first one may be used as it is: it is what wlm_by_weight_select() gives. A member that warms up is never
 *  the second one, since it would get more than its part then. */
wlm_two_draws_t wlm_two_draws(wlm_cluster_t *cluster, const wlm_tried_t *tried, wlm_limits_t *limits, apr_time_t now,
                              uint64_t *random);

#endif
