/* Parses X-Forwarded-* and Forwarded. Pure; runs on the threads that serve requests. */
#include <string.h>
#include <strings.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "http/forwarded.h"
#include "base/host.h"
#include "http/chars.h"

/* The last entry of a list, without blanks around it; "" of an empty list */
static const char *last_entry(const char *list, apr_pool_t *p)
{
    const char *comma = list ? strrchr(list, ',') : NULL;
    const char *begin = wlm_http_skip_blanks(comma ? comma + 1 : list ? list : "");
    apr_size_t len = strlen(begin);

    while (len > 0 && wlm_http_is_blank(begin[len - 1])) {
        --len;
    }
    return apr_pstrmemdup(p, begin, len);
}

/* -- values ------------------------------------------------------------------------------- */

static const char *scheme_of(const char *text)
{
    return strcasecmp(text, "https") == 0 ? "https" : strcasecmp(text, "http") == 0 ? "http" : NULL;
}

/* @return 0: that is none */
static int port_of(const char *text)
{
    const char *end;
    int port = wlm_host_read_port(text, &end);

    return *end ? 0 : port;
}

/* The length of a name, or of an address (IPv6 in brackets), at the beginning of a text; 0: there is none */
static apr_size_t host_length(const char *text)
{
    apr_size_t len = 0;

    if (*text == '[') {
        len = 1 + strspn(text + 1, "0123456789abcdefABCDEF:.");
        return len > 1 && text[len] == ']' ? len + 1 : 0;
    }
    while (apr_isalnum(text[len]) || (text[len] && strchr("-._", text[len]))) {
        ++len;
    }
    return len;
}

static void parse_host(wlm_forwarded_said_t *said, const char *text, apr_pool_t *p)
{
    apr_size_t len = host_length(text);
    int port = len && text[len] == ':' ? port_of(text + len + 1) : 0;

    if (len && (!text[len] || port)) {
        said->host = apr_pstrmemdup(p, text, len);
        said->port = port;
    }
}

/* -- Forwarded ------------------------------------------------------------------------------ */

/* A token or a quoted string; NULL: neither. @param ps  moves behind it */
static const char *read_value(const char **ps, apr_pool_t *p)
{
    const char *s = *ps;
    char *value = apr_palloc(p, strlen(s) + 1), *to = value;
    int quoted = *s == '"';

    for (s += quoted; *s && (quoted ? *s != '"' : !strchr(",; \t\"", *s)); ++s) {
        s += quoted && *s == '\\' && s[1];
        *to++ = *s;
    }
    *to = '\0';
    if (quoted && *s != '"') {
        return NULL;
    }
    *ps = s + quoted;
    return value;
}

/* One name=value. @return 0: it is malformed */
static int read_pair(wlm_forwarded_said_t *said, const char **ps, apr_pool_t *p)
{
    const char *name = *ps, *value;
    apr_size_t len = 0;

    while (wlm_http_is_token(name[len])) {
        ++len;
    }
    *ps = name + len + 1;
    if (!len || name[len] != '=' || (value = read_value(ps, p)) == NULL) {
        return 0;
    }
    if (len == 5 && strncasecmp(name, "proto", len) == 0) {
        said->scheme = scheme_of(value);
    }
    else if (len == 4 && strncasecmp(name, "host", len) == 0) {
        parse_host(said, value, p);
    }
    return 1;
}

/* A malformed field is ignored as a whole */
static void read_forwarded(wlm_forwarded_said_t *said, const char *s, apr_pool_t *p)
{
    static const wlm_forwarded_said_t nothing;

    for (*said = nothing; *(s = wlm_http_skip_blanks(s));) {
        if (*s == ',') {
            *said = nothing; /* the next proxy's entry */
            ++s;
        }
        else if (*s == ';') {
            ++s;
        }
        else if (!read_pair(said, &s, p)) {
            *said = nothing;
            return;
        }
    }
}

void wlm_forwarded_read(wlm_forwarded_said_t *said, const char *proto, const char *host, const char *port,
                        const char *forwarded, apr_pool_t *p)
{
    const char *scheme = scheme_of(last_entry(proto, p));
    int number = port_of(last_entry(port, p));

    read_forwarded(said, forwarded ? forwarded : "", p);
    parse_host(said, last_entry(host, p), p);
    said->scheme = scheme ? scheme : said->scheme;
    said->port = number ? number : said->port;
}
