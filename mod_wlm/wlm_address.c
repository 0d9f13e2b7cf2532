#include <arpa/inet.h>
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
    address->pool = p;
    for (info = list; info && address->n < WLM_ADDRESSES_MAX; info = info->ai_next) {
        memcpy(&address->at[address->n].sa, info->ai_addr, info->ai_addrlen);
        address->at[address->n++].len = info->ai_addrlen;
    }
    freeaddrinfo(list);
    *paddress = address;
    return APR_SUCCESS;
}

static int has(const wlm_address_t *address, const wlm_address_t *other, int i)
{
    int k;

    for (k = 0; k < address->n; ++k) {
        if (address->at[k].len == other->at[i].len && !memcmp(&address->at[k].sa, &other->at[i].sa, other->at[i].len)) {
            return 1;
        }
    }
    return 0;
}

int wlm_address_same(const wlm_address_t *a, const wlm_address_t *b)
{
    int i;

    for (i = 0; i < a->n && has(b, a, i); ++i) {
    }
    return a->n == b->n && i == a->n;
}

int wlm_address_is_literal(const char *host)
{
    unsigned char bytes[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

const char *wlm_address_text(const wlm_address_t *address, apr_pool_t *p)
{
    const char *all = "";
    char text[128];
    int i;

    for (i = 0; i < address->n; ++i) {
        if (getnameinfo((const struct sockaddr *)&address->at[i].sa, address->at[i].len, text, sizeof(text), NULL, 0,
                        NI_NUMERICHOST) == 0) {
            all = apr_pstrcat(p, all, i ? ", " : "", text, NULL);
        }
    }
    return all;
}
