/* tools/wlmcfg/diff/model.h: what differs between two files. On main()'s thread. */
#ifndef WLMCFG_DIFF_MODEL_H
#define WLMCFG_DIFF_MODEL_H

#include <apr_hash.h>
#include "compare/pairs.h"
#include "route/affinity.h"
#include "tools/wlmcfg/common/directives.h"

typedef enum { ITEM_CHANGED, ITEM_RENAMED, ITEM_ADDED, ITEM_REMOVED } item_status_t;

/** A cluster or a member. */
typedef struct item_t {
    const char *name;
    const char *was;               /* RENAMED: its name before; otherwise NULL */
    const char *elsewhere;         /* a member ADDED or REMOVED: "cluster c, as member s", where the other file has its
                                      address; or NULL */
    item_status_t status;
    apr_array_header_t *changes;   /* change_t */
    apr_array_header_t *members;   /* item_t; NULL for a member */
} item_t;

/** Where a request goes. */
typedef struct goal_t {
    const plugin_cfg_cluster_t *cluster; /* NULL: to none, httpd serves it itself */
    wlm_affinity_rule_t rule;
} goal_t;

/** Requests that go to another cluster, or whose session is found by another name. */
typedef struct route_change_t {
    const char *uri;
    apr_array_header_t *hosts;     /* const char *; NULL: every host */
    goal_t from, to;
    apr_array_header_t *names;     /* change_t: cookie and path parameter, where sessions can be lost by that */
} route_change_t;

/** A pair of clusters of which the second serves now what the first did. */
typedef struct succession_t {
    const plugin_cfg_cluster_t *from, *to;
} succession_t;

typedef enum {
    SESSION_SEPARATOR,             /* clone ids are not found in the session ids that clients have */
    SESSION_CLUSTER,               /* the cluster's name is another one: what WLMAffinity binds is not found */
    SESSION_GONE,                  /* no member has the clone id, or the name, now */
    SESSION_ELSEWHERE,             /* it names another address now */
    SESSION_KEPT                   /* by WLMAffinity, though the clone id is another one */
} session_loss_t;

typedef struct session_change_t {
    session_loss_t loss;
    succession_t clusters;
    int is_bound;                  /* sessions that WLMAffinity binds to the member's name, not to its clone id */
    const char *clone_id;          /* NULL for those, and for SEPARATOR */
    const plugin_cfg_server_t *was, *is; /* NULL for SEPARATOR and CLUSTER; is: also when GONE */
} session_change_t;

typedef struct diff_t {
    const plugin_cfg_t *from, *to;
    const wlmcfg_directives_t *directives;
    const wlm_pairs_t *pairs;
    apr_array_header_t *settings;  /* change_t: of Config */
    apr_array_header_t *clusters;  /* item_t */
    apr_array_header_t *routes;    /* route_change_t */
    apr_array_header_t *successions; /* succession_t, all, in the order of the routes */
    apr_array_header_t *sessions;  /* session_change_t */
    apr_hash_t *clones;            /* plugin_cfg_cluster_t * -> its members by clone id (clones.c) */
} diff_t;

/** Does nothing differ? */
int wlmcfg_diff_is_empty(const diff_t *diff);

/** Are a cluster of the first file and one of the second a pair? NULL is a cluster, too: none */
int wlmcfg_diff_is_same_cluster(const diff_t *diff, const plugin_cfg_cluster_t *from, const plugin_cfg_cluster_t *to);

#endif
