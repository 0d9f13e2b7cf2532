/* Joins two plugin-cfg.xml. One thread at a time. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include "plugin-cfg/join.h"

typedef struct join_t {
    xmlDoc *doc;                   /* of the first file, which grows */
    xmlNode *config;
    apr_array_header_t *clashes;
    apr_pool_t *p;
} join_t;

static int is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcasecmp((const char *)node->name, name) == 0;
}

/* In whatever case, as the reader has it. @return in p; NULL: it has none */
static const char *value_of(const xmlNode *node, const char *name, apr_pool_t *p)
{
    const xmlAttr *attr;
    const char *text = NULL;

    for (attr = node->properties; attr && !text; attr = attr->next) {
        if (strcasecmp((const char *)attr->name, name) == 0) {
            xmlChar *value = xmlNodeListGetString(node->doc, attr->children, 1);
            text = apr_pstrdup(p, value ? (const char *)value : "");
            xmlFree(value);
        }
    }
    return text;
}

static int have_same(const xmlNode *one, const xmlNode *other, const char *attribute, apr_pool_t *p)
{
    const char *a = value_of(one, attribute, p), *b = value_of(other, attribute, p);

    return a && b && strcmp(a, b) == 0;
}

/* Elements of one kind with that name. @return NULL: there is none */
static xmlNode *find(const xmlNode *in, const char *element, const char *name, apr_pool_t *p)
{
    xmlNode *child;

    for (child = in->children; child; child = child->next) {
        const char *its = is(child, element) ? value_of(child, "Name", p) : NULL;
        if (its && strcmp(its, name) == 0) {
            return child;
        }
    }
    return NULL;
}

static void note_clash(const join_t *join, const char *cluster, const char *server, const char *other, const char *by)
{
    APR_ARRAY_PUSH(join->clashes, plugin_cfg_clash_t) = (plugin_cfg_clash_t){ cluster, server, other, by };
}

/* -- servers ------------------------------------------------------------------------------------------------------- */

static int have_same_address(const xmlNode *one, const xmlNode *other, apr_pool_t *p)
{
    const xmlNode *a, *b;

    for (a = one->children; a; a = a->next) {
        for (b = other->children; is(a, "Transport") && b; b = b->next) {
            if (is(b, "Transport") && have_same(a, b, "Hostname", p) && have_same(a, b, "Port", p)) {
                return 1;
            }
        }
    }
    return 0;
}

/* What both have; NULL: they are different servers */
static const char *find_same(const xmlNode *one, const xmlNode *other, apr_pool_t *p)
{
    return have_same(one, other, "Name", p) ? "name" : have_same(one, other, "CloneID", p) ? "CloneID"
         : have_same_address(one, other, p) ? "address" : NULL;
}

/* A cluster of the first file that gets servers of the second one */
typedef struct target_t {
    const join_t *join;
    xmlNode *cluster;
    const xmlNode *last;           /* of its children in the first file; NULL: there are none */
    xmlNode *primaries, *backups;  /* its lists; NULL: it has none */
} target_t;

/* @return 1: the cluster has the server already */
static int clashes(const target_t *to, const xmlNode *server)
{
    const join_t *join = to->join;
    const xmlNode *child;

    for (child = to->last; child; child = child->prev) {
        const char *by = is(child, "Server") ? find_same(child, server, join->p) : NULL;
        if (by) {
            note_clash(join, value_of(to->cluster, "Name", join->p), value_of(server, "Name", join->p),
                       value_of(child, "Name", join->p), by);
            return 1;
        }
    }
    return 0;
}

static xmlNode *tier_of(const xmlNode *cluster, const char *tier)
{
    xmlNode *child;

    for (child = cluster->children; child && !is(child, tier); child = child->next) {
    }
    return child;
}

static void list_server(xmlNode *tier, const char *name)
{
    xmlNode *entry = xmlNewChild(tier, NULL, BAD_CAST "Server", NULL);

    xmlSetProp(entry, BAD_CAST "Name", BAD_CAST name);
}

