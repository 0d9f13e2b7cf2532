/* http/chars.h: the character classes of header fields (RFC 9110 5.5, 5.6.2) and URIs, and digits. Independent of the
 * locale, and defined for any byte. Pure, any thread.
 */
#ifndef WLM_HTTP_CHARS_H
#define WLM_HTTP_CHARS_H

#define WLM_HTTP_TOKEN 1           /* tchar: field names, transfer codings, connection options */
#define WLM_HTTP_TEXT  2           /* field values and reasons: visible, blank, tab and bytes above 127 */
#define WLM_HTTP_URI   4           /* paths and queries (RFC 3986 3.3, 3.4), and the '?' and '%' in them */

extern const unsigned char wlm_http_chars[256];

/** Does the character belong to the class? 0: no. */
static inline int wlm_http_is_token(char c)
{
    return wlm_http_chars[(unsigned char)c] & WLM_HTTP_TOKEN;
}

static inline int wlm_http_is_text(char c)
{
    return wlm_http_chars[(unsigned char)c] & WLM_HTTP_TEXT;
}

static inline int wlm_http_is_uri(char c)
{
    return wlm_http_chars[(unsigned char)c] & WLM_HTTP_URI;
}

/** Is it a blank or a tab (OWS)? */
static inline int wlm_http_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/** Where the blanks and tabs at the beginning of a text end. */
static inline const char *wlm_http_skip_blanks(const char *s)
{
    while (wlm_http_is_blank(*s)) {
        ++s;
    }
    return s;
}

/** Is it a decimal digit? */
static inline int wlm_http_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

#endif
