/* Which member gets a request when none is usable. Runs on the threads that serve requests. */
#include "balance/availability.h"
#include "balance/last_resort.h"
#include "balance/member.h"
#include "base/random.h"

static int may_be_last_resort(const wlm_pick_t *pick, const wlm_member_t *member)
{
    return wlm_member_serves(member, pick->secure) && !wlm_tried_has(&pick->tried, member);
}

/* The member whose retry time comes first */
static wlm_member_t *find_oldest(const wlm_pick_t *pick, const wlm_cluster_t *cluster)
{
    wlm_member_t *oldest = NULL;
    apr_time_t oldest_at = 0;
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        wlm_member_t *member = &cluster->members[i];
        apr_time_t at = wlm_availability_back_at(member, pick->now);

        if (at && may_be_last_resort(pick, member) && (!oldest || at < oldest_at)) {
            oldest = member;
            oldest_at = at;
        }
    }
    return oldest;
}

/* Any member of a tier, at random by weight, whatever its state */
static wlm_member_t *find_any(wlm_pick_t *pick, const wlm_cluster_t *cluster, plugin_cfg_tier_t tier)
{
    wlm_member_t *found = NULL;
    uint64_t sum = 0;
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        wlm_member_t *member = &cluster->members[i];

        uint64_t weight = (uint64_t)wlm_member_weight(member);

        if (weight && member->cfg->tier == tier && may_be_last_resort(pick, member)) {
            sum += weight;
            if (wlm_random_next(&pick->random) % sum < weight) {
                found = member;
            }
        }
    }
    return found;
}

wlm_member_t *wlm_last_resort_find(wlm_pick_t *pick, const wlm_cluster_t *cluster)
{
    wlm_member_t *member = NULL;

    switch (cluster->options->all_down) {
    case WLM_ALL_DOWN_OLDEST:
        member = pick->stop_last_resort ? NULL : find_oldest(pick, cluster);
        break;
    case WLM_ALL_DOWN_BALANCE:
        member = find_any(pick, cluster, PLUGIN_CFG_PRIMARY);
        member = member ? member : find_any(pick, cluster, PLUGIN_CFG_BACKUP);
        break;
    case WLM_ALL_DOWN_FAIL:
        break;
    }
    return member;
}
