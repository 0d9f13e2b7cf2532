/* `wlmcfg merge`, from pairs back to groups and routes. On main()'s thread.
 *
 * The routes of the files are gone through in their order. URIs of a route whose hosts lead to the same clusters stay
 * together: a part. Each cluster that a part leads to gets a Route, with those of the hosts that lead there. So most
 * routes come out as they were, and one that is shared in part is split.
 *
 * Of two URIs that match a request equally well the earlier one wins (route/route.h), so their order must stay as it
 * was.
 */
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "route/route.h"
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/merge/model.h"
#include "tools/wlmcfg/merge/pairs.h"
#include "tools/wlmcfg/merge/tree.h"

typedef struct part_t {
    const char *leads_to;          /* the hosts and their clusters, to be compared */
    apr_array_header_t *pairs;     /* merge_pair_t *: those of its first URI */
    apr_array_header_t *uris;      /* plugin_cfg_uri_t *; empty: every URI */
} part_t;

/* Where groups of one kind are written */
typedef struct section_t {
    xmlNode *into;
    apr_hash_t *names;
    apr_hash_t *known;             /* a group as XML -> its name */
} section_t;

typedef struct writer_t {
    merge_t *m;
    section_t hosts, uris;
    xmlNode *routes;
    apr_array_header_t *parts;     /* part_t *: those of the current route */
} writer_t;

/* -- parts ------------------------------------------------------------------------------------- */

static int literal_len(const char *text)
{
    int len = 0;

    for (; *text; ++text) {
        len += *text != '*';
    }
    return len;
}

/* "/app/" and a star: no two of these match a path equally well */
static int is_plain(const char *text)
{
    apr_size_t len = strlen(text);

    return len > 1 && strchr(text, '*') == text + len - 1 && text[len - 2] == '/';
}

/* Can there be a path that both match equally well? A pattern may count for one less than its length. */
static int may_tie(const plugin_cfg_uri_t *a, const plugin_cfg_uri_t *b)
{
    return strchr(a->name, '*') && strchr(b->name, '*') && !(is_plain(a->name) && is_plain(b->name))
           && abs(literal_len(a->name) - literal_len(b->name)) <= 1;
}

static int may_tie_with_any(const plugin_cfg_uri_t *uri, const part_t *part)
{
    int i;

    for (i = 0; i < part->uris->nelts; ++i) {
        if (may_tie(uri, APR_ARRAY_IDX(part->uris, i, const plugin_cfg_uri_t *))) {
            return 1;
        }
    }
    return 0;
}

/* The part that a URI can go to, without going before one that it may tie with. @return NULL: none */
static part_t *find_part(const writer_t *w, const plugin_cfg_uri_t *uri, const char *leads_to)
{
    int i;

    for (i = w->parts->nelts - 1; uri && i >= 0; --i) {
        part_t *part = APR_ARRAY_IDX(w->parts, i, part_t *);
        if (strcmp(part->leads_to, leads_to) == 0) {
            return part;
        }
        if (may_tie_with_any(uri, part)) {
            return NULL;
        }
    }
    return NULL;
}

/* The pairs of one URI of a route */
static void add_uri(writer_t *w, const plugin_cfg_uri_t *uri, apr_array_header_t *pairs)
{
    const char *leads_to = "";
    part_t *part;
    int i;

    for (i = 0; i < pairs->nelts; ++i) {
        const merge_pair_t *pair = APR_ARRAY_IDX(pairs, i, merge_pair_t *);
        const plugin_cfg_virtual_host_t *host = MERGE_FIRST(pair).host;
        leads_to = apr_pstrcat(w->m->p, leads_to, host ? host->name : "", " ", pair->cluster->name, "\n", NULL);
    }
    part = find_part(w, uri, leads_to);
    if (!part) {
        part = apr_pcalloc(w->m->p, sizeof(*part));
        part->leads_to = leads_to;
        part->pairs = pairs;
        part->uris = apr_array_make(w->m->p, 8, sizeof(const plugin_cfg_uri_t *));
        APR_ARRAY_PUSH(w->parts, part_t *) = part;
    }
    if (uri) {
        APR_ARRAY_PUSH(part->uris, const plugin_cfg_uri_t *) = uri;
    }
}

/* -- groups -------------------------------------------------------------------------------------- */

static int is_shared(const merge_pair_t *pair)
{
    return pair->cluster->sources->nelts > 1;
}

static const char *base_of_hosts(const writer_t *w, const merge_pair_t *pair)
{
    const merge_source_t *first = &MERGE_FIRST(pair);
    const char *name = first->route->virtual_host_group->name;

    if (!w->m->numbered) {
        return name;
    }
    return is_shared(pair) ? apr_psprintf(w->m->p, "/cell/sharedCell_%d/vHostGroup/shared_host", w->m->inputs->nelts)
                           : apr_psprintf(w->m->p, "%s_%d", name, first->input->number);
}

static const char *base_of_uris(const writer_t *w, const merge_pair_t *pair)
{
    const char *name = MERGE_FIRST(pair).route->uri_group->name, *application = wlmcfg_merge_application(name);

    return w->m->numbered && is_shared(pair)
               ? apr_psprintf(w->m->p, "/cell/sharedCell_%d/application/%s", w->m->inputs->nelts,
                              application ? application : name)
               : name;
}

