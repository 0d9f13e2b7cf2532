/* The request as the member shall see it: what only httpd knows is put into fields here.
 * On the thread that has the request. */
#include "httpd/request/member_request.h"
#include <httpd.h>
#include <http_protocol.h>
#include <apr_strings.h>
#include <http_core.h>
#include "http/forwarded.h"
#include "http/request.h"
#include "httpd/context/context.h"
#include "httpd/request/member_tls.h"
#include "httpd/request/routed.h"
#include "net/trusted_peers.h"

const char *wlm_member_request_target(const request_rec *r, const wlm_routed_t *request, apr_pool_t *p)
{
    return r->args ? apr_pstrcat(p, request->encoded, "?", r->args, NULL) : request->encoded;
}

/* Behind what the client has sent of it */
static void set_behind(wlm_http_request_t *out, const request_rec *r, const char *name, const char *value)
{
    const char *before = apr_table_get(r->headers_in, name);

    wlm_http_request_set(out, name,
                         before && *before ? apr_pstrcat(out->pool, before, ", ", value, NULL) : value);
}

/* -- who the client is ---------------------------------------------------------------------------- */

typedef enum { NOT_SAID, TRUSTED, NOT_TRUSTED } trust_t;

/* Of the peer itself: mod_remoteip may have put another address into r->useragent_ip */
static trust_t trust_of(const request_rec *r, const wlm_routed_t *request)
{
    const wlm_trusted_peers_t *by_file = request->version->trusted, *by_directive = wlm_config_of(r->server)->trusted;
    apr_sockaddr_t *peer = r->connection->client_addr;

    return !by_file && !by_directive ? NOT_SAID
         : wlm_trusted_peers_has(by_file, peer) || wlm_trusted_peers_has(by_directive, peer) ? TRUSTED : NOT_TRUSTED;
}

/* -- how the client came ------------------------------------------------------------------------------- */

typedef struct client_side_t {
    const char *scheme, *host;
    int port;
} client_side_t;

/* The configuration may know that TLS has ended before: by the variable of CGI, or that of IBM HTTP Server */
static const char *own_scheme(const request_rec *r)
{
    const char *https = apr_table_get(r->subprocess_env, "HTTPS");

    return (https && ap_cstr_casecmp(https, "on") == 0) || apr_table_get(r->subprocess_env, "ihs-force-https")
           ? "https" : ap_http_scheme(r);
}

static int default_port(const char *scheme)
{
    return strcmp(scheme, "https") == 0 ? DEFAULT_HTTPS_PORT : DEFAULT_HTTP_PORT;
}

/* What a trusted proxy says counts, then what the environment says, then what is seen */
static void find_client_side(client_side_t *side, request_rec *r, const wlm_routed_t *request, trust_t trust,
                             apr_pool_t *p)
{
    wlm_forwarded_said_t said = { NULL, NULL, 0 };
    int is_seen;

    if (trust == TRUSTED) {
        wlm_forwarded_read(&said, apr_table_get(r->headers_in, "X-Forwarded-Proto"),
                           apr_table_get(r->headers_in, "X-Forwarded-Host"),
                           apr_table_get(r->headers_in, "X-Forwarded-Port"),
                           apr_table_get(r->headers_in, "Forwarded"), p);
    }
    side->scheme = said.scheme ? said.scheme : own_scheme(r);
    side->host = said.host ? said.host : request->host && *request->host ? request->host : ap_get_server_name(r);
    is_seen = !said.host && (request->names_port || strcmp(side->scheme, ap_http_scheme(r)) == 0);
    side->port = request->version->cfg->app_server_port_is_web_server_port ? r->connection->local_addr->port
               : said.port ? said.port : is_seen ? request->port : default_port(side->scheme);
}

const char *wlm_member_request_scheme(request_rec *r, const wlm_routed_t *request)
{
    client_side_t side;

    find_client_side(&side, r, request, trust_of(r, request), r->pool);
    return side.scheme;
}

/* X-Forwarded-For and -Host grow at the end, so the last entry is that of this server */
static void set_forwarded(wlm_http_request_t *out, request_rec *r, const char *host_field, const client_side_t *side)
{
    set_behind(out, r, "X-Forwarded-For", r->useragent_ip);
    if (host_field) {
        set_behind(out, r, "X-Forwarded-Host", host_field);
    }
    wlm_http_request_set(out, "X-Forwarded-Proto", side->scheme);
}

/* RFC 7239: an IPv6 address stands in brackets, and what has other characters than a token in quotes */
static void set_rfc7239(wlm_http_request_t *out, request_rec *r, const char *host_field)
{
    apr_pool_t *p = out->pool;
    const char *client = strchr(r->useragent_ip, ':') ? apr_pstrcat(p, "\"[", r->useragent_ip, "]\"", NULL)
                                                      : r->useragent_ip;
    const char *host = host_field && !strpbrk(host_field, "\"\\")
                       ? apr_pstrcat(p, ";host=\"", host_field, "\"", NULL) : "";

    set_behind(out, r, "Forwarded", apr_pstrcat(p, "for=", client, host, ";proto=", own_scheme(r), NULL));
}

