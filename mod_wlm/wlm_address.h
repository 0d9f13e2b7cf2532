/* wlm_address.h: the network addresses of a member. */
#ifndef WLM_ADDRESS_H
#define WLM_ADDRESS_H

#include <apr_pools.h>
#include <sys/socket.h>

#define WLM_ADDRESSES_MAX 8

typedef struct wlm_address_t {
    apr_pool_t *pool;              /* that it was allocated in, to be destroyed with it; NULL: never */
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

/** Have they the same addresses, in whatever order? */
int wlm_address_same(const wlm_address_t *a, const wlm_address_t *b);

/** Is it an address literal, which never resolves to anything else? */
int wlm_address_is_literal(const char *host);

/** The addresses for people: "10.0.0.1, 10.0.0.2". In p. */
const char *wlm_address_text(const wlm_address_t *address, apr_pool_t *p);

#endif
