/* plugin-cfg/plugin_cfg.h: plugin-cfg.xml as a checked, immutable model.
 *
 * Such a file says which requests a route sends to which cluster, and which servers, with which weights and transports,
 * a cluster has. What is odd in the file becomes a finding; a file with one of severity ERROR must not be used.
 *
 *     rv = plugin_cfg_read(&cfg, "conf/plugin-cfg.xml", p);
 *     for (i = 0; i < cfg->findings->nelts; ++i) ... APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *)
 *     if (rv != APR_SUCCESS) refuse, keep what was there
 *
 * Everything lives in the pool given to plugin_cfg_read(), and nothing is changed after it has returned (but for
 * plugin_cfg_forget_text()), so any number of threads may read the model. Equal texts are one. Arrays hold pointers, in
 * the file's order. "As in the file": in the original's unit.
 */
#ifndef PLUGIN_CFG_H
#define PLUGIN_CFG_H

#include <apr_file_io.h>
#include <apr_pools.h>
#include <apr_tables.h>
#include "plugin-cfg/cluster.h"
#include "plugin-cfg/finding.h"
#include "plugin-cfg/log.h"
#include "plugin-cfg/route.h"

typedef struct plugin_cfg_t {
    const char *file;              /* as given to plugin_cfg_read() */
    const char *text;              /* what was read; NULL when nothing could be, or it is forgotten */
    apr_size_t length;             /* of the text */
    apr_pool_t *text_pool;         /* holds the text, and nothing else */
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

#define PLUGIN_CFG_MAX_SIZE   (16 * 1024 * 1024) /* bytes of a file that is read */
#define PLUGIN_CFG_MAX_DEPTH  32                 /* of nesting that is read; the format itself needs 5 */

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

/** Free the text, which is as large as the file, while the model stays. Before other threads have the model. */
void plugin_cfg_forget_text(plugin_cfg_t *cfg);

#endif
