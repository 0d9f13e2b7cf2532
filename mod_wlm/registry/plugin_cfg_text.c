/* Writes a registry as a plugin-cfg.xml, and reads it out of that. Pure. */
#include <stdlib.h>
#include <string.h>
#include <apr_escape.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "registry/plugin_cfg_text.h"

/* before the registry's lines, in a line with the journal's number and how much of it is in them; the version is that
 * of these lines */
#define BEGIN "mod_wlm registry 2"

/* -- clusters ------------------------------------------------------------------------------------------------------ */

typedef struct place_t {
    const wlm_node_t *node;
    const wlm_app_t *app;
} place_t;

typedef struct group_t {
    const char *name;
    apr_array_header_t *places;    /* place_t, a node once */
    apr_array_header_t *aliases;   /* const char *, of all nodes */
} group_t;

const char *wlm_registry_cluster_name(const wlm_node_t *node, const wlm_app_t *app, apr_pool_t *p)
{
    return apr_pstrcat(p, node->balancer, app->aliases->nelts ? ":" : "",
                       app->aliases->nelts ? APR_ARRAY_IDX(app->aliases, 0, const char *) : "", app->context, NULL);
}

static void add_aliases(group_t *group, const wlm_app_t *app)
{
    int i, k;

    for (i = 0; i < app->aliases->nelts; ++i) {
        const char *alias = APR_ARRAY_IDX(app->aliases, i, const char *);

        for (k = 0; k < group->aliases->nelts
                    && strcmp(APR_ARRAY_IDX(group->aliases, k, const char *), alias) != 0; ++k) {
        }
        if (k == group->aliases->nelts) {
            APR_ARRAY_PUSH(group->aliases, const char *) = alias;
        }
    }
}

static void add_place(apr_array_header_t *groups, apr_hash_t *by_name, const place_t *place, apr_pool_t *p)
{
    const char *name = wlm_registry_cluster_name(place->node, place->app, p);
    group_t *group = apr_hash_get(by_name, name, APR_HASH_KEY_STRING);

    if (!group) {
        group = apr_palloc(p, sizeof(*group));
        group->name = name;
        group->places = apr_array_make(p, 8, sizeof(place_t));
        group->aliases = apr_array_make(p, 4, sizeof(const char *));
        APR_ARRAY_PUSH(groups, group_t *) = group;
        apr_hash_set(by_name, name, APR_HASH_KEY_STRING, group);
    }
    if (!group->places->nelts || APR_ARRAY_IDX(group->places, group->places->nelts - 1, place_t).node != place->node) {
        APR_ARRAY_PUSH(group->places, place_t) = *place;
    }
    add_aliases(group, place->app);
}

static apr_array_header_t *groups_of(const wlm_registry_t *registry, apr_pool_t *p)
{
    apr_array_header_t *groups = apr_array_make(p, 16, sizeof(group_t *));
    apr_hash_t *by_name = apr_hash_make(p);
    int i, k;

    for (i = 0; i < registry->nodes->nelts; ++i) {
        const wlm_node_t *node = APR_ARRAY_IDX(registry->nodes, i, const wlm_node_t *);
        for (k = 0; k < node->apps->nelts; ++k) {
            add_place(groups, by_name, &(place_t){ node, APR_ARRAY_IDX(node->apps, k, const wlm_app_t *) }, p);
        }
    }
    return groups;
}

/* -- the text ------------------------------------------------------------------------------------------------------ */

typedef struct writer_t {
    apr_array_header_t *parts;     /* const char * */
    apr_pool_t *p;
} writer_t;

static void put(writer_t *to, const char *text)
{
    APR_ARRAY_PUSH(to->parts, const char *) = text;
}

#define PUT(to, ...) put(to, apr_psprintf((to)->p, __VA_ARGS__))

static const char *xml(const writer_t *to, const char *value)
{
    return apr_pescape_entity(to->p, value, 0);
}

static int is_standby(const place_t *place)
{
    return place->node->state == WLM_NODE_STANDBY;
}

static void put_server(writer_t *to, const place_t *place)
{
    const wlm_node_t *node = place->node;
    int is_out = place->app->state == WLM_APP_STOPPED || node->state == WLM_NODE_BROKEN;

    PUT(to, "    <Server Name=\"%s\"", node->route);
    if (!is_out) {
        PUT(to, " CloneID=\"%s\"", node->route);
    }
    PUT(to, " LoadBalanceWeight=\"%d\" ConnectTimeout=\"5\">\n",
        is_out || place->app->state == WLM_APP_DISABLED ? 0 : 20);
    PUT(to, "      <Transport Hostname=\"%s\" Port=\"%d\" Protocol=\"%s\"/>\n    </Server>\n", node->host, node->port,
        node->is_https ? "https" : "http");
}

static void put_tier(writer_t *to, const group_t *group, const char *tier, int standby)
{
    int i;

    PUT(to, "    <%s>\n", tier);
    for (i = 0; i < group->places->nelts; ++i) {
        const place_t *place = &APR_ARRAY_IDX(group->places, i, place_t);
        if (is_standby(place) == standby) {
            PUT(to, "      <Server Name=\"%s\"/>\n", place->node->route);
        }
    }
    PUT(to, "    </%s>\n", tier);
}

