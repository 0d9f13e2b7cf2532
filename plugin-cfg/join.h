/* plugin-cfg/join.h: two plugin-cfg.xml in one: the second one's clusters beside those of the first, or, where both
 * have one of that name, its servers in the first one's. For files that have been read without errors. One thread at a
 * time.
 */
#ifndef PLUGIN_CFG_JOIN_H
#define PLUGIN_CFG_JOIN_H

#include <apr_tables.h>

/** A server or cluster of the second file that is left out, since the first one has it already. */
typedef struct plugin_cfg_clash_t {
    const char *cluster;
    const char *server;            /* in the second file; NULL: the cluster itself */
    const char *other;             /* in the first file; of a cluster: the element of that name */
    const char *by;                /* what both have: "name", "CloneID" or "address" */
} plugin_cfg_clash_t;

/**
 * Join them. A server is the same as one of the first file when it has its name, its CloneID, or one of its addresses:
 * then the first file's counts. A cluster that only the second file has comes with what stands behind it up to the next
 * one: its groups and its Route. One that both have keeps the Routes of the first. Attributes and whatever else belongs
 * to no cluster are those of the first, but RefreshInterval, where the second one has one.
 * @param clashes  plugin_cfg_clash_t: added
 * @return the element Config, in p; NULL: one of them is no XML with such an element
 */
const char *plugin_cfg_join(apr_array_header_t *clashes, const char *first, const char *second, apr_pool_t *p);

#endif
