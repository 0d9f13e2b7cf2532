/* balance/counters.h: a member's counters in its shared record. Any thread of any process; no locks. */
#ifndef WLM_BALANCE_COUNTERS_H
#define WLM_BALANCE_COUNTERS_H

#include "balance/model.h"

/** Count a complete response by its time. */
void wlm_counters_add_time(wlm_shared_member_t *shared, apr_interval_time_t time);

/** Its counters, for wlm_samples_note() and wlm_samples_read(). */
wlm_samples_counters_t wlm_counters_sample(const wlm_shared_member_t *shared);

/** The number of attempts that ended with a fault of the member, of all kinds. */
uint64_t wlm_counters_failures(const wlm_shared_member_t *shared);

/** Set all counters to 0. */
void wlm_counters_reset(wlm_shared_member_t *shared);

#endif
