/* Network addresses: from a literal or the resolver, compared, and as text. Any thread; only wlm_address_ask()
 * blocks. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>
#include <apr_strings.h>
#include "base/address.h"
#include "base/host.h"

_Static_assert(WLM_HOST_SOCKET_PATH_MAX < sizeof(((struct sockaddr_un *)0)->sun_path), "the path has a terminator");
_Static_assert(sizeof(struct sockaddr_un) <= sizeof(struct sockaddr_storage), "it has room for a socket's path");

/* @return 0, or an error of getaddrinfo() */
static int find(wlm_address_t *address, const char *host, int flags)
{
    struct addrinfo hints, *list = NULL, *info;
    int rc;

    memset(address, 0, sizeof(*address));
    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    rc = getaddrinfo(host, NULL, &hints, &list);
    if (rc != 0) {
        return rc;
    }
    for (info = list; info && address->n < WLM_ADDRESSES_MAX; info = info->ai_next) {
        memcpy(&address->at[address->n].sa, info->ai_addr, info->ai_addrlen);
        address->at[address->n++].len = info->ai_addrlen;
    }
    freeaddrinfo(list);
    return 0;
}

int wlm_address_ask(wlm_address_t *address, const char *host)
{
    return find(address, host, 0);
}

static int read_path(wlm_address_t *address, const char *path)
{
    struct sockaddr_un *sa = (struct sockaddr_un *)&address->at[0].sa;
    size_t len = strlen(path);

    memset(address, 0, sizeof(*address));
    if (len > WLM_HOST_SOCKET_PATH_MAX) {
        return 0;
    }
    sa->sun_family = AF_UNIX;
    memcpy(sa->sun_path, path, len + 1);
    address->at[0].len = sizeof(*sa);
    address->n = 1;
    return 1;
}

int wlm_address_read(wlm_address_t *address, const char *host, int port)
{
    if (wlm_host_socket_path(host)) {
        return read_path(address, wlm_host_socket_path(host));
    }
    if (find(address, host, AI_NUMERICHOST) != 0) {
        return 0;
    }
    wlm_address_set_port(address, port);
    return 1;
}

void wlm_address_set_port(wlm_address_t *address, int port)
{
    int i;

    for (i = 0; i < address->n; ++i) {
        struct sockaddr_storage *sa = &address->at[i].sa;

        if (sa->ss_family == AF_INET6) {
            ((struct sockaddr_in6 *)sa)->sin6_port = htons((uint16_t)port);
        }
        else if (sa->ss_family == AF_INET) {
            ((struct sockaddr_in *)sa)->sin_port = htons((uint16_t)port);
        }
    }
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
        if (address->at[i].sa.ss_family == AF_UNIX) {
            all = apr_pstrcat(p, all, i ? ", " : "", WLM_HOST_SOCKET,
                              ((const struct sockaddr_un *)&address->at[i].sa)->sun_path, NULL);
        }
        else if (getnameinfo((const struct sockaddr *)&address->at[i].sa, address->at[i].len, text, sizeof(text), NULL,
                             0, NI_NUMERICHOST) == 0) {
            all = apr_pstrcat(p, all, i ? ", " : "", text, NULL);
        }
    }
    return all;
}
