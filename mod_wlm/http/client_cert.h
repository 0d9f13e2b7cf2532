/* http/client_cert.h: the fields Client-Cert and Client-Cert-Chain (RFC 9440), by which a member learns of the
 * certificate that a client has shown. Pure; any thread. */
#ifndef WLM_HTTP_CLIENT_CERT_H
#define WLM_HTTP_CLIENT_CERT_H

#include <apr_pools.h>

/** Names of these fields, and what a member that maps "-" to "_" (CGI, WSGI) takes for them; ends with NULL. */
extern const char *const wlm_http_client_cert_names[];

/** Is it one of these names? In any case. */
int wlm_http_client_cert_is_name(const char *name);

/** @return what stands between the first and the last line of a certificate in PEM, without line ends: its DER in
 *          base64. In p; NULL: it is no PEM */
const char *wlm_http_client_cert_base64(const char *pem, apr_pool_t *p);

/** @return its base64 as a byte sequence of structured fields (RFC 8941 3.3.5): ":MIIB...:". In p */
const char *wlm_http_client_cert_item(const char *base64, apr_pool_t *p);

#endif