static void set_client(wlm_http_request_t *out, request_rec *r, const char *host_field, trust_t trust,
                       const client_side_t *side)
{
    static const char *const names[] = {
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "Forwarded", NULL
    };
    wlm_forwarded_t forwarded = wlm_config_of(r->server)->forwarded_headers;
    int i;

    for (i = 0; trust == NOT_TRUSTED && names[i]; ++i) {
        apr_table_unset(r->headers_in, names[i]);
    }
    if (forwarded == WLM_FORWARDED_ON || forwarded == WLM_FORWARDED_BOTH) {
        set_forwarded(out, r, host_field, side);
    }
    if (forwarded == WLM_FORWARDED_RFC7239 || forwarded == WLM_FORWARDED_BOTH) {
        set_rfc7239(out, r, host_field);
    }
}

/* -- Via -------------------------------------------------------------------------------------------- */

const char *wlm_member_request_via(request_rec *r, int major, int minor, apr_pool_t *p)
{
    wlm_via_t via = wlm_config_of(r->server)->via;

    if (via != WLM_VIA_ON && via != WLM_VIA_FULL) {
        return NULL;
    }
    return apr_psprintf(p, via == WLM_VIA_FULL ? "%d.%d %s (%s)" : "%d.%d %s", major, minor,
                        r->server->server_hostname, ap_get_server_banner());
}

static void set_via(wlm_http_request_t *out, request_rec *r)
{
    const char *own = wlm_member_request_via(r, HTTP_VERSION_MAJOR(r->proto_num), HTTP_VERSION_MINOR(r->proto_num),
                                             out->pool);

    if (own) {
        set_behind(out, r, "Via", own);
    }
    else if (wlm_config_of(r->server)->via == WLM_VIA_BLOCK) {
        apr_table_unset(r->headers_in, "Via");
    }
}

/* -- private fields ------------------------------------------------------------------------------------ */

/* A field in which a trusted proxy says who its client is (TrustedProxyEnable), otherwise what this server sees */
static const char *said_or(const request_rec *r, const char *name, trust_t trust, const char *seen)
{
    const char *said = trust == TRUSTED ? apr_table_get(r->headers_in, name) : NULL;

    return said && *said ? said : seen;
}

/* httpd takes over the user, and does not authenticate, where the same sections apply to an internal redirect or a
 * subrequest */
static const request_rec *inherited_from(const request_rec *r)
{
    return r->prev && r->prev->per_dir_config == r->per_dir_config ? r->prev
         : r->main && r->main->per_dir_config == r->per_dir_config ? r->main : NULL;
}

static int is_for_refused(const request_rec *r)
{
    const wlm_routed_t *request = ap_get_module_config(r->request_config, &wlm_module);
    const wlm_routed_t *before = r->prev ? ap_get_module_config(r->prev->request_config, &wlm_module) : NULL;

    return request && request->for_error && !(before && before->admitted);
}

/* A login that failed leaves the name behind that it was tried with, and the error document inherits that */
static int is_user_known(const request_rec *r)
{
    const request_rec *from;

    for (; (from = inherited_from(r)) != NULL; r = from) {
        if (from == r->prev && is_for_refused(r)) {
            return 0;
        }
    }
    return 1;
}

static void set_user(wlm_http_request_t *out, const request_rec *r)
{
    if (!is_user_known(r)) {
        return;
    }
    if (r->user) {
        wlm_http_request_set(out, "$WSRU", r->user);
    }
    if (r->ap_auth_type) {
        wlm_http_request_set(out, "$WSAT", r->ap_auth_type);
    }
}

/* The private fields by which WebSphere and Liberty learn about the client's side (reference 2.10) */
static void set_private(wlm_http_request_t *out, request_rec *r, int failed_over, trust_t trust,
                        const client_side_t *side)
{
    wlm_http_request_set(out, "$WSIS", strcmp(side->scheme, "https") == 0 ? "true" : "false");
    wlm_http_request_set(out, "$WSSC", side->scheme);
    wlm_http_request_set(out, "$WSPR", r->proto_num > HTTP_VERSION(1, 1) ? "HTTP/1.1" : r->protocol);
    wlm_http_request_set(out, "$WSRA", said_or(r, "$WSRA", trust, r->useragent_ip));
    wlm_http_request_set(out, "$WSRH", said_or(r, "$WSRH", trust, ap_get_useragent_host(r, REMOTE_NAME, NULL)));
    wlm_http_request_set(out, "$WSSN", side->host);
    wlm_http_request_set(out, "$WSSP", apr_itoa(out->pool, side->port));
    set_user(out, r);
    if (wlm_member_tls_is_used(r)) {
        wlm_member_tls_set_private(out, r);
    }
    if (failed_over) {
        wlm_http_request_set(out, "$WSFO", "true");
    }
}

void wlm_member_request_fields(wlm_http_request_t *out, request_rec *r, const wlm_routed_t *request, const char *was,
                               int failed_over)
{
    const char *host_field = apr_table_get(r->headers_in, "Host");
    trust_t trust = trust_of(r, request);
    client_side_t side;

    find_client_side(&side, r, request, trust, out->pool);
    /* the client's Host is passed on; HTTP/1.0 clients may have none, but HTTP/1.1 needs one */
    wlm_http_request_set(out, "Host", host_field ? host_field : was);
    set_client(out, r, host_field, trust, &side);
    wlm_member_tls_set_client_cert(out, r, request->cluster->options->client_cert, trust == TRUSTED);
    set_via(out, r);
    set_private(out, r, failed_over, trust, &side);
}
