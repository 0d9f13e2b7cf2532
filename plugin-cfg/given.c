/* Gives servers to clusters of a file: those that replace their pattern, as a second file that is joined with it. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "plugin-cfg/given.h"
#include "plugin-cfg/join.h"
#include "plugin-cfg/xml.h"

#define CONNECT_TIMEOUT "5"        /* s, of a server without a pattern */
#define ORIGIN "members-from"      /* in a cluster and a server: what it is from */
#define PATTERN "members-like"     /* in a cluster: the tier of a pattern that is replaced, a blank, and the element */

typedef struct giving_t {
    const plugin_cfg_given_t *given;
    xmlNode *pattern;              /* of the file; NULL: there is none */
    int is_backup;                 /* the pattern is */
    xmlNode *to, *primaries, *backups; /* cluster of the second file, and its lists */
    apr_pool_t *p;
} giving_t;

/* -- the pattern --------------------------------------------------------------------------------------------------- */

/* A name with a '.' at its end is the same one */
static int is_host(const xmlNode *transport, const char *host, apr_pool_t *p)
{
    const char *its = plugin_cfg_xml_is(transport, "Transport") ? plugin_cfg_xml_value(transport, "Hostname", p) : NULL;
    size_t length = strlen(host), its_length = its ? strlen(its) : 0;

    length -= length && host[length - 1] == '.';
    its_length -= its_length && its[its_length - 1] == '.';
    return its && length == its_length && strncasecmp(its, host, length) == 0;
}

static xmlNode *find_transport(const xmlNode *server, const char *host, apr_pool_t *p)
{
    xmlNode *child;

    for (child = server->children; child && !is_host(child, host, p); child = child->next) {
    }
    return child;
}

static xmlNode *find_pattern(const xmlNode *cluster, const char *host, apr_pool_t *p)
{
    xmlNode *child;

    for (child = cluster->children;
         child && !(plugin_cfg_xml_is(child, "Server") && find_transport(child, host, p)); child = child->next) {
    }
    return child;
}

static const char *const tiers[] = { "PrimaryServers", "BackupServers" };

