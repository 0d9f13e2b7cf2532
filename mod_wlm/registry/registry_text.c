/* A registry as the messages that make it, and back. Pure. */
#include <string.h>
#include <apr_strings.h>
#include "base/percent.h"
#include "registry/registry.h"

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

static void print_node(apr_array_header_t *lines, const wlm_node_t *node, apr_pool_t *p)
{
    const char *route = escape(node->route, p);
    int i;

    add(lines, apr_psprintf(p,
                            "CONFIG JVMRoute=%s&Balancer=%s&Type=%s&Host=%s&Port=%d&StickySessionCookie=%s"
                            "&StickySessionPath=%s",
                            route, escape(node->balancer, p), node->is_https ? "https" : "http", escape(node->host, p),
                            node->port, escape(node->cookie, p), escape(node->parameter, p)));
    if (node->state != WLM_NODE_READY) {
        add(lines, apr_psprintf(p, "STATUS JVMRoute=%s&Load=%d", route, node->state == WLM_NODE_STANDBY ? 0 : -1));
    }
    for (i = 0; i < node->apps->nelts; ++i) {
        const wlm_app_t *app = APR_ARRAY_IDX(node->apps, i, const wlm_app_t *);
        static const wlm_mcmp_command_t commands[] = {
            WLM_MCMP_ENABLE_APP, WLM_MCMP_DISABLE_APP, WLM_MCMP_STOP_APP
        };

        add(lines, apr_psprintf(p, "%s JVMRoute=%s&Context=%s&Alias=%s", wlm_mcmp_name(commands[app->state]), route,
                                escape(app->context, p), escape(apr_array_pstrcat(p, app->aliases, ','), p)));
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
    error = wlm_mcmp_read(&message, command, "/", body, strlen(body), p);
    error = error ? error : wlm_registry_apply(registry, message, NULL, &change, p);
    return error ? wlm_mcmp_error("MEM", p, "line %d: %s", number, error->why) : NULL;
}

const wlm_mcmp_error_t *wlm_registry_read(wlm_registry_t **pregistry, const char *text, apr_pool_t *p)
{
    char *next = apr_pstrdup(p, text);
    const wlm_mcmp_error_t *error = NULL;
    int number;

    *pregistry = wlm_registry_make(p);
    for (number = 1; !error && *next && *next != '\n'; ++number) {
        char *line = next, *end = strchr(line, '\n');

        next = end ? end + 1 : line + strlen(line);
        if (end) {
            *end = '\0';
        }
        error = read_line(*pregistry, line, number, p);
    }
    return error;
}
