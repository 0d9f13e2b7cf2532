#include <limits.h>
#include <string.h>
#include <strings.h>
#include "plugin_cfg.h"
#include "plugin_cfg_schema.h"

#define MAX_SECONDS 2147483        /* as milliseconds still a 32 bit number */

static const char *const port_preferences[] = { "HostHeader", "WebserverPort", NULL };
static const char *const load_balances[] = { "Round Robin", "Random", NULL };
static const char *const protocols[] = { "http", "https", NULL };

const plugin_cfg_element_t plugin_cfg_elements[] = {
    { "Config", 1, "root" },
    { "Log", 0, "httpd's own ErrorLog and LogLevel are used" },
    { "Config/Property", 0, "ESI is not done, and no server depends on it; keys belong to the transports" },
    { "VirtualHostGroup", 1, "hosts that a Route is for" },
    { "VirtualHost", 1, "host:port, each may be *" },
    { "TrustedProxyGroup", 0, "not yet: private headers of clients are always removed" },
    { "TrustedProxy", 0, "not yet" },
    { "ServerCluster", 1, "servers among which requests are balanced" },
    { "Server", 1, "a member of the cluster" },
    { "Transport", 1, "where the member listens; the first one with protocol http is used" },
    { "Transport/Property", 0, "https to members: not yet" },
    { "ClusterAddress", 0, "requests are always balanced here" },
    { "PrimaryServers", 1, "members that are balanced; absent: all but the backups" },
    { "BackupServers", 1, "members that serve, in this order, while no primary can" },
    { "ServerReference", 1, "Server inside PrimaryServers and BackupServers" },
    { "UriGroup", 1, "URIs that a Route is for" },
    { "Uri", 1, "a pattern for the path, and how sessions are found for it" },
    { "Route", 1, "hosts and URIs to a cluster" },
    { "RequestMetrics", 0, "use an access log with the variables of docs/directives.md" },
    { "filters", 0, "as RequestMetrics" },
    { "filterValues", 0, "as RequestMetrics" },
    { "IntelligentManagement", 0, "its protocol is not documented" },
    { NULL, 0, NULL }
};

/* rows: honoured and stored (H), stored only (S), neither (N); names are required, some are looked up, not stored */
#define OFFSET(model, member) ((ptrdiff_t)offsetof(model, member))
#define H_INT(e, n, d, lo, hi, model, member, note) \
    { e, n, PLUGIN_CFG_TYPE_INT, d, lo, hi, 0, 1, note, OFFSET(model, member), NULL }
#define S_INT(e, n, d, lo, hi, model, member, note) \
    { e, n, PLUGIN_CFG_TYPE_INT, d, lo, hi, 0, 0, note, OFFSET(model, member), NULL }
#define H_BOOL(e, n, d, model, member, note) \
    { e, n, PLUGIN_CFG_TYPE_BOOL, d, 0, 1, 0, 1, note, OFFSET(model, member), NULL }
#define S_BOOL(e, n, d, model, member, note) \
    { e, n, PLUGIN_CFG_TYPE_BOOL, d, 0, 1, 0, 0, note, OFFSET(model, member), NULL }
#define N_BOOL(e, n, d, note) { e, n, PLUGIN_CFG_TYPE_BOOL, d, 0, 1, 0, 0, note, -1, NULL }
#define H_TEXT(e, n, d, model, member, note) \
    { e, n, PLUGIN_CFG_TYPE_STRING, d, 0, 0, 0, 1, note, OFFSET(model, member), NULL }
#define S_TEXT(e, n, d, model, member, note) \
    { e, n, PLUGIN_CFG_TYPE_STRING, d, 0, 0, 0, 0, note, OFFSET(model, member), NULL }
#define N_TEXT(e, n, d, note) { e, n, PLUGIN_CFG_TYPE_STRING, d, 0, 0, 0, 0, note, -1, NULL }
#define NAME(e, n, note) { e, n, PLUGIN_CFG_TYPE_STRING, NULL, 0, 0, 1, 1, note, -1, NULL }
#define NAME_IN(e, n, model, member, note) \
    { e, n, PLUGIN_CFG_TYPE_STRING, NULL, 0, 0, 1, 1, note, OFFSET(model, member), NULL }
