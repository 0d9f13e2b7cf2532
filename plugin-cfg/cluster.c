/* ServerCluster: which of its servers are members, and which of these are primary or backup.
 * On the thread that reads the file. */
#include <string.h>
#include <apr_strings.h>
#include "plugin-cfg/private.h"

/* A server as it stands in the file, before it is a member */
typedef struct candidate_t {
    plugin_cfg_server_t *server;
    const char *list;              /* the element that names it; NULL: none so far */
    int is_complete;               /* no error has kept a transport out */
} candidate_t;

/* What is known of a cluster while it is being read */
typedef struct draft_t {
    plugin_cfg_reader_t *reader;
    plugin_cfg_cluster_t *cluster;
    apr_array_header_t *candidates; /* candidate_t *, in the file's order */
    apr_hash_t *by_name;           /* candidate_t * */
    apr_hash_t *by_clone_id;       /* plugin_cfg_server_t *, the first that has it */
    int weights;                   /* how many servers have one */
} draft_t;

/* -- servers -------------------------------------------------------------------------- */

static void check_clone_id(draft_t *draft, const plugin_cfg_server_t *server)
{
    const char *separators = draft->cluster->clone_separator_change ? "+;, \t\"" : ":;, \t\"";
    const plugin_cfg_server_t *other;

    if (!server->clone_id) {
        return;
    }
    other = apr_hash_get(draft->by_clone_id, server->clone_id, APR_HASH_KEY_STRING);
    if (other) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_DUPLICATE_CLONE_ID, server->line,
                               "servers \"%s\" and \"%s\" have the same CloneID \"%s\", so the sessions of both go to "
                               "\"%s\"; give each its own", other->name, server->name, server->clone_id, other->name);
        return;
    }
    apr_hash_set(draft->by_clone_id, server->clone_id, APR_HASH_KEY_STRING, server);
    if (strpbrk(server->clone_id, separators)) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_ODD_CLONE_ID, server->line,
                               "CloneID \"%s\" has a character that ends a clone id in a cookie (%.3s), so "
                               "sessions do not stay on \"%s\"; use letters, digits, - and _", server->clone_id,
                               separators, server->name);
    }
}

static void build_server(draft_t *draft, const xmlNode *node)
{
    candidate_t *candidate = apr_pcalloc(draft->reader->scratch, sizeof(*candidate));

    candidate->server = plugin_cfg_build_server(draft->reader, node, &candidate->is_complete);
    if (!candidate->server) {
        apr_hash_set(draft->reader->incomplete, draft->cluster->name, APR_HASH_KEY_STRING, draft->cluster);
        return;
    }
    if (apr_hash_get(draft->by_name, candidate->server->name, APR_HASH_KEY_STRING)) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_DUPLICATE_SERVER, candidate->server->line,
                               "cluster \"%s\" has a server \"%s\" already; rename or remove one", draft->cluster->name,
                               candidate->server->name);
        return;
    }
    check_clone_id(draft, candidate->server);
    draft->weights += plugin_cfg_find_attribute(node, "LoadBalanceWeight") != NULL;
    apr_hash_set(draft->by_name, candidate->server->name, APR_HASH_KEY_STRING, candidate);
    APR_ARRAY_PUSH(draft->candidates, candidate_t *) = candidate;
}

/* -- tiers ------------------------------------------------------------------------------- */

/* Put a server that a list names into that list's tier, unless another list was first */
static void copy_reference(draft_t *draft, const char *name, const char *list, plugin_cfg_tier_t tier, int line)
{
    candidate_t *candidate = apr_hash_get(draft->by_name, name, APR_HASH_KEY_STRING);
    plugin_cfg_cluster_t *cluster = draft->cluster;

    if (!candidate) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_UNKNOWN_SERVER, line,
                               "%s of cluster \"%s\" names \"%s\", which the cluster does not have; correct "
                               "the name, or remove it", list, cluster->name, name);
        return;
    }
    if (candidate->list) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_NAMED_TWICE, line,
                               "%s of cluster \"%s\" names \"%s\", which is in %s already and stays there; "
                               "remove it here", list, cluster->name, name, candidate->list);
        return;
    }
    candidate->list = list;
    candidate->server->tier = tier;
    APR_ARRAY_PUSH(tier == PLUGIN_CFG_PRIMARY ? cluster->primaries : cluster->backups,
                   plugin_cfg_server_t *) = candidate->server;
}

