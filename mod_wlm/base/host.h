/* base/host.h: a host, with and without a port, as text: "h:80", "[2001:db8::1]:80", or a socket in its place:
 * "unix:/run/app.sock". Pure functions, for any thread. No name is looked up: for that see net/lookup.h.
 */
#ifndef WLM_BASE_HOST_H
#define WLM_BASE_HOST_H

#include <apr_pools.h>

/** Enough for an address of IPv6 as text. */
#define WLM_HOST_SIZE  46
/** Before the path of a Unix domain socket. */
#define WLM_HOST_SOCKET "unix:"
/** Bytes of such a path: what the system's address of one has room for (unix(7)). */
#define WLM_HOST_SOCKET_PATH_MAX 107

/** Is it an address of IPv6, without brackets? */
int wlm_host_is_ipv6(const char *host);

/**
 * A host as it is compared: of the many spellings of an address of IPv6 the one of RFC 5952, so that 2001:db8:0::1 and
 * 2001:DB8::1 are one host. Anything else stays as it is.
 * @param buffer  where the address is written
 * @return host or buffer
 */
const char *wlm_host_canonical(const char *host, char buffer[WLM_HOST_SIZE]);

/**
 * A Unix domain socket stands where otherwise a host does, as "unix:/run/app.sock".
 * @return its path, a part of host; NULL: it is no socket
 */
const char *wlm_host_socket_path(const char *host);

/** Are both the same host? Without case, but for the path of a socket. */
int wlm_host_same(const char *a, const char *b);

/** Host and port in one text, an address of IPv6 in brackets, a socket without a port. In p. */
const char *wlm_host_port_text(const char *host, int port, apr_pool_t *p);

/**
 * Cut a text at the colon before its port, and take the brackets off its host. Neither is checked.
 * @param text   is changed
 * @param pport  NULL: there is no colon outside of the brackets
 */
void wlm_host_split(char *text, char **phost, char **pport);

/**
 * Read a port: digits without a sign.
 * @param pend  behind the digits
 * @return 1..65535; 0: it is none
 */
int wlm_host_read_port(const char *text, const char **pend);

/**
 * Read "HOST", "HOST:PORT", "[ADDRESS]", "[ADDRESS]:PORT", an address of IPv6 alone, or "unix:/PATH".
 * @param phost  canonical, without brackets; in p
 * @param pport  1..65535; 0: there is none
 * @return 0: it is none of these. What characters a name may have is not checked.
 */
int wlm_host_port_read(const char **phost, int *pport, const char *text, apr_pool_t *p);

#endif
