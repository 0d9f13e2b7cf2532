/* VirtualHost names: "host:port", "*:80", "[2001:db8::1]:*" */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "plugin_cfg_private.h"

static int parse_port(int *pport, const char *text)
{
    char *end;
    long port = strtol(text, &end, 10);

    if (strcmp(text, "*") == 0) {
        *pport = 0;
        return 1;
    }
    *pport = (int)port;
    return isdigit((unsigned char)*text) && !*end && port >= 1 && port <= 65535;
}

/* Host and port text; "[::1]:80" loses its brackets. *pport is NULL when there is none. */
static void split(char *name, char **phost, const char **pport)
{
    char *colon = strrchr(name, ':'), *bracket = *name == '[' ? strchr(name, ']') : NULL;

    *phost = name;
    *pport = NULL;
    if (bracket && (!bracket[1] || bracket + 1 == colon)) {
        *bracket = '\0';
        *phost = name + 1;
    }
    if (colon > bracket) {
        *colon = '\0';
        *pport = colon + 1;
    }
}

static void lower(char *text)
{
    for (; *text; ++text) {
        *text = (char)tolower((unsigned char)*text);
    }
}

/* What can be used, but hardly does what was meant */
static void check_host(plugin_cfg_reader_t *reader, const plugin_cfg_virtual_host_t *vhost, const char *port)
{
    const char *host = vhost->host;

    if (!port) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, vhost->line, "host-without-port",
                               "VirtualHost \"%s\" has no port and is taken for every port; write \"%s:*\", or the port",
                               vhost->name, vhost->name);
    }
    if (!host) {
        return;
    }
    if (strstr(host, "${")) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, vhost->line, "unresolved-variable",
                               "VirtualHost \"%s\" has a variable that nothing replaces, so it matches no request; write "
                               "the host's name", vhost->name);
    }
    else if (strchr(host, '*')) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, vhost->line, "host-wildcard",
                               "VirtualHost \"%s\": * stands only for a whole host or port, so this matches no request; "
                               "write the hosts one by one, or *", vhost->name);
    }
    else if (strpbrk(host, " \t/@?#[]")) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, vhost->line, "odd-host",
                               "VirtualHost \"%s\": \"%s\" is no host name, so this matches no request; write host:port "
                               "and nothing else", vhost->name, host);
    }
    else if (strchr(host, ':') && vhost->name[0] != '[') {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, vhost->line, "host-without-brackets",
                               "VirtualHost \"%s\" is taken as address %s and port %s; write \"[%s]:%s\"", vhost->name,
                               host, port, host, port);
    }
}

int plugin_cfg_parse_virtual_host(plugin_cfg_reader_t *reader, plugin_cfg_virtual_host_t *vhost)
{
    const char *port;
    char *host;

    split(apr_pstrdup(reader->p, vhost->name), &host, &port);
    if (port && !parse_port(&vhost->port, port)) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, vhost->line, "bad-host",
                               "VirtualHost \"%s\": \"%s\" is no port; it takes a number from 1 to 65535, or *",
                               vhost->name, port);
        return 0;
    }
    if (!*host) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, vhost->line, "bad-host",
                               "VirtualHost \"%s\" has no host; write * for every host", vhost->name);
        return 0;
    }
    lower(host);
    vhost->host = strcmp(host, "*") == 0 ? NULL : host;
    check_host(reader, vhost, port);
    return 1;
}
