/* httpd/context/config.h: what directives have set for httpd as a whole, for a server, and for a place in it. The
 * records are filled in the parent, while httpd reads its configuration, and constant from then on, for any thread.
 */
#ifndef WLM_HTTPD_CONTEXT_CONFIG_H
#define WLM_HTTPD_CONTEXT_CONFIG_H

#include <httpd.h>
#include "balance/options.h"
#include "base/settings.h"
#include "health/heartbeat.h"
#include "httpd/context/settings_table.h"
#include "net/trusted_peers.h"

/** WLMSlots; 0: by what there is at the start. */
typedef struct wlm_slots_setting_t {
    int members, clusters;
} wlm_slots_setting_t;

/** WLMAffinityTable. */
typedef struct wlm_affinity_table_setting_t {
    apr_int64_t size;              /* bytes */
    apr_interval_time_t expiry;    /* of a session that is not used */
} wlm_affinity_table_setting_t;

/** WLMAffinityStore. */
typedef struct wlm_affinity_store_setting_t {
    const char *provider, *argument; /* of httpd's socache providers; NULL: there is no store */
    apr_interval_time_t timeout;
} wlm_affinity_store_setting_t;

/** WLMSpans. Servers that inherit it share it. */
typedef struct wlm_spans_t {
    const char *target;            /* a file, or "|" and a program */
    int percent;                   /* so many of the traces that begin here have a line */
    struct wlm_span_log_t *log;    /* httpd/runtime/span_log.c; NULL: it is not open */
} wlm_spans_t;

struct wlm_file_t;

/** What holds for httpd as a whole. */
typedef struct wlm_global_conf_t {
    WLM_GLOBAL_SETTINGS(WLM_SETTING_FIELD)
    struct {
        WLM_GLOBAL_SETTINGS(WLM_SETTING_IS_SET)
    } is_set;
} wlm_global_conf_t;

/** What holds for a server or virtual host; merged by httpd. */
typedef struct wlm_server_conf_t {
    WLM_SERVER_SETTINGS(WLM_SETTING_FIELD)
    struct {
        WLM_SERVER_SETTINGS(WLM_SETTING_IS_SET)
    } is_set;
} wlm_server_conf_t;

/** What holds for a directory or location; merged by httpd. */
typedef struct wlm_dir_conf_t {
    WLM_DIRECTORY_SETTINGS(WLM_SETTING_FIELD)
    WLM_ANYWHERE_SETTINGS(WLM_SETTING_FIELD)
    struct {
        WLM_DIRECTORY_SETTINGS(WLM_SETTING_IS_SET)
        WLM_ANYWHERE_SETTINGS(WLM_SETTING_IS_SET)
    } is_set;
} wlm_dir_conf_t;

/** For httpd: make a record with the defaults in p, and one in which what is set in `add` overrides `base`. */
void *wlm_config_create_server(apr_pool_t *p, server_rec *s);
void *wlm_config_merge_server(apr_pool_t *p, void *base, void *add);
void *wlm_config_create_dir(apr_pool_t *p, char *dir);
void *wlm_config_merge_dir(apr_pool_t *p, void *base, void *add);

/** Before the configuration is read (again). */
void wlm_config_reset(void);
/** For httpd as a whole: of the configuration that is being read, or in use. */
wlm_global_conf_t *wlm_config_global(void);
/** For a server or virtual host. */
wlm_server_conf_t *wlm_config_of(const server_rec *s);
/** For the location that the request is in. */
const wlm_dir_conf_t *wlm_config_of_request(const request_rec *r);

#endif
