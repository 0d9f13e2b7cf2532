/* balance/last_resort.h: the member for a request when none is usable (WLMAllDown). Any thread; no lock. */
#ifndef WLM_BALANCE_LAST_RESORT_H
#define WLM_BALANCE_LAST_RESORT_H

#include "balance/pick.h"

/** @return a member that the request has not been tried on, by the cluster's rule; not acquired. NULL: there is none */
wlm_member_t *wlm_last_resort_find(wlm_pick_t *pick, const wlm_cluster_t *cluster);

#endif