static void drop(xmlNode *node)
{
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

/* @return 1: the server was in the list */
static int drop_from(xmlNode *cluster, const char *list, const char *server, apr_pool_t *p)
{
    xmlNode *tier = plugin_cfg_xml_first(cluster, list), *entry = NULL;

    if (tier && server) {
        entry = plugin_cfg_xml_find(tier, "Server", server, p);
    }
    if (entry) {
        drop(entry);
        if (!plugin_cfg_xml_first(tier, "Server")) {
            drop(tier);
        }
    }
    return entry != NULL;
}

/* Comments and instructions may have what ends an instruction */
static void drop_comments(const xmlNode *node)
{
    xmlNode *child, *next;

    for (child = node->children; child; child = next) {
        next = child->next;
        if (child->type == XML_COMMENT_NODE || child->type == XML_PI_NODE) {
            drop(child);
        }
        else if (child->type == XML_ELEMENT_NODE) {
            drop_comments(child);
        }
    }
}

/* In place of the pattern what it was, for when the members are others, or there are none any more */
static void put_away(xmlNode *pattern, const char *tier, apr_pool_t *p)
{
    const char *text;

    drop_comments(pattern);
    text = plugin_cfg_xml_print(pattern->doc, pattern, p);
    if (!strstr(text, "?>")) {     /* as a CDATA section may have, which means nothing there */
        xmlAddPrevSibling(pattern, xmlNewDocPI(pattern->doc, BAD_CAST PATTERN,
                                               BAD_CAST apr_pstrcat(p, tier ? tier : "-", " ", text, NULL)));
    }
    drop(pattern);
}

static void put_back(xmlNode *cluster, xmlNode *away, apr_pool_t *p)
{
    const char *text = strchr((const char *)away->content, ' ');
    xmlDoc *doc = text ? plugin_cfg_xml_parse(text + 1) : NULL;
    xmlNode *pattern = doc ? xmlDocCopyNode(xmlDocGetRootElement(doc), cluster->doc, 1) : NULL;
    int i;

    xmlFreeDoc(doc);
    if (!pattern) {
        return;
    }
    xmlAddPrevSibling(away, pattern);
    for (i = 0; i < 2; ++i) {
        if (strncmp((const char *)away->content, tiers[i], strlen(tiers[i])) == 0) {
            xmlNode *tier = plugin_cfg_xml_first(cluster, tiers[i]);

            plugin_cfg_xml_list(tier ? tier : xmlNewChild(cluster, NULL, BAD_CAST tiers[i], NULL),
                                plugin_cfg_xml_value(pattern, "Name", p));
        }
    }
}

static int is_instruction(const xmlNode *node, const char *name)
{
    return node->type == XML_PI_NODE && strcmp((const char *)node->name, name) == 0;
}

static int is_given(const xmlNode *server)
{
    const xmlNode *child;

    for (child = server->children; child && !is_instruction(child, ORIGIN); child = child->next) {
    }
    return child && plugin_cfg_xml_is(server, "Server");
}

/* The cluster as the file has it: without what has been given to it, and with its patterns */
static void take_back(xmlNode *cluster, apr_pool_t *p)
{
    xmlNode *child, *next;

    for (child = cluster->children; child; child = next) {
        next = child->next;
        if (is_given(child)) {
            const char *name = plugin_cfg_xml_value(child, "Name", p);

            drop_from(cluster, tiers[0], name, p);
            drop_from(cluster, tiers[1], name, p);
            next = child->next;    /* a list may have gone */
            drop(child);
        }
    }
    for (child = cluster->children; child; child = next) {
        next = child->next;
        if (is_instruction(child, PATTERN)) {
            put_back(cluster, child, p);
        }
        if (is_instruction(child, PATTERN) || is_instruction(child, ORIGIN)) {
            next = child->next;
            drop(child);
        }
    }
}

/* -- servers ------------------------------------------------------------------------------------------------------- */

static void add_origin(xmlNode *node, const char *from)
{
    xmlNode *origin = xmlNewDocPI(node->doc, BAD_CAST ORIGIN, BAD_CAST from), *first = node->children;

    if (first) {
        xmlAddPrevSibling(first, origin);
    }
    else {
        xmlAddChild(node, origin);
    }
}

static void set_number(xmlNode *node, const char *attribute, int value, apr_pool_t *p)
{
    plugin_cfg_xml_set(node, attribute, apr_itoa(p, value));
}

static xmlNode *make_plain(const giving_t *giving, const plugin_cfg_given_server_t *server)
{
    xmlNode *node = xmlNewChild(giving->to, NULL, BAD_CAST "Server", NULL);
    xmlNode *transport = xmlNewChild(node, NULL, BAD_CAST "Transport", NULL);

    plugin_cfg_xml_set(node, "ConnectTimeout", CONNECT_TIMEOUT);
    set_number(node, "LoadBalanceWeight", PLUGIN_CFG_GIVEN_WEIGHT, giving->p);
    plugin_cfg_xml_set(transport, "Hostname", server->host);
    set_number(transport, "Port", server->port ? server->port : PLUGIN_CFG_GIVEN_PORT, giving->p);
    plugin_cfg_xml_set(transport, "Protocol", "http");
    return node;
}

static xmlNode *make_like_pattern(const giving_t *giving, const plugin_cfg_given_server_t *server)
{
    xmlNode *node = xmlDocCopyNode(giving->pattern, giving->to->doc, 1), *child, *next;

    for (child = node->children; child; child = next) {
        next = child->next;
        if (is_host(child, giving->given->host, giving->p)) {
            plugin_cfg_xml_set(child, "Hostname", server->host);
            if (server->port) {
                set_number(child, "Port", server->port, giving->p);
            }
        }
        else if (plugin_cfg_xml_is(child, "Transport")) {
            drop(child);
        }
    }
    return xmlAddChild(giving->to, node);
}

static void add_to_list(const giving_t *giving, xmlNode **list, const char *tier, const char *name)
{
    if (!*list) {
        *list = xmlNewChild(giving->to, NULL, BAD_CAST tier, NULL);
    }
    plugin_cfg_xml_list(*list, name);
}

static void add_server(giving_t *giving, const plugin_cfg_given_server_t *server)
{
    xmlNode *node = giving->pattern ? make_like_pattern(giving, server) : make_plain(giving, server);

    plugin_cfg_xml_set(node, "Name", server->name);
    plugin_cfg_xml_set(node, "CloneID", server->clone_id);
    if (server->weight >= 0) {
        set_number(node, "LoadBalanceWeight", server->weight, giving->p);
    }
    add_origin(node, server->from);
    if (server->is_backup || giving->is_backup) {
        add_to_list(giving, &giving->backups, "BackupServers", server->name);
    }
}

static void add_servers(const plugin_cfg_given_t *given, xmlNode *cluster, xmlNode *config, apr_pool_t *p)
{
    giving_t giving = { .given = given, .pattern = find_pattern(cluster, given->host, p), .p = p };
    const char *name = giving.pattern ? plugin_cfg_xml_value(giving.pattern, "Name", p) : NULL;
    int i, is_primary = 0;

    add_origin(cluster, given->from);
    giving.to = xmlNewChild(config, NULL, BAD_CAST "ServerCluster", NULL);
    plugin_cfg_xml_set(giving.to, "Name", given->cluster);
    if (given->servers->nelts && giving.pattern) {
        is_primary = drop_from(cluster, tiers[0], name, p);
        giving.is_backup = drop_from(cluster, tiers[1], name, p);
    }
    for (i = 0; i < given->servers->nelts; ++i) {
        add_server(&giving, APR_ARRAY_IDX(given->servers, i, const plugin_cfg_given_server_t *));
    }
    if (given->servers->nelts && giving.pattern) {
        put_away(giving.pattern, is_primary ? tiers[0] : giving.is_backup ? tiers[1] : NULL, p);
    }
}

static void take_all_back(const xmlNode *config, apr_pool_t *p)
{
    xmlNode *child;

    for (child = config ? config->children : NULL; child; child = child->next) {
        if (plugin_cfg_xml_is(child, "ServerCluster")) {
            take_back(child, p);
        }
    }
}

/* -- exported ------------------------------------------------------------------------------------------------------ */

const char *plugin_cfg_give(apr_array_header_t *clashes, const char *text, const apr_array_header_t *given,
                            apr_pool_t *p)
{
    xmlDoc *doc = plugin_cfg_xml_parse(text), *other = xmlNewDoc(BAD_CAST "1.0");
    xmlNode *config = plugin_cfg_xml_config(doc), *second = xmlNewDocNode(other, NULL, BAD_CAST "Config", NULL);
    const char *joined = NULL;
    int i;

    xmlDocSetRootElement(other, second);
    take_all_back(config, p);
    for (i = 0; config && i < given->nelts; ++i) {
        const plugin_cfg_given_t *its = APR_ARRAY_IDX(given, i, const plugin_cfg_given_t *);
        xmlNode *cluster = plugin_cfg_xml_find(config, "ServerCluster", its->cluster, p);

        if (cluster) {
            add_servers(its, cluster, second, p);
        }
    }
    if (config) {
        joined = plugin_cfg_join(clashes, plugin_cfg_xml_print(doc, config, p), plugin_cfg_xml_print(other, second, p),
                                 p);
    }
    xmlFreeDoc(doc);
    xmlFreeDoc(other);
    return joined;
}

const plugin_cfg_cluster_t *plugin_cfg_find_cluster(const plugin_cfg_t *cfg, const char *name)
{
    int i;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, i, const plugin_cfg_cluster_t *);

        if (strcmp(cluster->name, name) == 0) {
            return cluster;
        }
    }
    return NULL;
}

