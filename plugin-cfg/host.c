/* Hosts: of VirtualHosts, whose names are "host:port", "*:80", "[2001:db8::1]:*", and of Transports.
 * On the thread that reads the file. */
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "base/host.h"
#include "plugin-cfg/private.h"

/* What no host name has in it, nor an address without brackets */
#define ODD " \t/@?#[]*\\,;\"'<>"

/* What was meant by a URL, or by a host with a port.
 * @return the host without brackets, with *pport "" when there is none; NULL when nothing that is left is a host */
static const char *meant_host(const char **pport, const char *text, apr_pool_t *p)
{
    const char *scheme = strstr(text, "://"), *at;
    char *host = apr_pstrdup(p, scheme ? scheme + 3 : text), *port;

    host[strcspn(host, "/?#")] = '\0';
    at = strrchr(host, '@');
    host += at ? at + 1 - host : 0;
    port = strrchr(host, ':');
    *pport = "";
    if (*host == '[' && strchr(host, ']')) {
        char *end = strchr(host, ']');
        *pport = end[1] == ':' ? end + 2 : "";
        *end = '\0';
        ++host;
    }
    else if (port && !wlm_host_is_ipv6(host)) {
        *port = '\0';
        *pport = port + 1;
    }
    return *host && !strpbrk(host, ODD) && (!strchr(host, ':') || wlm_host_is_ipv6(host)) ? host : NULL;
}

/* "unix:9080" is a host with a port in it */
int plugin_cfg_is_meant_as_socket(const char *host)
{
    return strncmp(host, WLM_HOST_SOCKET, sizeof(WLM_HOST_SOCKET) - 1) == 0
           && !isdigit((unsigned char)host[sizeof(WLM_HOST_SOCKET) - 1]);
}

/* @return why the socket of a Transport cannot be used; NULL: it can */
static const char *fault_of_socket(const plugin_cfg_transport_t *transport, apr_pool_t *p)
{
    const char *path = wlm_host_socket_path(transport->host);

    if (!path) {
        return "has no absolute path of a socket; write it as in \"unix:/run/app.sock\"";
    }
    if (strstr(path, "|http")) {
        return "has the form of mod_proxy; write the path alone, as in \"unix:/run/app.sock\"";
    }
    if (strlen(path) > WLM_HOST_SOCKET_PATH_MAX) {
        return apr_psprintf(p, "has a path of %" APR_SIZE_T_FMT " bytes, and the system takes %d at most; give the "
                            "socket a shorter one", strlen(path), WLM_HOST_SOCKET_PATH_MAX);
    }
    return transport->protocol == PLUGIN_CFG_HTTPS
           ? "is a socket, over which TLS is not spoken: what goes over it does not leave the machine, and who may "
             "connect is said by the file's permissions; write Protocol=\"http\"" : NULL;
}

static void check_socket(plugin_cfg_reader_t *reader, plugin_cfg_transport_t *transport)
{
    const char *fault = fault_of_socket(transport, reader->p);

    if (fault || transport->port) {
        plugin_cfg_add_graded_finding(reader->cfg, PLUGIN_CFG_FINDING_BAD_SOCKET, !fault, transport->line,
                                      "Transport Hostname=\"%s\" %s", transport->host,
                                      fault ? fault : "is a socket, so its Port has no effect; remove it");
    }
    transport->port = 0;
}

void plugin_cfg_check_transport_host(plugin_cfg_reader_t *reader, plugin_cfg_transport_t *transport)
{
    apr_size_t len = strlen(transport->host);
    char buffer[WLM_HOST_SIZE];
    const char *host, *port;

    if (len > 2 && transport->host[0] == '[' && transport->host[len - 1] == ']') {
        transport->host = apr_pstrmemdup(reader->p, transport->host + 1, len - 2);
    }
    transport->host = apr_pstrdup(reader->p, wlm_host_canonical(transport->host, buffer));
    if (strstr(transport->host, "${")) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_UNRESOLVED_VARIABLE, transport->line,
                               "Transport Hostname=\"%s\" has a variable that nothing replaces, so the "
                               "server cannot be reached; write the host's name", transport->host);
        return;
    }
    if (plugin_cfg_is_meant_as_socket(transport->host)) {
        check_socket(reader, transport);
        return;
    }
    if (!strpbrk(transport->host, ODD) && (!strchr(transport->host, ':') || strchr(transport->host, '%')
                                           || wlm_host_is_ipv6(transport->host))) {
        return;
    }
    host = meant_host(&port, transport->host, reader->p);
    plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_ODD_HOST, transport->line,
                           "Transport Hostname=\"%s\" %s, so the server cannot be reached; write %s", transport->host,
                           strstr(transport->host, "://") ? "is a URL"
                           : host && *port ? "has a port in it" : "is no host name",
                           host ? apr_psprintf(reader->p, "Hostname=\"%s\", and the port as Port=\"%s\"", host,
                                               *port ? port : apr_itoa(reader->p, transport->port))
                                : "a name or an address and nothing else");
}

