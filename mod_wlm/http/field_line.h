/* http/field_line.h: one field line of a head or trailer section, and lists in the value of a field. Pure; any
 * thread. */
#ifndef WLM_HTTP_FIELD_LINE_H
#define WLM_HTTP_FIELD_LINE_H

#include <apr.h>

typedef struct wlm_http_field_t {
    const char *name;              /* NUL-terminated, as sent (the parser writes the NULs into the buffer) */
    const char *value;             /* NUL-terminated, white space at both ends removed */
} wlm_http_field_t;

/**
 * Parse one field line in place: `line` without its line end; the byte at line[len] is overwritten with NUL.
 * Also for the lines of a trailer section.
 *
 * @return NULL, or static text that says what is wrong; then nothing has been written
 */
const char *wlm_http_field_parse(wlm_http_field_t *field, char *line, apr_size_t len);

/**
 * Does a comma-separated list contain this token (any case)? For Connection, Transfer-Encoding, Trailer.
 * An element with parameters ("chunked;q=1") is not that token. list may be NULL: no.
 */
int wlm_http_list_has(const char *list, const char *token);

/**
 * The next element of a comma-separated list, without the blanks around it.
 * @param plist  in: where to begin; out: behind the element
 * @return NULL at the end
 */
const char *wlm_http_list_next(const char **plist, apr_size_t *plen);

#endif