/* "a:shop" is the beginning of "a:shop leaving 1", not of "a:shop2" */
static int is_from(const plugin_cfg_server_t *server, const char *from)
{
    size_t length = strlen(from);

    return server->from && strncmp(server->from, from, length) == 0
           && (!server->from[length] || server->from[length] == ' ');
}

apr_array_header_t *plugin_cfg_given_servers(const plugin_cfg_cluster_t *cluster, const char *from, apr_pool_t *p)
{
    apr_array_header_t *servers = apr_array_make(p, 8, sizeof(plugin_cfg_given_server_t *));
    int i;

    for (i = 0; cluster && i < cluster->members->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(cluster->members, i, const plugin_cfg_server_t *);
        const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(server->transports, 0, const plugin_cfg_transport_t *);
        plugin_cfg_given_server_t *given;

        if (is_from(server, from)) {
            given = apr_palloc(p, sizeof(*given));
            *given = (plugin_cfg_given_server_t){ apr_pstrdup(p, server->name), apr_pstrdup(p, server->clone_id),
                apr_pstrdup(p, transport->host), transport->port, server->weight,
                server->tier == PLUGIN_CFG_BACKUP, apr_pstrdup(p, server->from) };
            APR_ARRAY_PUSH(servers, plugin_cfg_given_server_t *) = given;
        }
    }
    return servers;
}
