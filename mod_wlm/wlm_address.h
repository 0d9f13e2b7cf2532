/* wlm_address.h: the network addresses of a member. */
#ifndef WLM_ADDRESS_H
#define WLM_ADDRESS_H

#include <apr_pools.h>
#include <sys/socket.h>

#define WLM_ADDRESSES_MAX 8

typedef struct wlm_address_t {
    int n;
    struct {
        struct sockaddr_storage sa;
        socklen_t len;
    } at[WLM_ADDRESSES_MAX];       /* in the order in which they are tried */
} wlm_address_t;

/**
 * Resolve a name or an address literal (IPv4, IPv6 without brackets). May block for as long as the resolver does.
 * Any thread.
 * @param paddress  allocated in p
 * @param pwhy      set when it fails: the resolver's words, static text
 * @return APR_SUCCESS or APR_EGENERAL
 */
apr_status_t wlm_address_resolve(wlm_address_t **paddress, const char **pwhy, const char *host, int port,
                                 apr_pool_t *p);

#endif
