/* Which members a request may go to. Runs on the threads that serve requests. */
#include "balance/availability.h"
#include "balance/limits.h"
#include "balance/member.h"
#include "base/random.h"

int wlm_limits_is_open(const wlm_limits_t *limits, const wlm_tried_t *tried, const wlm_member_t *member, apr_time_t now)
{
    wlm_availability_t availability;

    if (!wlm_transports_for(member, limits->secure) || wlm_tried_has(tried, member)) {
        return 0;
    }
    availability = wlm_availability_of(member, now);
    return availability == WLM_MEMBER_USABLE || (limits->for_session && availability == WLM_MEMBER_BUSY);
}

/* Decided at random on each call, so that the member is selected by that share of its weight */
static int is_warm_enough(const wlm_member_t *member, apr_time_t now, uint64_t *random)
{
    int warmth = wlm_availability_warmth(member, member->cluster->options->slow_start, now);

    return warmth >= 1000 || (int)(wlm_random_next(random) % 1000) < warmth;
}

static int is_doubted(const wlm_member_t *member, apr_time_t now)
{
    return wlm_health_is_doubted(atomic_load(&member->shared->health), now, &member->cluster->retry);
}

int wlm_limits_allow(wlm_limits_t *limits, const wlm_tried_t *tried, const wlm_member_t *member, apr_time_t now,
                     uint64_t *random)
{
    if (!wlm_limits_is_open(limits, tried, member, now)) {
        return 0;
    }
    if (wlm_member_is_full(member)) {
        limits->full = 1;
        return 0;
    }
    if (limits->avoid_doubted && is_doubted(member, now)) {
        limits->doubted = 1;
        return 0;
    }
    if (member->cluster->options->slow_start > 0 && !limits->any_warmth && !is_warm_enough(member, now, random)) {
        limits->cold = 1;
        return 0;
    }
    return 1;
}

int wlm_limits_lift(wlm_limits_t *limits)
{
    if (limits->cold && !limits->any_warmth) {
        limits->any_warmth = 1;
        return 1;
    }
    if (limits->doubted && limits->avoid_doubted) {
        limits->avoid_doubted = 0;
        return 1;
    }
    return 0;
}
