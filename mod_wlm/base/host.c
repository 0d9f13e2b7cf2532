/* Hosts with and without ports, as text. Pure functions, for any thread. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "base/host.h"

#define DIGITS "0123456789"
#define PORT_DIGITS 9              /* zeros may precede it; a longer one is none */

int wlm_host_is_ipv6(const char *host)
{
    struct in6_addr address;

    return inet_pton(AF_INET6, host, &address) == 1;
}

const char *wlm_host_canonical(const char *host, char buffer[WLM_HOST_SIZE])
{
    struct in6_addr address;

    return strchr(host, ':') && inet_pton(AF_INET6, host, &address) == 1
           && inet_ntop(AF_INET6, &address, buffer, WLM_HOST_SIZE) ? buffer : host;
}

const char *wlm_host_socket_path(const char *host)
{
    return strncmp(host, WLM_HOST_SOCKET "/", sizeof(WLM_HOST_SOCKET)) == 0 ? host + sizeof(WLM_HOST_SOCKET) - 1 : NULL;
}

int wlm_host_same(const char *a, const char *b)
{
    return wlm_host_socket_path(a) ? strcmp(a, b) == 0 : strcasecmp(a, b) == 0;
}

const char *wlm_host_port_text(const char *host, int port, apr_pool_t *p)
{
    return wlm_host_socket_path(host) ? host
         : apr_psprintf(p, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port);
}

void wlm_host_split(char *text, char **phost, char **pport)
{
    char *colon = strrchr(text, ':'), *bracket = *text == '[' ? strchr(text, ']') : NULL;

    *phost = text;
    *pport = NULL;
    if (bracket && (!bracket[1] || bracket + 1 == colon)) {
        *bracket = '\0';
        *phost = text + 1;
    }
    if (colon > bracket) {
        *colon = '\0';
        *pport = colon + 1;
    }
}

int wlm_host_read_port(const char *text, const char **pend)
{
    size_t len = strspn(text, DIGITS);
    int port = len > 0 && len <= PORT_DIGITS ? atoi(text) : 0;

    *pend = text + len;
    return port <= 65535 ? port : 0;
}

static int is_port(int *pport, const char *text)
{
    const char *end;

    *pport = wlm_host_read_port(text, &end);
    return *pport && !*end;
}

/* A number alone is taken for a port whose host is missing */
static int is_host(const char *host, int has_brackets)
{
    return has_brackets ? wlm_host_is_ipv6(host) : !strpbrk(host, ":[]%") && host[strspn(host, DIGITS)];
}

int wlm_host_port_read(const char **phost, int *pport, const char *text, apr_pool_t *p)
{
    char buffer[WLM_HOST_SIZE], *host, *port = NULL;
    int has_brackets = *text == '[' || wlm_host_is_ipv6(text);

    if (wlm_host_socket_path(text)) {
        *phost = apr_pstrdup(p, text);
        *pport = 0;
        return 1;
    }
    host = apr_pstrdup(p, text);
    if (*text == '[' || !has_brackets) {
        wlm_host_split(host, &host, &port);
    }
    *pport = 0;
    *phost = apr_pstrdup(p, wlm_host_canonical(host, buffer));
    return is_host(host, has_brackets) && (!port || is_port(pport, port));
}
