/* http/upgrade.h: requests to a member to switch its connection to another protocol, and its agreement (RFC 9110 7.8,
 * RFC 6455 4.1). Pure; any thread.
 */
#ifndef WLM_HTTP_UPGRADE_H
#define WLM_HTTP_UPGRADE_H

#include <apr_tables.h>
#include "http/head.h"

#define WLM_HTTP_UPGRADE_MAX 8 /* protocols that one request asks a member for */

/**
 * The protocols that a request asks for, without those that are not allowed. Pure.
 *
 * HTTP and TLS in all versions are never allowed: such a tunnel would carry requests that bypass all rules of httpd,
 * although the member takes them for requests that have passed these.
 * @param fields   the request's
 * @param allowed  const char *: names of protocols, without a version; NULL: all others; an empty array: none
 * @return e.g. "websocket", or "a/1, b", in p: the first WLM_HTTP_UPGRADE_MAX, which the client prefers; NULL when
 *         there are none
 */
const char *wlm_http_upgrade_asked(const apr_table_t *fields, const apr_array_header_t *allowed, apr_pool_t *p);

/** Is this the name (without a version) of a protocol that is never allowed? In any case. */
int wlm_http_upgrade_is_never(const char *name, apr_size_t len);

/**
 * Check a response 101. Pure.
 * @param asked  the result of wlm_http_upgrade_asked()
 * @return NULL: the member switches to a protocol that was asked for; otherwise what is wrong, static
 */
const char *wlm_http_upgrade_error(const wlm_http_head_t *head, const char *asked);

#endif
