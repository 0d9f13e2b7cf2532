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

static const wlm_mcmp_error_t *add_message(apr_array_header_t *messages, wlm_mcmp_command_t command, const char *path,
                                           const char *body, apr_pool_t *p)
{
    wlm_mcmp_message_t *message;
    const wlm_mcmp_error_t *error = wlm_mcmp_read(&message, command, path, body, strlen(body), p);

    if (!error) {
        APR_ARRAY_PUSH(messages, wlm_mcmp_message_t *) = message;
    }
    return error;
}

static const char *contexts_body(const wlm_by_hand_order_t *order, apr_pool_t *p)
{
    return apr_pstrcat(p, field("JVMRoute", order->node, p), field("Context", order->contexts, p),
                       field("Alias", order->aliases, p), NULL);
}

static const wlm_mcmp_error_t *process(apr_array_header_t *done, wlm_store_author_t *author, void *data, server_rec *s,
                                       apr_pool_t *p)
{
    wlm_file_t *file = wlm_files_registry();

    return file ? wlm_store_process_all(done, file, author, data, s, p)
                : wlm_mcmp_error("MEM", p, "no WLMConfig names the file of WLMRegistry");
}

/* -- add --------------------------------------------------------------------------------------------------------- */

/* A node that is there with another address, protocol or balancer would lose its contexts by CONFIG, and one of another
 * name its place
 * @return NULL: it may be added, or changed */
static const wlm_mcmp_error_t *find_objection(const wlm_registry_t *registry, const wlm_by_hand_order_t *order,
                                              const char *host, int port, apr_pool_t *p)
{
    int i;

    for (i = 0; i < registry->nodes->nelts; ++i) {
        const wlm_node_t *node = APR_ARRAY_IDX(registry->nodes, i, const wlm_node_t *);
        int is_it = strcmp(node->route, order->node) == 0;
        int is_at = node->port == port && wlm_host_same(node->host, host);

        if (is_it != is_at || (is_it && node->is_https != order->is_https)) {
            return wlm_mcmp_error("MEM", p, "node %s is registered at %s://%s: remove it first", node->route,
                                  node->is_https ? "https" : "http", wlm_host_port_text(node->host, node->port, p));
        }
        if (is_it && !node->note) {
            return wlm_mcmp_error("MEM", p, "node %s has registered itself, and says itself what it has", node->route);
        }
        if (is_it && order->balancer && strcmp(node->balancer, order->balancer) != 0) {
            return wlm_mcmp_error("MEM", p, "node %s is registered in balancer %s: remove it first", node->route,
                                  node->balancer);
        }
    }
    return NULL;
}

/* @param node  as it is; NULL: it is new. What the order does not say stays as it was */
static const char *node_body(const wlm_by_hand_order_t *order, const wlm_node_t *node, const char *host, int port,
                             apr_pool_t *p)
{
    const char *note = apr_pstrcat(p, order->user ? order->user : "", order->user && order->comment ? ": " : "",
                                   order->comment ? order->comment : order->user ? "" : "by hand", NULL);
    const char *until = !order->until && node && node->until
                        ? apr_psprintf(p, "%" APR_INT64_T_FMT, node->until) : order->until;

    return apr_pstrcat(p, field("JVMRoute", order->node, p), field("Host", host, p),
                       apr_psprintf(p, "&Port=%d&Type=%s", port, order->is_https ? "https" : "http"),
                       field("Balancer", order->balancer ? order->balancer : node ? node->balancer : NULL, p),
                       field("StickySessionCookie", node ? node->cookie : NULL, p),
                       field("StickySessionPath", node ? node->parameter : NULL, p),
                       field("Note", node && !order->comment ? node->note : note, p), field("Until", until, p), NULL);
}

static const wlm_mcmp_error_t *write_addition(apr_array_header_t *messages, const wlm_registry_t *registry, void *data,
                                              apr_pool_t *p)
{
    const wlm_by_hand_order_t *order = data;
    const wlm_mcmp_error_t *error;
    const char *host = NULL;
    int port = 0;

    if (!order->address || !wlm_host_port_read(&host, &port, order->address, p) || !port) {
        return wlm_mcmp_error("SYNTAX", p, "the address of a node is HOST:PORT");
    }
    error = find_objection(registry, order, host, port, p);
    if (!error) {
        error = add_message(messages, WLM_MCMP_CONFIG, "/",
                            node_body(order, wlm_registry_node(registry, order->node), host, port, p), p);
    }
    return error ? error : add_message(messages, WLM_MCMP_ENABLE_APP, "/", contexts_body(order, p), p);
}

const wlm_mcmp_error_t *wlm_by_hand_add(apr_array_header_t *done, const wlm_by_hand_order_t *order, server_rec *s,
                                        apr_pool_t *p)
{
    wlm_by_hand_order_t copy = *order;

    return !order->node || !order->contexts
           ? wlm_mcmp_error("SYNTAX", p, "a node has a name, an address and a context at least")
           : process(done, write_addition, &copy, s, p);
}

/* -- remove ------------------------------------------------------------------------------------------------------ */

static const wlm_mcmp_error_t *write_removal(apr_array_header_t *messages, const wlm_registry_t *registry, void *data,
                                             apr_pool_t *p)
{
    const wlm_by_hand_order_t *order = data;

    return !wlm_registry_node(registry, order->node)
           ? wlm_mcmp_error("MEM", p, "node %s is not registered", order->node)
           : add_message(messages, WLM_MCMP_REMOVE_APP, order->contexts ? "/" : "/*", contexts_body(order, p), p);
}

const wlm_mcmp_error_t *wlm_by_hand_remove(apr_array_header_t *done, const wlm_by_hand_order_t *order, server_rec *s,
                                           apr_pool_t *p)
{
    wlm_by_hand_order_t copy = *order;
    const wlm_mcmp_error_t *error;
    int before = done->nelts;

    if (!order->node) {
        return wlm_mcmp_error("SYNTAX", p, "which node?");
    }
    error = process(done, write_removal, &copy, s, p);
    return error || done->nelts > before ? error
           : wlm_mcmp_error("MEM", p, "node %s has no such context", order->node);
}

/* -- those whose time is over -------------------------------------------------------------------------------------- */

static apr_int64_t seconds(void)
{
    return (apr_int64_t)(wlm_clock_today() / 1000);
}

static void find_over(const wlm_registry_t *registry, void *data, apr_pool_t *p)
{
    *(apr_array_header_t **)data = wlm_registry_over(registry, seconds(), p);
}

/* Those whose time is over now: somebody may have said another one since they were looked for
 * @param data  array of const char *: out: their names */
static const wlm_mcmp_error_t *write_over(apr_array_header_t *messages, const wlm_registry_t *registry, void *data,
                                          apr_pool_t *p)
{
    apr_array_header_t *over = wlm_registry_over(registry, seconds(), p);
    const wlm_mcmp_error_t *error = NULL;
    int i;

    for (i = 0; !error && i < over->nelts; ++i) {
        error = add_message(messages, WLM_MCMP_REMOVE_APP, "/*",
                            field("JVMRoute", APR_ARRAY_IDX(over, i, const char *), p), p);
    }
    apr_array_cat(data, over);
    return error;
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
    if (unreadable || !over->nelts) {
        return;
    }
    apr_array_clear(over);
    if (wlm_store_process_all(done, file, write_over, over, s, p)) {
        return;
    }
    for (i = 0; i < over->nelts; ++i) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0283) "registration: node %s is removed: the time that "
                     "it was added for is over", APR_ARRAY_IDX(over, i, const char *));
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
