/* tools/wlmcfg/merge/members.h: the members of a cluster that is made from several. On main()'s thread. */
#ifndef WLMCFG_MERGE_MEMBERS_H
#define WLMCFG_MERGE_MEMBERS_H

#include "tools/wlmcfg/merge/model.h"

typedef struct merge_member_t {
    int number;                    /* its position among the members */
    const merge_input_t *input;
    const plugin_cfg_server_t *server;
    const char *name;
    plugin_cfg_tier_t tier;
} merge_member_t;

typedef struct merge_members_t merge_members_t;

/** None yet. Lives in m's pool. */
merge_members_t *wlmcfg_merge_members_make(merge_t *m, const merge_cluster_t *cluster);

/** Add those of a cluster of one file, and report what differs from the others. */
void wlmcfg_merge_members_add(merge_members_t *all, const merge_source_t *source);

/** @return merge_member_t *: in the order in which they are to stand in the lists */
const apr_array_header_t *wlmcfg_merge_members_list(const merge_members_t *all);

#endif