/* An element as text. @return NULL when memory ran out */
static const char *serialize(xmlNode *node, apr_pool_t *p)
{
    xmlBuffer *buffer = xmlBufferCreate();
    const char *text = NULL;

    if (buffer && node && xmlNodeDump(buffer, node->doc, node, 0, 0) >= 0) {
        text = apr_pstrdup(p, (const char *)xmlBufferContent(buffer));
    }
    xmlBufferFree(buffer);
    return text;
}

/* Write a group, unless there is one like it. @param items  parts of the model @return its name */
static const char *write_group(writer_t *w, section_t *section, const merge_input_t *input, const void *group,
                               const char *base, int is_counted, const apr_array_header_t *items)
{
    xmlNode *node = wlmcfg_merge_set(w->m, wlmcfg_merge_copy(w->m, section->into, input, group, 0), "Name", base);
    const char *serialized, *name;
    int i;

    for (i = 0; i < items->nelts; ++i) {
        wlmcfg_merge_copy(w->m, node, input, APR_ARRAY_IDX(items, i, const void *), 1);
    }
    if (!(serialized = serialize(node, w->m->p))) {
        w->m->is_complete = 0;
        return base;
    }
    if ((name = apr_hash_get(section->known, serialized, APR_HASH_KEY_STRING)) != NULL) {
        xmlUnlinkNode(node);
        xmlFreeNode(node);
        return name;
    }
    name = wlmcfg_merge_name(section->names, base, is_counted, w->m->p);
    wlmcfg_merge_set(w->m, node, "Name", name);
    apr_hash_set(section->known, serialized, APR_HASH_KEY_STRING, name);
    return name;
}

/* -- routes --------------------------------------------------------------------------------------- */

static void write_route(writer_t *w, const part_t *part, const merge_pair_t *pair, const apr_array_header_t *hosts)
{
    const merge_source_t *first = &MERGE_FIRST(pair);
    const char *uri_group = NULL, *host_group = NULL;
    xmlNode *route;

    if (first->host) {
        host_group = write_group(w, &w->hosts, first->input, first->route->virtual_host_group, base_of_hosts(w, pair),
                                 w->m->numbered && is_shared(pair), hosts);
    }
    if (first->uri) {
        uri_group = write_group(w, &w->uris, first->input, first->route->uri_group, base_of_uris(w, pair), 0,
                                part->uris);
    }
    route = wlmcfg_merge_set(w->m, wlmcfg_output_element(w->routes, "Route"), "ServerCluster", pair->cluster->name);
    wlmcfg_merge_set(w->m, route, "UriGroup", uri_group);
    wlmcfg_merge_set(w->m, route, "VirtualHostGroup", host_group);
}

static void write_part(writer_t *w, const part_t *part)
{
    apr_hash_t *done = apr_hash_make(w->m->p);
    int i, k;

    for (i = 0; i < part->pairs->nelts; ++i) {
        const merge_pair_t *pair = APR_ARRAY_IDX(part->pairs, i, merge_pair_t *);
        apr_array_header_t *hosts = apr_array_make(w->m->p, 8, sizeof(const void *));

        if (apr_hash_get(done, pair->cluster->name, APR_HASH_KEY_STRING)) {
            continue;
        }
        apr_hash_set(done, pair->cluster->name, APR_HASH_KEY_STRING, pair);
        for (k = i; k < part->pairs->nelts; ++k) {
            const merge_pair_t *other = APR_ARRAY_IDX(part->pairs, k, merge_pair_t *);
            if (other->cluster == pair->cluster) {
                APR_ARRAY_PUSH(hosts, const void *) = MERGE_FIRST(other).host;
            }
        }
        write_route(w, part, pair, hosts);
    }
}

static void write_parts(writer_t *w)
{
    int i;

    for (i = 0; i < w->parts->nelts; ++i) {
        write_part(w, APR_ARRAY_IDX(w->parts, i, part_t *));
    }
    apr_array_clear(w->parts);
}

static section_t make_section(xmlNode *into, apr_pool_t *p)
{
    return (section_t){ into, apr_hash_make(p), apr_hash_make(p) };
}

void wlmcfg_merge_routes(merge_t *m, xmlNode *hosts, xmlNode *uris, xmlNode *routes)
{
    writer_t w = { m, make_section(hosts, m->p), make_section(uris, m->p), routes,
                   apr_array_make(m->p, 8, sizeof(part_t *)) };
    apr_array_header_t *of_uri = NULL;
    int i;

    for (i = 0; i < m->pairs->nelts; ++i) {
        merge_pair_t *pair = APR_ARRAY_IDX(m->pairs, i, merge_pair_t *);
        const merge_source_t *first = &MERGE_FIRST(pair), *next = NULL;

        if (!of_uri) {
            of_uri = apr_array_make(m->p, 8, sizeof(merge_pair_t *));
        }
        APR_ARRAY_PUSH(of_uri, merge_pair_t *) = pair;
        if (i + 1 < m->pairs->nelts) {
            next = &MERGE_FIRST(APR_ARRAY_IDX(m->pairs, i + 1, merge_pair_t *));
        }
        if (!next || next->route != first->route || next->uri != first->uri) {
            add_uri(&w, first->uri, of_uri);
            of_uri = NULL;
        }
        if (!next || next->route != first->route) {
            write_parts(&w);
        }
    }
}
