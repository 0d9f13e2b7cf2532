/* Which request is ours, and that httpd's rules are asked about the path that the member will see.
 *
 *   pre_translate_name  keep the path in its encoded form
 *   translate_name      first: what mod_rewrite is about to see
 *                       mod_rewrite, mod_proxy
 *                       find the route; ask the rules about the path without parameters
 *                       mod_alias: a Redirect wins
 *                       the request is ours; no other module searches for a file
 *   map_to_storage      the request is ours although an Alias has found a file; from here on r->uri is the path that
 *                       the member will see, for <Location>, <If> and whatever authorises
 *   fixups              last: r->uri is again what it was, for caches, filters and logs; ask whether the path with
 *                       parameters is authorised, too; SetEnv may have said that the request is not ours after all
 */
#include "httpd/request/translate.h"
#include <httpd.h>
#include <http_core.h>
#include <http_protocol.h>
#include <apr_strings.h>
#include <http_log.h>
#include <http_request.h>
#include "balance/snapshot.h"
#include "http/path.h"
#include "http/request.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/handlers.h"
#include "httpd/request/routed.h"
#include "httpd/runtime/version.h"
#include "route/nearest.h"
#include "route/target.h"

static wlm_routed_t *request_of(const request_rec *r)
{
    return ap_get_module_config(r->request_config, &wlm_module);
}

static int is_ours(const request_rec *r)
{
    const wlm_routed_t *request = request_of(r);

    return request && request->cluster;
}

static wlm_question_t question_of(const request_rec *r)
{
    const wlm_routed_t *request = request_of(r);

    return request ? request->question : WLM_ASKS_NOTHING;
}

/* Before the path is decoded: the form that is matched, and sent on, keeps what %2F or %3B mean */
static int on_pre_translate(request_rec *r)
{
    wlm_file_t *file = wlm_config_of(r->server)->file;
    wlm_routed_t *request;

    if (file && r->uri && r->uri[0] == '/') {
        request = apr_pcalloc(r->pool, sizeof(*request));
        request->version = wlm_version_use(file, r->pool);
        request->original = request->encoded = apr_pstrdup(r->pool, r->uri);
        request->question = r->main && request_of(r->main) ? request_of(r->main)->asks : WLM_ASKS_NOTHING;
        request->asked_by = request->question ? r->main : NULL;
        if (request->question) { /* a subrequest has no port, but a redirect to this server needs it */
            r->parsed_uri.port = r->main->parsed_uri.port;
            r->parsed_uri.port_str = r->main->parsed_uri.port_str;
        }
        request->for_error = r->prev && !ap_is_HTTP_SUCCESS(r->status);
        ap_set_module_config(r->request_config, &wlm_module, request);
    }
    return DECLINED;
}

/* Before mod_rewrite: to see later whether it has changed the path. A subrequest would be spared those of its rules
 * that redirect. */
static int on_translate_first(request_rec *r)
{
    wlm_routed_t *request = request_of(r);

    if (request) {
        request->decoded = apr_pstrdup(r->pool, r->uri);
        r->main = request->asked_by ? NULL : r->main;
    }
    return DECLINED;
}

/* -- the route ------------------------------------------------------------------------- */

/* Only the client's own request has the request line, no subrequest and no internal redirect */
static const request_rec *first_of(const request_rec *r)
{
    while (r->main || r->prev) {
        r = r->main ? r->main : r->prev;
    }
    return r;
}

static void find_host(wlm_routed_t *request, const request_rec *r)
{
    const request_rec *first = first_of(r);

    request->host = r->hostname;
    request->names_port = first->parsed_uri.port_str && first->parsed_uri.port;
    request->port = request->version->cfg->vhost_matching_compat ? r->connection->local_addr->port
                  : request->names_port ? first->parsed_uri.port : ap_run_default_port(r);
}

#define HIDDEN_DOTS "has dot segments that are hidden behind path parameters or escapes"

static int refuse(const request_rec *r, const char *path, const char *why)
{
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, WLMNO(0009) "refused: %s %s", path, why);
    return HTTP_BAD_REQUEST;
}

/* A client of HTTP/1.0 may name the host in the request line alone. The route is for that one, so the member is told
 * of it, too. */
static void name_host(request_rec *r)
{
    const char *named = first_of(r)->parsed_uri.hostinfo;

    if (named && *named && !apr_table_get(r->headers_in, "Host")) {
        apr_table_setn(r->headers_in, "Host", named);
    }
}

