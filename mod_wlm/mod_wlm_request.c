/* The request as the member shall see it: what only httpd knows is put into fields here. */
#include <apr_strings.h>
#include "mod_wlm.h"

const char *wlm_request_encode_path(const char *path, apr_pool_t *p)
{
    char *encoded = (char *)ap_os_escape_path(p, path, 1);
    char *from = encoded, *to = encoded;

    /* ap_os_escape_path() also encodes ';', which begins a path parameter such as ;jsessionid= */
    while (*from) {
        if (strncasecmp(from, "%3b", 3) == 0) {
            *to++ = ';';
            from += 3;
        }
        else {
            *to++ = *from++;
        }
    }
    *to = '\0';
    return encoded;
}

const char *wlm_request_target(const request_rec *r, const wlm_request_t *request)
{
    return r->args ? apr_pstrcat(r->pool, request->encoded, "?", r->args, NULL) : request->encoded;
}

static const char *appended(const request_rec *r, const char *name, const char *value)
{
    const char *before = apr_table_get(r->headers_in, name);

    return before && *before ? apr_pstrcat(r->pool, before, ", ", value, NULL) : value;
}

/* X-Forwarded-For and -Host grow at the end, so the last entry is ours; -Proto says how this server was spoken to */
static void set_forwarded(apr_table_t *fields, request_rec *r, const char *host_field)
{
    apr_table_setn(fields, "X-Forwarded-For", appended(r, "X-Forwarded-For", r->useragent_ip));
    if (host_field) {
        apr_table_setn(fields, "X-Forwarded-Host", appended(r, "X-Forwarded-Host", host_field));
    }
    apr_table_setn(fields, "X-Forwarded-Proto", ap_http_scheme(r));
}

const char *wlm_request_via(request_rec *r, int major, int minor)
{
    wlm_via_t via = wlm_config_via(wlm_config_of(r->server));

    if (via != WLM_VIA_ON && via != WLM_VIA_FULL) {
        return NULL;
    }
    return apr_psprintf(r->pool, via == WLM_VIA_FULL ? "%d.%d %s (%s)" : "%d.%d %s", major, minor,
                        r->server->server_hostname, ap_get_server_banner());
}

static void set_via(apr_table_t *fields, request_rec *r)
{
    const char *own = wlm_request_via(r, HTTP_VERSION_MAJOR(r->proto_num), HTTP_VERSION_MINOR(r->proto_num));

    if (own) {
        apr_table_setn(fields, "Via", appended(r, "Via", own));
    }
    else if (wlm_config_via(wlm_config_of(r->server)) == WLM_VIA_BLOCK) {
        apr_table_unset(r->headers_in, "Via");
    }
}

/* The private fields by which WebSphere and Liberty learn about the client's side (reference 2.10) */
static void set_private(apr_table_t *fields, request_rec *r, const wlm_request_t *request, int failed_over)
{
    const char *scheme = ap_http_scheme(r);
    int port = request->version->cfg->app_server_port_is_web_server_port ? r->connection->local_addr->port
                                                                      : request->port;

    apr_table_setn(fields, "$WSIS", strcmp(scheme, "https") == 0 ? "true" : "false");
    apr_table_setn(fields, "$WSSC", scheme);
    apr_table_setn(fields, "$WSPR", r->proto_num > HTTP_VERSION(1, 1) ? "HTTP/1.1" : r->protocol);
    apr_table_setn(fields, "$WSRA", r->useragent_ip);
    apr_table_setn(fields, "$WSRH", ap_get_useragent_host(r, REMOTE_NAME, NULL));
    apr_table_setn(fields, "$WSSN", request->host && *request->host ? request->host : ap_get_server_name(r));
    apr_table_setn(fields, "$WSSP", apr_itoa(r->pool, port));
    if (r->user) {
        apr_table_setn(fields, "$WSRU", r->user);
    }
    if (r->ap_auth_type) {
        apr_table_setn(fields, "$WSAT", r->ap_auth_type);
    }
    if (failed_over) {
        apr_table_setn(fields, "$WSFO", "true");
    }
}

apr_table_t *wlm_request_fields(request_rec *r, const wlm_request_t *request, const wlm_member_t *member,
                                int failed_over)
{
    apr_table_t *fields = apr_table_make(r->pool, 16);
    const char *host_field = apr_table_get(r->headers_in, "Host");

    /* the client's Host is passed on; HTTP/1.0 clients may have none, but HTTP/1.1 needs one */
    apr_table_setn(fields, "Host", host_field ? host_field : member->was);
    if (wlm_config_forwarded_headers(wlm_config_of(r->server))) {
        set_forwarded(fields, r, host_field);
    }
    set_via(fields, r);
    set_private(fields, r, request, failed_over);
    return fields;
}
