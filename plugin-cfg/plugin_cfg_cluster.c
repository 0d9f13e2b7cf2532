/* ServerCluster: its servers, their transports, and who is primary and who is backup. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "plugin_cfg_private.h"

#define EACH_ELEMENT(child, node) \
    for (child = (node)->children; child; child = child->next) \
        if (child->type == XML_ELEMENT_NODE)

/* A name in PrimaryServers or BackupServers */
typedef struct reference_t {
    const char *name;
    int line;
} reference_t;

/* What is known of a cluster while it is being read */
typedef struct draft_t {
    plugin_cfg_reader_t *reader;
    plugin_cfg_cluster_t *cluster;
    apr_array_header_t *servers;   /* plugin_cfg_server_t *, all that are defined */
    apr_array_header_t *primaries; /* reference_t; NULL: no such element */
    apr_array_header_t *backups;
    int weights, clone_ids;        /* how many servers have one */
} draft_t;

/* -- transports --------------------------------------------------------------------- */

static void check_host(plugin_cfg_reader_t *reader, plugin_cfg_transport_t *transport)
{
    apr_size_t len = strlen(transport->host);

    if (len > 2 && transport->host[0] == '[' && transport->host[len - 1] == ']') {
        transport->host = apr_pstrmemdup(reader->p, transport->host + 1, len - 2);
    }
    if (strstr(transport->host, "${")) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, transport->line, "unresolved-variable",
                               "Transport Hostname=\"%s\" has a variable that nobody has replaced, so the server cannot "
                               "be reached; write the host's name", transport->host);
    }
}

static void build_transport(plugin_cfg_reader_t *reader, const xmlNode *node, plugin_cfg_server_t *server)
{
    plugin_cfg_transport_t *transport = apr_pcalloc(reader->p, sizeof(*transport));
    const xmlNode *child;

    transport->line = plugin_cfg_line_of(reader, node);
    if (!plugin_cfg_read_attributes(reader, node, "Transport", transport)) {
        return;
    }
    check_host(reader, transport);
    EACH_ELEMENT(child, node) {
        if (plugin_cfg_is_element(reader, child, "Property")) {
            plugin_cfg_read_property(reader, child, "Transport/Property", transport);
        }
        else {
            plugin_cfg_unknown_element(reader, child);
        }
    }
    APR_ARRAY_PUSH(server->transports, plugin_cfg_transport_t *) = transport;
}

/* -- servers -------------------------------------------------------------------------- */

static plugin_cfg_server_t *find_server(const draft_t *draft, const char *name)
{
    int i;

    for (i = 0; i < draft->servers->nelts; ++i) {
        plugin_cfg_server_t *server = APR_ARRAY_IDX(draft->servers, i, plugin_cfg_server_t *);
        if (strcmp(server->name, name) == 0) {
            return server;
        }
    }
    return NULL;
}

static void check_clone_id(const draft_t *draft, const plugin_cfg_server_t *server)
{
    int i;

    for (i = 0; server->clone_id && i < draft->servers->nelts; ++i) {
        const plugin_cfg_server_t *other = APR_ARRAY_IDX(draft->servers, i, plugin_cfg_server_t *);
        if (other->clone_id && strcmp(other->clone_id, server->clone_id) == 0) {
            plugin_cfg_add_finding(draft->reader, PLUGIN_CFG_WARNING, server->line, "duplicate-clone-id",
                                   "servers \"%s\" and \"%s\" have the same CloneID \"%s\": the sessions of both go to "
                                   "\"%s\"; give each its own", other->name, server->name, server->clone_id,
                                   other->name);
            return;
        }
    }
}

static void build_server(draft_t *draft, const xmlNode *node)
{
    plugin_cfg_reader_t *reader = draft->reader;
    plugin_cfg_server_t *server = apr_pcalloc(reader->p, sizeof(*server));
    const xmlNode *child;

    server->line = plugin_cfg_line_of(reader, node);
    server->transports = apr_array_make(reader->p, 2, sizeof(plugin_cfg_transport_t *));
    if (!plugin_cfg_read_attributes(reader, node, "Server", server)) {
        return;
    }
    EACH_ELEMENT(child, node) {
        if (plugin_cfg_is_element(reader, child, "Transport")) {
            build_transport(reader, child, server);
        }
        else {
            plugin_cfg_unknown_element(reader, child);
        }
    }
    if (find_server(draft, server->name)) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, server->line, "duplicate-server",
                               "cluster \"%s\" has a server \"%s\" already; rename or remove one", draft->cluster->name,
                               server->name);
        return;
    }
    check_clone_id(draft, server);
    draft->weights += plugin_cfg_text_of(reader, node, "LoadBalanceWeight") != NULL;
    draft->clone_ids += server->clone_id != NULL;
    APR_ARRAY_PUSH(draft->servers, plugin_cfg_server_t *) = server;
}

/* -- tiers ------------------------------------------------------------------------------- */

