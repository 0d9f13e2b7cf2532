/* tools/wlmcfg/merge/model.h: the files that are merged, and what becomes of them. Everything lives in one pool.
 * On main()'s thread. */
#ifndef WLMCFG_MERGE_MODEL_H
#define WLMCFG_MERGE_MODEL_H

#include <stddef.h>
#include <apr_hash.h>
#include "plugin-cfg/document.h"

typedef struct merge_input_t {
    plugin_cfg_document_t *document;
    const plugin_cfg_t *cfg;       /* of the document */
    int number;                    /* 0.. */
    int is_backup;                 /* its servers are backups where they serve together with those of others */
} merge_input_t;

/** Where a pair of host and URI is in a file. */
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

/** What pairs are found by (keys.c). */
typedef struct merge_key_t {
    int uri, host;                 /* the same for two pairs which the same requests match */
    int names;                     /* of group and application, where these keep pairs apart */
} merge_key_t;

/* the bytes of the key without names */
#define MERGE_MATCH_KEY_SIZE offsetof(merge_key_t, names)

typedef struct merge_pair_t {
    merge_key_t key;
    apr_array_header_t *sources;   /* merge_source_t: those whose servers get its requests, of each file the first,
                                      in the order of the files */
    merge_cluster_t *cluster;
} merge_pair_t;

typedef struct merge_t {
    apr_pool_t *p;
    apr_array_header_t *inputs;    /* merge_input_t * */
    /* from the command line */
    int by_group;                  /* pairs are the same only if the groups of their hosts have the same name, too */
    int by_application;            /* ... and their URI groups are of the same application */
    int first_only;                /* a pair in several files leads to the servers of the first only */
    int numbered;                  /* the names that pluginCfgMerge gives */
    /* the result */
    apr_array_header_t *pairs;     /* merge_pair_t *: those of one route together, those of one URI of it together */
    apr_hash_t *by_key;            /* merge_key_t -> merge_pair_t * */
    apr_hash_t *by_match_key;      /* the key without names -> merge_pair_t *, the first */
    apr_hash_t *uri_numbers, *host_numbers, *names_numbers; /* text -> int: the numbers in keys */
    apr_hash_t *group_hosts;       /* plugin_cfg_virtual_host_group_t * -> int[]: the numbers of its hosts */
    const plugin_cfg_uri_t *compared[2]; /* the URIs whose attributes were compared last */
    apr_array_header_t *clusters;  /* merge_cluster_t * */
    apr_hash_t *reported;          /* messages that have been printed */
    xmlDoc *doc;
    int is_complete;               /* 0: memory ran out while the document was made */
} merge_t;

/* the first source of a pair or cluster, whose attributes and names the merged file has */
#define MERGE_FIRST(thing) APR_ARRAY_IDX((thing)->sources, 0, merge_source_t)

#endif
