/* tools/wlmcfg/diff/diff.h: what the files of `wlmcfg diff` share.
 *
 * Two files are compared by what the module makes of them, not by their text. Clusters and members are found again by
 * their names, as the module does at a reload, and those with another name by their addresses (compare/pairs.h,
 * _clusters.c). Routes are compared by where requests go: _probes.c makes hosts and paths that stand for all others,
 * _routes.c asks both files for each pair of them, and _sessions.c finds what becomes of the sessions that go from one
 * cluster to the other. _text.c and _json.c tell it.
 */
#ifndef WLMCFG_DIFF_DIFF_H
#define WLMCFG_DIFF_DIFF_H

#include "route/affinity.h"
#include "compare/pairs.h"
#include "tools/wlmcfg/wlmcfg.h"

/* -- settings ---------------------------------------------------------------------------- */

typedef enum { VALUE_NONE, VALUE_TEXT, VALUE_NUMBER, VALUE_TRUTH, VALUE_PERCENT, VALUE_NAMES } value_kind_t;

/** What a setting has, for people and for programs; zeroed: nothing, or there is nobody to have it. */
typedef struct value_t {
    value_kind_t kind;
    const char *text;              /* all but NONE: as it is printed */
    double number;                 /* NUMBER, TRUTH, PERCENT */
    const apr_array_header_t *names; /* NAMES: const char * */
} value_t;

typedef struct change_t {
    const char *name;
    value_t from, to;
} change_t;

value_t wlmcfg_diff_text_value(const char *text);
value_t wlmcfg_diff_percent_value(double percent, apr_pool_t *p);
value_t wlmcfg_diff_names_value(const apr_array_header_t *names, apr_pool_t *p);

/** Note a setting if it has changed. @param changes  change_t */
void wlmcfg_diff_change(apr_array_header_t *changes, const char *name, value_t from, value_t to);

/**
 * Note which attributes of an element have changed, of those that have an effect and are no names or addresses. Where
 * one side is not there, those of the other that are not the default.
 * @param element  its key in the schema
 * @param from, to  the element's struct; NULL: not there
 */
void wlmcfg_diff_attributes(apr_array_header_t *changes, const char *element, const void *from, const void *to);

/* -- clusters and members ---------------------------------------------------------------- */

typedef enum { ITEM_CHANGED, ITEM_RENAMED, ITEM_ADDED, ITEM_REMOVED } item_status_t;

typedef struct item_t {
    const char *name;
    const char *was;               /* RENAMED: its name before; otherwise NULL */
    const char *elsewhere;         /* a member ADDED or REMOVED: "cluster c, as member s", where the other file has its
                                      address; or NULL */
    item_status_t status;
    apr_array_header_t *changes;   /* change_t */
    apr_array_header_t *members;   /* item_t; NULL for a member */
} item_t;

/* -- routes ---------------------------------------------------------------------------- */

/** Stands for the hosts, or for the paths, that no probe fits better. */
typedef struct probe_t {
    const char *text;              /* "host:port" or a pattern, as in the files */
    const char *host;              /* NULL: one that neither file names */
    int port;
    const char *path;
    int general[2];                /* an overlap: the probes that it is of; -1: it is none */
} probe_t;

/** Where a request goes. */
typedef struct goal_t {
    const plugin_cfg_cluster_t *cluster; /* NULL: nowhere, httpd serves it itself */
    wlm_affinity_rule_t rule;
} goal_t;

/** Requests that go elsewhere, or whose session is found elsewhere. */
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

/* -- sessions --------------------------------------------------------------------------- */

typedef enum {
    SESSION_SEPARATOR,             /* clone ids are not found in the session ids that clients have */
    SESSION_GONE,                  /* no member has the clone id now */
    SESSION_ELSEWHERE              /* it names another address now */
} session_loss_t;

typedef struct session_change_t {
    session_loss_t loss;
    succession_t clusters;
    const char *clone_id;          /* NULL for SEPARATOR, as are the members */
    const plugin_cfg_server_t *was, *is; /* is: NULL when GONE */
} session_change_t;

/* -- the whole --------------------------------------------------------------------------- */

typedef struct diff_t {
    const plugin_cfg_t *from, *to;
    const wlm_pairs_t *pairs;
    apr_array_header_t *settings;  /* change_t: of Config */
    apr_array_header_t *clusters;  /* item_t */
    apr_array_header_t *routes;    /* route_change_t */
    apr_array_header_t *successions; /* succession_t, all, in the order of the routes */
    apr_array_header_t *sessions;  /* session_change_t */
} diff_t;

/** @return item_t */
apr_array_header_t *wlmcfg_diff_clusters(const diff_t *diff, apr_pool_t *p);

/** @return probe_t: hosts of the second file, then of the first, then what has to be asked beside these */
apr_array_header_t *wlmcfg_diff_hosts(const plugin_cfg_t *from, const plugin_cfg_t *to, apr_pool_t *p);
/** @return probe_t: the same for paths */
apr_array_header_t *wlmcfg_diff_paths(const plugin_cfg_t *from, const plugin_cfg_t *to, apr_pool_t *p);

/** Are a cluster of the first file and one of the second a pair? NULL is a cluster, too: none */
int wlmcfg_diff_is_same_cluster(const diff_t *diff, const plugin_cfg_cluster_t *from, const plugin_cfg_cluster_t *to);

/** Sets routes and successions. */
void wlmcfg_diff_routes(diff_t *diff, apr_pool_t *p);
/** Sets sessions. */
void wlmcfg_diff_sessions(diff_t *diff, apr_pool_t *p);

/** The first member of a cluster that has a clone id. @param id  NULL: any */
const plugin_cfg_server_t *wlmcfg_diff_clone(const plugin_cfg_cluster_t *cluster, const char *id);

int wlmcfg_diff_is_empty(const diff_t *diff);
void wlmcfg_diff_print(const diff_t *diff, apr_pool_t *p);
/** @return 0 when memory ran out or the output cannot be written */
int wlmcfg_diff_json(const diff_t *diff);

#endif
