/* What an administrator adds and removes: messages to the registry, as a node would send them, with who has said so. */
#include <string.h>
#include <unistd.h>
#include <apr_escape.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "base/host.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/registration/by_hand.h"
#include "httpd/registration/store.h"
#include "httpd/runtime/periodic.h"
#include "httpd/runtime/segment.h"

#define LOOK_INTERVAL apr_time_from_sec(1)

/* -- messages: read as those of nodes, so the same values are valid ---------------------------------------------- */

static const char *field(const char *name, const char *value, apr_pool_t *p)
{
    return value ? apr_pstrcat(p, "&", name, "=", apr_pescape_urlencoded(p, value), NULL) : "";
}

static const wlm_mcmp_error_t *process(apr_array_header_t *done, wlm_store_result_t *result, wlm_mcmp_command_t command,
                                       const char *path, const char *body, server_rec *s, apr_pool_t *p)
{
    wlm_file_t *file = wlm_files_registry();
    const wlm_mcmp_error_t *error;
    wlm_mcmp_message_t *message;

    if (!file) {
        return wlm_mcmp_error("MEM", p, "no WLMConfig names the file of WLMRegistry");
    }
    error = wlm_mcmp_read(&message, command, path, body + 1, strlen(body + 1), p);
    error = error ? error : wlm_store_process(result, file, message, s, p);
    if (!error && result->change.what) {
        APR_ARRAY_PUSH(done, const char *) = result->change.what;
    }
    return error;
}

static const char *note_of(const wlm_by_hand_order_t *order, apr_pool_t *p)
{
    return apr_pstrcat(p, order->user ? order->user : "", order->user && order->comment ? ": " : "",
                       order->comment ? order->comment : order->user ? "" : "by hand", NULL);
}

static const wlm_mcmp_error_t *configure(apr_array_header_t *done, wlm_store_result_t *result,
                                         const wlm_by_hand_order_t *order, server_rec *s, apr_pool_t *p)
{
    const char *host = NULL;
    int port = 0;

    if (!order->address || !wlm_host_port_read(&host, &port, order->address, p) || !port) {
        return wlm_mcmp_error("SYNTAX", p, "the address of a node is HOST:PORT");
    }
    return process(done, result, WLM_MCMP_CONFIG, "/",
                   apr_pstrcat(p, field("JVMRoute", order->node, p), field("Host", host, p),
                               apr_psprintf(p, "&Port=%d&Type=%s", port, order->is_https ? "https" : "http"),
                               field("Balancer", order->balancer, p), field("Note", note_of(order, p), p),
                               field("Until", order->until, p), NULL), s, p);
}

static const char *contexts_body(const wlm_by_hand_order_t *order, apr_pool_t *p)
{
    return apr_pstrcat(p, field("JVMRoute", order->node, p), field("Context", order->contexts, p),
                       field("Alias", order->aliases, p), NULL);
}

static void remove_whole(const wlm_by_hand_order_t *order, server_rec *s, apr_pool_t *p)
{
    wlm_store_result_t result;

    process(apr_array_make(p, 1, sizeof(const char *)), &result, WLM_MCMP_REMOVE_APP, "/*",
            field("JVMRoute", order->node, p), s, p);
}

/* -- add --------------------------------------------------------------------------------------------------------- */

typedef struct there_t {
    const wlm_by_hand_order_t *order;
    const char *why;               /* NULL: it may be added */
    int is_there;
} there_t;

/* A node that is there at another address would lose its contexts by CONFIG, and one of another name its place */
static void look_for(const wlm_registry_t *registry, void *data, apr_pool_t *p)
{
    there_t *there = data;
    const char *host = NULL;
    int i, port = 0;

    if (!there->order->address || !wlm_host_port_read(&host, &port, there->order->address, p)) {
        return;                    /* it will be refused */
    }
    for (i = 0; i < registry->nodes->nelts; ++i) {
        const wlm_node_t *node = APR_ARRAY_IDX(registry->nodes, i, const wlm_node_t *);
        int is_it = strcmp(node->route, there->order->node) == 0;
        int is_at = node->port == port && wlm_host_same(node->host, host);

        if (is_it != is_at) {
            there->why = apr_psprintf(p, "node %s is registered at %s:%d: remove it first", node->route, node->host,
                                      node->port);
        }
        else if (is_it && !node->note) {
            there->why = apr_psprintf(p, "node %s has registered itself, and says itself what it has", node->route);
        }
        there->is_there |= is_it;
    }
}