static apr_array_header_t *read_references(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    apr_array_header_t *references = apr_array_make(reader->p, 4, sizeof(reference_t));
    const xmlNode *child;

    EACH_ELEMENT(child, node) {
        if (!plugin_cfg_is_element(reader, child, "Server")) {
            plugin_cfg_unknown_element(reader, child);
        }
        else if (plugin_cfg_read_attributes(reader, child, "ServerReference", NULL)) {
            reference_t *reference = &APR_ARRAY_PUSH(references, reference_t);
            reference->name = plugin_cfg_text_of(reader, child, "Name");
            reference->line = plugin_cfg_line_of(reader, child);
        }
    }
    if (!references->nelts) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, plugin_cfg_line_of(reader, node), "empty-tier",
                               "%s names no server and has no effect; remove it, or name servers in it",
                               (const char *)node->name);
        return NULL;
    }
    return references;
}

static int contains(const apr_array_header_t *servers, const plugin_cfg_server_t *server)
{
    int i;

    for (i = 0; i < servers->nelts; ++i) {
        if (APR_ARRAY_IDX(servers, i, plugin_cfg_server_t *) == server) {
            return 1;
        }
    }
    return 0;
}

/* Put the servers that a list names into a tier */
static void fill_tier(draft_t *draft, const apr_array_header_t *references, plugin_cfg_tier_t tier)
{
    plugin_cfg_cluster_t *cluster = draft->cluster;
    apr_array_header_t *servers = tier == PLUGIN_CFG_PRIMARY ? cluster->primaries : cluster->backups;
    const char *element = tier == PLUGIN_CFG_PRIMARY ? "PrimaryServers" : "BackupServers";
    int i;

    for (i = 0; references && i < references->nelts; ++i) {
        const reference_t *reference = &APR_ARRAY_IDX(references, i, reference_t);
        plugin_cfg_server_t *server = find_server(draft, reference->name);

        if (!server) {
            plugin_cfg_add_finding(draft->reader, PLUGIN_CFG_WARNING, reference->line, "unknown-server",
                                   "%s of cluster \"%s\" names \"%s\", which the cluster does not have; correct the name, "
                                   "or remove it", element, cluster->name, reference->name);
        }
        else if (contains(cluster->primaries, server) || contains(servers, server)) {
            plugin_cfg_add_finding(draft->reader, PLUGIN_CFG_WARNING, reference->line, "named-twice",
                                   "%s of cluster \"%s\" names \"%s\", which is %s already; remove it here", element,
                                   cluster->name, reference->name,
                                   contains(cluster->primaries, server) ? "primary" : "backup");
        }
        else {
            server->tier = tier;
            APR_ARRAY_PUSH(servers, plugin_cfg_server_t *) = server;
        }
    }
}

/* Without PrimaryServers every server is primary that is not backup */
static void fill_primaries_by_default(draft_t *draft)
{
    int i;

    for (i = 0; i < draft->servers->nelts; ++i) {
        plugin_cfg_server_t *server = APR_ARRAY_IDX(draft->servers, i, plugin_cfg_server_t *);
        if (!contains(draft->cluster->backups, server)) {
            APR_ARRAY_PUSH(draft->cluster->primaries, plugin_cfg_server_t *) = server;
        }
    }
}

static void remove_from(apr_array_header_t *servers, const plugin_cfg_server_t *server)
{
    int i, kept = 0;

    for (i = 0; i < servers->nelts; ++i) {
        plugin_cfg_server_t *other = APR_ARRAY_IDX(servers, i, plugin_cfg_server_t *);
        if (other != server) {
            APR_ARRAY_IDX(servers, kept++, plugin_cfg_server_t *) = other;
        }
    }
    servers->nelts = kept;
}

/* The members are the servers that are in a tier and can be reached at all */
static void choose_members(draft_t *draft)
{
    plugin_cfg_cluster_t *cluster = draft->cluster;
    int i;

    for (i = 0; i < draft->servers->nelts; ++i) {
        plugin_cfg_server_t *server = APR_ARRAY_IDX(draft->servers, i, plugin_cfg_server_t *);

        if (!contains(cluster->primaries, server) && !contains(cluster->backups, server)) {
            plugin_cfg_add_finding(draft->reader, PLUGIN_CFG_WARNING, server->line, "server-without-tier",
                                   "server \"%s\" is neither in PrimaryServers nor in BackupServers of cluster \"%s\" and "
                                   "gets no requests; name it there, or remove it", server->name, cluster->name);
        }
        else if (!server->transports->nelts) {
            plugin_cfg_add_finding(draft->reader, PLUGIN_CFG_WARNING, server->line, "server-without-transport",
                                   "server \"%s\" has no usable Transport and gets no requests; add one", server->name);
            remove_from(cluster->primaries, server);
            remove_from(cluster->backups, server);
        }
        else {
            APR_ARRAY_PUSH(cluster->members, plugin_cfg_server_t *) = server;
        }
    }
}

/* -- the cluster --------------------------------------------------------------------------- */

