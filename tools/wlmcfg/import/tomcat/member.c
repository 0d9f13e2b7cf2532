/* `wlmcfg import tomcat`: a Service with its Connectors is a member. On main()'s thread. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/members.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/values.h"
#include "tools/wlmcfg/import/tomcat/tomcat.h"

#define TTL_USUAL 28               /* ConnectionTTL's default, seconds */

typedef struct connector_t {
    const xmlNode *node;           /* NULL: there is none */
    const char *address;           /* NULL: all */
    int port;
} connector_t;

/* The first one of each kind */
typedef struct connectors_t {
    connector_t http, https, ajp;
} connectors_t;

/* -- connectors ---------------------------------------------------------------------------------- */

static int is_ajp(const char *protocol)
{
    return strncasecmp(protocol, "AJP", 3) == 0 || strstr(protocol, ".ajp.") || strstr(protocol, ".jk.");
}

static int is_any_address(const char *address)
{
    return strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0 || strcmp(address, "[::]") == 0;
}

/* @return 0 when it listens on no port that is known */
static int read_port(tomcat_t *tomcat, const xmlNode *node, int *pport)
{
    const char *port = wlmcfg_tomcat_get(tomcat, node, "port");
    source_line_t at = wlmcfg_tomcat_source_line(tomcat, node);

    if (!port || strcmp(port, "-1") == 0 || strcmp(port, "0") == 0) {
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_NOTE, at, "left-out",
                                  "this Connector is left out: it has no port%s",
                                  port && *port == '0' ? ", but any that is free" : "");
        return 0;
    }
    if (!wlmcfg_import_number(tomcat->import, at, "port", port, 1, 65535, pport)) {
        return 0;
    }
    *pport += tomcat->port_offset;
    if (*pport > 65535) {
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_ERROR, at, "bad-value",
                                  "port %s and portOffset are more than 65535", port);
    }
    return *pport <= 65535;
}

static void read_connector(tomcat_t *tomcat, connectors_t *connectors, const xmlNode *node)
{
    const char *protocol = wlmcfg_tomcat_get(tomcat, node, "protocol"),
                           *ssl = wlmcfg_tomcat_get(tomcat, node, "SSLEnabled");
    connector_t read = { node, wlmcfg_tomcat_get(tomcat, node, "address"), 0 }, *kind;
    int is_ssl = 0;

    if (!read_port(tomcat, node, &read.port)
        || (ssl
            && !wlmcfg_import_boolean(tomcat->import, wlmcfg_tomcat_source_line(tomcat, node), "SSLEnabled", ssl,
                                      &is_ssl))) {
        return;
    }
    kind = protocol && is_ajp(protocol) ? &connectors->ajp : is_ssl ? &connectors->https : &connectors->http;
    if (!kind->node) {
        *kind = read;
    }
    else {
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_NOTE, wlmcfg_tomcat_source_line(tomcat, node), "left-out",
                                  "this Connector is left out: one of its kind is enough, and that of line %ld is "
                                  "taken",
                                  xmlGetLineNo(kind->node));
    }
}

/* @return the one by which it is reached; its node is NULL when there is none */
static const connector_t *best_of(const connectors_t *connectors)
{
    return connectors->http.node ? &connectors->http : connectors->https.node ? &connectors->https : &connectors->ajp;
}

/* -- the member ---------------------------------------------------------------------------------- */

static const char *host_of(const tomcat_t *tomcat, const connector_t *connector)
{
    const char *host = tomcat->host;
    apr_size_t len;

    if (!host && connector->address && !is_any_address(connector->address)) {
        host = connector->address;
    }
    if (!host || *host != '[') {
        return host ? host : "localhost";
    }
    len = strcspn(host + 1, "]");
    return apr_pstrmemdup(tomcat->import->p, host + 1, len);
}

static void check_host(tomcat_t *tomcat, const connector_t *connector)
{
    const char *address = connector->address;
    source_line_t at = wlmcfg_tomcat_source_line(tomcat, connector->node);

    if (tomcat->host && address && !is_any_address(address) && strcasecmp(address, tomcat->host) != 0) {
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_WARNING, at, "host",
                                  "this Connector listens on %s only; is that %s?", address, tomcat->host);
    }
    else if (!tomcat->host && (!address || is_any_address(address))) {
        wlmcfg_import_add_finding(
            tomcat->import, PLUGIN_CFG_WARNING, at, "host",
            "the file does not say on which host this is, and localhost is taken; name it HOST=%s", tomcat->file);
    }
}

