/* plugin-cfg/given.h: a plugin-cfg.xml with servers that are not in the file, because somebody else says which there
 * are (the name service, for example). Where each is from stands in the text, as the processing instruction
 * <?members-from WORDS?>, and in the model: plugin_cfg_server_t.from; so the file can be made out of the text again,
 * for other servers. One thread at a time.
 */
#ifndef PLUGIN_CFG_GIVEN_H
#define PLUGIN_CFG_GIVEN_H

#include "plugin-cfg/plugin_cfg.h"

#define PLUGIN_CFG_GIVEN_WEIGHT 20 /* LoadBalanceWeight of a server for which nobody says one */
#define PLUGIN_CFG_GIVEN_PORT   80

/** A server. */
typedef struct plugin_cfg_given_server_t {
    const char *name, *clone_id;
    const char *host;              /* an IPv6 address without brackets */
    int port;                      /* 0: that of the pattern, or PLUGIN_CFG_GIVEN_PORT */
    int weight;                    /* -1: that of the pattern, or PLUGIN_CFG_GIVEN_WEIGHT */
    int is_backup;
    const char *from;              /* words without "?>" */
} plugin_cfg_given_server_t;

/** The servers of one origin for one cluster. */
typedef struct plugin_cfg_given_t {
    const char *cluster;
    const char *from;              /* of the cluster itself */
    const char *host;              /* of the pattern */
    const apr_array_header_t *servers; /* plugin_cfg_given_server_t * */
} plugin_cfg_given_t;

/**
 * The file with these servers, instead of those that have been given to it before. A Server of the cluster that has a
 * Transport to the given host is their pattern: they have its attributes, and its transports to that host, and it is
 * itself no member any more as soon as there is one of them. A cluster that servers are given to keeps its Routes, also
 * when it has none.
 * @param clashes  plugin_cfg_clash_t (plugin-cfg/join.h) is added for each that the file has already
 * @param given    plugin_cfg_given_t *; what is of other clusters than those of the file is ignored
 * @return the element Config, in p; NULL: the text is no XML with such an element
 */
const char *plugin_cfg_give(apr_array_header_t *clashes, const char *text, const apr_array_header_t *given,
                            apr_pool_t *p);

/** The servers of a cluster whose `from` begins with these words: plugin_cfg_given_server_t *, in p, the port, clone id
 *  and weight as the model has them. @param cluster  may be NULL */
apr_array_header_t *plugin_cfg_given_servers(const plugin_cfg_cluster_t *cluster, const char *from, apr_pool_t *p);

/** @return NULL: there is none of that name */
const plugin_cfg_cluster_t *plugin_cfg_find_cluster(const plugin_cfg_t *cfg, const char *name);

#endif