/* @return OK, DECLINED, or the status for a path that the member could read differently than we do */
static int find_route(wlm_routed_t *request, request_rec *r)
{
    switch (wlm_target_find(&request->match, &request->path, request->version->snapshot->routes, request->host,
                            request->port, request->encoded, r->pool)) {
    case WLM_TARGET_FOUND:
        return OK;
    case WLM_TARGET_AMBIGUOUS:
        return refuse(r, request->encoded, HIDDEN_DOTS);
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

/* -- the rules ------------------------------------------------------------------------- */

static void copy_headers(request_rec *r, const request_rec *from)
{
    apr_table_overlap(r->headers_out, from->headers_out, APR_OVERLAP_TABLES_SET);
    apr_table_overlap(r->err_headers_out, from->err_headers_out, APR_OVERLAP_TABLES_SET);
}

/* What the other modules said to the question, where they did not pass the path on to a member */
static int copy_answer(request_rec *r, const request_rec *answer, const char *path)
{
    if (answer->status == DONE || answer->status == HTTP_OK) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, WLMNO(0123) "not for a member: %s, which is the same path "
                      "for one, is httpd's own", path);
        return DECLINED;
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, WLMNO(0120) "answered with %d, as %s is, which is the same path for a "
                  "member", answer->status, path);
    copy_headers(r, answer);
    return answer->status;
}

/* What becomes of this request with another path, encoded? */
static request_rec *look_up(const request_rec *r, const char *path)
{
    const char *query = r->parsed_uri.query;

    path = query ? apr_pstrcat(r->pool, path, "?", query, NULL) : path;
    return ap_sub_req_method_uri(r->method, path, r, NULL);
}

/* What httpd has found out about <Location> for one path it takes for another that differs by slashes only, although a
 * <LocationMatch> may tell them apart (MergeSlashes Off) */
static void forget_locations(request_rec *r)
{
    *ap_get_request_note(r, AP_NOTE_LOCATION_WALK) = NULL;
}

static request_rec *ask(request_rec *r, wlm_question_t question, const char *path)
{
    wlm_routed_t *request = request_of(r);
    request_rec *answer;

    forget_locations(r);
    request->asks = question;
    answer = look_up(r, path);
    request->asks = WLM_ASKS_NOTHING;
    answer->main = r; /* the question hides it from the modules that it asks */
    return answer;
}

/* mod_rewrite, Redirect, WLMEnable and others have seen the path with its parameters; a member drops these. So they are
 * asked about the path without, too, by a subrequest that ends before anything but translation is done. */
static int ask_rules(wlm_routed_t *request, request_rec *r)
{
    const char *path = request->path, *resolved;
    request_rec *answer;

    if (request->encoded != request->original
        && wlm_path_canonical(&path, &resolved, request->original, r->pool) != WLM_PATH_OK) {
        return refuse(r, request->original, HIDDEN_DOTS);
    }
    if (request->question || strcmp(path, request->decoded) == 0) {
        return OK;
    }
    answer = ask(r, WLM_ASKS_RULES, wlm_path_encode(path, r->pool));
    if (answer->status == DONE && is_ours(answer)) {
        ap_destroy_sub_req(answer);
        return OK;
    }
    return copy_answer(r, answer, path);
}

/* The modules that authorise have seen the path without parameters. A rule may be about these themselves (LocationMatch
 * ";"), so the path as it was written must be allowed, too. That is asked last: a session, or the body with a form, is
 * the request's own, and a subrequest finds there what has been read of it. */
static int ask_authorisation(wlm_routed_t *request, request_rec *r)
{
    request_rec *answer;

    if (strcmp(request->path, r->uri) == 0) {
        return OK;
    }
    answer = ask(r, WLM_ASKS_AUTHORISATION, request->original);
    if (answer->status == HTTP_OK) {
        ap_destroy_sub_req(answer);
        return OK;
    }
    copy_headers(r, answer);
    return answer->status;
}

/* No URI of a plugin-cfg.xml hides the status page of its members */
static int is_status_page(request_rec *r)
{
    const core_dir_config *conf = ap_get_core_module_config(r->per_dir_config);
    const char *wrong = NULL;
    const char *handler = conf->expr_handler ? ap_expr_str_exec(r, conf->expr_handler, &wrong) : conf->handler;

    return handler && strcmp(handler, WLM_STATUS_HANDLER) == 0;
}

/* As with the original plug-in any value will do */
static int is_skipped(const request_rec *r)
{
    return apr_table_get(r->subprocess_env, "skipwas") != NULL;
}

