/* Looks at the counters of members, and skips those of which nothing has changed. */
#include "balance/availability.h"
#include "balance/counters.h"
#include "balance/member.h"
#include "balance/transition.h"
#include "httpd/context/context.h"
#include "httpd/runtime/sampling.h"
#include "httpd/runtime/segment.h"

#define UNKNOWN  UINT64_MAX        /* it is looked at */
#define GAP_MAX  apr_time_from_sec(5) /* after a longer time another process has had the lease */

/* of this process; on the watchdog's thread */
static struct {
    uint64_t *requests;            /* by slot: those of the last look, if the member was idle then; or UNKNOWN */
    apr_time_t at, before;         /* of this look, and of the one before; 0: there was none */
    apr_time_t interval;           /* number of the samples' interval; each begins with a look at all members */
    int is_of_all;
} looks;

void wlm_sampling_child_init(apr_pool_t *pchild)
{
    int i;

    looks.requests = apr_palloc(pchild, sizeof(*looks.requests) * (apr_size_t)wlm_segment.max_members);
    for (i = 0; i < wlm_segment.max_members; ++i) {
        looks.requests[i] = UNKNOWN;
    }
}

void wlm_sampling_begin(apr_time_t now)
{
    apr_time_t interval = apr_time_sec(now) / WLM_SAMPLE_SECONDS;

    looks.is_of_all = interval != looks.interval || now - looks.at > GAP_MAX;
    looks.before = looks.at && now - looks.at <= GAP_MAX ? looks.at : 0;
    looks.interval = interval;
    looks.at = now;
}

/* Nothing is with it, nothing keeps it out, and nothing will end by itself */
static int is_idle(const wlm_member_t *member, apr_time_t now)
{
    return wlm_availability_without_admin(member, now) == WLM_MEMBER_USABLE && !atomic_load(&member->shared->admin)
           && !wlm_member_in_flight(member);
}

static void end_admin(wlm_member_t *member, server_rec *s, apr_time_t now)
{
    if (wlm_transition_end_admin(member, now)) {
        wlm_transition_note(member, "as configured again: the time is over");
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0057) "member %s of cluster %s is as configured again: the "
                     "time that it was steered for is over", member->cfg->name, member->cluster->cfg->name);
    }
}

void wlm_sampling_look(wlm_member_t *member, int slot, server_rec *s, apr_time_t now)
{
    uint64_t requests = atomic_load(&member->shared->requests);
    int idle = is_idle(member, now);
    wlm_samples_counters_t counts;
    wlm_activity_counts_t activity;

    if (!looks.is_of_all && idle && requests == looks.requests[slot]) {
        return;
    }
    counts = wlm_counters_sample(member->shared);
    activity = wlm_counters_activity(member, now);
    if (looks.before && looks.requests[slot] != UNKNOWN) {
        wlm_activity_catch_up(&member->shared->activity, looks.before);
    }
    wlm_samples_note(&member->shared->samples, &counts, now);
    wlm_activity_look(&member->shared->activity, &activity, now);
    end_admin(member, s, now);
    looks.requests[slot] = idle ? requests : UNKNOWN;
}