/* A cluster without lists has all of its servers in the first one */
static void make_primaries(target_t *to)
{
    const xmlNode *child;

    to->primaries = xmlNewNode(NULL, BAD_CAST "PrimaryServers");
    for (child = to->cluster->children; child; child = child->next) {
        const char *name = is(child, "Server") ? value_of(child, "Name", to->join->p) : NULL;
        if (name) {
            list_server(to->primaries, name);
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
        list_server(*list, value_of(server, "Name", to->join->p));
    }
}

static void join_servers(const join_t *join, xmlNode *cluster, const xmlNode *other)
{
    target_t to = { join, cluster, cluster->last, tier_of(cluster, "PrimaryServers"),
                    tier_of(cluster, "BackupServers") };
    const xmlNode *backups = tier_of(other, "BackupServers");
    xmlNode *child;

    for (child = other->children; child; child = child->next) {
        if (is(child, "Server") && !clashes(&to, child)) {
            add_server(&to, child, backups && find(backups, "Server", value_of(child, "Name", join->p), join->p));
        }
    }
}

/* -- clusters ------------------------------------------------------------------------------------------------------ */

/* A group of the first file that has the name of one that would come with the cluster. @return NULL: there is none */
static const char *find_namesake(const join_t *join, const xmlNode *cluster)
{
    static const char *const groups[] = { "VirtualHostGroup", "UriGroup" };
    const xmlNode *node;
    int i;

    for (node = cluster->next; node && !is(node, "ServerCluster"); node = node->next) {
        for (i = 0; i < 2; ++i) {
            const char *name = is(node, groups[i]) ? value_of(node, "Name", join->p) : NULL;
            if (name && find(join->config, groups[i], name, join->p)) {
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
        note_clash(join, value_of(cluster, "Name", join->p), NULL, namesake, "name");
        return;
    }
    do {
        xmlAddChild(join->config, xmlDocCopyNode(node, join->doc, 1));
        node = node->next;
    } while (node && !is(node, "ServerCluster"));
}

/* How often the file is looked at is a matter of who writes it */
static void take_interval(xmlNode *config, const xmlNode *from, apr_pool_t *p)
{
    const char *value = value_of(from, "RefreshInterval", p);
    xmlAttr *attr, *next;

    for (attr = config->properties; value && attr; attr = next) {
        next = attr->next;
        if (strcasecmp((const char *)attr->name, "RefreshInterval") == 0) {
            xmlRemoveProp(attr);
        }
    }
    if (value) {
        xmlSetProp(config, BAD_CAST "RefreshInterval", BAD_CAST value);
    }
}

static xmlNode *config_of(xmlDoc *doc)
{
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;

    return root && is(root, "Config") ? root : NULL;
}

static const char *print(xmlDoc *doc, xmlNode *node, apr_pool_t *p)
{
    xmlBuffer *buffer = xmlBufferCreate();
    const char *text;

    xmlNodeDump(buffer, doc, node, 0, 0);
    text = apr_pstrdup(p, (const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}

static xmlDoc *parse(const char *text)
{
    return xmlReadMemory(text, (int)strlen(text), "joined", NULL,
                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
}

const char *plugin_cfg_join(apr_array_header_t *clashes, const char *first, const char *second, apr_pool_t *p)
{
    xmlDoc *doc = parse(first), *other = parse(second);
    const join_t join = { doc, config_of(doc), clashes, p };
    xmlNode *from = config_of(other), *child;
    const char *text = NULL;

    for (child = from && join.config ? from->children : NULL; child; child = child->next) {
        const char *name = is(child, "ServerCluster") ? value_of(child, "Name", p) : NULL;
        xmlNode *cluster = name ? find(join.config, "ServerCluster", name, p) : NULL;

        if (cluster) {
            join_servers(&join, cluster, child);
        }
        else if (name) {
            add_cluster(&join, child);
        }
    }
    if (from && join.config) {
        take_interval(join.config, from, p);
        text = print(doc, join.config, p);
    }
    xmlFreeDoc(doc);
    xmlFreeDoc(other);
    return text;
}