/* @return NULL: a route is to be searched */
static const char *why_not_ours(request_rec *r)
{
    return !wlm_config_of(r->server)->file ? "this server or virtual host has no WLMConfig"
         : !wlm_http_method_is_forwarded(r->method) ? "its method is never for a member"
         : !wlm_config_of_request(r)->enabled ? "WLMEnable is Off here"
         : is_skipped(r) ? "the environment has skipwas"
         : is_status_page(r) ? "the handler here is " WLM_STATUS_HANDLER : NULL;
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

/* After mod_rewrite, which may feed us (flag PT), and after mod_proxy, whose directives are more particular than a
 * plugin-cfg.xml. */
static int on_translate(request_rec *r)
{
    wlm_routed_t *request = request_of(r);
    const char *why;
    int status;

    if (question_of(r)) {
        r->main = request->asked_by;
    }
    if ((why = why_not_ours(r)) != NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, WLMNO(0122) "%s is not looked up among the routes: %s", r->uri,
                      why);
        return DECLINED;
    }
    if (!request) {
        return DECLINED;
    }
    find_host(request, r);
    if ((status = find_route_of_path(request, r)) != OK) {
        if (status == DECLINED) {
            log_nearest(request, r);
        }
        return status;
    }
    if ((status = ask_rules(request, r)) != OK) {
        return status;
    }
    name_host(r);
    request->cluster = wlm_snapshot_cluster(request->version->snapshot, request->match.route);
    ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, r, "route: host %s port %d path %s: cluster %s by URI %s",
                  request->host ? request->host : "-", request->port, request->encoded, request->cluster->cfg->name,
                  request->match.uri ? request->match.uri->name : "-");
    return DECLINED; /* mod_alias may still have a Redirect */
}

/* -- the request is ours ----------------------------------------------------------------- */

/* The file's name is none, but has what a RewriteRule in a <Location>, which reads it, may need */
static int take(request_rec *r)
{
    const wlm_routed_t *request = request_of(r);

    if (!is_ours(r)) {
        return DECLINED;
    }
    r->filename = apr_pstrcat(r->pool, "wlm:", request->cluster->cfg->name, request->path, NULL);
    r->handler = WLM_HANDLER;
    return OK;
}

/* There is no file, also where an Alias says so: no directory is walked */
static int on_map_to_storage(request_rec *r)
{
    wlm_routed_t *request = request_of(r);

    if (question_of(r) == WLM_ASKS_RULES) {
        return DONE;
    }
    if (take(r) != OK) {
        return DECLINED;
    }
    request->uri = r->uri;
    if (question_of(r) == WLM_ASKS_NOTHING && strcmp(request->path, r->uri) != 0) {
        r->uri = apr_pstrdup(r->pool, request->path);
        forget_locations(r);
    }
    return OK;
}

/* Nothing guesses a type or a handler from the path's ending */
static int on_type_checker(request_rec *r)
{
    return is_ours(r) ? OK : DECLINED;
}

/* SetEnv comes too late for translation. So httpd searches once more for what it has at this path, where the variable,
 * which a subrequest inherits, keeps us away. */
static int leave_to_httpd(wlm_routed_t *request, request_rec *r)
{
    request_rec *found = look_up(r, request->original);

    request->cluster = NULL;
    if (found->status != HTTP_OK) {
        copy_headers(r, found);
        return found->status;
    }
    ap_internal_fast_redirect(found, r);
    return OK;
}

/* The modules that authorise have done so. What parameters make different must stay different for a cache. */
static int end_authorisation(wlm_routed_t *request, request_rec *r)
{
    r->uri = request->uri;
    return request->question ? DECLINED
         : is_skipped(r) ? leave_to_httpd(request, r) : ask_authorisation(request, r);
}

static int on_fixups(request_rec *r)
{
    wlm_routed_t *request = request_of(r);
    int status = is_ours(r) ? end_authorisation(request, r) : DECLINED;

    if (request) {
        request->admitted = status == OK || status == DECLINED;
    }
    return status;
}

void wlm_translate_register(void)
{
    static const char *const before_rewrite[] = { "mod_rewrite.c", "mod_proxy.c", NULL };
    static const char *const alias[] = { "mod_alias.c", NULL };
    static const char *const files[] = { "mod_userdir.c", "mod_vhost_alias.c", NULL };

    ap_hook_pre_translate_name(on_pre_translate, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_translate_name(on_translate_first, NULL, before_rewrite, APR_HOOK_REALLY_FIRST);
    ap_hook_translate_name(on_translate, before_rewrite, alias, APR_HOOK_FIRST);
    ap_hook_translate_name(take, alias, files, APR_HOOK_MIDDLE);
    ap_hook_map_to_storage(on_map_to_storage, NULL, before_rewrite, APR_HOOK_REALLY_FIRST);
    ap_hook_type_checker(on_type_checker, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_fixups(on_fixups, NULL, NULL, APR_HOOK_REALLY_LAST);
}
