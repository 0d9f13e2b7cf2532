/* The table of all elements and attributes that are known, and look-ups in it. Immutable; any thread. */
#include <limits.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "plugin-cfg/private.h"

#define MAX_SECONDS 2147483        /* as milliseconds still a 32 bit number */

static const char *const port_preferences[] = { "HostHeader", "WebserverPort", NULL };

#define LOAD_BALANCE_NAME(id, file, name, note) name,
#define LOAD_BALANCE_NOTE(id, file, name, note) "; " name ": " note
static const char *const load_balances[] = { PLUGIN_CFG_LOAD_BALANCES(LOAD_BALANCE_NAME) NULL };

static const char *const protocols[] = { "http", "https", NULL };
static const char *const log_levels[] = { "Error", "Warn", "Stats", "Detail", "Debug", "Trace", NULL };
static const char *const trace_levels[] = { "NONE", "HOPS", "PERF_DEBUG", "DEBUG", NULL };
static const char *const filter_types[] = { "URI", "SOURCE_IP", "JMS", "WEB_SERVICES", NULL };

#define ONE(key, name, parent, effect, note) { key, name, parent, 1, 0, PLUGIN_CFG_##effect, note }
#define MANY(key, name, parent, effect, note) { key, name, parent, 0, 0, PLUGIN_CFG_##effect, note }
#define OPAQUE(key, name, parent, effect, note) { key, name, parent, 1, 1, PLUGIN_CFG_##effect, note }

const plugin_cfg_element_t plugin_cfg_elements[] = {
    ONE("Config", "Config", NULL, HONOURED, "the root"),
    ONE("Log", "Log", "Config", LOGGED, "where `WLMLog PluginCfg` says so; httpd's ErrorLog has the "
        "messages in any case"),
    MANY("Config/Property", "Property", "Config", NEEDLESS, "ESI is not done, and no server depends on it"),
    MANY("VirtualHostGroup", "VirtualHostGroup", "Config", HONOURED, "hosts that a Route is for"),
    MANY("VirtualHost", "VirtualHost", "VirtualHostGroup", HONOURED, "one host and port"),
    ONE("TrustedProxyGroup", "TrustedProxyGroup", "Config", HONOURED, "whose word on the client is taken"),
    MANY("TrustedProxy", "TrustedProxy", "TrustedProxyGroup", HONOURED, "one proxy before this server"),
    MANY("ServerCluster", "ServerCluster", "Config", HONOURED, "servers among which requests are balanced"),
    MANY("ServerCluster", "ServerGroup", "Config", HONOURED, "the name of ServerCluster in WebSphere 4.0"),
    MANY("Server", "Server", "ServerCluster", HONOURED, "a server that can be a member of the cluster"),
    MANY("Transport", "Transport", "Server", HONOURED,
         "where the server listens; requests take the one of their client's scheme, if there is one; of each "
         "protocol the first counts"),
    MANY("Transport/Property", "Property", "Transport", HONOURED, "certificates and keys for https"),
    OPAQUE("ClusterAddress", "ClusterAddress", "ServerCluster", NEEDLESS,
           "requests are balanced over the servers themselves"),
    ONE("PrimaryServers", "PrimaryServers", "ServerCluster", HONOURED,
        "the members that are balanced; absent: all that are not backups"),
    MANY("ServerReference", "Server", "PrimaryServers", HONOURED, "the name of a Server of the same cluster"),
    ONE("BackupServers", "BackupServers", "ServerCluster", HONOURED,
        "the members that serve, tried in this order, while no primary can"),
    MANY("ServerReference", "Server", "BackupServers", HONOURED, "the name of a Server of the same cluster"),
    MANY("UriGroup", "UriGroup", "Config", HONOURED, "URIs that a Route is for"),
    MANY("Uri", "Uri", "UriGroup", HONOURED, "a pattern for the path, and how sessions are found for it"),
    MANY("Route", "Route", "Config", HONOURED, "hosts and URIs to a cluster"),
    ONE("RequestMetrics", "RequestMetrics", "Config", LOGGED,
        "a line with its times (WLM0061) for each request that passes the filters; needs `LogLevel wlm:info`"),
    MANY("filters", "filters", "RequestMetrics", LOGGED,
         "where filters of a type are enabled, one of their values must fit the request; those of one type are "
         "taken together"),
    MANY("filterValues", "filterValues", "filters", LOGGED, "a value that fits as a whole, or up to its first `*`"),
    OPAQUE("IntelligentManagement", "IntelligentManagement", "Config", NEEDLESS,
           "its protocol is not documented; the routes must be in the file"),
    { NULL, NULL, NULL, 0, 0, PLUGIN_CFG_NEEDLESS, NULL }
};
_Static_assert(sizeof(plugin_cfg_elements) / sizeof(plugin_cfg_elements[0]) <= PLUGIN_CFG_ELEMENTS_MAX, "too many");

