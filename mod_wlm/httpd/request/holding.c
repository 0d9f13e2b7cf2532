/* A member is held as long as it works for a request. On the thread that has the request. */
#include "httpd/request/holding.h"
#include "balance/member.h"
#include "httpd/request/record.h"

void wlm_holding_release(wlm_journey_t *journey)
{
    if (journey->held) {
        if (journey->stage == WLM_JOURNEY_TUNNEL) {
            wlm_member_end_tunnel(journey->held);
        }
        wlm_member_release(journey->held);
        journey->held = NULL;
    }
}

void wlm_holding_end_attempt(wlm_journey_t *journey)
{
    wlm_record_outcome(journey);
    wlm_holding_release(journey);
}
