/* http/cookie.h: single cookies in the values of Cookie and Set-Cookie fields, as others write them. In Cookie one ends
 * at ';' or ',' (httpd joins several Cookie fields by commas), in Set-Cookie at ';', also inside quotes; quotes around
 * its value are not part of it. Names are case sensitive. Pure, any thread.
 */
#ifndef WLM_HTTP_COOKIE_H
#define WLM_HTTP_COOKIE_H

#include <apr_pools.h>

/** A cookie in a field; points into the field's value. */
typedef struct wlm_http_cookie_t {
    const char *begin;             /* of its name */
    const char *value, *value_end; /* without blanks and quotes around it */
    const char *end;               /* the ';', ',' or NUL behind it */
} wlm_http_cookie_t;

/**
 * The next cookie of the name. Takes linear time over all calls for a field.
 * @param cookie  out
 * @param from    where to search: the field's value, later the end of the cookie before
 * @param field   the field's whole value
 * @param name    not ""
 * @return 0: there is none
 */
int wlm_http_cookie_next(wlm_http_cookie_t *cookie, const char *from, const char *field, const char *name);

/** The cookie that a Set-Cookie field sets. @param cookie  out; ->end is the ';' behind its value, or the NUL
 *  @return 0: it has another name */
int wlm_http_cookie_of_response(wlm_http_cookie_t *cookie, const char *field, const char *name);

/** What becomes of a cookie's value. @return the new one, in p or static */
typedef const char *wlm_http_cookie_edit_t(const void *data, const char *value, apr_size_t len, apr_pool_t *p);

/**
 * A field's value with the values of the cookies of this name replaced, or without them. All other cookies stay as they
 * are, byte by byte.
 * @param edit  NULL: without them
 * @param data  for edit()
 * @return `field` itself when it has no such cookie; "" when nothing is left; otherwise in p
 */
const char *wlm_http_cookie_rewrite(const char *field, const char *name, wlm_http_cookie_edit_t *edit, const void *data,
                                    apr_pool_t *p);

#endif
