/* Builds the index of routes, whose layout route/private.h describes. Runs while a version is made.
 * On its thread, in any process. */
#include <string.h>
#include <apr_strings.h>
#include "base/hash.h"
#include "route/private.h"

typedef struct builder_t {
    wlm_route_index_t *index;
    apr_hash_t *patterns;          /* text -> wlm_route_pattern_t * */
    int order;
    apr_pool_t *p;                 /* of the index */
    apr_pool_t *ptemp;             /* of what builds it */
} builder_t;

/* -- patterns ---------------------------------------------------------------------------- */

const char *wlm_route_pattern_text(const char *text, apr_pool_t *p)
{
    char *merged, *to;

    if (!strstr(text, "**")) {
        return text;
    }
    to = merged = apr_pstrdup(p, text);
    for (; *text; ++text) {
        if (*text != '*' || to == merged || to[-1] != '*') {
            *to++ = *text;
        }
    }
    *to = '\0';
    return merged;
}

const char *wlm_route_sample(const char *pattern, apr_pool_t *p)
{
    char *path = apr_pstrcat(p, *pattern == '*' ? "/" : "", pattern, NULL), *c; /* all paths begin with a slash */

    for (c = path; *c; ++c) {
        *c = *c == '*' ? '\1' : *c;
    }
    return path;
}

/* Is this star the pattern's last character, behind a slash that is not its first one? */
static int ends_in_slash_star(const char *text, const char *star)
{
    return !star[1] && star > text + 1 && star[-1] == '/';
}

static wlm_route_node_t *file_forwards(wlm_route_literals_t *literals, const char *literal, apr_size_t len,
                                       apr_pool_t *p)
{
    apr_uint64_t hash = WLM_HASH_START;
    apr_size_t i;

    for (i = 0; i < len; ++i) {
        hash = wlm_hash_byte(hash, literal[i]);
    }
    return wlm_route_literals_add(literals, hash, literal, len, p);
}

static wlm_route_node_t *file_backwards(wlm_route_literals_t *literals, const char *literal, apr_size_t len,
                                        apr_pool_t *p)
{
    apr_uint64_t hash = WLM_HASH_START;
    apr_size_t i;

    for (i = len; i > 0; --i) {
        hash = wlm_hash_byte(hash, literal[i - 1]);
    }
    return wlm_route_literals_add(literals, hash, literal, len, p);
}

/* The node of a pattern's last piece. @param before  the node before the last star; NULL: there is no star */
static wlm_route_node_t *file_end(builder_t *b, wlm_route_after_t *before, const char *piece, apr_size_t len)
{
    return before ? file_backwards(&before->ends, piece, len, b->ptemp)
                  : file_forwards(&b->index->beginnings, piece, len, b->ptemp);
}

/* Insert a pattern into the tables in which look-ups search for it */
static void insert_pattern(builder_t *b, wlm_route_pattern_t *pattern)
{
    const char *text = pattern->text, *piece, *star;
    wlm_route_after_t *after = NULL;
    wlm_route_node_t *node;

    for (piece = text; (star = strchr(piece, '*')); piece = star + 1) {
        if (ends_in_slash_star(text, star)) {
            file_end(b, after, piece, (apr_size_t)(star - 1 - piece))->without_slash = pattern;
        }
        node = file_forwards(after ? &after->inner : &b->index->beginnings, piece, (apr_size_t)(star - piece),
                             b->ptemp);
        if (!star[1]) {
            node->open = pattern;
            return;
        }
        if (!node->after) {
            node->after = apr_pcalloc(b->p, sizeof(*node->after));
        }
        after = node->after;
    }
    pattern->is_exact = !after;
    file_end(b, after, piece, strlen(piece))->ended = pattern;
}

static void insert_crowded(builder_t *b, wlm_route_pattern_t *pattern)
{
    const char *text = pattern->text, *last = strrchr(text, '*');

    if (ends_in_slash_star(text, last)) {
        pattern->without_slash = apr_pstrmemdup(b->p, text, (apr_size_t)(last - 1 - text));
    }
    pattern->next = b->index->crowded;
    b->index->crowded = pattern;
}

static const wlm_route_pattern_t *add_pattern(builder_t *b, const char *text)
{
    wlm_route_pattern_t *pattern;
    const char *c;
    int stars = 0;

    text = wlm_route_pattern_text(text, b->p);
    pattern = apr_hash_get(b->patterns, text, APR_HASH_KEY_STRING);
    if (!pattern) {
        pattern = apr_pcalloc(b->p, sizeof(*pattern));
        pattern->text = text;
        pattern->id = (int)apr_hash_count(b->patterns);
        for (c = text; *c; ++c) {
            stars += *c == '*';
        }
        pattern->literal_len = (int)(c - text) - stars;
        apr_hash_set(b->patterns, text, APR_HASH_KEY_STRING, pattern);
        (stars > WLM_ROUTE_MOST_STARS ? insert_crowded : insert_pattern)(b, pattern);
    }
    return pattern;
}

/* -- routes ------------------------------------------------------------------------------ */

static void add_uri(builder_t *b, const plugin_cfg_route_t *route, const plugin_cfg_uri_t *uri)
{
    const plugin_cfg_virtual_host_group_t *group = route->virtual_host_group;
    wlm_route_entry_t entry = {
        add_pattern(b, uri ? uri->name : "*")->id, WLM_ROUTE_ANY_HOST, b->order++, { route, uri, NULL }
    };
    int i;

    if (!group) {
        wlm_route_entries_add(&b->index->entries, &entry);
        return;
    }
    for (i = 0; i < group->hosts->nelts; ++i) {
        entry.match.host = APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *);
        entry.host = wlm_route_host_add(b->index->hosts, entry.match.host->host, entry.match.host->port);
        if (entry.host != WLM_ROUTE_NO_HOST) {
            wlm_route_entries_add(&b->index->entries, &entry);
        }
    }
}

static void add_route(builder_t *b, const plugin_cfg_route_t *route)
{
    int i;

    if (!route->uri_group) {
        add_uri(b, route, NULL);
        return;
    }
    for (i = 0; i < route->uri_group->uris->nelts; ++i) {
        add_uri(b, route, APR_ARRAY_IDX(route->uri_group->uris, i, plugin_cfg_uri_t *));
    }
}

/* Pairs of URI and virtual host in all routes */
static apr_size_t count_entries(const plugin_cfg_t *cfg)
{
    apr_size_t n = 0;
    int i;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *);
        int uris = route->uri_group ? route->uri_group->uris->nelts : 1;
        int hosts = route->virtual_host_group ? route->virtual_host_group->hosts->nelts : 1;

        n += (apr_size_t)uris * (apr_size_t)hosts;
    }
    return n;
}

wlm_route_index_t *wlm_route_index_make(const plugin_cfg_t *cfg, apr_pool_t *p)
{
    wlm_route_index_t *index = apr_pcalloc(p, sizeof(*index));
    builder_t b = { .index = index, .p = p };
    int i;

    apr_pool_create(&b.ptemp, p);
    b.patterns = apr_hash_make(b.ptemp);
    index->hosts = apr_hash_make(p);
    wlm_route_entries_init(&index->entries, count_entries(cfg), p);
    for (i = 0; i < cfg->routes->nelts; ++i) {
        add_route(&b, APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *));
    }
    wlm_route_literals_finish(&index->beginnings, p);
    apr_pool_destroy(b.ptemp);
    return index;
}