/* Rows begin with the effect: HONOURED, NEEDLESS, MISSED. IN() is where the value goes. */
#define IN(model, member) ((ptrdiff_t)offsetof(model, member))
#define NOWHERE (-1)
#define INT(effect, e, n, fallback, lo, hi, where, note) \
    { e, n, PLUGIN_CFG_TYPE_INT, fallback, lo, hi, NULL, 0, PLUGIN_CFG_##effect, where, note, NULL }
#define BOOL(effect, e, n, fallback, where, note) \
    { e, n, PLUGIN_CFG_TYPE_BOOL, fallback, 0, 1, NULL, 0, PLUGIN_CFG_##effect, where, note, NULL }
#define TEXT(effect, e, n, fallback, where, note) \
    { e, n, PLUGIN_CFG_TYPE_STRING, fallback, 0, 0, NULL, 0, PLUGIN_CFG_##effect, where, note, NULL }
#define NAME(effect, e, n, where, note) \
    { e, n, PLUGIN_CFG_TYPE_STRING, NULL, 0, 0, NULL, 1, PLUGIN_CFG_##effect, where, note, NULL }
#define CHOICE(effect, e, n, fallback, list, where, note) \
    { e, n, PLUGIN_CFG_TYPE_CHOICE, fallback, 0, 0, list, 0, PLUGIN_CFG_##effect, where, note, NULL }

/* What plugin_cfg_parse_virtual_host() takes; a host without a port is taken, too */
#define PORT "(\\*|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
#define HOST_WITH_PORT "[^:\\[][^:]*|\\[[^\\]]+\\](:" PORT ")?|[^\\[].*:" PORT

const plugin_cfg_attribute_t plugin_cfg_attributes[] = {
    BOOL(NEEDLESS, "Config", "IgnoreDNSFailures", "false", IN(plugin_cfg_t, ignore_dns_failures),
         "a name that cannot be resolved never keeps the web server from starting; the member is down until it can"),
    INT(HONOURED, "Config", "RefreshInterval", "60", 0, MAX_SECONDS, IN(plugin_cfg_t, refresh_interval),
        "seconds; so often a changed file is looked for; 0: never"),
    BOOL(NEEDLESS, "Config", "ASDisableNagle", "false", IN(plugin_cfg_t, as_disable_nagle),
         "Nagle's algorithm is always off, and messages go out in few writes"),
    BOOL(NEEDLESS, "Config", "IISDisableNagle", "false", NOWHERE, "of the IIS plug-in"),
    TEXT(NEEDLESS, "Config", "IISPluginPriority", "High", NOWHERE, "of the IIS plug-in"),
    CHOICE(HONOURED, "Config", "AppServerPortPreference", "HostHeader", port_preferences,
           IN(plugin_cfg_t, app_server_port_is_web_server_port), "which port the application sees (`$WSSP`)"),
    INT(HONOURED, "Config", "ResponseChunkSize", "64", 1, 65536, IN(plugin_cfg_t, response_chunk_size),
        "KiB; largest piece in which a response is read"),
    BOOL(NEEDLESS, "Config", "AcceptAllContent", "false", IN(plugin_cfg_t, accept_all_content),
         "the body of every method is passed on, exactly as long as it is"),
    BOOL(NEEDLESS, "Config", "ChunkedResponse", "false", NOWHERE, "httpd chunks by itself"),
    BOOL(MISSED, "Config", "FIPSEnable", "false", NOWHERE, "what OpenSSL may use says its own configuration"),
    BOOL(HONOURED, "Config", "VHostMatchingCompat", "false", IN(plugin_cfg_t, vhost_matching_compat),
         "true: hosts are matched by the port on which the request came in, not by that in the Host header"),
    BOOL(NEEDLESS, "Config", "SSLConsolidate", "false", NOWHERE, "equal files are always read once"),
    BOOL(HONOURED, "Config", "TrustedProxyEnable", "false", IN(plugin_cfg_t, trusted_proxy_enable),
         "true: what peers in TrustedProxyGroup say of their clients in `$WSRA`, `$WSRH`, `X-Forwarded-*` and "
         "`Forwarded` is kept; what others say is removed"),
    BOOL(NEEDLESS, "Config", "StrictSecurity", "true", NOWHERE, "TLS 1.2 and 1.3 are spoken; see WLMTLSProtocols"),
    BOOL(HONOURED, "Config", "UseInsecure", "false", IN(plugin_cfg_t, use_insecure),
         "true: requests of https clients take the http transport where the https one cannot be used"),
    INT(HONOURED, "Config", "HTTPMaxHeaders", "300", 1, 1000, IN(plugin_cfg_t, http_max_headers),
        "largest number of header fields in a response; for requests use httpd's LimitRequestFields"),
    BOOL(NEEDLESS, "Config", "KillWebServerStartUpOnParseErr", "false", NOWHERE,
         "a file with errors always keeps httpd from starting"),
    TEXT(NEEDLESS, "Config", "ConfigHash", NULL, NOWHERE, "written by Liberty for its own use"),
    BOOL(NEEDLESS, "Config", "OS400ConvertQueryStringToJobCCSID", "false", NOWHERE, "of IBM i"),

    TEXT(LOGGED, "Log", "Name", NULL, IN(plugin_cfg_t, log_name),
         "a file; a program (behind a pipe character) is not run"),
    CHOICE(LOGGED, "Log", "LogLevel", "Error", log_levels, IN(plugin_cfg_t, log_level),
           "as `LogLevel wlm:` error, warn, info, debug, trace1, trace8; where httpd's configuration has such "
           "a line, that counts"),

    NAME(NEEDLESS, "Property", "Name", IN(plugin_cfg_property_t, name), "which property"),
    TEXT(NEEDLESS, "Property", "Value", NULL, IN(plugin_cfg_property_t, value), "its value"),
    BOOL(NEEDLESS, "Config/Property", "ESIEnable", "true", NOWHERE, "ESI is not done, and no server depends on it"),
    INT(NEEDLESS, "Config/Property", "ESIMaxCacheSize", "1024", 0, INT_MAX, NOWHERE, "as ESIEnable"),
    BOOL(NEEDLESS, "Config/Property", "ESIInvalidationMonitor", "false", NOWHERE, "as ESIEnable"),
    BOOL(NEEDLESS, "Config/Property", "ESIEnableToPassCookies", "false", NOWHERE, "as ESIEnable"),
    TEXT(NEEDLESS, "Config/Property", "PluginInstallRoot", NULL, NOWHERE, "for information"),
    TEXT(NEEDLESS, "Config/Property", "Keyring", NULL, NOWHERE, "the Transports have their own"),
    TEXT(NEEDLESS, "Config/Property", "Keyfile", NULL, NOWHERE, "as Keyring; written beside IntelligentManagement"),
    TEXT(NEEDLESS, "Config/Property", "Stashfile", NULL, NOWHERE, "as Keyring"),
    TEXT(NEEDLESS, "Config/Property", "CertLabel", NULL, NOWHERE, "as Keyring"),

    NAME(HONOURED, "VirtualHostGroup", "Name", IN(plugin_cfg_virtual_host_group_t, name), "what a Route refers to"),
    { "VirtualHost", "Name", PLUGIN_CFG_TYPE_STRING, NULL, 0, 0, NULL, 1, PLUGIN_CFG_HONOURED,
      IN(plugin_cfg_virtual_host_t, name), "`host:port`, each of them may be `*`; an IPv6 address stands in brackets, "
      "and is the same in whatever way it is written", HOST_WITH_PORT },
    TEXT(NEEDLESS, "TrustedProxyGroup", "Name", NULL, NOWHERE, "nothing refers to it"),
    NAME(HONOURED, "TrustedProxy", "Name", IN(plugin_cfg_property_t, name),
         "the peer's address, a network such as `10.0.0.0/8`, or a host name, which is resolved when the file is read"),

    NAME(HONOURED, "ServerCluster", "Name", IN(plugin_cfg_cluster_t, name),
         "what a Route refers to; unique in the file"),
    CHOICE(HONOURED, "ServerCluster", "LoadBalance", "Round Robin", load_balances,
           IN(plugin_cfg_cluster_t, load_balance),
           "by which policy new requests get a member, unless WLMPolicy says otherwise"
           PLUGIN_CFG_LOAD_BALANCES(LOAD_BALANCE_NOTE)),
    BOOL(HONOURED, "ServerCluster", "IgnoreAffinityRequests", "true",
         IN(plugin_cfg_cluster_t, ignore_affinity_requests),
         "false: requests of existing sessions count when new ones are balanced"),
    INT(HONOURED, "ServerCluster", "RetryInterval", "60", 0, MAX_SECONDS, IN(plugin_cfg_cluster_t, retry_interval),
        "seconds until a member that is marked down is tried again"),
    BOOL(MISSED, "ServerCluster", "RemoveSpecialHeaders", "true", IN(plugin_cfg_cluster_t, remove_special_headers),
         "private headers of clients are always removed: with false, clients could forge them"),
    BOOL(HONOURED, "ServerCluster", "CloneSeparatorChange", "false",
         IN(plugin_cfg_cluster_t, clone_separator_change), "true: clone ids are separated by `+` instead of `:`"),
    INT(HONOURED, "ServerCluster", "PostSizeLimit", "-1", -1, INT_MAX, IN(plugin_cfg_cluster_t, post_size_limit),
        "KiB; a larger request body is refused with 413; -1: no limit"),
    INT(HONOURED, "ServerCluster", "PostBufferSize", "64", -1, INT_MAX, IN(plugin_cfg_cluster_t, post_buffer_size),
        "KiB of a request body that are kept to send it again; -1: no limit; WLMPostBufferSize (64) counts when it is "
        "larger"),
    INT(HONOURED, "ServerCluster", "ServerIOTimeoutRetry", "-1", -1, INT_MAX,
        IN(plugin_cfg_cluster_t, server_io_timeout_retry),
        "so often a request is sent to another member because of ServerIOTimeout; -1: as long as there are members"),
    BOOL(MISSED, "ServerCluster", "GetDWLMTable", "false", IN(plugin_cfg_cluster_t, get_dwlm_table),
         "partition ids of memory-to-memory replication are not documented"),

    NAME(HONOURED, "Server", "Name", IN(plugin_cfg_server_t, name), "unique in its cluster"),
    TEXT(HONOURED, "Server", "CloneID", NULL, IN(plugin_cfg_server_t, clone_id), "by which sessions name the member"),
    INT(HONOURED, "Server", "LoadBalanceWeight", "2", 0, 65535, IN(plugin_cfg_server_t, weight),
        "share of new sessions: weight / sum of the weights of the usable primaries; 0: only the sessions that it has"),
    INT(HONOURED, "Server", "ConnectTimeout", "0", 0, MAX_SECONDS, IN(plugin_cfg_server_t, connect_timeout),
        "seconds; 0: the operating system's limit"),
    INT(HONOURED, "Server", "ServerIOTimeout", "0", -MAX_SECONDS, MAX_SECONDS,
        IN(plugin_cfg_server_t, server_io_timeout),
        "seconds for each read or write; 0: no limit; negative: a time-out marks the member down"),
    INT(HONOURED, "Server", "wsServerIOTimeout", "0", -MAX_SECONDS, MAX_SECONDS,
        IN(plugin_cfg_server_t, ws_server_io_timeout),
        "seconds that a write to the member may take on a WebSocket or another upgraded connection; 0: as "
        "ServerIOTimeout"),
    INT(HONOURED, "Server", "wsServerIdleTimeout", "0", 0, MAX_SECONDS, IN(plugin_cfg_server_t, ws_server_idle_timeout),
        "seconds without a byte after which such a connection is closed; 0: no limit"),
    BOOL(HONOURED, "Server", "WaitForContinue", "false", IN(plugin_cfg_server_t, wait_for_continue),
         "true: a request body is sent when the member has answered 100 to `Expect: 100-continue`"),
    BOOL(HONOURED, "Server", "ExtendedHandshake", "false", IN(plugin_cfg_server_t, extended_handshake),
         "true: before each request an `OPTIONS *` shows that there is a server behind the connection"),
    INT(HONOURED, "Server", "MaxConnections", "-1", -1, INT_MAX, IN(plugin_cfg_server_t, max_connections),
        "pending requests, over all httpd processes; 0 and -1: no limit"),

    NAME(HONOURED, "Transport", "Hostname", IN(plugin_cfg_transport_t, host),
         "name or address; or `unix:` and the path of a Unix domain socket, as in `unix:/run/app.sock`"),
    { "Transport", "Port", PLUGIN_CFG_TYPE_INT, NULL, 1, 65535, NULL, PLUGIN_CFG_REQUIRED_FOR_HOST, PLUGIN_CFG_HONOURED,
      IN(plugin_cfg_transport_t, port), "TCP port; a socket has none", NULL },
    CHOICE(HONOURED, "Transport", "Protocol", "http", protocols, IN(plugin_cfg_transport_t, protocol),
           "https: TLS by OpenSSL"),
    INT(HONOURED, "Transport", "ConnectionTTL", "28", 0, MAX_SECONDS, IN(plugin_cfg_transport_t, connection_ttl),
        "seconds after which an idle connection is not used again; 0: no limit"),
    TEXT(HONOURED, "Transport/Property", "keyring", NULL, IN(plugin_cfg_transport_t, keyring),
         "PEM or PKCS#12: certificates that are trusted, and a key with its certificate; for a `.kdb` the "
         "`.pem` or `.p12` beside it"),
    TEXT(HONOURED, "Transport/Property", "stashfile", NULL, IN(plugin_cfg_transport_t, stashfile),
         "a text file with the keyring's password in its first line; a `.sth` is not read"),
    TEXT(HONOURED, "Transport/Property", "certLabel", NULL, IN(plugin_cfg_transport_t, cert_label),
         "which certificate of several with keys: its friendlyName or common name; absent: the first"),

    NAME(HONOURED, "ServerReference", "Name", IN(plugin_cfg_property_t, name), "a Server of the same cluster"),
    NAME(HONOURED, "UriGroup", "Name", IN(plugin_cfg_uri_group_t, name), "what a Route refers to"),
    NAME(HONOURED, "Uri", "Name", IN(plugin_cfg_uri_t, name), "a pattern; `*` stands for any characters"),
    TEXT(HONOURED, "Uri", "AffinityCookie", "JSESSIONID", IN(plugin_cfg_uri_t, affinity_cookie),
         "name of the session cookie"),
    TEXT(HONOURED, "Uri", "AffinityURLIdentifier", "jsessionid", IN(plugin_cfg_uri_t, affinity_url_identifier),
         "name of the path parameter that holds the session id"),
    NAME(HONOURED, "Route", "ServerCluster", IN(plugin_cfg_route_names_t, cluster), "where requests go"),
    TEXT(HONOURED, "Route", "UriGroup", NULL, IN(plugin_cfg_route_names_t, uri_group), "absent: every URI"),
    TEXT(HONOURED, "Route", "VirtualHostGroup", NULL, IN(plugin_cfg_route_names_t, virtual_host_group),
         "absent: every host"),

    BOOL(MISSED, "RequestMetrics", "armEnabled", "false", NOWHERE, "there is no ARM agent to tell"),
    BOOL(NEEDLESS, "RequestMetrics", "newBehavior", "false", NOWHERE, "written by WebSphere 5.1"),
    BOOL(LOGGED, "RequestMetrics", "loggingEnabled", "true", IN(plugin_cfg_metrics_t, logs),
         "false: nothing is logged"),
    BOOL(LOGGED, "RequestMetrics", "rmEnabled", "false", IN(plugin_cfg_metrics_t, is_on), "false: nothing is logged"),
    CHOICE(LOGGED, "RequestMetrics", "traceLevel", "NONE", trace_levels, IN(plugin_cfg_metrics_t, level),
           "NONE: nothing is logged; the others all give the same line"),
    BOOL(LOGGED, "filters", "enable", "false", IN(plugin_cfg_filter_t, is_on), "false: as if it were not there"),
    { "filters", "type", PLUGIN_CFG_TYPE_CHOICE, NULL, 0, 0, filter_types, 1, PLUGIN_CFG_LOGGED,
      IN(plugin_cfg_filter_t, type), "what is compared: the decoded path without query, or the client's address; the "
      "other two have no effect", NULL },
    BOOL(LOGGED, "filterValues", "enable", "false", IN(plugin_cfg_filter_t, is_on), "false: as if it were not there"),
    NAME(LOGGED, "filterValues", "value", IN(plugin_cfg_filter_t, value), "`/shop/*`, `10.0.*`"),
    { NULL, NULL, PLUGIN_CFG_TYPE_STRING, NULL, 0, 0, NULL, 0, PLUGIN_CFG_NEEDLESS, NOWHERE, NULL, NULL }
};

static int is_same(const char *a, const char *b, int is_exact)
{
    return (is_exact ? strcmp(a, b) : strcasecmp(a, b)) == 0;
}

const plugin_cfg_element_t *plugin_cfg_schema_element(const char *parent, const char *name, int is_exact)
{
    const plugin_cfg_element_t *element;

    for (element = plugin_cfg_elements; element->key; ++element) {
        if ((parent && element->parent ? strcmp(parent, element->parent) == 0 : parent == element->parent)
            && is_same(element->name, name, is_exact)) {
            return element;
        }
    }
    return NULL;
}

/* Most rows differ in the first character already, and a call for each row would take a quarter of the time in which a
 * file is read */
const plugin_cfg_attribute_t *plugin_cfg_schema_first(const char *element)
{
    const plugin_cfg_attribute_t *attribute = plugin_cfg_attributes;

    while (attribute->element && (*attribute->element != *element || strcmp(attribute->element, element) != 0)) {
        ++attribute;
    }
    return attribute->element ? attribute : NULL;
}

const plugin_cfg_attribute_t *plugin_cfg_schema_next(const plugin_cfg_attribute_t *attribute)
{
    return attribute[1].element && strcmp(attribute[1].element, attribute->element) == 0 ? attribute + 1 : NULL;
}

const plugin_cfg_attribute_t *plugin_cfg_schema_attribute(const char *element, const char *name, int is_exact)
{
    const plugin_cfg_attribute_t *attribute = plugin_cfg_schema_first(element);

    while (attribute && !is_same(attribute->name, name, is_exact)) {
        attribute = plugin_cfg_schema_next(attribute);
    }
    return attribute;
}

static const plugin_cfg_element_t *element_of(const plugin_cfg_attribute_t *attribute)
{
    const plugin_cfg_element_t *element;

    for (element = plugin_cfg_elements; element->key && strcmp(element->key, attribute->element) != 0; ++element) {
    }
    return element->key ? element : NULL;
}

const char *plugin_cfg_schema_home(const char *name, apr_pool_t *p)
{
    const plugin_cfg_attribute_t *attribute;
    const char *home = NULL;
    int n = 0;

    for (attribute = plugin_cfg_attributes; attribute->element; ++attribute) {
        const plugin_cfg_element_t *element = element_of(attribute);

        if (element && is_same(attribute->name, name, 0)) {
            int is_property = strcmp(element->name, "Property") == 0;
            home = apr_pstrcat(p, n++ ? apr_pstrcat(p, home, " or ", NULL) : "",
                               is_property ? "a Property" : "an attribute of ", is_property ? "" : element->name,
                               element->parent ? " in " : "", element->parent ? element->parent : "", NULL);
        }
    }
    return n <= 2 ? home : NULL;
}

const char *plugin_cfg_load_balance_name(plugin_cfg_load_balance_t load_balance)
{
    return load_balances[load_balance];
}

const char *plugin_cfg_schema_parents(const char *name, apr_pool_t *p)
{
    const plugin_cfg_element_t *element;
    const char *parents = NULL, *last = NULL;

    for (element = plugin_cfg_elements; element->key; ++element) {
        if (element->parent && is_same(element->name, name, 0)) {
            parents = parents ? apr_pstrcat(p, parents, ", ", last, NULL) : last;
            last = element->parent;
        }
    }
    return parents ? apr_pstrcat(p, parents, " or ", last, NULL) : last;
}
