/* plugin-cfg/cluster.h: the part of the model that says where requests go: clusters, servers, transports. See
 * plugin-cfg/plugin_cfg.h. Immutable once it was read, for any thread.
 */
#ifndef PLUGIN_CFG_CLUSTER_H
#define PLUGIN_CFG_CLUSTER_H

#include <apr_tables.h>
#include "plugin-cfg/load_balance.h"

typedef enum { PLUGIN_CFG_HTTP, PLUGIN_CFG_HTTPS } plugin_cfg_protocol_t;
typedef enum { PLUGIN_CFG_PRIMARY, PLUGIN_CFG_BACKUP } plugin_cfg_tier_t;

typedef struct plugin_cfg_transport_t {
    plugin_cfg_protocol_t protocol;
    const char *host;              /* name or address; an IPv6 literal without brackets; or a socket:
                                      "unix:/run/app.sock" */
    int port;                      /* 1..65535; 0: it is a socket */
    int connection_ttl;            /* seconds a kept connection may idle; 0: no limit; default 28 */
    const char *keyring;           /* NULL when absent (https only); see keyring.h */
    const char *stashfile;         /* NULL when absent */
    const char *cert_label;        /* NULL when absent */
    int line;
} plugin_cfg_transport_t;

/** One member of a cluster. Its state belongs to (cluster name, server name): a server's name alone says
 *  nothing, files in the wild use one name for different hosts. */
typedef struct plugin_cfg_server_t {
    const char *name;              /* unique in its cluster */
    const char *clone_id;          /* NULL when absent: no session can be kept on this server */
    int weight;                    /* LoadBalanceWeight, 0..65535; default 2 */
    plugin_cfg_tier_t tier;
    int connect_timeout;           /* seconds; 0: the operating system's limit (default) */
    int server_io_timeout;         /* seconds for each read or write; 0: no limit (default);
                                      negative: the absolute value, and a time-out marks the server down */
    int ws_server_io_timeout;      /* seconds, 0 when absent */
    int ws_server_idle_timeout;    /* seconds, 0 when absent */
    int max_connections;           /* pending requests; <= 0: no limit; default -1 */
    int wait_for_continue;         /* boolean */
    int extended_handshake;        /* boolean */
    apr_array_header_t *transports; /* plugin_cfg_transport_t *, at least one in a file without errors */
    const char *from;              /* what has given it to the file's cluster (plugin-cfg/given.h); NULL: the file has
                                      it */
    int line;
} plugin_cfg_server_t;

typedef struct plugin_cfg_cluster_t {
    const char *name;              /* unique in the file */
    plugin_cfg_load_balance_t load_balance;
    int retry_interval;            /* seconds from a mark-down to the next try; default 60 */
    int ignore_affinity_requests;  /* boolean, default 1 */
    int clone_separator_change;    /* boolean: '+' instead of ':' */
    int remove_special_headers;    /* boolean, as in the file; the module always removes them */
    int get_dwlm_table;            /* boolean, as in the file */
    int post_size_limit;           /* KiB, -1: none (default) */
    int post_buffer_size;          /* KiB, 0: none, -1: no limit; default 64 */
    int server_io_timeout_retry;   /* -1: every server may be tried (default) */
    apr_array_header_t *members;   /* plugin_cfg_server_t *: primaries and backups, file order of the definitions */
    apr_array_header_t *primaries; /* plugin_cfg_server_t *: subset of members, in the order of PrimaryServers,
                                      or of the definitions when there is no such list */
    apr_array_header_t *backups;   /* plugin_cfg_server_t *: in the order in which they are to be tried */
    const char *from;              /* what gives it servers (plugin-cfg/given.h), of which there may be none as yet;
                                      NULL: it has those of the file */
    int line;
} plugin_cfg_cluster_t;

#endif
