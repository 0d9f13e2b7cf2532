/* httpd/status/signature.h: keyed hashes that only this server can compute: for the token of the page's forms, and for
 * the result of an action that a browser brings along. On the thread that answers the request. */
#ifndef WLM_HTTPD_STATUS_SIGNATURE_H
#define WLM_HTTPD_STATUS_SIGNATURE_H

#include <apr_pools.h>

/** @param purpose  a text signed for one purpose is not valid for another one  @return letters and digits; in p */
const char *wlm_signature_make(const char *purpose, const char *text, apr_pool_t *p);

/** Compare, in a time that does not tell how much of them is equal. */
int wlm_signature_is_equal(const char *a, const char *b);

#endif
