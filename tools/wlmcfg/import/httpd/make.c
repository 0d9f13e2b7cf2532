/* `wlmcfg import mod_proxy_balancer`: members, once all of their parameters are known. On main()'s thread. */
#include <string.h>
#include <strings.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/host.h"
#include "tools/wlmcfg/import/common/members.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/httpd/make.h"
#include "tools/wlmcfg/import/httpd/model.h"

#define TIMEOUT_USUAL 60           /* httpd's Timeout without a directive */

/* -- one member ---------------------------------------------------------------------------------- */

static int port_of(const httpd_url_t *url)
{
    return url->port ? url->port : strcmp(url->scheme, "https") == 0 ? 443 : strcmp(url->scheme, "ajp") == 0 ? 8009
           : 80;
}

static const char *address_of(const httpd_url_t *url, apr_pool_t *p)
{
    return url->socket ? url->socket : wlm_host_port_text(url->host, port_of(url), p);
}

/* A text that is the same for URLs of the same server */
static const char *server_of(const httpd_url_t *url, apr_pool_t *p)
{
    return url->socket ? url->socket : apr_psprintf(p, "%s://%s:%d", url->scheme, url->host, port_of(url));
}

static void set_address(httpd_making_t *making)
{
    const httpd_url_t *url = &making->source->url;
    plugin_cfg_transport_t *transport = making->made->transport;

    if (strcmp(url->scheme, "ajp") == 0) {
        wlmcfg_import_set_ajp(making->httpd->import, making->made, url->host, port_of(url));
        return;
    }
    transport->host = url->socket ? url->socket : url->host;
    transport->port = url->socket ? 0 : port_of(url);
    if (strcmp(url->scheme, "https") == 0) {
        transport->protocol = PLUGIN_CFG_HTTPS;
        wlmcfg_import_add_finding(making->httpd->import, PLUGIN_CFG_NOTE, making->source->at, "https",
                                  "member \"%s\" is spoken to by https; say by WLMTLSTrust whose certificates are "
                                  "trusted",
                                  making->made->server->name);
    }
}

static void set_times(httpd_making_t *making)
{
    const httpd_scope_t *own = making->balancer->scope, *main = making->httpd->main;
    const int candidates[] = { making->timeout, own->proxy_timeout, main->proxy_timeout, own->timeout, main->timeout };
    plugin_cfg_server_t *server = making->made->server;
    int i, time = TIMEOUT_USUAL;

    for (i = 4; i >= 0; --i) {
        time = candidates[i] >= 0 ? candidates[i] : time;
    }
    server->connect_timeout = making->connect_timeout >= 0 ? making->connect_timeout : time;
    server->server_io_timeout = making->fails_on_timeout ? -time : time;
}

/* Parameters of ProxySet */
typedef struct sets_t {
    apr_hash_t *by_server;         /* server_of() -> array of const httpd_member_t *, as in the files */
    apr_hash_t *used;              /* servers that have a member */
} sets_t;

static void apply_sets(httpd_making_t *making, sets_t *sets)
{
    const char *server = server_of(&making->source->url, making->httpd->import->p);
    const apr_array_header_t *own = apr_hash_get(sets->by_server, server, APR_HASH_KEY_STRING);
    int i;

    for (i = 0; own && i < own->nelts; ++i) {
        wlmcfg_httpd_parse_member_params(making, APR_ARRAY_IDX(own, i, const httpd_member_t *)->params);
    }
    apr_hash_set(sets->used, server, APR_HASH_KEY_STRING, making);
}

static sets_t find_sets(httpd_t *httpd)
{
    apr_pool_t *p = httpd->import->p;
    sets_t sets = { apr_hash_make(p), apr_hash_make(p) };
    int i;

    for (i = 0; i < httpd->sets->nelts; ++i) {
        const httpd_member_t *set = &APR_ARRAY_IDX(httpd->sets, i, httpd_member_t);
        const char *server = server_of(&set->url, p);
        apr_array_header_t *own = apr_hash_get(sets.by_server, server, APR_HASH_KEY_STRING);
        if (!own) {
            own = apr_array_make(p, 1, sizeof(const httpd_member_t *));
            apr_hash_set(sets.by_server, server, APR_HASH_KEY_STRING, own);
        }
        APR_ARRAY_PUSH(own, const httpd_member_t *) = set;
    }
    return sets;
}

