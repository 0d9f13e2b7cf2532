/* `wlmcfg explain`, the request: from the words of the command line to what the module would get from httpd.
 * On main()'s thread. */
#include <string.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_uri.h>
#include "base/host.h"
#include "http/chars.h"
#include "http/head.h"
#include "http/path.h"
#include "tools/wlmcfg/explain/request.h"
#include "tools/wlmcfg/wlmcfg.h"

static int is_made_of(const char *text, int (*is_good)(char c))
{
    while (*text && is_good(*text)) {
        ++text;
    }
    return !*text;
}

static int is_token(char c)
{
    return wlm_http_is_token(c);
}

static int is_visible(char c)
{
    return wlm_http_is_text(c) && !wlm_http_is_blank(c);
}

static int is_of_name(char c)
{
    return apr_isalnum(c) || (c && strchr("-._", c));
}

/* Read "host" or "host:port" as httpd does. @param pport  set when there is a port  @return 0: httpd refuses it */
static int read_host(const char **phost, int *pport, const char *value, apr_pool_t *p)
{
    const char *host;
    size_t len;
    int port;

    if (!wlm_host_port_read(&host, &port, value, p) || (*value != '[' && !is_made_of(host, is_of_name))) {
        return 0;
    }
    len = strlen(host);
    *phost = host[len - 1] == '.' ? apr_pstrmemdup(p, host, len - 1) : host; /* "www.example." is the same host */
    *pport = port ? port : *pport;
    return **phost != '\0';
}

/* A path alone is what a client sends; a URL is what stands in a browser */
static int read_url(request_t *request, const char *url, apr_pool_t *p)
{
    int is_path = *url == '/';
    const char *at;
    apr_uri_t uri;

    if (!is_made_of(url, is_visible)
        || apr_uri_parse(p, is_path ? apr_pstrcat(p, "http://path", url, NULL) : url, &uri) != APR_SUCCESS
        || !uri.scheme || !uri.hostinfo
        || (strcasecmp(uri.scheme, "http") != 0 && strcasecmp(uri.scheme, "https") != 0)) {
        return 0;
    }
    request->scheme = uri.scheme;
    request->port = apr_uri_port_of_scheme(uri.scheme);
    request->sent = uri.path ? uri.path : "/";
    request->query = uri.query;
    at = strrchr(uri.hostinfo, '@');
    return is_path || read_host(&request->host, &request->port, at ? at + 1 : uri.hostinfo, p);
}

/* @return 0 when httpd refuses it */
static int set_host(request_t *request, const char *value, const plugin_cfg_t *cfg, apr_pool_t *p)
{
    int port = apr_uri_port_of_scheme(request->scheme);

    if (!read_host(&request->host, &port, value, p)) {
        return 0;
    }
    if (!cfg->vhost_matching_compat) {
        request->port = port;
    }
    return 1;
}

static int read_header(request_t *request, const char *text, const plugin_cfg_t *cfg, apr_pool_t *p)
{
    char *line = apr_pstrdup(p, text);
    wlm_http_field_t field;
    const char *wrong = wlm_http_field_parse(&field, line, strlen(line));

    if (wrong) {
        tool_misuse(text, wrong);
        return 0;
    }
    apr_table_add(request->fields, field.name, field.value);
    if (strcasecmp(field.name, "Cookie") == 0) {
        APR_ARRAY_PUSH(request->cookies, const char *) = field.value;
    }
    if (strcasecmp(field.name, "Host") == 0 && *field.value && !set_host(request, field.value, cfg, p)) {
        tool_misuse(text, "no host, or no port");
        return 0;
    }
    return 1;
}

int wlmcfg_explain_request(request_t *request, const call_t *call, const plugin_cfg_t *cfg, apr_pool_t *p)
{
    int i;

    request->method = call->method;
    request->cookies = apr_array_make(p, 2, sizeof(const char *));
    request->fields = apr_table_make(p, 4);
    if (!*call->method || !is_made_of(call->method, is_token)) {
        tool_misuse(call->method, "no method");
        return 0;
    }
    if (!read_url(request, call->url, p)) {
        tool_misuse(call->url, "neither a path that begins with / nor a URL of http or https");
        return 0;
    }
    for (i = 0; i < call->headers->nelts; ++i) {
        if (!read_header(request, APR_ARRAY_IDX(call->headers, i, const char *), cfg, p)) {
            return 0;
        }
    }
    request->encoded = wlm_path_normalise(request->sent, p);
    request->has_encoded_slash = strstr(request->sent, "%2f") || strstr(request->sent, "%2F");
    return 1;
}
