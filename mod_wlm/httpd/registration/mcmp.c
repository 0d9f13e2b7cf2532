/* The handler wlm-mcmp: permission, the message, and the answer in the protocol's form. Who may send messages at all is
 * httpd's access control; WLMRegistration allows them for a location. */
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <scoreboard.h>
#include <util_script.h>
#include <apr_strings.h>
#include "balance/member.h"
#include "balance/snapshot.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/handlers.h"
#include "httpd/registration/living_node.h"
#include "httpd/registration/mcmp.h"
#include "httpd/registration/node_members.h"
#include "httpd/registration/store.h"
#include "httpd/runtime/version.h"

#define PROTOCOL_VERSION "0.2.1"

void wlm_mcmp_register_methods(apr_pool_t *pconf)
{
    int command;

    for (command = 0; command < WLM_MCMP_COMMANDS; ++command) {
        ap_method_register(pconf, wlm_mcmp_name((wlm_mcmp_command_t)command));
    }
}

static const char *sender_of(const request_rec *r)
{
    return apr_psprintf(r->pool, "%s from %s", r->user ? r->user : "anonymous", r->useragent_ip);
}

/* -- the answer ---------------------------------------------------------------------------------------------------- */

static int answer(request_rec *r, const char *text)
{
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    ap_set_content_type(r, "text/plain; charset=utf-8");
    ap_set_content_length(r, (apr_off_t)strlen(text));
    ap_rputs(text, r);
    return OK;
}

/* A node reads status and fields, not the body */
static int refuse(request_rec *r, const wlm_mcmp_error_t *error)
{
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, WLMNO(0246) "registration: %s: %s refused: %s", sender_of(r),
                  r->method, error->why);
    r->status = HTTP_INTERNAL_SERVER_ERROR;
    apr_table_setn(r->headers_out, "Version", PROTOCOL_VERSION);
    apr_table_setn(r->headers_out, "Type", error->type);
    apr_table_setn(r->headers_out, "Mess", error->why);
    return answer(r, "");
}

/* When httpd's configuration was read: nodes see by it that their proxy has been restarted */
static apr_int64_t identity(void)
{
    return (apr_int64_t)apr_time_sec(ap_get_scoreboard_global()->restart_time);
}

static int is_one_of(const apr_array_header_t *names, const char *name)
{
    int i;

    for (i = 0; i < names->nelts && strcmp(APR_ARRAY_IDX(names, i, const char *), name) != 0; ++i) {
    }
    return i < names->nelts;
}

/* Requests in flight with the node in these clusters. Connections that were upgraded are some, too */
static unsigned count_in_flight(wlm_file_t *file, const char *route, const apr_array_header_t *clusters, apr_pool_t *p)
{
    const wlm_snapshot_t *snapshot = wlm_version_use(file, p)->snapshot;
    unsigned n = 0;
    int c, m;

    for (c = 0; c < snapshot->nclusters; ++c) {
        const wlm_cluster_t *cluster = snapshot->clusters[c];
        for (m = 0; is_one_of(clusters, cluster->cfg->name) && m < cluster->nmembers; ++m) {
            n += strcmp(cluster->members[m].cfg->name, route) == 0 ? wlm_member_in_flight(&cluster->members[m]) : 0;
        }
    }
    return n;
}

static const char *answer_of(const wlm_mcmp_message_t *message, const wlm_store_result_t *result, wlm_file_t *file,
                             apr_pool_t *p)
{
    const char *state = result->is_known || !message->route ? "OK" : "NOTOK";

    switch (message->command) {
    case WLM_MCMP_STATUS:
        return apr_psprintf(p, "Type=STATUS-RSP&JVMRoute=%s&State=%s&id=%" APR_INT64_T_FMT, message->route,
                            message->load < 0 ? "NOTOK" : "OK", identity());
    case WLM_MCMP_PING:
        return apr_psprintf(p, "Type=PING-RSP%s%s&State=%s&id=%" APR_INT64_T_FMT, message->route ? "&JVMRoute=" : "",
                            message->route ? message->route : "", state, identity());
    case WLM_MCMP_STOP_APP:
        return apr_psprintf(p, "Type=STOP-APP-RSP&JvmRoute=%s&Alias=%s&Context=%s&Requests=%u", message->route,
                            apr_array_pstrcat(p, message->aliases, ','), apr_array_pstrcat(p, message->contexts, ','),
                            count_in_flight(file, message->route, result->clusters, p));
    case WLM_MCMP_INFO:
        return result->info;
    case WLM_MCMP_DUMP:
        return result->dump;
    default:
        return "";
    }
}