static const char *name_of(const httpd_member_t *member, apr_pool_t *p)
{
    int i;

    for (i = 0; i < member->params->nelts; ++i) {
        const httpd_param_t *param = &APR_ARRAY_IDX(member->params, i, httpd_param_t);
        if (strcasecmp(param->name, "route") == 0 && *param->value) {
            return param->value;
        }
    }
    return member->url.socket ? apr_filepath_name_get(member->url.socket)
                              : apr_psprintf(p, "%s_%d", member->url.host, port_of(&member->url));
}

static int can_be_member(httpd_making_t *making)
{
    const httpd_url_t *url = &making->source->url;
    int has_tls = strcmp(url->scheme, "https") == 0, has_ajp = strcmp(url->scheme, "ajp") == 0;

    if (strcmp(url->scheme, "http") == 0 || (!url->socket && (has_tls || has_ajp))) {
        return 1;
    }
    wlmcfg_import_add_finding(making->httpd->import, PLUGIN_CFG_WARNING, making->source->at, "left-out",
                              "member %s%s%s://%s is left out: %s", url->socket ? url->socket : "",
                              url->socket ? "|" : "", url->scheme, url->host,
                              has_tls ? "mod_wlm does not speak TLS over a socket; let the server speak HTTP there, "
                                        "and say by its file's permissions who may connect"
                                      : "mod_wlm speaks HTTP/1.1 only");
    return 0;
}

static void leave_out(httpd_making_t *making)
{
    import_t *import = making->httpd->import;
    import_cluster_t *cluster = making->balancer->cluster;
    const char *address = address_of(&making->source->url, import->p);

    wlmcfg_import_drop_member(cluster);
    wlmcfg_import_comment(import, cluster->cluster,
                          apr_pstrcat(import->p, address, " was disabled or stopped, and is left out", NULL));
    wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, making->source->at, "left-out",
                              "member %s is disabled or stopped (status=%c), and left out: add it when it is to "
                              "serve again", address, making->out);
}

static void make_member(httpd_making_t *making, sets_t *sets)
{
    import_t *import = making->httpd->import;
    const httpd_member_t *source = making->source;

    if (!can_be_member(making)) {
        return;
    }
    making->made = wlmcfg_import_add_member(import, making->balancer->cluster, source->at, name_of(source, import->p));
    making->timeout = making->connect_timeout = -1;
    wlmcfg_httpd_parse_member_params(making, source->params);
    apply_sets(making, sets);
    if (making->out) {
        leave_out(making);
        return;
    }
    set_address(making);
    set_times(making);
    making->made->tier = 2 * making->lbset + making->is_standby;
    making->made->server->clone_id = making->is_sticky ? making->route : NULL;
    if (making->route && !making->is_sticky) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_NOTE, source->at, "changed",
                                  "route=%s is left out: without stickysession sessions stay on no member; if they "
                                  "should, write it as CloneID",
                                  making->route);
    }
}

/* -- all ------------------------------------------------------------------------------------------- */

static void make_cluster(httpd_t *httpd, httpd_balancer_t *balancer, sets_t *sets)
{
    httpd_making_t common = { .httpd = httpd, .balancer = balancer };
    int i;

    wlmcfg_httpd_parse_balancer_params(&common);
    balancer->cluster->cluster->ignore_affinity_requests = 0; /* requests of sessions count, too */
    for (i = 0; i < balancer->members->nelts; ++i) {
        httpd_making_t making = common;
        making.source = APR_ARRAY_IDX(balancer->members, i, httpd_member_t *);
        make_member(&making, sets);
    }
}

void wlmcfg_httpd_make_clusters(httpd_t *httpd)
{
    sets_t sets = find_sets(httpd);
    int i;

    for (i = 0; i < httpd->balancers->nelts; ++i) {
        make_cluster(httpd, APR_ARRAY_IDX(httpd->balancers, i, httpd_balancer_t *), &sets);
    }
    for (i = 0; i < httpd->sets->nelts; ++i) {
        const httpd_member_t *set = &APR_ARRAY_IDX(httpd->sets, i, httpd_member_t);
        if (!apr_hash_get(sets.used, server_of(&set->url, httpd->import->p), APR_HASH_KEY_STRING)) {
            wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, set->at, "unused",
                                      "ProxySet for %s://%s is left out: there is no such member", set->url.scheme,
                                      address_of(&set->url, httpd->import->p));
        }
    }
}
