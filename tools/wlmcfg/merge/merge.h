/* tools/wlmcfg/merge/merge.h: what the files of `wlmcfg merge` share.
 *
 * The way: files (tools/wlmcfg/merge/merge.c) -> pairs of a virtual host and a URI, and the clusters that each of them
 * leads to (_pairs.c) -> the clusters of the merged file: one for each set of clusters that some pair leads to
 * (_clusters.c) -> groups and routes (_routes.c) -> a document (_tree.c). What the merged file does not have is told
 * (_report.c).
 *
 * The rule: the files are put one behind the other; where a pair is in several of them, it leads to the servers of all.
 * So a request finds the pair that it would find if the routes of all files stood in one, and behind it the servers of
 * every file that has this pair. What is said of a pair is said by the first file that has it.
 *
 * Decisions are made with the model; what is written is copied from the trees. Everything lives in one pool.
 */
#ifndef WLMCFG_MERGE_MERGE_H
#define WLMCFG_MERGE_MERGE_H

#include <apr_hash.h>
#include "plugin-cfg/document.h"
#include "tools/wlmcfg/wlmcfg.h"

typedef struct merge_input_t {
    plugin_cfg_document_t *document;
    const plugin_cfg_t *cfg;       /* of the document */
    int number;                    /* 0.. */
    int is_backup;                 /* its servers are backups where they serve together with those of others */
} merge_input_t;

/** A place where a pair stands. */
typedef struct merge_source_t {
    const merge_input_t *input;
    const plugin_cfg_route_t *route;
    const plugin_cfg_uri_t *uri;   /* NULL: every URI */
    const plugin_cfg_virtual_host_t *host; /* NULL: every host */
} merge_source_t;

/** A cluster of the merged file. */
typedef struct merge_cluster_t {
    apr_array_header_t *sources;   /* merge_source_t: the cluster of each one's route is in it; no two of one file */
    const char *name;
} merge_cluster_t;

typedef struct merge_pair_t {
    apr_array_header_t *sources;   /* merge_source_t: in the order of the files, of each file only the first; those of
                                      which the servers are taken */
    merge_cluster_t *cluster;
} merge_pair_t;

typedef struct merge_t {
    apr_pool_t *p;
    apr_array_header_t *inputs;    /* merge_input_t * */
    /* what is asked for */
    int by_group;                  /* pairs are the same only if the groups of their hosts have the same name, too */
    int by_application;            /* ... and their URI groups are of the same application */
    int first_only;                /* a pair in several files leads to the servers of the first only */
    int numbered;                  /* the names that pluginCfgMerge gives */
    /* what becomes of it */
    apr_array_header_t *pairs;     /* merge_pair_t *: those of one route together, those of one URI of it together */
    apr_hash_t *by_match_key;      /* wlmcfg_merge_match_key() -> merge_pair_t *, the first */
    apr_array_header_t *clusters;  /* merge_cluster_t * */
    apr_hash_t *reported;          /* what has been said */
    xmlDoc *doc;
    int is_complete;               /* 0: memory ran out while the document was made */
} merge_t;

/* the first place of a pair: what is said there counts */
#define MERGE_FIRST(thing) APR_ARRAY_IDX((thing)->sources, 0, merge_source_t)

/* -- tools/wlmcfg/merge/match_key.c -- */

/** By what pairs are looked up: the same for two that the same requests find.
 *  @param host  NULL: "*"  @param port  0: "*", -1: every host, of a route without VirtualHostGroup */
const char *wlmcfg_merge_match_key(const plugin_cfg_uri_t *uri, const char *host, int port, apr_pool_t *p);

/* -- tools/wlmcfg/merge/pairs.c -- */

/** Sets pairs, by_match_key and clusters (without names). */
void wlmcfg_merge_pairs(merge_t *m);

/** "shop" of "/cell/c1/application/shop", as a UriGroup may be called. @return NULL: the name is not of this form */
const char *wlmcfg_merge_application(const char *name);

/* -- tools/wlmcfg/merge/nodes.c -- */

/** Copy an element. @param model  whose element  @param is_deep  with what is in it
 *  @return the copy, or NULL when memory ran out, which is_complete tells */
xmlNode *wlmcfg_merge_copy(merge_t *m, xmlNode *into, const merge_input_t *input, const void *model, int is_deep);
/** Set an attribute. @return node */
xmlNode *wlmcfg_merge_set(merge_t *m, xmlNode *node, const char *name, const char *value);

/* -- tools/wlmcfg/merge/clusters.c -- */

/** A name that is not used yet: base, base_2, base_3 ...; when counted base_0, base_1 ... @param used  gets it */
const char *wlmcfg_merge_name(apr_hash_t *used, const char *base, int is_counted, apr_pool_t *p);

/** Name the clusters, and write them into an element. */
void wlmcfg_merge_clusters(merge_t *m, xmlNode *into);

/* -- tools/wlmcfg/merge/routes.c -- */

/** Write VirtualHostGroups, UriGroups and Routes, each into an element of their own. The clusters have names. */
void wlmcfg_merge_routes(merge_t *m, xmlNode *hosts, xmlNode *uris, xmlNode *routes);

/* -- tools/wlmcfg/merge/tree.c -- */

/** Makes the document. @return is_complete */
int wlmcfg_merge_tree(merge_t *m);

/* -- tools/wlmcfg/merge/report.c: what is odd, on standard error, each thing once -- */

void wlmcfg_merge_report(merge_t *m, const merge_input_t *input, int line, plugin_cfg_severity_t severity,
                         const char *format, ...) __attribute__((format(printf, 5, 6)));

/** Two elements become one: tell in which attributes they differ. @param key  of both, in the schema */
void wlmcfg_merge_compare(merge_t *m, const char *key, const merge_input_t *kept, const void *kept_model,
                          const merge_input_t *lost, const void *lost_model);

/** Tell of pairs that do not lead to servers of a file although a less exact host there would match. */
void wlmcfg_merge_report_covered(merge_t *m);

#endif
