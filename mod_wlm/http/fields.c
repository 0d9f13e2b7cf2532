/* Classes of header fields by name. Pure; runs on the threads that serve requests. */
#include <string.h>
#include "http/client_cert.h"
#include "http/fields.h"

static int is_one_of(const char *name, const char *const *names)
{
    for (; *names; ++names) {
        if (wlm_http_field_is(name, *names)) {
            return 1;
        }
    }
    return 0;
}

/* By the first letter: each field of each message is asked for */
int wlm_http_field_is_per_hop(const char *name)
{
    static const char *const with_c[] = { "Connection", "Content-Length", NULL };
    static const char *const with_p[] = { "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", NULL };
    static const char *const with_t[] = { "TE", "Trailer", "Transfer-Encoding", NULL };

    switch (name[0]) {
    case 'C': case 'c':
        return is_one_of(name, with_c);
    case 'E': case 'e':
        return wlm_http_field_is(name, "Expect");
    case 'H': case 'h':
        return wlm_http_field_is(name, "HTTP2-Settings");
    case 'K': case 'k':
        return wlm_http_field_is(name, "Keep-Alive");
    case 'P': case 'p':
        return is_one_of(name, with_p);
    case 'T': case 't':
        return is_one_of(name, with_t);
    case 'U': case 'u':
        return wlm_http_field_is(name, "Upgrade");
    default:
        return 0;
    }
}

int wlm_http_field_is_private(const char *name)
{
    static const char *const names[] = { "_WS_HAPRT_WLMVERSION", "Surrogate-Control", "Surrogate-Capabilities", NULL };

    switch (name[0]) {
    case '$':
        return strncasecmp(name, "$WS", 3) == 0;
    case '_': case 'S': case 's':
        return is_one_of(name, names);
    default:
        return 0;
    }
}

int wlm_http_field_is_of_content(const char *name)
{
    return strncasecmp(name, "Content-", 8) == 0 || wlm_http_field_is(name, "Digest")
           || wlm_http_field_is(name, "Repr-Digest");
}

int wlm_http_field_may_trail(const char *name)
{
    static const char *const names[] = {
        "Host", "Authorization", "Cookie", "Set-Cookie", "WWW-Authenticate", "Cache-Control", "Content-Encoding",
        "Content-Type", "Content-Range", "Max-Forwards", "Range", "Age", "Date", "Expires", "Location", "Retry-After",
        "Vary", "Warning", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", NULL
    };
    return !wlm_http_field_is_per_hop(name) && !wlm_http_field_is_private(name) && !is_one_of(name, names)
           && !wlm_http_client_cert_is_name(name);
}
