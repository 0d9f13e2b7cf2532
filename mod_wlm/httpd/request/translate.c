/* Which request is a member's, and that httpd's rules are asked about the path that the member will see.
 *
 *   pre_translate_name  keep the path in its encoded form
 *   translate_name      first: what mod_rewrite is about to see
 *                       mod_rewrite, mod_proxy
 *                       find the route; ask the rules about the path without parameters
 *                       mod_alias: a Redirect wins
 *                       the request is a member's; no other module searches for a file
 *   map_to_storage      the request is a member's although an Alias has found a file; from here on r->uri is the path
 *                       that the member will see, for <Location>, <If> and the modules that authorise
 *   fixups              last: r->uri is again what it was, for caches, filters and logs; ask whether the path with
 *                       parameters is authorised, too; SetEnv may have said that the request is not a member's
 * On the thread that serves the request.
 */
#include "httpd/request/translate.h"
#include <httpd.h>
#include <http_core.h>
#include <apr_strings.h>
#include <http_log.h>
#include <http_request.h>
#include "balance/snapshot.h"
#include "http/request.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/handlers.h"
#include "httpd/request/find_route.h"
#include "httpd/request/questions.h"
#include "httpd/request/routed.h"
#include "httpd/runtime/version.h"

static wlm_question_t question_of(const request_rec *r)
{
    const wlm_routed_t *request = wlm_routed_of(r);

    return request ? request->question : WLM_ASKS_NOTHING;
}

/* Before the path is decoded: the form that is matched, and sent on, keeps what %2F or %3B mean */
static int on_pre_translate(request_rec *r)
{
    wlm_routed_t *request;

    if (wlm_config_of(r->server)->file && r->uri && r->uri[0] == '/') {
        request = apr_pcalloc(r->pool, sizeof(*request));
        request->original = request->encoded = apr_pstrdup(r->pool, r->uri);
        request->question = r->main && wlm_routed_of(r->main) ? wlm_routed_of(r->main)->asks : WLM_ASKS_NOTHING;
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
    wlm_routed_t *request = wlm_routed_of(r);

    if (request) {
        request->decoded = apr_pstrdup(r->pool, r->uri);
        r->main = request->asked_by ? NULL : r->main;
    }
    return DECLINED;
}

/* No URI of a plugin-cfg.xml hides the status page of its members, or the place at which they register.
 * @return NULL: none of these is here */
static const char *find_own_handler(request_rec *r)
{
    const core_dir_config *conf = ap_get_core_module_config(r->per_dir_config);
    const char *wrong = NULL;
    const char *handler = conf->expr_handler ? ap_expr_str_exec(r, conf->expr_handler, &wrong) : conf->handler;

    return !handler ? NULL
         : strcmp(handler, WLM_STATUS_HANDLER) == 0 ? "the handler here is " WLM_STATUS_HANDLER
         : strcmp(handler, WLM_MCMP_HANDLER) == 0 ? "the handler here is " WLM_MCMP_HANDLER : NULL;
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
         : find_own_handler(r);
}

/* A request without a route uses no version: those that wait for hours in another handler would keep its members'
 * slots, and a reload by an administrator those of the version that it is to replace.
 * @return OK, DECLINED, or a status */
static int find_route(wlm_routed_t *request, request_rec *r)
{
    int status;

    request->version = wlm_version_use(wlm_config_of(r->server)->file, r->pool);
    status = wlm_find_route(request, r);
    if (status == DECLINED) {
        wlm_version_leave(request->version, r->pool);
        request->version = NULL;
    }
    return status;
}

/* After mod_rewrite, which may feed us (flag PT), and after mod_proxy, whose directives are more particular than a
 * plugin-cfg.xml. */
static int on_translate(request_rec *r)
{
    wlm_routed_t *request = wlm_routed_of(r);
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
    if ((status = find_route(request, r)) != OK || (status = wlm_questions_ask_rules(request, r)) != OK) {
        return status;
    }
    wlm_find_route_name_host(r);
    request->cluster = wlm_snapshot_cluster(request->version->snapshot, request->match.route);
    ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, r, "route: host %s port %d path %s: cluster %s by URI %s",
                  request->host ? request->host : "-", request->port, request->encoded, request->cluster->cfg->name,
                  request->match.uri ? request->match.uri->name : "-");
    return DECLINED; /* mod_alias may still have a Redirect */
}

/* -- the request is a member's ------------------------------------------------------------ */

/* The file's name is none, but has what a RewriteRule in a <Location>, which reads it, may need */
static int on_translate_last(request_rec *r)
{
    wlm_routed_t *request = wlm_routed_of(r);

    if (!wlm_routed_is_ours(r)) {
        return DECLINED;
    }
    if (!request->filename) {
        request->filename = apr_pstrcat(r->pool, "wlm:", request->cluster->cfg->name, request->path, NULL);
    }
    r->filename = request->filename;
    r->handler = WLM_HANDLER;
    return OK;
}

/* There is no file, also where an Alias says so: no directory is walked */
static int on_map_to_storage(request_rec *r)
{
    wlm_routed_t *request = wlm_routed_of(r);

    if (question_of(r) == WLM_ASKS_RULES) {
        return DONE;
    }
    if (on_translate_last(r) != OK) {
        return DECLINED;
    }
    request->uri = r->uri;
    if (question_of(r) == WLM_ASKS_NOTHING && strcmp(request->path, r->uri) != 0) {
        r->uri = apr_pstrdup(r->pool, request->path);
        wlm_questions_reset_locations(r);
    }
    return OK;
}

/* Nothing guesses a type or a handler from the path's ending */
static int on_type_checker(request_rec *r)
{
    return wlm_routed_is_ours(r) ? OK : DECLINED;
}

/* The modules that authorise have done so. What parameters make different must stay different for a cache. */
static int end_authorisation(wlm_routed_t *request, request_rec *r)
{
    r->uri = request->uri;
    return request->question ? DECLINED
         : is_skipped(r) ? wlm_questions_leave_to_httpd(request, r) : wlm_questions_ask_authorisation(request, r);
}

static int on_fixups(request_rec *r)
{
    wlm_routed_t *request = wlm_routed_of(r);
    int status = wlm_routed_is_ours(r) ? end_authorisation(request, r) : DECLINED;

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
    ap_hook_translate_name(on_translate_last, alias, files, APR_HOOK_MIDDLE);
    ap_hook_map_to_storage(on_map_to_storage, NULL, before_rewrite, APR_HOOK_REALLY_FIRST);
    ap_hook_type_checker(on_type_checker, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_fixups(on_fixups, NULL, NULL, APR_HOOK_REALLY_LAST);
}