/* -- the request --------------------------------------------------------------------------------------------------- */

/* A body that is too long is not read to its end: it gets a byte longer than a message may be.
 * @return OK, or an HTTP status */
static int read_body(request_rec *r, char *body, apr_size_t *plen)
{
    int status = ap_setup_client_block(r, REQUEST_CHUNKED_DECHUNK);
    long n = 0;

    *plen = 0;
    if (status != OK || !ap_should_client_block(r)) {
        return status;
    }
    while (*plen <= WLM_MCMP_BODY_MAX
           && (n = ap_get_client_block(r, body + *plen, WLM_MCMP_BODY_MAX + 1 - *plen)) > 0) {
        *plen += (apr_size_t)n;
    }
    return n < 0 ? HTTP_BAD_REQUEST : OK;
}

static void log_change(request_rec *r, const wlm_registry_change_t *change)
{
    if (change->what) {
        ap_log_rerror(APLOG_MARK, APLOG_NOTICE, 0, r, WLMNO(0245) "registration: %s: %s", sender_of(r), change->what);
    }
    if (change->left_out) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, WLMNO(0250) "registration: %s: left out: %s", sender_of(r),
                      change->left_out);
    }
    if (change->shadowed) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, WLMNO(0300) "registration: %s: %s", sender_of(r),
                      change->shadowed);
    }
}

static int serve(request_rec *r, wlm_file_t *file, wlm_mcmp_command_t command)
{
    char *body = apr_palloc(r->pool, WLM_MCMP_BODY_MAX + 1);
    const wlm_mcmp_error_t *error;
    wlm_mcmp_message_t *message;
    wlm_store_result_t result;
    apr_size_t len;
    int status = read_body(r, body, &len);

    if (status != OK) {
        return status;
    }
    error = wlm_mcmp_read(&message, command, r->uri, body, len, r->pool);
    if (!error) {
        wlm_mcmp_keep_to_nodes(message);
        error = command == WLM_MCMP_CONFIG ? wlm_living_node_objection(file, message, r->server, r->pool) : NULL;
    }
    if (!error) {
        error = wlm_store_process(&result, file, message, r->server, r->pool);
    }
    if (error) {
        return refuse(r, error);
    }
    log_change(r, &result.change);
    if (command == WLM_MCMP_CONFIG) {
        wlm_node_members_note_config(file, message->route, r->server, r->pool);
    }
    if (command == WLM_MCMP_STATUS) {
        wlm_node_members_note_status(file, message->route, message->load, r->server, r->pool);
    }
    return answer(r, answer_of(message, &result, file, r->pool));
}

int wlm_mcmp_handler(request_rec *r)
{
    wlm_mcmp_command_t command = wlm_mcmp_command(r->method);
    wlm_file_t *file;

    if (!r->handler || strcmp(r->handler, WLM_MCMP_HANDLER) != 0) {
        return DECLINED;
    }
    if (command == WLM_MCMP_COMMANDS) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    if (!wlm_config_of_request(r)->registration) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, WLMNO(0248) "registration: %s: %s refused: WLMRegistration is "
                      "off here", sender_of(r), r->method);
        return HTTP_FORBIDDEN;
    }
    file = wlm_files_registry();
    return file ? serve(r, file, command)
           : refuse(r, wlm_mcmp_error("MEM", r->pool, "no WLMConfig names the file of WLMRegistry"));
}
