/* Joins two plugin-cfg.xml. One thread at a time. */
#include <string.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "plugin-cfg/join.h"
#include "plugin-cfg/xml.h"

#define GROUPS 2
static const char *const groups[GROUPS] = { "VirtualHostGroup", "UriGroup" };

typedef struct join_t {
    xmlDoc *doc;                   /* of the first file, which grows */
    xmlNode *config;
    apr_hash_t *clusters, *groups[GROUPS]; /* of the first file, by name */
    apr_array_header_t *clashes;
    apr_pool_t *p;
} join_t;

/* @return NULL: it has none */
static const char *name_of(const xmlNode *node, apr_pool_t *p)
{
    return plugin_cfg_xml_value(node, "Name", p);
}

/* Elements of one kind by their names. @param in  NULL: nothing */
static apr_hash_t *names_in(const xmlNode *in, const char *element, apr_pool_t *p)
{
    apr_hash_t *index = apr_hash_make(p);
    xmlNode *child;

    for (child = in ? in->children : NULL; child; child = child->next) {
        const char *name = plugin_cfg_xml_is(child, element) ? name_of(child, p) : NULL;
        if (name) {
            apr_hash_set(index, name, APR_HASH_KEY_STRING, child);
        }
    }
    return index;
}

static void note_clash(const join_t *join, const char *cluster, const char *server, const char *other, const char *by)
{
    APR_ARRAY_PUSH(join->clashes, plugin_cfg_clash_t) = (plugin_cfg_clash_t){ cluster, server, other, by };
}

/* -- servers ------------------------------------------------------------------------------------------------------- */

/* What no two servers of a cluster may both have */
typedef struct identity_t {
    const char *by;                /* as in plugin_cfg_clash_t */
    const char *key;               /* different for each kind */
} identity_t;

static void add_identity(apr_array_header_t *to, const char *by, const char *value, apr_pool_t *p)
{
    if (value) {
        APR_ARRAY_PUSH(to, identity_t) = (identity_t){ by, apr_pstrcat(p, by, " ", value, NULL) };
    }
}

/* Its name, its CloneID, its addresses. @return identity_t */
static apr_array_header_t *identities_of(const xmlNode *server, apr_pool_t *p)
{
    apr_array_header_t *all = apr_array_make(p, 4, sizeof(identity_t));
    const xmlNode *child;

    add_identity(all, "name", name_of(server, p), p);
    add_identity(all, "CloneID", plugin_cfg_xml_value(server, "CloneID", p), p);
    for (child = server->children; child; child = child->next) {
        const char *host = plugin_cfg_xml_is(child, "Transport") ? plugin_cfg_xml_value(child, "Hostname", p) : NULL;
        const char *port = host ? plugin_cfg_xml_value(child, "Port", p) : NULL;
        add_identity(all, "address", port ? apr_pstrcat(p, host, " ", port, NULL) : NULL, p);
    }
    return all;
}

/* A cluster of the first file that gets servers of the second one */
typedef struct target_t {
    const join_t *join;
    xmlNode *cluster;
    apr_hash_t *servers;           /* of the first file, by identity */
    xmlNode *primaries, *backups;  /* its lists; NULL: it has none */
} target_t;

static apr_hash_t *servers_in(const xmlNode *cluster, apr_pool_t *p)
{
    apr_hash_t *servers = apr_hash_make(p);
    xmlNode *child;
    int i;

    for (child = cluster->children; child; child = child->next) {
        const apr_array_header_t *all = plugin_cfg_xml_is(child, "Server") ? identities_of(child, p) : NULL;
        for (i = 0; all && i < all->nelts; ++i) {
            apr_hash_set(servers, APR_ARRAY_IDX(all, i, identity_t).key, APR_HASH_KEY_STRING, child);
        }
    }
    return servers;
}

/* @return 1: the cluster has the server already */
static int clashes(const target_t *to, const xmlNode *server)
{
    const join_t *join = to->join;
    const apr_array_header_t *all = identities_of(server, join->p);
    int i;

    for (i = 0; i < all->nelts; ++i) {
        const identity_t *identity = &APR_ARRAY_IDX(all, i, identity_t);
        const xmlNode *other = apr_hash_get(to->servers, identity->key, APR_HASH_KEY_STRING);
        if (other) {
            note_clash(join, name_of(to->cluster, join->p), name_of(server, join->p),
                       name_of(other, join->p), identity->by);
            return 1;
        }
    }
    return 0;
}

