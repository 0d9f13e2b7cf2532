/* plugin-cfg/plugin_cfg.h: plugin-cfg.xml as a checked, immutable model.
 *
 * A plugin-cfg.xml file says which requests (virtual host groups x URI groups) a route sends to which
 * server cluster, and which servers, with which weights and transports, such a cluster has.
 * plugin_cfg_read() turns such a file into a plugin_cfg_t; everything that is odd in the file becomes a
 * finding (file, line, id, what is wrong, what to do). A file that has a finding of severity ERROR must
 * not be used; the model is then incomplete.
 *
 *     plugin_cfg_t *cfg;
 *     rv = plugin_cfg_read(&cfg, "conf/plugin-cfg.xml", p);
 *     for (i = 0; i < cfg->findings->nelts; ++i) ... APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *)
 *     if (rv != APR_SUCCESS) refuse, keep what was there
 *
 * Lifetime: everything lives in the pool given to plugin_cfg_read(). Nothing is changed after it returned,
 * so any number of threads may read the model. Arrays hold pointers and are in the file's order.
 * "As in the file" below means the number that the file has, or its default, in the unit of the original
 * plug-in; where seconds are meant the name or the comment says so.
 */
#ifndef PLUGIN_CFG_H
#define PLUGIN_CFG_H

#include <apr_file_io.h>
#include <apr_pools.h>
#include <apr_tables.h>
#include "plugin-cfg/finding.h"
#include "plugin-cfg/load_balance.h"

typedef enum { PLUGIN_CFG_HTTP, PLUGIN_CFG_HTTPS } plugin_cfg_protocol_t;
typedef enum { PLUGIN_CFG_PRIMARY, PLUGIN_CFG_BACKUP } plugin_cfg_tier_t;

typedef struct plugin_cfg_transport_t {
    plugin_cfg_protocol_t protocol;
    const char *host;              /* name or address; an IPv6 literal without brackets */
    int port;                      /* 1..65535 */
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
    int line;
} plugin_cfg_cluster_t;

typedef struct plugin_cfg_virtual_host_t {
    const char *name;              /* as in the file, "host:port" */
    const char *host;              /* lower case, IPv6 without brackets; NULL for "*" */
    int port;                      /* 0 for "*" */
    int line;
} plugin_cfg_virtual_host_t;

typedef struct plugin_cfg_virtual_host_group_t {
    const char *name;
    apr_array_header_t *hosts;     /* plugin_cfg_virtual_host_t * */
    int line;
} plugin_cfg_virtual_host_group_t;

typedef struct plugin_cfg_uri_t {
    const char *name;              /* the pattern; '*' is the only wildcard */
    const char *affinity_cookie;   /* default JSESSIONID */
    const char *affinity_url_identifier; /* default jsessionid */
    int line;
} plugin_cfg_uri_t;

typedef struct plugin_cfg_uri_group_t {
    const char *name;
    apr_array_header_t *uris;      /* plugin_cfg_uri_t * */
    int line;
} plugin_cfg_uri_group_t;

/** A route that has an effect: its names all exist, and its cluster has a member. */
typedef struct plugin_cfg_route_t {
    const plugin_cfg_cluster_t *cluster;
    const plugin_cfg_uri_group_t *uri_group;             /* NULL: every URI */
    const plugin_cfg_virtual_host_group_t *virtual_host_group; /* NULL: every host */
    int line;
} plugin_cfg_route_t;

/** A route that has none. Which requests it was meant for is known only as far as its groups are there. */
typedef struct plugin_cfg_lost_route_t {
    const char *cluster;           /* as in the file, as the names of the groups; those: NULL when absent */
    const char *uri_group_name, *virtual_host_group_name;
    const plugin_cfg_uri_group_t *uri_group;             /* NULL: not named, or not there */
    const plugin_cfg_virtual_host_group_t *virtual_host_group; /* likewise */
    const char *why;               /* "ServerCluster "c" is not in the file" */
    int line;
} plugin_cfg_lost_route_t;

