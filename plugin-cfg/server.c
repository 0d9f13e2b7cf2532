/* Server and its transports. On the thread that reads the file. */
#include <string.h>
#include <apr_strings.h>
#include "plugin-cfg/private.h"

/* @param seen  by protocol: is there one already?
 * @return 0 when an error keeps it from being used */
static int build_transport(plugin_cfg_reader_t *reader, const xmlNode *node, plugin_cfg_server_t *server, char *seen)
{
    plugin_cfg_transport_t *transport = apr_pcalloc(reader->p, sizeof(*transport));
    const xmlNode *child;

    plugin_cfg_remember(reader, transport, node);
    transport->line = plugin_cfg_line_of(node);
    if (!plugin_cfg_read_attributes(reader, node, "Transport", transport)) {
        return 0;
    }
    plugin_cfg_check_transport_host(reader, transport);
    PLUGIN_CFG_EACH(child, node, "Transport/Property") {
        plugin_cfg_read_property(reader, child, "Transport/Property", transport);
    }
    if (seen[transport->protocol]) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_SECOND_TRANSPORT, transport->line,
                               "server \"%s\" has a Transport of this protocol already, and this one has no "
                               "effect; make a Server of its own for it, or remove it", server->name);
    }
    seen[transport->protocol] = 1;
    APR_ARRAY_PUSH(server->transports, plugin_cfg_transport_t *) = transport;
    return 1;
}

const char *plugin_cfg_read_origin(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    const xmlNode *child;

    for (child = node->children; child; child = child->next) {
        if (child->type == XML_PI_NODE && strcmp((const char *)child->name, "members-from") == 0 && child->content) {
            return plugin_cfg_keep_text(reader, (const char *)child->content);
        }
    }
    return NULL;
}

plugin_cfg_server_t *plugin_cfg_build_server(plugin_cfg_reader_t *reader, const xmlNode *node, int *is_complete)
{
    plugin_cfg_server_t *server = apr_pcalloc(reader->p, sizeof(*server));
    char seen[PLUGIN_CFG_HTTPS + 1] = { 0 };
    const xmlNode *child;

    plugin_cfg_remember(reader, server, node);
    server->line = plugin_cfg_line_of(node);
    server->from = plugin_cfg_read_origin(reader, node);
    server->transports = apr_array_make(reader->p, 2, sizeof(plugin_cfg_transport_t *));
    *is_complete = plugin_cfg_read_attributes(reader, node, "Server", server);
    if (!server->name) {
        server->name = "";
    }
    PLUGIN_CFG_EACH(child, node, "Transport") {
        *is_complete &= build_transport(reader, child, server, seen);
    }
    return *server->name ? server : NULL;
}
