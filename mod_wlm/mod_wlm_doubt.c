/* A member took a request and did not answer it. A request that each member answers by closing the connection must not take all of
 * them out, and a member that answers nobody must get no more requests. What becomes of the request tells which of them it is:
 *
 *   another member answers it                  the member is to blame: marked down
 *   others have failed on it, too              the request is: nobody is marked down
 *   it goes to nobody else                     the member, as the original plug-in has it; but not when it has answered others
 *                                              since a second before it got this one
 *
 * A complete response of the member in the meantime ends the doubt, and several requests that fail on it without one mark it
 * down: wlm_health.h.
 */
#include "mod_wlm_journey.h"

void wlm_journey_note_doubt(wlm_journey_t *j, wlm_health_event_t event)
{
    j->unanswered += wlm_outcome_is_fault(&j->x.attempt) && j->x.attempt.sent;
    if (event == WLM_EVENT_DOUBT) {
        j->doubted |= (uint32_t)1 << (j->pick.ntried - 1);
        j->doubt_begun = j->x.attempt.begun;
    }
}

static wlm_member_t *first_doubted(const wlm_journey_t *j)
{
    int i = 0;

    while (!(j->doubted & (uint32_t)1 << i)) {
        ++i;
    }
    return &j->request->cluster->members[j->pick.tried[i]];
}

static void tell_doubted(wlm_journey_t *j, wlm_health_event_t event, const char *why)
{
    apr_time_t now = wlm_now();
    int i, changed;

    for (i = 0; i < j->pick.ntried; ++i) {
        wlm_member_t *member = &j->request->cluster->members[j->pick.tried[i]];

        if (j->doubted & (uint32_t)1 << i) {
            wlm_member_event(member, event, now, &changed);
            if (changed) {
                wlm_journey_log_down(j, member, why);
            }
        }
    }
    j->doubted = 0;
}

void wlm_journey_blame(wlm_journey_t *j)
{
    if (j->doubted) {
        tell_doubted(j, WLM_EVENT_BLAME, "it did not answer a request that another member answers");
    }
    j->unanswered = 0;
}

void wlm_journey_judge(wlm_journey_t *j)
{
    if (!j->doubted) {
        return;
    }
    if (j->unanswered > 1) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, j->r, WLMNO(0143) "%s %s: %d members of cluster %s have taken it and "
                      "not answered; the request is taken to be the cause, and none of them is marked down for it",
                      j->r->method, j->r->uri, j->unanswered, j->request->cluster->cfg->name);
        tell_doubted(j, WLM_EVENT_PARDON, "");
    }
    else if (!wlm_member_has_answered_since(first_doubted(j), j->doubt_begun - apr_time_from_sec(1))) {
        tell_doubted(j, WLM_EVENT_BLAME, "it did not answer a request");
    }
}