/* @return 0 when there is no such list, or none that names a server */
static int read_list(draft_t *draft, const xmlNode *cluster, const char *list, plugin_cfg_tier_t tier)
{
    const xmlNode *node, *child;
    int names = 0;

    PLUGIN_CFG_EACH(node, cluster, list) {
        PLUGIN_CFG_EACH(child, node, "ServerReference") {
            plugin_cfg_property_t reference = { NULL, NULL };
            ++names;
            if (plugin_cfg_read_attributes(draft->reader, child, "ServerReference", &reference)) {
                copy_reference(draft, reference.name, list, tier, plugin_cfg_line_of(child));
            }
        }
        if (!names) {
            plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_EMPTY_TIER, plugin_cfg_line_of(node),
                                   "%s of cluster \"%s\" names no server and is taken as absent; remove it, or "
                                   "name servers in it", list, draft->cluster->name);
        }
    }
    return names > 0;
}

/* Without PrimaryServers every server is primary that is not backup */
static void fill_primaries_by_default(draft_t *draft)
{
    int i;

    for (i = 0; i < draft->candidates->nelts; ++i) {
        candidate_t *candidate = APR_ARRAY_IDX(draft->candidates, i, candidate_t *);
        if (!candidate->list) {
            candidate->list = "ServerCluster";
            APR_ARRAY_PUSH(draft->cluster->primaries, plugin_cfg_server_t *) = candidate->server;
        }
    }
}

static void keep_reachable(apr_array_header_t *servers)
{
    int i, kept = 0;

    for (i = 0; i < servers->nelts; ++i) {
        plugin_cfg_server_t *server = APR_ARRAY_IDX(servers, i, plugin_cfg_server_t *);
        if (server->transports->nelts) {
            APR_ARRAY_IDX(servers, kept++, plugin_cfg_server_t *) = server;
        }
    }
    servers->nelts = kept;
}

/* @return 1 when the server is in a tier and can be reached at all */
static int is_member(draft_t *draft, const candidate_t *candidate)
{
    const plugin_cfg_server_t *server = candidate->server;

    if (!candidate->list) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_SERVER_WITHOUT_TIER, server->line,
                               "server \"%s\" is neither in PrimaryServers nor in BackupServers of cluster "
                               "\"%s\" and gets no requests; name it there, or remove it", server->name,
                               draft->cluster->name);
        return 0;
    }
    if (!server->transports->nelts && candidate->is_complete) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_SERVER_WITHOUT_TRANSPORT, server->line,
                               "server \"%s\" has no Transport and gets no requests; add one, or remove it",
                               server->name);
    }
    return server->transports->nelts > 0;
}

static void choose_members(draft_t *draft)
{
    plugin_cfg_cluster_t *cluster = draft->cluster;
    int i;

    for (i = 0; i < draft->candidates->nelts; ++i) {
        const candidate_t *candidate = APR_ARRAY_IDX(draft->candidates, i, candidate_t *);
        if (is_member(draft, candidate)) {
            APR_ARRAY_PUSH(cluster->members, plugin_cfg_server_t *) = candidate->server;
        }
        else if (!candidate->is_complete) {
            apr_hash_set(draft->reader->incomplete, cluster->name, APR_HASH_KEY_STRING, cluster);
        }
    }
    keep_reachable(cluster->primaries);
    keep_reachable(cluster->backups);
}

/* -- the cluster --------------------------------------------------------------------------- */

static int have_weight(const apr_array_header_t *servers)
{
    int i, any = 0;

    for (i = 0; i < servers->nelts; ++i) {
        any |= APR_ARRAY_IDX(servers, i, plugin_cfg_server_t *)->weight;
    }
    return any;
}

static void check_weights(const draft_t *draft)
{
    const plugin_cfg_cluster_t *cluster = draft->cluster;

    if (cluster->primaries->nelts && !have_weight(cluster->primaries)) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_NO_WEIGHT, cluster->line,
                               "all primary servers of cluster \"%s\" have LoadBalanceWeight 0, so new sessions "
                               "%s; give at least one a weight", cluster->name,
                               have_weight(cluster->backups) ? "all go to a backup server" : "are refused with 503");
    }
    if (draft->weights && draft->weights < draft->candidates->nelts) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_SOME_WEIGHTS, cluster->line,
                               "some servers of cluster \"%s\" have no LoadBalanceWeight, and theirs is "
                               "taken as 2; give each one", cluster->name);
    }
}

