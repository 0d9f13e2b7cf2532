/* The peers whose forwarding fields are believed: made while a configuration is read, then immutable.
 * Any thread reads them. */
#include "net/trusted_peers.h"
#include <string.h>
#include <apr_strings.h>

wlm_trusted_peers_t *wlm_trusted_peers_make(apr_pool_t *p)
{
    wlm_trusted_peers_t *trusted = apr_palloc(p, sizeof(*trusted));

    trusted->subnets = apr_array_make(p, 4, sizeof(apr_ipsubnet_t *));
    return trusted;
}

static apr_status_t add_subnet(wlm_trusted_peers_t *trusted, const char *address, const char *mask, apr_pool_t *p)
{
    apr_ipsubnet_t *subnet;
    apr_status_t rv = apr_ipsubnet_create(&subnet, address, mask, p);

    if (rv == APR_SUCCESS) {
        APR_ARRAY_PUSH(trusted->subnets, apr_ipsubnet_t *) = subnet;
    }
    return rv;
}

/* All addresses that a name has now */
static const char *add_host(wlm_trusted_peers_t *trusted, const char *name, apr_pool_t *p)
{
    apr_sockaddr_t *found;
    char text[120], *ip;
    apr_status_t rv = apr_sockaddr_info_get(&found, name, APR_UNSPEC, 0, 0, p);

    if (rv != APR_SUCCESS) {
        return apr_pstrdup(p, apr_strerror(rv, text, sizeof(text)));
    }
    for (; found; found = found->next) {
        if (apr_sockaddr_ip_get(&ip, found) == APR_SUCCESS) {
            add_subnet(trusted, ip, NULL, p);
        }
    }
    return NULL;
}

const char *wlm_trusted_peers_add(wlm_trusted_peers_t *trusted, const char *name, apr_pool_t *p)
{
    apr_size_t length = strlen(name);
    char *address = name[0] == '[' && length > 2 && name[length - 1] == ']' ? apr_pstrmemdup(p, name + 1, length - 2)
                                                                            : apr_pstrdup(p, name);
    char *slash = strchr(address, '/');

    if (slash) {
        *slash++ = '\0';
    }
    if (add_subnet(trusted, address, slash, p) == APR_SUCCESS) {
        return NULL;
    }
    return slash || !*address ? "it is no address, network or host name" : add_host(trusted, address, p);
}

int wlm_trusted_peers_has(const wlm_trusted_peers_t *trusted, apr_sockaddr_t *peer)
{
    int i;

    for (i = 0; trusted && i < trusted->subnets->nelts; ++i) {
        if (apr_ipsubnet_test(APR_ARRAY_IDX(trusted->subnets, i, apr_ipsubnet_t *), peer)) {
            return 1;
        }
    }
    return 0;
}
