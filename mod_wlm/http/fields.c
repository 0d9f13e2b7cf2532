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

int wlm_http_field_is_per_hop(const char *name)
{
    static const char *const names[] = {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Content-Length", "Expect", NULL
    };
    /* most fields begin with another letter than all of these */
    return strchr("CcKkPpTtUuHhEe", name[0]) && is_one_of(name, names);
}

int wlm_http_field_is_private(const char *name)
{
    static const char *const names[] = { "_WS_HAPRT_WLMVERSION", "Surrogate-Control", "Surrogate-Capabilities", NULL };

    return strncasecmp(name, "$WS", 3) == 0 || (strchr("_Ss", name[0]) && is_one_of(name, names));
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