/* A JVMRoute with a colon, as "10.0.0.5:8080:Catalina", would be several clone ids where ':' separates them; a '+' no
 * JVMRoute has */
static int has_colon(const group_t *group)
{
    int i;

    for (i = 0; i < group->places->nelts
                && !strchr(APR_ARRAY_IDX(group->places, i, place_t).node->route, ':'); ++i) {
    }
    return i < group->places->nelts;
}

static void put_cluster(writer_t *to, const group_t *group)
{
    int i, nstandby = 0;

    PUT(to, "  <ServerCluster Name=\"%s\" LoadBalance=\"Round Robin\" RetryInterval=\"10\"%s>\n", xml(to, group->name),
        has_colon(group) ? " CloneSeparatorChange=\"true\"" : "");
    for (i = 0; i < group->places->nelts; ++i) {
        put_server(to, &APR_ARRAY_IDX(group->places, i, place_t));
        nstandby += is_standby(&APR_ARRAY_IDX(group->places, i, place_t));
    }
    if (nstandby && nstandby < group->places->nelts) {
        put_tier(to, group, "PrimaryServers", 0);
        put_tier(to, group, "BackupServers", 1);
    }
    put(to, "  </ServerCluster>\n");
}

static void put_route(writer_t *to, const group_t *group)
{
    const place_t *first = &APR_ARRAY_IDX(group->places, 0, place_t);
    const char *name = xml(to, group->name), *context = first->app->context;
    int i;

    PUT(to, "  <VirtualHostGroup Name=\"%s\">\n", name);
    for (i = 0; i < group->aliases->nelts; ++i) {
        PUT(to, "    <VirtualHost Name=\"%s:*\"/>\n", APR_ARRAY_IDX(group->aliases, i, const char *));
    }
    put(to, group->aliases->nelts ? "" : "    <VirtualHost Name=\"*:*\"/>\n");
    PUT(to,
        "  </VirtualHostGroup>\n  <UriGroup Name=\"%s\">\n    <Uri Name=\"%s/*\" AffinityCookie=\"%s\" "
        "AffinityURLIdentifier=\"%s\"/>\n  </UriGroup>\n",
        name, context[1] ? xml(to, context) : "", first->node->cookie, first->node->parameter);
    PUT(to, "  <Route ServerCluster=\"%s\" VirtualHostGroup=\"%s\" UriGroup=\"%s\"/>\n", name, name, name);
}

const char *wlm_registry_plugin_cfg(const wlm_registry_t *registry, apr_pool_t *p)
{
    const apr_array_header_t *groups = groups_of(registry, p);
    writer_t to = { apr_array_make(p, 256, sizeof(const char *)), p };
    int i;

    put(&to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- What members have registered; mod_wlm writes this file. "
        "Each line is a message.\n\n");
    PUT(&to, BEGIN " %" APR_UINT64_T_FMT " %" APR_UINT64_T_FMT " %" APR_UINT64_T_FMT "\n", registry->journal,
        registry->position, registry->statics);
    put(&to, wlm_registry_print(registry, p));
    put(&to, "\n-->\n<Config RefreshInterval=\"1\">\n");
    for (i = 0; i < groups->nelts; ++i) {
        put_cluster(&to, APR_ARRAY_IDX(groups, i, const group_t *));
        put_route(&to, APR_ARRAY_IDX(groups, i, const group_t *));
    }
    put(&to, "</Config>\n");
    return apr_array_pstrcat(p, to.parts, 0);
}

/* @return the line with the position; NULL: there is none */
static const char *find_begin(const char *text)
{
    const char *begin = strstr(text, "\n" BEGIN " ");

    return begin && strchr(begin + 1, '\n') ? begin + 1 : NULL;
}

int wlm_registry_read_position(wlm_registry_position_t *position, const char *begin)
{
    const char *line = find_begin(begin);
    char *end;

    if (!line) {
        return 0;
    }
    position->journal = (apr_uint64_t)strtoull(line + strlen(BEGIN), &end, 10);
    position->position = (apr_uint64_t)strtoull(end, &end, 10);
    position->statics = *end == ' ' ? (apr_uint64_t)strtoull(end, NULL, 10) : 0; /* older files end before it */
    return 1;
}

const wlm_mcmp_error_t *wlm_registry_of_plugin_cfg(wlm_registry_t **pregistry, const char *text, apr_pool_t *p)
{
    const char *line = find_begin(text);
    wlm_registry_position_t position;
    const wlm_mcmp_error_t *error;

    if (!*text) {
        *pregistry = wlm_registry_make(p);
        return NULL;
    }
    if (!line) {
        return wlm_mcmp_error("MEM", p, "it has no line \"" BEGIN "\", so it is no file of a registry");
    }
    error = wlm_registry_read(pregistry, strchr(line, '\n') + 1, p);
    wlm_registry_read_position(&position, line - 1);
    (*pregistry)->journal = position.journal;
    (*pregistry)->position = position.position;
    (*pregistry)->statics = position.statics;
    return error;
}