static void check_weights(const draft_t *draft)
{
    const plugin_cfg_cluster_t *cluster = draft->cluster;
    int i, sum = 0;

    for (i = 0; i < cluster->primaries->nelts; ++i) {
        sum |= APR_ARRAY_IDX(cluster->primaries, i, plugin_cfg_server_t *)->weight;
    }
    if (cluster->primaries->nelts && !sum) {
        plugin_cfg_add_finding(draft->reader, PLUGIN_CFG_WARNING, cluster->line, "no-weight",
                               "all primary servers of cluster \"%s\" have LoadBalanceWeight 0, so none of them gets new "
                               "sessions; give at least one a weight", cluster->name);
    }
    if (draft->weights && draft->weights < draft->servers->nelts) {
        plugin_cfg_add_finding(draft->reader, PLUGIN_CFG_NOTE, cluster->line, "some-weights",
                               "some servers of cluster \"%s\" have no LoadBalanceWeight; theirs is taken as 2",
                               cluster->name);
    }
}

static void check_clone_ids(const draft_t *draft)
{
    const plugin_cfg_cluster_t *cluster = draft->cluster;

    if (draft->clone_ids && draft->clone_ids < draft->servers->nelts) {
        plugin_cfg_add_finding(draft->reader, PLUGIN_CFG_WARNING, cluster->line, "some-clone-ids",
                               "some servers of cluster \"%s\" have no CloneID, so sessions do not stay on them; give each "
                               "one", cluster->name);
    }
    if (!draft->clone_ids && cluster->members->nelts > 1) {
        plugin_cfg_add_finding(draft->reader, PLUGIN_CFG_NOTE, cluster->line, "no-clone-ids",
                               "no server of cluster \"%s\" has a CloneID, so sessions do not stay on a server; give each "
                               "one if the applications have sessions", cluster->name);
    }
}

static void check_limits(const draft_t *draft)
{
    const plugin_cfg_cluster_t *cluster = draft->cluster;

    if (cluster->post_size_limit >= 1024 * 1024) {
        plugin_cfg_add_finding(draft->reader, PLUGIN_CFG_NOTE, cluster->line, "size-in-bytes",
                               "PostSizeLimit=\"%d\" is taken as KiB, that is %d MiB; if bytes were meant, divide by 1024",
                               cluster->post_size_limit, cluster->post_size_limit / 1024);
    }
}

static plugin_cfg_cluster_t *make_cluster(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_cluster_t *cluster = apr_pcalloc(reader->p, sizeof(*cluster));

    cluster->line = plugin_cfg_line_of(reader, node);
    cluster->members = apr_array_make(reader->p, 4, sizeof(plugin_cfg_server_t *));
    cluster->primaries = apr_array_make(reader->p, 4, sizeof(plugin_cfg_server_t *));
    cluster->backups = apr_array_make(reader->p, 4, sizeof(plugin_cfg_server_t *));
    return cluster;
}

static int is_duplicate(plugin_cfg_reader_t *reader, const plugin_cfg_cluster_t *cluster)
{
    int i;

    for (i = 0; i < reader->cfg->clusters->nelts; ++i) {
        if (strcmp(APR_ARRAY_IDX(reader->cfg->clusters, i, plugin_cfg_cluster_t *)->name, cluster->name) == 0) {
            plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, cluster->line, "duplicate-cluster",
                                   "there is a ServerCluster \"%s\" already; rename or remove one", cluster->name);
            return 1;
        }
    }
    return 0;
}

static void build_children(draft_t *draft, const xmlNode *node)
{
    plugin_cfg_reader_t *reader = draft->reader;
    const xmlNode *child;

    EACH_ELEMENT(child, node) {
        if (plugin_cfg_is_element(reader, child, "Server")) {
            build_server(draft, child);
        }
        else if (plugin_cfg_is_element(reader, child, "PrimaryServers")) {
            draft->primaries = read_references(reader, child);
        }
        else if (plugin_cfg_is_element(reader, child, "BackupServers")) {
            draft->backups = read_references(reader, child);
        }
        else if (plugin_cfg_is_element(reader, child, "ClusterAddress")) {
            plugin_cfg_add_finding(reader, PLUGIN_CFG_NOTE, plugin_cfg_line_of(reader, child), "cluster-address",
                                   "ClusterAddress has no effect: requests are balanced over the servers themselves");
        }
        else {
            plugin_cfg_unknown_element(reader, child);
        }
    }
}

void plugin_cfg_build_cluster(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    draft_t draft = { reader, make_cluster(reader, node), NULL, NULL, NULL, 0, 0 };

    draft.servers = apr_array_make(reader->p, 8, sizeof(plugin_cfg_server_t *));
    if (!plugin_cfg_read_attributes(reader, node, "ServerCluster", draft.cluster)
        || is_duplicate(reader, draft.cluster)) {
        return;
    }
    build_children(&draft, node);
    fill_tier(&draft, draft.primaries, PLUGIN_CFG_PRIMARY);
    fill_tier(&draft, draft.backups, PLUGIN_CFG_BACKUP);
    if (!draft.primaries) {
        fill_primaries_by_default(&draft);
    }
    choose_members(&draft);
    check_weights(&draft);
    check_clone_ids(&draft);
    check_limits(&draft);
    APR_ARRAY_PUSH(reader->cfg->clusters, plugin_cfg_cluster_t *) = draft.cluster;
}
