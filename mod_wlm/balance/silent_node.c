/* Members whose node has fallen silent. On the thread that answers a node's STATUS, or the thread of checks. */
#include "balance/silent_node.h"
#include "balance/transition.h"

/* @return the bits of the check's word before */
static wlm_check_state_t set_silent(wlm_member_t *member, int is_out)
{
    _Atomic uint64_t *check = &member->shared->check;

    return is_out ? atomic_fetch_or(check, (uint64_t)WLM_CHECK_SILENT)
                  : atomic_fetch_and(check, ~(uint64_t)WLM_CHECK_SILENT);
}

/* Whatever the heartbeat says: a process may have died between the two words */
static int bring_back(wlm_member_t *member, apr_time_t now)
{
    if (!(atomic_load(&member->shared->check) & WLM_CHECK_SILENT) || !(set_silent(member, 0) & WLM_CHECK_SILENT)) {
        return 0;
    }
    wlm_transition_schedule(member, 1, now);
    return 1;
}

wlm_silent_node_change_t wlm_silent_node_note_status(wlm_member_t *member, wlm_heartbeat_t known, apr_time_t now)
{
    _Atomic uint64_t *heartbeat = &member->shared->heartbeat;
    wlm_heartbeat_t before = atomic_load(heartbeat);

    while (!atomic_compare_exchange_weak(heartbeat, &before,
                                         wlm_heartbeat_after(wlm_heartbeat_better(before, known), now))) {
    }
    return bring_back(member, now) ? WLM_SILENT_NODE_BACK
           : wlm_heartbeat_is_silent(before) ? WLM_SILENT_NODE_ENDS : WLM_SILENT_NODE_SAME;
}

wlm_silent_node_change_t wlm_silent_node_look(wlm_member_t *member, const wlm_heartbeat_rule_t *rule, apr_time_t now)
{
    _Atomic uint64_t *heartbeat = &member->shared->heartbeat;
    wlm_heartbeat_t before = atomic_load(heartbeat), after;

    do {
        after = wlm_heartbeat_looked_at(before, now, rule);
    } while (after != before && !atomic_compare_exchange_weak(heartbeat, &before, after));
    return wlm_heartbeat_is_silent(after) && !wlm_heartbeat_is_silent(before) ? WLM_SILENT_NODE_BEGINS
           : WLM_SILENT_NODE_SAME;
}

wlm_silent_node_change_t wlm_silent_node_note_answer(wlm_member_t *member, int answered, apr_time_t now)
{
    _Atomic uint64_t *heartbeat = &member->shared->heartbeat;
    wlm_heartbeat_t before = atomic_load(heartbeat), after;

    do {
        after = wlm_heartbeat_asked(before, answered);
    } while (after != before && !atomic_compare_exchange_weak(heartbeat, &before, after));
    if (answered || !wlm_heartbeat_is_gone(after) || (set_silent(member, 1) & WLM_CHECK_SILENT)) {
        return WLM_SILENT_NODE_SAME;
    }
    if (!wlm_silent_node_is(member) && bring_back(member, now)) { /* STATUS has come at the same time */
        return WLM_SILENT_NODE_SAME;
    }
    atomic_store(&member->shared->checked_out_since, (uint64_t)apr_time_as_msec(now));
    wlm_transition_schedule(member, 0, now);
    return WLM_SILENT_NODE_OUT;
}

int wlm_silent_node_is(const wlm_member_t *member)
{
    return wlm_heartbeat_is_silent(atomic_load(&member->shared->heartbeat));
}