#define REFERENCE(e, n, note) { e, n, PLUGIN_CFG_TYPE_STRING, NULL, 0, 0, 0, 1, note, -1, NULL }
#define CHOICE(e, n, d, list, model, member, note) \
    { e, n, PLUGIN_CFG_TYPE_CHOICE, d, 0, 0, 0, 1, note, OFFSET(model, member), list }

const plugin_cfg_attribute_t plugin_cfg_attributes[] = {
    S_BOOL("Config", "IgnoreDNSFailures", "false", plugin_cfg_t, ignore_dns_failures,
           "a name that cannot be resolved never keeps the web server from starting; the member is down until it can"),
    S_INT("Config", "RefreshInterval", "60", 0, MAX_SECONDS, plugin_cfg_t, refresh_interval,
          "not yet: a changed file is taken up by a restart, graceful is enough"),
    S_BOOL("Config", "ASDisableNagle", "false", plugin_cfg_t, as_disable_nagle,
           "Nagle's algorithm is always off, and messages go out in few writes"),
    N_BOOL("Config", "IISDisableNagle", "false", "of the IIS plug-in"),
    N_TEXT("Config", "IISPluginPriority", "High", "of the IIS plug-in"),
    CHOICE("Config", "AppServerPortPreference", "HostHeader", port_preferences, plugin_cfg_t,
           app_server_port_is_web_server_port, "which port the application sees ($WSSP)"),
    H_INT("Config", "ResponseChunkSize", "64", 1, 65536, plugin_cfg_t, response_chunk_size,
          "KiB; largest piece in which a response is read"),
    S_BOOL("Config", "AcceptAllContent", "false", plugin_cfg_t, accept_all_content,
           "the body of every method is passed on, exactly as long as it is"),
    N_BOOL("Config", "ChunkedResponse", "false", "httpd chunks by itself"),
    N_BOOL("Config", "FIPSEnable", "false", "https to members: not yet"),
    H_BOOL("Config", "VHostMatchingCompat", "false", plugin_cfg_t, vhost_matching_compat,
           "true: hosts are matched by the port on which the request came in, not by that in the Host header"),
    N_BOOL("Config", "SSLConsolidate", "false", "https to members: not yet"),
    S_BOOL("Config", "TrustedProxyEnable", "false", plugin_cfg_t, trusted_proxy_enable,
           "not yet: private headers of clients are always removed"),
    N_BOOL("Config", "StrictSecurity", "true", "https to members: not yet"),
    N_BOOL("Config", "UseInsecure", "false", "https to members: not yet"),
    H_INT("Config", "HTTPMaxHeaders", "300", 1, 1000, plugin_cfg_t, http_max_headers,
          "largest number of header fields in a response; requests: httpd's LimitRequestFields"),
    N_BOOL("Config", "KillWebServerStartUpOnParseErr", "false", "a file with errors always keeps httpd from starting"),
    N_TEXT("Config", "ConfigHash", NULL, "written by Liberty for its own use"),
    N_BOOL("Config", "OS400ConvertQueryStringToJobCCSID", "false", "of IBM i"),

    S_TEXT("Log", "Name", NULL, plugin_cfg_t, log_name, "httpd's ErrorLog is used"),
    S_TEXT("Log", "LogLevel", "Error", plugin_cfg_t, log_level, "httpd's LogLevel is used: LogLevel wlm:debug"),

    N_BOOL("Config/Property", "ESIEnable", "true", "ESI is not done, and no server depends on it"),
    N_TEXT("Config/Property", "ESIMaxCacheSize", "1024", "as ESIEnable"),
    N_BOOL("Config/Property", "ESIInvalidationMonitor", "false", "as ESIEnable"),
    N_BOOL("Config/Property", "ESIEnableToPassCookies", "false", "as ESIEnable"),
    N_TEXT("Config/Property", "PluginInstallRoot", NULL, "for information"),
    N_TEXT("Config/Property", "Keyring", NULL, "https to members: not yet"),
    N_TEXT("Config/Property", "Stashfile", NULL, "https to members: not yet"),
    N_TEXT("Config/Property", "CertLabel", NULL, "https to members: not yet"),

    NAME_IN("VirtualHostGroup", "Name", plugin_cfg_virtual_host_group_t, name, "what a Route refers to"),
    NAME_IN("VirtualHost", "Name", plugin_cfg_virtual_host_t, name, "host:port, each may be *; IPv6 in brackets"),
    N_TEXT("TrustedProxyGroup", "Name", NULL, "not yet"),
    NAME("TrustedProxy", "Name", "not yet"),

    NAME_IN("ServerCluster", "Name", plugin_cfg_cluster_t, name, "what a Route refers to; unique in the file"),
    CHOICE("ServerCluster", "LoadBalance", "Round Robin", load_balances, plugin_cfg_cluster_t, load_balance,
           "Round Robin: exact shares by weight; Random: by weight, at random"),
    H_BOOL("ServerCluster", "IgnoreAffinityRequests", "true", plugin_cfg_cluster_t, ignore_affinity_requests,
           "false: requests of existing sessions count when new ones are balanced"),
    H_INT("ServerCluster", "RetryInterval", "60", 0, MAX_SECONDS, plugin_cfg_cluster_t, retry_interval,
          "seconds until a member that is marked down is tried again"),
    S_BOOL("ServerCluster", "RemoveSpecialHeaders", "true", plugin_cfg_cluster_t, remove_special_headers,
           "private headers of clients are always removed: with false, clients could forge them"),
    H_BOOL("ServerCluster", "CloneSeparatorChange", "false", plugin_cfg_cluster_t, clone_separator_change,
           "true: clone ids are separated by + instead of :"),
    H_INT("ServerCluster", "PostSizeLimit", "-1", -1, INT_MAX, plugin_cfg_cluster_t, post_size_limit,
          "KiB; a larger request body is refused with 413; -1: no limit"),
    H_INT("ServerCluster", "PostBufferSize", "64", -1, INT_MAX, plugin_cfg_cluster_t, post_buffer_size,
          "KiB of a request body that are kept to send it again; 0: none; -1: no limit"),
    S_INT("ServerCluster", "ServerIOTimeoutRetry", "-1", -1, INT_MAX, plugin_cfg_cluster_t, server_io_timeout_retry,
          "not yet: every member may be tried"),
    S_BOOL("ServerCluster", "GetDWLMTable", "false", plugin_cfg_cluster_t, get_dwlm_table,
           "partition ids of memory-to-memory replication are not documented"),

    NAME_IN("Server", "Name", plugin_cfg_server_t, name, "unique in its cluster"),
    H_TEXT("Server", "CloneID", NULL, plugin_cfg_server_t, clone_id, "by which sessions name the member"),
    H_INT("Server", "LoadBalanceWeight", "2", 0, 65535, plugin_cfg_server_t, weight,
          "share of new sessions: weight / sum of the weights of the usable primaries; 0: only sessions it has"),
    H_INT("Server", "ConnectTimeout", "0", 0, MAX_SECONDS, plugin_cfg_server_t, connect_timeout,
          "seconds; 0: the operating system's limit"),
    H_INT("Server", "ServerIOTimeout", "0", -MAX_SECONDS, MAX_SECONDS, plugin_cfg_server_t, server_io_timeout,
          "seconds for each read or write; 0: no limit; negative: a time-out marks the member down"),
    S_INT("Server", "wsServerIOTimeout", "0", -MAX_SECONDS, MAX_SECONDS, plugin_cfg_server_t, ws_server_io_timeout,
          "WebSocket: not yet"),
    S_INT("Server", "wsServerIdleTimeout", "0", 0, MAX_SECONDS, plugin_cfg_server_t, ws_server_idle_timeout,
          "WebSocket: not yet"),
    S_BOOL("Server", "WaitForContinue", "false", plugin_cfg_server_t, wait_for_continue,
           "not yet: no Expect header is sent"),
    S_BOOL("Server", "ExtendedHandshake", "false", plugin_cfg_server_t, extended_handshake, "not yet"),
    H_INT("Server", "MaxConnections", "-1", -1, INT_MAX, plugin_cfg_server_t, max_connections,
          "pending requests, over all httpd processes; 0 and -1: no limit"),

    NAME_IN("Transport", "Hostname", plugin_cfg_transport_t, host, "name or address"),
    { "Transport", "Port", PLUGIN_CFG_TYPE_INT, NULL, 1, 65535, 1, 1, "", OFFSET(plugin_cfg_transport_t, port), NULL },
    CHOICE("Transport", "Protocol", "http", protocols, plugin_cfg_transport_t, protocol, "https: not yet"),
    H_INT("Transport", "ConnectionTTL", "28", 0, MAX_SECONDS, plugin_cfg_transport_t, connection_ttl,
          "seconds after which an idle connection is not used again; 0: no limit"),
    S_TEXT("Transport/Property", "keyring", NULL, plugin_cfg_transport_t, keyring, "https to members: not yet"),
    S_TEXT("Transport/Property", "stashfile", NULL, plugin_cfg_transport_t, stashfile, "https to members: not yet"),
    S_TEXT("Transport/Property", "certLabel", NULL, plugin_cfg_transport_t, cert_label, "https to members: not yet"),

    NAME("ServerReference", "Name", "a Server of the same cluster"),
    N_TEXT("ClusterAddress", "Name", NULL, "requests are always balanced here"),
    NAME_IN("UriGroup", "Name", plugin_cfg_uri_group_t, name, "what a Route refers to"),
    NAME_IN("Uri", "Name", plugin_cfg_uri_t, name, "pattern; * stands for any characters"),
    H_TEXT("Uri", "AffinityCookie", "JSESSIONID", plugin_cfg_uri_t, affinity_cookie, "name of the session cookie"),
    H_TEXT("Uri", "AffinityURLIdentifier", "jsessionid", plugin_cfg_uri_t, affinity_url_identifier,
           "name of the path parameter that holds the session id"),
    NAME("Route", "ServerCluster", "where requests go"),
    REFERENCE("Route", "UriGroup", "absent: every URI"),
    REFERENCE("Route", "VirtualHostGroup", "absent: every host"),

    N_TEXT("RequestMetrics", "armEnabled", "false", "use an access log"),
    N_TEXT("RequestMetrics", "newBehavior", "false", "use an access log"),
    N_TEXT("RequestMetrics", "loggingEnabled", "false", "use an access log"),
    N_TEXT("RequestMetrics", "rmEnabled", "false", "use an access log"),
    N_TEXT("RequestMetrics", "traceLevel", "NONE", "use an access log"),
    N_TEXT("filters", "enable", NULL, "as RequestMetrics"),
    N_TEXT("filters", "type", NULL, "as RequestMetrics"),
    N_TEXT("filterValues", "enable", NULL, "as RequestMetrics"),
    N_TEXT("filterValues", "value", NULL, "as RequestMetrics"),
    { NULL, NULL, PLUGIN_CFG_TYPE_STRING, NULL, 0, 0, 0, 0, NULL, -1, NULL }
};

const plugin_cfg_attribute_t *plugin_cfg_schema_find(const char *element, const char *name, int is_exact)
{
    const plugin_cfg_attribute_t *attribute;

    for (attribute = plugin_cfg_attributes; attribute->element; ++attribute) {
        if (strcmp(attribute->element, element) == 0
            && (is_exact ? strcmp(attribute->name, name) : strcasecmp(attribute->name, name)) == 0) {
            return attribute;
        }
    }
    return NULL;
}

const char *plugin_cfg_type_name(plugin_cfg_type_t type)
{
    static const char *const names[] = {
        [PLUGIN_CFG_TYPE_STRING] = "text", [PLUGIN_CFG_TYPE_BOOL] = "true/false", [PLUGIN_CFG_TYPE_INT] = "number",
        [PLUGIN_CFG_TYPE_CHOICE] = "choice",
    };
    return names[type];
}
