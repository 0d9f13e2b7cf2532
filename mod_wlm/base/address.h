/* base/address.h: the network addresses of a member. A small value that is copied, so a connection that is being made
 * has its own while the name gets other addresses. Any thread. */
#ifndef WLM_BASE_ADDRESS_H
#define WLM_BASE_ADDRESS_H

#include <apr_pools.h>
#include <sys/socket.h>

#define WLM_ADDRESSES_MAX 8

typedef struct wlm_address_t {
    int n;                         /* 0: none */
    struct {
        struct sockaddr_storage sa;
        socklen_t len;
    } at[WLM_ADDRESSES_MAX];       /* in the order in which they are tried */
} wlm_address_t;

/** Read an address literal (IPv4, IPv6 without brackets) or a socket ("unix:/run/app.sock", base/host.h), without the
 *  resolver. @param port  not for a socket. @return 0: it is a name, or a path that is too long */
int wlm_address_read(wlm_address_t *address, const char *host, int port);

/**
 * Ask for the addresses of a name. May block for as long as the resolver does.
 * @param address  its ports are 0
 * @return 0, or an error for gai_strerror()
 */
int wlm_address_ask(wlm_address_t *address, const char *host);

/** Give all of them a port, but sockets. */
void wlm_address_set_port(wlm_address_t *address, int port);

/** Do both have the same addresses and ports, in any order? */
int wlm_address_same(const wlm_address_t *a, const wlm_address_t *b);

/** Is it an address literal, which never resolves to anything else? */
int wlm_address_is_literal(const char *host);

/** The addresses for people: "10.0.0.1, 10.0.0.2". In p. */
const char *wlm_address_text(const wlm_address_t *address, apr_pool_t *p);

#endif
