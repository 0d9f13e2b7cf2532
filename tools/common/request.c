/* What all requests by libcurl have in common. */
#include <ctype.h>
#include <string.h>
#include <apr_strings.h>
#include "tools/common/call.h"
#include "tools/common/request.h"

#define CONNECT_SECONDS 10L

static void set_protocols(CURL *curl)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

void tool_request_prepare(CURL *curl, const char *url, const char *cacert, long timeout_ms)
{
    char agent[64];

    apr_snprintf(agent, sizeof(agent), "%s/" WLM_VERSION, tool_name);
    set_protocols(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, agent);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L); /* there may be several threads */
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
    if (cacert) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, cacert);
    }
}

size_t tool_request_field(char *data, size_t size, size_t count, void *fields)
{
    apr_table_t *to = fields;
    apr_pool_t *p = apr_table_elts(to)->pool;
    size_t n = size * count, length = n;
    const char *colon, *value;

    while (length && isspace((unsigned char)data[length - 1])) {
        --length;
    }
    if (length >= 5 && memcmp(data, "HTTP/", 5) == 0) {
        apr_table_clear(to);
    }
    else if ((colon = memchr(data, ':', length)) != NULL) {
        for (value = colon + 1; value < data + length && isspace((unsigned char)*value); ++value) {
        }
        apr_table_addn(to, apr_pstrmemdup(p, data, (size_t)(colon - data)),
                       apr_pstrmemdup(p, value, (size_t)(data + length - value)));
    }
    return n;
}
