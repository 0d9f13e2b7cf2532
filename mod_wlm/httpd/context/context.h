/* httpd/context/context.h: the module, the ids of its messages, and what directives say about a server and about a
 * place in it. The records are filled while httpd reads its configuration, and constant from then on.
 */
#ifndef WLM_HTTPD_CONTEXT_CONTEXT_H
#define WLM_HTTPD_CONTEXT_CONTEXT_H

#include <httpd.h>
#include <http_config.h>
#include <http_log.h>
#include "net/trusted_peers.h"

/* the only symbol that the shared object exports */
extern module AP_MODULE_DECLARE_DATA wlm_module __attribute__((visibility("default")));
APLOG_USE_MODULE(wlm);

/** Every message has an id of its own, which docs/messages.md explains. */
#define WLMNO(number) "WLM" #number ": "

typedef enum { WLM_FORWARDED_OFF, WLM_FORWARDED_ON, WLM_FORWARDED_RFC7239, WLM_FORWARDED_BOTH } wlm_forwarded_t;
typedef enum { WLM_VIA_OFF, WLM_VIA_ON, WLM_VIA_FULL, WLM_VIA_BLOCK } wlm_via_t;

typedef enum { WLM_TRACEPARENT_OFF, WLM_TRACEPARENT_ON, WLM_TRACEPARENT_UNSAMPLED } wlm_traceparent_t;

struct wlm_file_t;

/** What holds for a server or virtual host; merged by httpd. */
typedef struct wlm_server_conf_t {
    struct wlm_file_t *file;       /* NULL: no WLMConfig here */
    apr_interval_time_t stay;      /* WLMStay; -1 when not set */
    int strict_affinity;           /* these four: -1 when not set */
    int via;                       /* wlm_via_t */
    int traceparent;               /* wlm_traceparent_t */
    int forwarded_headers;         /* wlm_forwarded_t */
    wlm_trusted_peers_t *trusted;        /* WLMTrustedProxies; NULL: not given */
    const char *separators;        /* WLMCloneSeparators; NULL: as plugin-cfg.xml says */
} wlm_server_conf_t;

typedef enum { WLM_ADMIN_OFF, WLM_ADMIN_ON, WLM_ADMIN_UNAUTHENTICATED } wlm_admin_t;

/** What holds for a directory or location. */
typedef struct wlm_dir_conf_t {
    int enabled;                   /* WLMEnable; these: -1 when not set */
    int admin;                     /* WLMAdmin, wlm_admin_t */
} wlm_dir_conf_t;

void *wlm_config_create_server(apr_pool_t *p, server_rec *s);
void *wlm_config_merge_server(apr_pool_t *p, void *base, void *add);
void *wlm_config_create_dir(apr_pool_t *p, char *dir);
void *wlm_config_merge_dir(apr_pool_t *p, void *base, void *add);

wlm_server_conf_t *wlm_config_of(const server_rec *s);
int wlm_config_is_enabled(const request_rec *r);
wlm_admin_t wlm_config_admin(const request_rec *r);
int wlm_config_strict_affinity(const wlm_server_conf_t *conf);
wlm_forwarded_t wlm_config_forwarded_headers(const wlm_server_conf_t *conf);
wlm_via_t wlm_config_via(const wlm_server_conf_t *conf);
wlm_traceparent_t wlm_config_traceparent(const wlm_server_conf_t *conf);
/** 0: not at all */
apr_interval_time_t wlm_config_stay(const wlm_server_conf_t *conf);

#endif
