/* `wlmcfg merge`, from pairs back to groups and routes. On main()'s thread.
 *
 * The routes of the files are gone through in their order. URIs of a route whose hosts lead to the same clusters stay
 * together: a part. Each cluster that a part leads to gets a Route, with those of the hosts that lead there. So most
 * routes come out as they were, and one that is shared in part is split.
 *
 * Of two URIs that match a request equally well the earlier one wins (route/route.h), so their order must stay as it
 * was.
 */
#include <string.h>
#include <apr_strings.h>
#include "route/route.h"
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/merge/model.h"
#include "tools/wlmcfg/merge/names.h"
#include "tools/wlmcfg/merge/pairs.h"
#include "tools/wlmcfg/merge/tree.h"

typedef struct part_t {
    apr_array_header_t *pairs;     /* merge_pair_t *: those of its first URI */
    apr_array_header_t *uris;      /* plugin_cfg_uri_t *; empty: every URI */
    apr_array_header_t *lens[2];   /* char: has a URI with a star so many literal characters? [1]: is_plain() */
} part_t;

/* Where groups of one kind are written */
typedef struct section_t {
    xmlNode *into;
    merge_names_t names;
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

static int has_len(const apr_array_header_t *lens, int len)
{
    return len >= 0 && len < lens->nelts && APR_ARRAY_IDX(lens, len, char);
}

static void note_len(apr_array_header_t *lens, int len)
{
    while (lens->nelts <= len) {
        APR_ARRAY_PUSH(lens, char) = 0;
    }
    APR_ARRAY_IDX(lens, len, char) = 1;
}

/* Can there be a path that this URI and one of the part match equally well? A pattern may count for one less than its
 * length. */
static int may_tie_with_any(const plugin_cfg_uri_t *uri, const part_t *part)
{
    int len, middle = literal_len(uri->name);

    if (!strchr(uri->name, '*')) {
        return 0;
    }
    for (len = middle - 1; len <= middle + 1; ++len) {
        if (has_len(part->lens[0], len) || (!is_plain(uri->name) && has_len(part->lens[1], len))) {
            return 1;
        }
    }
    return 0;
}

/* Do two URIs lead from the same hosts to the same clusters? */
static int lead_to_same(const apr_array_header_t *a, const apr_array_header_t *b)
{
    int i;

    for (i = 0; i < a->nelts && i < b->nelts; ++i) {
        const merge_pair_t *x = APR_ARRAY_IDX(a, i, const merge_pair_t *);
        const merge_pair_t *y = APR_ARRAY_IDX(b, i, const merge_pair_t *);
        const plugin_cfg_virtual_host_t *one = MERGE_FIRST(x).host, *other = MERGE_FIRST(y).host;

        if (x->cluster != y->cluster || (one != other && (!one || !other || strcmp(one->name, other->name) != 0))) {
            return 0;
        }
    }
    return a->nelts == b->nelts;
}

/* The part that a URI can go to, without going before one that it may tie with. @return NULL: none */
static part_t *find_part(const writer_t *w, const plugin_cfg_uri_t *uri, const apr_array_header_t *pairs)
{
    int i;

    for (i = w->parts->nelts - 1; uri && i >= 0; --i) {
        part_t *part = APR_ARRAY_IDX(w->parts, i, part_t *);
        if (lead_to_same(part->pairs, pairs)) {
            return part;
        }
        if (may_tie_with_any(uri, part)) {
            return NULL;
        }
    }
    return NULL;
}

static part_t *make_part(apr_array_header_t *pairs, apr_pool_t *p)
{
    part_t *part = apr_pcalloc(p, sizeof(*part));

    part->pairs = pairs;
    part->uris = apr_array_make(p, 8, sizeof(const plugin_cfg_uri_t *));
    part->lens[0] = apr_array_make(p, 64, sizeof(char));
    part->lens[1] = apr_array_make(p, 64, sizeof(char));
    return part;
}

/* The pairs of one URI of a route. @return the part that it goes to */
static part_t *add_uri(writer_t *w, const plugin_cfg_uri_t *uri, apr_array_header_t *pairs)
{
    part_t *part = find_part(w, uri, pairs);

    if (!part) {
        part = make_part(pairs, w->m->p);
        APR_ARRAY_PUSH(w->parts, part_t *) = part;
    }
    if (uri) {
        APR_ARRAY_PUSH(part->uris, const plugin_cfg_uri_t *) = uri;
    }
    if (uri && strchr(uri->name, '*')) {
        note_len(part->lens[is_plain(uri->name)], literal_len(uri->name));
    }
    return part;
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

/* An element as text, to be freed by xmlBufferFree(). @return NULL when memory ran out */
static xmlBuffer *serialize(xmlNode *node)
{
    xmlBuffer *buffer = xmlBufferCreate();

    if (buffer && (!node || xmlNodeDump(buffer, node->doc, node, 0, 0) < 0)) {
        xmlBufferFree(buffer);
        return NULL;
    }
    return buffer;
}

/* @return the name of the group; a new one for one that is not known */
static const char *name_group(writer_t *w, section_t *section, xmlNode *node, const char *text, const char *base,
                              int is_counted)
{
    const char *name = apr_hash_get(section->known, text, APR_HASH_KEY_STRING);

    if (name) {
        xmlUnlinkNode(node);
        xmlFreeNode(node);
        return name;
    }
    name = wlmcfg_merge_name(&section->names, base, is_counted);
    wlmcfg_merge_set(w->m, node, "Name", name);
    apr_hash_set(section->known, apr_pstrdup(w->m->p, text), APR_HASH_KEY_STRING, name);
    return name;
}

/* Write a group, unless there is one like it. @param items  parts of the model @return its name */
static const char *write_group(writer_t *w, section_t *section, const merge_input_t *input, const void *group,
                               const char *base, int is_counted, const apr_array_header_t *items)
{
    xmlNode *node = wlmcfg_merge_set(w->m, wlmcfg_merge_copy(w->m, section->into, input, group, 0), "Name", base);
    xmlBuffer *serialized;
    const char *name;
    int i;

    for (i = 0; i < items->nelts; ++i) {
        wlmcfg_merge_copy(w->m, node, input, APR_ARRAY_IDX(items, i, const void *), 1);
    }
    if (!(serialized = serialize(node))) {
        w->m->is_complete = 0;
        return base;
    }
    name = name_group(w, section, node, (const char *)xmlBufferContent(serialized), base, is_counted);
    xmlBufferFree(serialized);
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

/* A Route for each cluster, with its hosts */
static void write_part(writer_t *w, const part_t *part)
{
    apr_array_header_t *firsts = apr_array_make(w->m->p, 4, sizeof(const merge_pair_t *));
    apr_hash_t *by_cluster = apr_hash_make(w->m->p);
    int i;

    for (i = 0; i < part->pairs->nelts; ++i) {
        const merge_pair_t *pair = APR_ARRAY_IDX(part->pairs, i, merge_pair_t *);
        apr_array_header_t *hosts = apr_hash_get(by_cluster, &pair->cluster, sizeof(pair->cluster));

        if (!hosts) {
            hosts = apr_array_make(w->m->p, 1, sizeof(const void *));
            apr_hash_set(by_cluster, &pair->cluster, sizeof(pair->cluster), hosts);
            APR_ARRAY_PUSH(firsts, const merge_pair_t *) = pair;
        }
        APR_ARRAY_PUSH(hosts, const void *) = MERGE_FIRST(pair).host;
    }
    for (i = 0; i < firsts->nelts; ++i) {
        const merge_pair_t *pair = APR_ARRAY_IDX(firsts, i, const merge_pair_t *);
        write_route(w, part, pair, apr_hash_get(by_cluster, &pair->cluster, sizeof(pair->cluster)));
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
    return (section_t){ into, wlmcfg_merge_names(p), apr_hash_make(p) };
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

        of_uri = of_uri ? of_uri : apr_array_make(m->p, 8, sizeof(merge_pair_t *));
        APR_ARRAY_PUSH(of_uri, merge_pair_t *) = pair;
        if (i + 1 < m->pairs->nelts) {
            next = &MERGE_FIRST(APR_ARRAY_IDX(m->pairs, i + 1, merge_pair_t *));
        }
        if (!next || next->route != first->route || next->uri != first->uri) {
            if (add_uri(&w, first->uri, of_uri)->pairs == of_uri) {
                of_uri = NULL;
            }
            else {
                apr_array_clear(of_uri); /* its pairs are those of the part already */
            }
        }
        if (!next || next->route != first->route) {
            write_parts(&w);
        }
    }
}
