/* http/storable.h: may a shared cache store a response, and give it to other clients? Pure, any thread. */
#ifndef WLM_HTTP_STORABLE_H
#define WLM_HTTP_STORABLE_H

#include <apr_tables.h>

/**
 * Does a response look as if caches shall give it to several clients (RFC 9111 3, 4.2.2)? It does when a field for
 * caches (Cache-Control, or one that is targeted at some, such as CDN-Cache-Control, RFC 9213) has public, s-maxage or
 * a max-age above 0; when there is an Expires without any such field; and when a GET or HEAD has a Last-Modified, by
 * which a cache may guess how long it is good, and says nothing else about caches. private and no-store in any such
 * field keep it from that. What is in doubt may be stored.
 * @param method  of the request
 * @param fields  of the response
 */
int wlm_http_is_storable(const char *method, const apr_table_t *fields);

#endif