/* A cluster without lists has all of its servers in the first one */
static void make_primaries(target_t *to)
{
    const xmlNode *child;

    to->primaries = xmlNewNode(NULL, BAD_CAST "PrimaryServers");
    for (child = to->cluster->children; child; child = child->next) {
        const char *name = plugin_cfg_xml_is(child, "Server") ? name_of(child, to->join->p) : NULL;
        if (name) {
            plugin_cfg_xml_list(to->primaries, name);
        }
    }
    xmlAddChild(to->cluster, to->primaries);
}

static void add_server(target_t *to, xmlNode *server, int is_backup)
{
    xmlNode **list = is_backup ? &to->backups : &to->primaries;

    if (is_backup && !to->primaries) {
        make_primaries(to);
    }
    xmlAddChild(to->cluster, xmlDocCopyNode(server, to->join->doc, 1));
    if (to->primaries || to->backups) {
        if (!*list) {
            *list = xmlNewChild(to->cluster, NULL, BAD_CAST(is_backup ? "BackupServers" : "PrimaryServers"), NULL);
        }
        plugin_cfg_xml_list(*list, name_of(server, to->join->p));
    }
}

static void join_servers(const join_t *join, xmlNode *cluster, const xmlNode *other)
{
    target_t to = { join, cluster, servers_in(cluster, join->p), plugin_cfg_xml_first(cluster, "PrimaryServers"),
                    plugin_cfg_xml_first(cluster, "BackupServers") };
    apr_hash_t *backups = names_in(plugin_cfg_xml_first(other, "BackupServers"), "Server", join->p);
    xmlNode *child;

    for (child = other->children; child; child = child->next) {
        const char *name = plugin_cfg_xml_is(child, "Server") ? name_of(child, join->p) : NULL;
        if (name && !clashes(&to, child)) {
            add_server(&to, child, apr_hash_get(backups, name, APR_HASH_KEY_STRING) != NULL);
        }
    }
}

/* -- clusters ------------------------------------------------------------------------------------------------------ */

/* A group of the first file that has the name of one that would come with the cluster. @return NULL: there is none */
static const char *find_namesake(const join_t *join, const xmlNode *cluster)
{
    const xmlNode *node;
    int i;

    for (node = cluster->next; node && !plugin_cfg_xml_is(node, "ServerCluster"); node = node->next) {
        for (i = 0; i < GROUPS; ++i) {
            const char *name = plugin_cfg_xml_is(node, groups[i]) ? name_of(node, join->p) : NULL;
            if (name && apr_hash_get(join->groups[i], name, APR_HASH_KEY_STRING)) {
                return groups[i];
            }
        }
    }
    return NULL;
}

static void add_cluster(const join_t *join, xmlNode *cluster)
{
    const char *namesake = find_namesake(join, cluster);
    xmlNode *node = cluster;

    if (namesake) {
        note_clash(join, name_of(cluster, join->p), NULL, namesake, "name");
        return;
    }
    do {
        xmlAddChild(join->config, xmlDocCopyNode(node, join->doc, 1));
        node = node->next;
    } while (node && !plugin_cfg_xml_is(node, "ServerCluster"));
}

/* How often the file is looked at is a matter of who writes it */
static void take_interval(xmlNode *config, const xmlNode *from, apr_pool_t *p)
{
    const char *value = plugin_cfg_xml_value(from, "RefreshInterval", p);

    if (value) {
        plugin_cfg_xml_set(config, "RefreshInterval", value);
    }
}

static void join_clusters(const join_t *join, const xmlNode *from)
{
    xmlNode *child;

    for (child = from->children; child; child = child->next) {
        const char *name = plugin_cfg_xml_is(child, "ServerCluster") ? name_of(child, join->p) : NULL;
        xmlNode *cluster = name ? apr_hash_get(join->clusters, name, APR_HASH_KEY_STRING) : NULL;

        if (cluster) {
            join_servers(join, cluster, child);
        }
        else if (name) {
            add_cluster(join, child);
        }
    }
}

const char *plugin_cfg_join(apr_array_header_t *clashes, const char *first, const char *second, apr_pool_t *p)
{
    xmlDoc *doc = plugin_cfg_xml_parse(first), *other = plugin_cfg_xml_parse(second);
    join_t join = { .doc = doc, .config = plugin_cfg_xml_config(doc), .clashes = clashes, .p = p };
    const xmlNode *from = plugin_cfg_xml_config(other);
    const char *text = NULL;
    int i;

    if (from && join.config) {
        join.clusters = names_in(join.config, "ServerCluster", p);
        for (i = 0; i < GROUPS; ++i) {
            join.groups[i] = names_in(join.config, groups[i], p);
        }
        join_clusters(&join, from);
        take_interval(join.config, from, p);
        text = plugin_cfg_xml_print(doc, join.config, p);
    }
    xmlFreeDoc(doc);
    xmlFreeDoc(other);
    return text;
}
