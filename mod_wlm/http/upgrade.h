/* http/upgrade.h: which requests ask a member for another protocol on their connection, and has it agreed?
 * (RFC 9110 7.8, RFC 6455 4.1)
 */
#ifndef WLM_HTTP_UPGRADE_H
#define WLM_HTTP_UPGRADE_H

#include <apr_tables.h>
#include "http/head.h"

#define WLM_HTTP_UPGRADE_MAX 8 /* protocols that one request asks a member for */

/**
 * The protocols that a request asks for, as far as they may be asked for. Pure.
 *
 * HTTP and TLS in all their versions never may: what comes over such a tunnel would again be requests, for which no
 * rule of httpd counts, and of which the member believes that they came through it.
 * @param fields   the request's
 * @param allowed  const char *: names of protocols, without a version; NULL: all others; an empty array: none
 * @return e.g. "websocket", or "a/1, b", in p: the first WLM_HTTP_UPGRADE_MAX, which the client prefers; NULL when
 *         there are none
 */
const char *wlm_http_upgrade_asked(const apr_table_t *fields, const apr_array_header_t *allowed, apr_pool_t *p);

/** Is this the name (without a version) of a protocol that never may be asked for? Case does not count. */
int wlm_http_upgrade_is_never(const char *name, apr_size_t len);

/**
 * What is wrong with a response 101? Pure.
 * @param asked  what wlm_http_upgrade_asked() has found
 * @return NULL: the member goes over to what was asked for; otherwise static text
 */
const char *wlm_http_upgrade_error(const wlm_http_head_t *head, const char *asked);

#endif