static void check_clone_ids(const draft_t *draft)
{
    const plugin_cfg_cluster_t *cluster = draft->cluster;
    int i, with = 0;

    for (i = 0; i < cluster->members->nelts; ++i) {
        with += APR_ARRAY_IDX(cluster->members, i, plugin_cfg_server_t *)->clone_id != NULL;
    }
    if (with && with < cluster->members->nelts) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_SOME_CLONE_IDS, cluster->line,
                               "some servers of cluster \"%s\" have no CloneID, so sessions do not stay on "
                               "them; give each one", cluster->name);
    }
    if (!with && cluster->members->nelts > 1) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_NO_CLONE_IDS, cluster->line,
                               "no server of cluster \"%s\" has a CloneID, so sessions do not stay on a "
                               "server; if the applications have sessions, give each server one, or use WLMAffinity",
                               cluster->name);
    }
}

static void check_limits(const draft_t *draft)
{
    const plugin_cfg_cluster_t *cluster = draft->cluster;

    if (cluster->post_size_limit >= 1024 * 1024) {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_SIZE_IN_BYTES, cluster->line,
                               "PostSizeLimit=\"%d\" is taken as KiB, that is %d MiB; if bytes were meant, "
                               "divide by 1024", cluster->post_size_limit, cluster->post_size_limit / 1024);
    }
}

static plugin_cfg_cluster_t *make_cluster(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_cluster_t *cluster = apr_pcalloc(reader->p, sizeof(*cluster));

    plugin_cfg_remember(reader, cluster, node);
    cluster->line = plugin_cfg_line_of(node);
    cluster->from = plugin_cfg_read_origin(reader, node);
    cluster->members = apr_array_make(reader->p, 4, sizeof(plugin_cfg_server_t *));
    cluster->primaries = apr_array_make(reader->p, 4, sizeof(plugin_cfg_server_t *));
    cluster->backups = apr_array_make(reader->p, 4, sizeof(plugin_cfg_server_t *));
    return cluster;
}

/* A cluster that cannot be added is read all the same: its findings count */
static void add_cluster(plugin_cfg_reader_t *reader, plugin_cfg_cluster_t *cluster)
{
    if (apr_hash_get(reader->clusters, cluster->name, APR_HASH_KEY_STRING)) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_DUPLICATE_CLUSTER, cluster->line,
                               "there is a ServerCluster \"%s\" already; rename or remove one", cluster->name);
        return;
    }
    apr_hash_set(reader->clusters, cluster->name, APR_HASH_KEY_STRING, cluster);
    APR_ARRAY_PUSH(reader->cfg->clusters, plugin_cfg_cluster_t *) = cluster;
}

static void build_servers(draft_t *draft, const xmlNode *node)
{
    const xmlNode *child;

    PLUGIN_CFG_EACH(child, node, "Server") {
        build_server(draft, child);
    }
    PLUGIN_CFG_EACH(child, node, "ClusterAddress") {
        plugin_cfg_add_finding(draft->reader->cfg, PLUGIN_CFG_FINDING_CLUSTER_ADDRESS, plugin_cfg_line_of(child),
                               "ClusterAddress has no effect: requests are balanced over the servers themselves");
    }
}

void plugin_cfg_build_cluster(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    draft_t draft = { reader, make_cluster(reader, node), NULL, NULL, NULL, 0 };
    int has_primaries;

    draft.candidates = apr_array_make(reader->scratch, 8, sizeof(candidate_t *));
    draft.by_name = apr_hash_make(reader->scratch);
    draft.by_clone_id = apr_hash_make(reader->scratch);
    if (plugin_cfg_read_attributes(reader, node, "ServerCluster", draft.cluster)) {
        add_cluster(reader, draft.cluster);
    }
    else {
        draft.cluster->name = "";
    }
    build_servers(&draft, node);
    has_primaries = read_list(&draft, node, "PrimaryServers", PLUGIN_CFG_PRIMARY);
    read_list(&draft, node, "BackupServers", PLUGIN_CFG_BACKUP);
    if (!has_primaries) {
        fill_primaries_by_default(&draft);
    }
    choose_members(&draft);
    check_weights(&draft);
    check_clone_ids(&draft);
    check_limits(&draft);
}
