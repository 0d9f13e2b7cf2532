/* The registry for administrators. Runs on the thread that answers the request. */
#include <string.h>
#include <http_protocol.h>
#include <apr_strings.h>
#include "httpd/context/files.h"
#include "httpd/registration/by_hand.h"
#include "httpd/registration/store.h"
#include "httpd/status/registry_actions.h"
#include "httpd/status/view.h"
#include "registry/plugin_cfg_text.h"
#include "view/registry_json.h"

typedef const wlm_mcmp_error_t *change_t(apr_array_header_t *done, const wlm_by_hand_order_t *order, server_rec *s,
                                         apr_pool_t *p);

static void change(wlm_answer_call_t *call, change_t *how)
{
    request_rec *r = call->r;
    const wlm_by_hand_order_t order = {
        .node = wlm_answer_field(call, "node"), .address = wlm_answer_field(call, "address"),
        .is_https = wlm_answer_field(call, "https") != NULL, .balancer = wlm_answer_field(call, "balancer"),
        .contexts = wlm_answer_field(call, "context"), .aliases = wlm_answer_field(call, "alias"),
        .until = wlm_answer_field(call, "until"), .comment = wlm_answer_field(call, "comment"), .user = r->user
    };
    apr_array_header_t *done = apr_array_make(r->pool, 2, sizeof(const char *));
    const wlm_mcmp_error_t *error = how(done, &order, r->server, r->pool);
    int i;

    if (error) {
        wlm_answer_fail(call, strcmp(error->type, "SYNTAX") == 0 ? HTTP_BAD_REQUEST : HTTP_CONFLICT, error->why);
        return;
    }
    for (i = 0; i < done->nelts; ++i) {
        wlm_answer_add(call, apr_pstrcat(r->pool, APR_ARRAY_IDX(done, i, const char *), order.comment ? ": " : "",
                                         order.comment, NULL));
    }
    if (!done->nelts) {
        wlm_answer_add(call, "as before");
    }
}

void wlm_registry_actions_add(wlm_answer_call_t *call)
{
    change(call, wlm_by_hand_add);
}

void wlm_registry_actions_remove(wlm_answer_call_t *call)
{
    change(call, wlm_by_hand_remove);
}

/* -- what is in it: as text first, since others wait while it is read --------------------------------------------- */

static void append(void *to, const char *data, apr_size_t length)
{
    apr_array_header_t *parts = to;

    APR_ARRAY_PUSH(parts, const char *) = apr_pstrmemdup(parts->pool, data, length);
}

static void read_json(const wlm_registry_t *registry, void *data, apr_pool_t *p)
{
    apr_array_header_t *parts = apr_array_make(p, 64, sizeof(const char *));
    const wlm_out_t out = { append, parts, p };

    wlm_registry_json_write(&out, registry, wlm_files_registry()->path);
    *(const char **)data = apr_array_pstrcat(p, parts, 0);
}

static void read_text(const wlm_registry_t *registry, void *data, apr_pool_t *p)
{
    *(const char **)data = wlm_registry_plugin_cfg(registry, p);
}

static int answer(request_rec *r, wlm_store_reader_t *reader, const char *type)
{
    const wlm_mcmp_error_t *error;
    const char *text = "";

    if (!wlm_files_registry()) {
        apr_table_setn(r->notes, "error-notes", "No WLMConfig names the file of WLMRegistry.");
        return HTTP_NOT_FOUND;
    }
    error = wlm_store_read(wlm_files_registry(), reader, &text, r->server, r->pool);
    if (error) {
        apr_table_setn(r->notes, "error-notes", error->why);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    ap_set_content_type(r, type);
    ap_rputs(text, r);
    return OK;
}

int wlm_registry_actions_answer_json(request_rec *r)
{
    return answer(r, read_json, "application/json");
}

int wlm_registry_actions_answer_text(request_rec *r)
{
    return answer(r, read_text, "application/xml");
}
