/* The route of a request: the host and port that it is found by, and the path, also one that another module has
 * changed. On the thread that serves the request. */
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include "balance/snapshot.h"
#include "http/path.h"
#include "httpd/context/context.h"
#include "httpd/request/find_route.h"
#include "httpd/runtime/version.h"
#include "route/nearest.h"
#include "route/target.h"

static void find_host(wlm_routed_t *request, request_rec *r)
{
    const request_rec *first = wlm_routed_client_request(r);

    request->host = r->hostname;
    request->names_port = first->parsed_uri.port_str && first->parsed_uri.port;
    request->port = request->version->cfg->vhost_matching_compat ? r->connection->local_addr->port
                  : request->names_port ? first->parsed_uri.port : ap_run_default_port(r);
}

static int refuse(const request_rec *r, const char *path, const char *why)
{
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, WLMNO(0009) "refused: %s %s", path, why);
    return HTTP_BAD_REQUEST;
}

int wlm_find_route_refuse_dots(const request_rec *r, const char *path)
{
    return refuse(r, path, "has dot segments that are hidden behind path parameters or escapes");
}

/* @return OK, DECLINED, or the status for a path that the member could read differently */
static int find_route(wlm_routed_t *request, request_rec *r)
{
    switch (wlm_target_find(&request->match, &request->path, request->version->snapshot->routes, request->host,
                            request->port, request->encoded, r->pool)) {
    case WLM_TARGET_FOUND:
        return OK;
    case WLM_TARGET_AMBIGUOUS:
        return wlm_find_route_refuse_dots(r, request->encoded);
    case WLM_TARGET_NONE:
        break;
    }
    return DECLINED;
}

/* Another module may have changed the path: then that is matched, and sent */
static int find_route_of_path(wlm_routed_t *request, request_rec *r)
{
    const core_dir_config *conf = ap_get_core_module_config(r->per_dir_config);
    const char *encoded;
    int status;

    if (!request->decoded || strcmp(request->decoded, r->uri) == 0) {
        return find_route(request, r);
    }
    encoded = wlm_path_encode_rewritten(r->uri, request->original,
                                        conf->allow_encoded_slashes && !conf->decode_encoded_slashes, r->pool);
    request->encoded = encoded ? encoded : wlm_path_encode(r->uri, r->pool);
    status = find_route(request, r);
    return status != OK || encoded ? status
         : refuse(r, request->original, "was rewritten, and has parameters and %3B, or %2F and %252F: which is which "
                  "cannot be told any more");
}

static void log_nearest(const wlm_routed_t *request, request_rec *r)
{
    const char *path = request->path ? request->path : request->encoded;

    if (APLOG_R_IS_LEVEL(r, APLOG_DEBUG)) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, WLMNO(0121) "no route for host %s port %d path %s: %s",
                      request->host ? request->host : "-", request->port, path,
                      wlm_route_nearest(request->version->cfg, request->host, request->port, path, r->pool));
    }
}

int wlm_find_route(wlm_routed_t *request, request_rec *r)
{
    int status;

    find_host(request, r);
    status = find_route_of_path(request, r);
    if (status == DECLINED) {
        log_nearest(request, r);
    }
    return status;
}

void wlm_find_route_name_host(request_rec *r)
{
    const char *named = wlm_routed_client_request(r)->parsed_uri.hostinfo;

    if (named && *named && !apr_table_get(r->headers_in, "Host")) {
        apr_table_setn(r->headers_in, "Host", named);
    }
}
