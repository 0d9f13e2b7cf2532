/* balance/hedge.h: when a request that its member does not answer is sent to a second member, too (WLMHedge). Who
 * answers first has it; the other attempt is ended.
 *
 * After how long: a given time, or that in which so many percent of such requests were answered of late. For the
 * latter the times to the heads of responses are counted in shared memory (wlm_shared_hedge_t); each second one thread
 * takes the percentile of them, and halves the counts when they are many, so that old ones lose their weight. An
 * attempt that was ended counts with the time that it had taken by then: otherwise slow ones would be missing, and the
 * percentile would become ever shorter.
 *
 * Any thread of any process; no lock.
 */
#ifndef WLM_BALANCE_HEDGE_H
#define WLM_BALANCE_HEDGE_H

#include "balance/attempt.h"
#include "balance/model.h"

#define WLM_HEDGE_TIMES_MIN 100    /* fewer answers say nothing of a percentile */

/** What decides whether a request may be with two members at a time. */
typedef struct wlm_hedge_request_t {
    int is_safe;                   /* GET or HEAD */
    int has_body;
    int has_session;               /* it names a member, or has anything else that belongs to one */
    int has_login;                 /* its connection to the member belongs to the client's */
    int upgrades;                  /* it may become a tunnel */
    int finishes;                  /* WLMClientGone Finish: what a member has begun runs to its end */
    int is_probe;                  /* it shows whether a member that was down is up again */
} wlm_hedge_request_t;

/** Is WLMHedge on? Pure. */
static inline int wlm_hedge_is_on(const wlm_hedge_rule_t *rule)
{
    return rule->after > 0 || rule->percentile > 0;
}

/** May this request be with two members at a time? Pure. */
int wlm_hedge_may(const wlm_hedge_rule_t *rule, const wlm_hedge_request_t *request);

/** Count how long the head of a response has taken, of a request that may be. */
void wlm_hedge_note_time(const wlm_cluster_t *cluster, apr_interval_time_t time);

/** After how long a second member gets a request. @return 0: not at all, since too few have been answered */
apr_interval_time_t wlm_hedge_delay(const wlm_cluster_t *cluster, apr_time_t now);

/** That time is over, so a second member is to get a request.
 *  @return 0: the cluster has had as many such requests as it may */
int wlm_hedge_take(const wlm_cluster_t *cluster, apr_time_t now);
/** There was no second member after all. */
void wlm_hedge_give_back(const wlm_cluster_t *cluster);

/** A member has sent the head of a response, to whatever request. */
void wlm_hedge_note_head(const wlm_member_t *member);

/** An attempt has ended because another member has answered first: its outcome is WLM_SUPERSEDED. But a member that has
 *  answered nothing at all for its ServerIOTimeout, or has taken no connection for its ConnectTimeout, is judged as by
 *  that time-out (health/silence.h): otherwise one that hangs would get requests for ever, and others answer them.
 *  @param attempt  its outcome, cause and timed_out are set; the rest of it is complete */
void wlm_hedge_end_superseded(const wlm_member_t *member, wlm_attempt_t *attempt);

#endif
