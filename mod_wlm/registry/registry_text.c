/* A registry as the messages that make it, and back. Pure. */
#include <string.h>
#include <apr_strings.h>
#include "base/percent.h"
#include "registry/registry.h"

#define FOR_NODE "/* "             /* before the body: the message is for all contexts of the node */

/* -- printing: what is no letter, digit or one of these is escaped; so no "--" ends the comment that the text stands
 * in */

static const char *escape(const char *value, apr_pool_t *p)
{
    char *text = apr_palloc(p, 3 * strlen(value) + 1), *to = text;

    for (; *value; ++value) {
        if (strchr("._/:,", *value) || (*value >= '0' && *value <= '9')
            || ((*value | 0x20) >= 'a' && (*value | 0x20) <= 'z')) {
            *to++ = *value;
        }
        else {
            to = wlm_percent_put(to, *value);
        }
    }
    *to = '\0';
    return text;
}

static void add(apr_array_header_t *lines, const char *line)
{
    APR_ARRAY_PUSH(lines, const char *) = line;
}

/* What an administrator has said of the node, "" for one that has registered itself */
static const char *hand_fields(const char *note, apr_int64_t until, apr_pool_t *p)
{
    return !note && !until ? ""
           : apr_psprintf(p, "&Note=%s&Until=%" APR_INT64_T_FMT, escape(note ? note : "", p), until);
}

static const char *node_fields(const char *route, const char *balancer, int is_https, const char *host, int port,
                               const char *cookie, const char *parameter, const char *hand, apr_pool_t *p)
{
    return apr_psprintf(p, "CONFIG JVMRoute=%s&Balancer=%s&Type=%s&Host=%s&Port=%d&StickySessionCookie=%s"
                        "&StickySessionPath=%s%s", escape(route, p), escape(balancer, p), is_https ? "https" : "http",
                        escape(host, p), port, escape(cookie, p), escape(parameter, p), hand);
}

static const char *app_fields(wlm_mcmp_command_t command, const char *route, const char *contexts,
                              const apr_array_header_t *aliases, apr_pool_t *p)
{
    return apr_psprintf(p, "%s JVMRoute=%s&Context=%s&Alias=%s", wlm_mcmp_name(command), escape(route, p),
                        escape(contexts, p), escape(apr_array_pstrcat(p, aliases, ','), p));
}

static const char *load_fields(const char *route, int load, apr_pool_t *p)
{
    return apr_psprintf(p, "STATUS JVMRoute=%s&Load=%d", escape(route, p), load);
}

const char *wlm_registry_line(const wlm_mcmp_message_t *message, apr_pool_t *p)
{
    if (message->command == WLM_MCMP_CONFIG) {
        return node_fields(message->route, message->balancer, message->is_https, message->host, message->port,
                           message->cookie, message->parameter, hand_fields(message->note, message->until, p), p);
    }
    if (message->command == WLM_MCMP_STATUS) {
        return load_fields(message->route, message->load, p);
    }
    return message->is_for_node
           ? apr_psprintf(p, "%s " FOR_NODE "JVMRoute=%s", wlm_mcmp_name(message->command), escape(message->route, p))
           : app_fields(message->command, message->route, apr_array_pstrcat(p, message->contexts, ','),
                        message->aliases, p);
}

static void print_node(apr_array_header_t *lines, const wlm_node_t *node, apr_pool_t *p)
{
    int i;

    add(lines, node_fields(node->route, node->balancer, node->is_https, node->host, node->port, node->cookie,
                           node->parameter, hand_fields(node->note, node->until, p), p));
    if (node->state != WLM_NODE_READY) {
        add(lines, load_fields(node->route, node->state == WLM_NODE_STANDBY ? 0 : -1, p));
    }
    for (i = 0; i < node->apps->nelts; ++i) {
        const wlm_app_t *app = APR_ARRAY_IDX(node->apps, i, const wlm_app_t *);
        static const wlm_mcmp_command_t commands[] = {
            WLM_MCMP_ENABLE_APP, WLM_MCMP_DISABLE_APP, WLM_MCMP_STOP_APP
        };

        add(lines, app_fields(commands[app->state], node->route, app->context, app->aliases, p));
    }
}

const char *wlm_registry_print(const wlm_registry_t *registry, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, 64, sizeof(const char *));
    int i;

    for (i = 0; i < registry->nodes->nelts; ++i) {
        print_node(lines, APR_ARRAY_IDX(registry->nodes, i, const wlm_node_t *), p);
    }
    add(lines, ""); /* a line feed behind the last one */
    return apr_array_pstrcat(p, lines, '\n');
}

/* -- reading ------------------------------------------------------------------------------------------------------- */

/* @param line  up to a NUL */
static const wlm_mcmp_error_t *read_line(wlm_registry_t *registry, char *line, int number, apr_pool_t *p)
{
    char *body = strchr(line, ' ');
    const wlm_mcmp_error_t *error = NULL;
    int is_for_node;
    wlm_registry_change_t change;
    wlm_mcmp_message_t *message;
    wlm_mcmp_command_t command;

    if (body) {
        *body++ = '\0';
    }
    command = body ? wlm_mcmp_command(line) : WLM_MCMP_COMMANDS;
    if (command >= WLM_MCMP_PING) {
        return wlm_mcmp_error("MEM", p, "line %d is no message", number);
    }
    is_for_node = strncmp(body, FOR_NODE, strlen(FOR_NODE)) == 0;
    body += is_for_node ? strlen(FOR_NODE) : 0;
    error = wlm_mcmp_read(&message, command, is_for_node ? "/*" : "/", body, strlen(body), p);
    error = error ? error : wlm_registry_apply(registry, message, NULL, &change, p);
    return error ? wlm_mcmp_error("MEM", p, "line %d: %s", number, error->why) : NULL;
}

const wlm_mcmp_error_t *wlm_registry_apply_lines(wlm_registry_t *registry, char *text, apr_pool_t *p)
{
    const wlm_mcmp_error_t *error = NULL;
    char *next = text;
    int number;

    for (number = 1; !error && *next && *next != '\n'; ++number) {
        char *line = next, *end = strchr(line, '\n');

        next = end ? end + 1 : line + strlen(line);
        if (end) {
            *end = '\0';
        }
        error = read_line(registry, line, number, p);
    }
    return error;
}

const wlm_mcmp_error_t *wlm_registry_read(wlm_registry_t **pregistry, const char *text, apr_pool_t *p)
{
    *pregistry = wlm_registry_make(p);
    return wlm_registry_apply_lines(*pregistry, apr_pstrdup(p, text), p);
}