const wlm_mcmp_error_t *wlm_by_hand_add(apr_array_header_t *done, const wlm_by_hand_order_t *order, server_rec *s,
                                        apr_pool_t *p)
{
    there_t there = { .order = order };
    const wlm_mcmp_error_t *error;
    wlm_store_result_t result;

    if (!order->node || !order->contexts) {
        return wlm_mcmp_error("SYNTAX", p, "a node has a name, an address and a context at least");
    }
    error = wlm_files_registry() ? wlm_store_read(wlm_files_registry(), look_for, &there, s, p) : NULL;
    if (error || there.why) {
        return error ? error : wlm_mcmp_error("MEM", p, "%s", there.why);
    }
    error = configure(done, &result, order, s, p);
    if (error) {
        return error;
    }
    error = process(done, &result, WLM_MCMP_ENABLE_APP, "/", contexts_body(order, p), s, p);
    if (!error && result.change.left_out) {
        error = wlm_mcmp_error("SYNTAX", p, "%s", result.change.left_out);
    }
    if (error && !there.is_there) {
        remove_whole(order, s, p);
    }
    return error;
}

/* -- remove ------------------------------------------------------------------------------------------------------ */

const wlm_mcmp_error_t *wlm_by_hand_remove(apr_array_header_t *done, const wlm_by_hand_order_t *order, server_rec *s,
                                           apr_pool_t *p)
{
    const wlm_mcmp_error_t *error;
    wlm_store_result_t result;

    if (!order->node) {
        return wlm_mcmp_error("SYNTAX", p, "which node?");
    }
    error = process(done, &result, WLM_MCMP_REMOVE_APP, order->contexts ? "/" : "/*", contexts_body(order, p), s, p);
    return error || result.change.what ? error
           : !result.is_known ? wlm_mcmp_error("MEM", p, "node %s is not registered", order->node)
           : wlm_mcmp_error("MEM", p, "node %s has no such context", order->node);
}

/* -- those whose time is over -------------------------------------------------------------------------------------- */

static void find_over(const wlm_registry_t *registry, void *data, apr_pool_t *p)
{
    *(apr_array_header_t **)data = wlm_registry_over(registry, (apr_int64_t)(wlm_clock_today() / 1000), p);
}

/* Of the watchdog's thread: signature of a file that could not be read, which is in the log once; 0: none */
static uint64_t unreadable;

static void remove_over(wlm_file_t *file, server_rec *s, apr_pool_t *p)
{
    uint64_t signature = wlm_files_signature(file->path, p);
    apr_array_header_t *over = NULL, *done = apr_array_make(p, 1, sizeof(const char *));
    int i;

    if (signature == unreadable) {
        return;
    }
    unreadable = wlm_store_read(file, find_over, &over, s, p) ? signature : 0;
    if (unreadable) {
        return;
    }
    for (i = 0; i < over->nelts; ++i) {
        const wlm_by_hand_order_t order = { .node = APR_ARRAY_IDX(over, i, const char *) };

        if (!wlm_by_hand_remove(done, &order, s, p)) {
            ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0283) "registration: node %s is removed: the time that "
                         "it was added for is over", order.node);
        }
    }
}

/* In each process; the one with the lease does it */
static apr_status_t look(int state, void *data, apr_pool_t *p)
{
    wlm_file_t *file = wlm_files_registry();

    if (state == AP_WATCHDOG_STATE_RUNNING && file
        && wlm_lease_hold(&wlm_segment.work->reload, (uint32_t)getpid(), wlm_now()) && wlm_store_is_used(file, p)) {
        remove_over(file, data, p);
    }
    return APR_SUCCESS;
}

apr_status_t wlm_by_hand_register(apr_pool_t *pconf, server_rec *s)
{
    return wlm_files_registry() ? wlm_periodic_add("_wlm_registry_", LOOK_INTERVAL, look, s, pconf) : APR_SUCCESS;
}
