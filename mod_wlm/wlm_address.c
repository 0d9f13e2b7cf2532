#include <netdb.h>
#include <string.h>
#include <apr_strings.h>
#include "wlm_address.h"

apr_status_t wlm_address_resolve(wlm_address_t **paddress, const char **pwhy, const char *host, int port,
                                 apr_pool_t *p)
{
    struct addrinfo hints, *list = NULL, *info;
    char service[16];
    wlm_address_t *address;
    int rc;

    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    apr_snprintf(service, sizeof(service), "%d", port);
    rc = getaddrinfo(host, service, &hints, &list);
    if (rc != 0) {
        *pwhy = gai_strerror(rc);
        return APR_EGENERAL;
    }
    address = apr_pcalloc(p, sizeof(*address));
    for (info = list; info && address->n < WLM_ADDRESSES_MAX; info = info->ai_next) {
        memcpy(&address->at[address->n].sa, info->ai_addr, info->ai_addrlen);
        address->at[address->n++].len = info->ai_addrlen;
    }
    freeaddrinfo(list);
    *paddress = address;
    return APR_SUCCESS;
}