static int parse_port(int *pport, const char *text)
{
    const char *end;

    if (strcmp(text, "*") == 0) {
        *pport = 0;
        return 1;
    }
    *pport = wlm_host_read_port(text, &end);
    return *pport && !*end;
}

static void lower(char *text)
{
    for (; *text; ++text) {
        *text = (char)tolower((unsigned char)*text);
    }
}

/* The remedy for a name that is none */
static const char *meant_name(const char *name, apr_pool_t *p)
{
    const char *port, *host = meant_host(&port, name, p);

    if (!host) {
        return "host:port and nothing else";
    }
    port = *port ? port : strncasecmp(name, "https:", 6) == 0 ? "443" : strncasecmp(name, "http:", 5) == 0 ? "80" : "*";
    return apr_psprintf(p, strchr(host, ':') ? "\"[%s]:%s\"" : "\"%s:%s\"", host, port);
}

/* What can be used, but hardly does what was meant */
static void check_host(plugin_cfg_reader_t *reader, const plugin_cfg_virtual_host_t *vhost, const char *port)
{
    const char *host = vhost->host;

    if (!port) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_HOST_WITHOUT_PORT, vhost->line,
                               "VirtualHost \"%s\" has no port and is taken for every port; write "
                               "\"%s:*\", or the port", vhost->name, vhost->name);
    }
    if (!host) {
        return;
    }
    if (strstr(host, "${")) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_UNRESOLVED_VARIABLE, vhost->line,
                               "VirtualHost \"%s\" has a variable that nothing replaces, so it matches no "
                               "request; write the host's name", vhost->name);
    }
    else if (strchr(host, '*')) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_HOST_WILDCARD, vhost->line,
                               "VirtualHost \"%s\": * stands only for a whole host or port, so this matches "
                               "no request; write the hosts one by one, or *", vhost->name);
    }
    else if (strpbrk(host, ODD)) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_ODD_HOST, vhost->line,
                               "VirtualHost \"%s\": \"%s\" is no host name, so this matches no request; write %s",
                               vhost->name, host, meant_name(vhost->name, reader->scratch));
    }
    else if (strchr(host, ':') && vhost->name[0] != '[') {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_HOST_WITHOUT_BRACKETS, vhost->line,
                               "VirtualHost \"%s\" is taken as address %s and port %s; write \"[%s]:%s\"", vhost->name,
                               host, port, host, port);
    }
}

int plugin_cfg_parse_virtual_host(plugin_cfg_reader_t *reader, plugin_cfg_virtual_host_t *vhost)
{
    char *host, *port, buffer[WLM_HOST_SIZE];

    wlm_host_split(apr_pstrdup(reader->scratch, vhost->name), &host, &port);
    if (port && !parse_port(&vhost->port, port) && strstr(vhost->name, "://")) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_BAD_HOST, vhost->line,
                               "VirtualHost \"%s\" is a URL; write host and port, such as %s", vhost->name,
                               meant_name(vhost->name, reader->scratch));
        return 0;
    }
    if (port && !parse_port(&vhost->port, port)) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_BAD_HOST, vhost->line,
                               "VirtualHost \"%s\": \"%s\" is no port; it takes a number from 1 to 65535, or *",
                               vhost->name, port);
        return 0;
    }
    if (!*host) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_BAD_HOST, vhost->line,
                               "VirtualHost \"%s\" has no host; write * for every host", vhost->name);
        return 0;
    }
    lower(host);
    vhost->host = strcmp(host, "*") == 0 ? NULL : plugin_cfg_keep_text(reader, wlm_host_canonical(host, buffer));
    check_host(reader, vhost, port);
    return 1;
}