/* A connection must not be used any more when Tomcat may be about to close it */
static void set_ttl(tomcat_t *tomcat, plugin_cfg_transport_t *transport, const xmlNode *connector)
{
    const char *name = xmlHasProp(connector, BAD_CAST "keepAliveTimeout") ? "keepAliveTimeout" : "connectionTimeout";
    const char *text = wlmcfg_tomcat_get(tomcat, connector, name);
    int ms;

    if (!text || strcmp(text, "-1") == 0
        || !wlmcfg_import_number(tomcat->import, wlmcfg_tomcat_source_line(tomcat, connector), name, text, 0,
                                 2147483647, &ms)) {
        return;
    }
    if (ms / 1000 <= TTL_USUAL) {
        transport->connection_ttl = ms / 1000 > 1 ? ms / 1000 - 1 : 1;
    }
}

static void set_transports(tomcat_t *tomcat, import_member_t *member, const connectors_t *connectors)
{
    const connector_t *first = best_of(connectors);

    member->transport->host = host_of(tomcat, first);
    member->transport->port = first->port;
    set_ttl(tomcat, member->transport, first->node);
    if (first == &connectors->https) {
        member->transport->protocol = PLUGIN_CFG_HTTPS;
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_NOTE, member->at, "https",
                                  "member \"%s\" has an https Connector only; say by WLMTLSTrust whose certificates "
                                  "are trusted",
                                  member->server->name);
    }
    else if (connectors->https.node) {
        plugin_cfg_transport_t *https = wlmcfg_import_add_transport(tomcat->import, member);
        https->protocol = PLUGIN_CFG_HTTPS;
        https->host = host_of(tomcat, &connectors->https);
        https->port = connectors->https.port;
        set_ttl(tomcat, https, connectors->https.node);
    }
}

static import_cluster_t *find_cluster(tomcat_t *tomcat, const xmlNode *service)
{
    import_t *import = tomcat->import;
    const char *name = wlmcfg_tomcat_get(tomcat, service, "name"), *own = import->cluster_name;
    import_cluster_t *cluster;

    name = name && *name ? name : "Catalina";
    cluster = apr_hash_get(tomcat->clusters, name, APR_HASH_KEY_STRING);
    if (!cluster) {
        source_line_t at = wlmcfg_tomcat_source_line(tomcat, service);
        if (apr_hash_count(tomcat->clusters)) {
            wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, at, "changed",
                                      "service \"%s\" becomes a cluster of its own, and requests find it by URI and "
                                      "host alone, not by its port: see that its URIs differ",
                                      name);
            own = own ? apr_pstrcat(import->p, own, "_", name, NULL) : NULL;
        }
        cluster = wlmcfg_import_add_cluster(import, at, own ? own : name);
        apr_hash_set(tomcat->clusters, name, APR_HASH_KEY_STRING, cluster);
    }
    return cluster;
}

static void add_member(tomcat_t *tomcat, import_cluster_t *cluster, const xmlNode *engine,
                       const connectors_t *connectors)
{
    const connector_t *first = best_of(connectors);
    const char *host = host_of(tomcat, first), *route = wlmcfg_tomcat_get(tomcat, engine, "jvmRoute");
    import_member_t *member;

    route = route && *route ? route : NULL;
    member = wlmcfg_import_add_member(tomcat->import, cluster, wlmcfg_tomcat_source_line(tomcat, first->node),
                                      route ? route : apr_psprintf(tomcat->import->p, "%s_%d", host, first->port));
    member->server->clone_id = route;
    check_host(tomcat, first);
    if (first == &connectors->ajp) {
        wlmcfg_import_set_ajp(tomcat->import, member, host, first->port);
    }
    else {
        set_transports(tomcat, member, connectors);
    }
    if (!route) {
        wlmcfg_import_add_finding(
            tomcat->import, PLUGIN_CFG_NOTE, wlmcfg_tomcat_source_line(tomcat, engine), "no-route",
            "<Engine> has no jvmRoute, so no session stays on member \"%s\"; give each server its own",
            member->server->name);
    }
}

import_cluster_t *wlmcfg_tomcat_add_member(tomcat_t *tomcat, const xmlNode *service, const xmlNode *engine)
{
    connectors_t connectors = { { NULL, NULL, 0 }, { NULL, NULL, 0 }, { NULL, NULL, 0 } };
    import_cluster_t *cluster;
    const xmlNode *node;

    TOMCAT_EACH(node, service, "Connector") {
        read_connector(tomcat, &connectors, node);
    }
    if (!best_of(&connectors)->node) {
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_ERROR, wlmcfg_tomcat_source_line(tomcat, service),
                                  "no-connector", "this Service has no Connector that can be used; add one for HTTP");
        return NULL;
    }
    cluster = find_cluster(tomcat, service);
    add_member(tomcat, cluster, engine, &connectors);
    return cluster;
}
