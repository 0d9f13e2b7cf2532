/* balance/silent_node.h: nodes that have registered themselves and have fallen silent: what that changes for the
 * members that a node is. Each change is one atomic operation on a member's record, by any thread of any process. The
 * words are in health/heartbeat.h and health/check_state.h.
 */
#ifndef WLM_BALANCE_SILENT_NODE_H
#define WLM_BALANCE_SILENT_NODE_H

#include "balance/model.h"
#include "health/heartbeat.h"

typedef enum {
    WLM_SILENT_NODE_SAME,
    WLM_SILENT_NODE_BEGINS,            /* no STATUS for too long: it is asked from now on */
    WLM_SILENT_NODE_OUT,               /* nor an answer: it gets no requests any more */
    WLM_SILENT_NODE_ENDS,              /* STATUS has come */
    WLM_SILENT_NODE_BACK               /* ... and it gets requests again, with slow start */
} wlm_silent_node_change_t;

/** The node of the member has said STATUS. @param known  the best word of the node's members */
wlm_silent_node_change_t wlm_silent_node_note_status(wlm_member_t *member, wlm_heartbeat_t known, apr_time_t now);
/** Look whether it has fallen silent. */
wlm_silent_node_change_t wlm_silent_node_look(wlm_member_t *member, const wlm_heartbeat_rule_t *rule, apr_time_t now);
/** It was asked. @param answered  it has answered anything at all */
wlm_silent_node_change_t wlm_silent_node_note_answer(wlm_member_t *member, int answered, apr_time_t now);

int wlm_silent_node_is(const wlm_member_t *member);

#endif
