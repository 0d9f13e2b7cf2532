/* balance/counters.h: a member's counters in its shared record. Any thread of any process; no locks. */
#ifndef WLM_BALANCE_COUNTERS_H
#define WLM_BALANCE_COUNTERS_H

#include "balance/model.h"

/** Count a complete response by its time, for the member and for its cluster. */
void wlm_counters_add_time(wlm_member_t *member, apr_interval_time_t time);

/** Count a complete response by the class of its status. Other numbers than 100 to 599 are not counted. */
void wlm_counters_add_response(wlm_shared_member_t *shared, int status);

/** Its counters, for wlm_samples_note() and wlm_samples_read(). */
wlm_samples_counters_t wlm_counters_sample(const wlm_shared_member_t *shared);

/** The same for wlm_activity_look() and wlm_activity_read(). */
wlm_activity_counts_t wlm_counters_activity(const wlm_member_t *member, apr_time_t now);

/** The same of the requests that no member of the cluster served. */
wlm_activity_counts_t wlm_counters_unserved(const wlm_cluster_t *cluster);

/** The number of attempts that ended with a fault of the member, of all kinds. */
uint64_t wlm_counters_failures(const wlm_shared_member_t *shared);

/** Set all counters to 0. */
void wlm_counters_reset(wlm_shared_member_t *shared);

#endif