/** LogLevel of the element Log, in the order of the schema's choices. */
typedef enum {
    PLUGIN_CFG_LOG_NONE = -1,      /* there is no Log */
    PLUGIN_CFG_LOG_ERROR,          /* default */
    PLUGIN_CFG_LOG_WARN,
    PLUGIN_CFG_LOG_STATS,
    PLUGIN_CFG_LOG_DETAIL,
    PLUGIN_CFG_LOG_DEBUG,
    PLUGIN_CFG_LOG_TRACE
} plugin_cfg_log_level_t;

/** Which requests are to be logged with their times: those that pass the filters of each type. */
typedef struct plugin_cfg_request_metrics_t {
    apr_array_header_t *uris;      /* const char *, values of enabled filters; NULL: no such filter is enabled */
    apr_array_header_t *addresses; /* likewise, of the client */
} plugin_cfg_request_metrics_t;

typedef struct plugin_cfg_t {
    const char *file;              /* as given to plugin_cfg_read() */
    const char *text;              /* what was read; NULL when nothing could be */
    apr_size_t length;             /* of the text */
    /* Config */
    int ignore_dns_failures;       /* boolean, default 0 */
    int refresh_interval;          /* seconds, default 60; 0: never */
    int as_disable_nagle;          /* boolean, default 0 */
    int app_server_port_is_web_server_port; /* AppServerPortPreference="WebserverPort"; default 0: HostHeader */
    int response_chunk_size;       /* KiB, default 64 */
    int accept_all_content;        /* boolean, default 0 */
    int vhost_matching_compat;     /* boolean, default 0 */
    int trusted_proxy_enable;      /* boolean, default 0 */
    int http_max_headers;          /* default 300 */
    int use_insecure;              /* boolean, default 0 */
    apr_array_header_t *trusted_proxies; /* const char * */
    const char *log_name;          /* NULL when absent */
    plugin_cfg_log_level_t log_level;
    plugin_cfg_request_metrics_t *request_metrics; /* NULL when no request is to be logged */
    /* the topology */
    apr_array_header_t *clusters;  /* plugin_cfg_cluster_t * */
    apr_array_header_t *virtual_host_groups; /* plugin_cfg_virtual_host_group_t * */
    apr_array_header_t *uri_groups; /* plugin_cfg_uri_group_t * */
    apr_array_header_t *routes;    /* plugin_cfg_route_t *, usable ones, in the file's order */
    apr_array_header_t *lost_routes; /* plugin_cfg_lost_route_t *, those without effect, in the file's order */
    apr_array_header_t *findings;  /* plugin_cfg_finding_t *, by line */
} plugin_cfg_t;

/** Largest file that is read, in bytes. */
#define PLUGIN_CFG_MAX_SIZE   (16 * 1024 * 1024)
/** Deepest nesting that is read; the format itself needs 5. */
#define PLUGIN_CFG_MAX_DEPTH  32

/**
 * Read and check a file.
 *
 * Reads no other file and no network. May be called from any thread, also concurrently.
 *
 * @param pcfg  the model, never NULL afterwards: when it fails, use only ->findings
 * @param file  path, as it shall stand in the findings
 * @param p     where the model lives
 * @return APR_SUCCESS: no finding is an error
 *         APR_EGENERAL: at least one finding is an error
 *         other: the file could not be read (also a finding, id "unreadable")
 */
apr_status_t plugin_cfg_read(plugin_cfg_t **pcfg, const char *file, apr_pool_t *p);

/**
 * The same for bytes in memory (tests, fuzzing).
 * @param name  stands for the file's name in the findings
 */
apr_status_t plugin_cfg_read_memory(plugin_cfg_t **pcfg, const char *data, apr_size_t len,
                                    const char *name, apr_pool_t *p);

/** The same for what can be read of a file or pipe that is open. */
apr_status_t plugin_cfg_read_stream(plugin_cfg_t **pcfg, apr_file_t *stream, const char *name, apr_pool_t *p);

#endif
