/* httpd/request/member_tls.h: what a member is told of a client's TLS connection. On the request's thread. */
#ifndef WLM_HTTPD_REQUEST_MEMBER_TLS_H
#define WLM_HTTPD_REQUEST_MEMBER_TLS_H

#include <httpd.h>
#include "balance/option_table.h"
#include "http/request.h"

/** Has the client come to this server by https? (Whether TLS has ended before it is another question.) */
int wlm_member_tls_is_used(const request_rec *r);

/** The private fields $WSCS, $WSSI and $WSCC, as far as mod_ssl, or a module that stands in for it, knows them. */
void wlm_member_tls_set_private(wlm_http_request_t *out, request_rec *r);

/**
 * Client-Cert and Client-Cert-Chain (RFC 9440). A client's own are removed, whatever is to be set.
 * @param is_trusted  the peer is a proxy whose word on its client counts: what it says is kept, and the certificate
 *                    that it shows itself is not the client's
 */
void wlm_member_tls_set_client_cert(wlm_http_request_t *out, request_rec *r, wlm_client_cert_t how, int is_trusted);

#endif
