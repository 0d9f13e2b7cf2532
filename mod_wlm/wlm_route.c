/* The index of routes.
 *
 * Every URI pattern is one of: exact ("/hello"), prefix ("/app/" and a star), suffix (a star and ".jsp"), or general.
 * Literals lie in two hash tables, by their beginning and (suffixes, reversed) by their end. A look-up walks the path
 * once from each side with a running hash and probes only at lengths that some literal has. For every pattern that
 * matches the path, the virtual hosts that match the request, at most five of them, are looked up in `entries`.
 */
#include <string.h>
#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "wlm_route.h"

#define HOST_MAX 255               /* longest host name that is compared (RFC 1035 2.3.4) */

typedef struct pattern_t {
    const char *text;              /* as in the file, runs of stars made one */
    int id;
    int literal_len;               /* characters other than '*' */
    int is_exact;
    struct pattern_t *next;        /* the next general pattern with the same literal beginning */
} pattern_t;

/* what stands at one literal */
typedef struct node_t {
    const char *literal;
    apr_size_t len;
    apr_uint64_t hash;
    pattern_t *exact;              /* matches when the path ends here */
    pattern_t *without_slash;      /* the prefix pattern that is longer by "/": matches when the path ends here */
    pattern_t *open;               /* prefix, or in the table of suffixes the suffix: matches whatever the rest is */
    pattern_t *general;
} node_t;

typedef struct table_t {
    node_t *nodes;                 /* open addressing; a free place has literal NULL */
    apr_size_t size, used;         /* size: a power of two, at least twice as large as used */
    unsigned char *has_len;        /* is there a literal of this length? */
    apr_size_t max_len;
} table_t;

/* the best route for a pattern and a virtual host */
typedef struct entry_t {
    wlm_route_match_t match;
    int order;                     /* place in the file */
} entry_t;

typedef struct entry_key_t {
    int pattern;
    int host;
} entry_key_t;

struct wlm_route_index_t {
    table_t beginnings;
    table_t ends;
    apr_hash_t *hosts;             /* host key -> int, see host_key() */
    apr_hash_t *entries;           /* entry_key_t -> entry_t * */
    int any_host;                  /* the host id of routes without virtual host group */
};

/* -- the tables of literals ------------------------------------------------------- */

#define HASH_BEGIN 14695981039346656037u /* FNV-1a */
#define HASH_STEP(hash, c) (((hash) ^ (unsigned char)(c)) * 1099511628211u)

static apr_uint64_t hash_of(const char *literal, apr_size_t len)
{
    apr_uint64_t hash = HASH_BEGIN;

    while (len--) {
        hash = HASH_STEP(hash, *literal++);
    }
    return hash;
}

static node_t *find_place(const table_t *table, apr_uint64_t hash, const char *literal, apr_size_t len)
{
    apr_size_t i = (apr_size_t)(hash ^ hash >> 32) & (table->size - 1);

    while (table->nodes[i].literal
           && !(table->nodes[i].hash == hash && table->nodes[i].len == len
                && memcmp(table->nodes[i].literal, literal, len) == 0)) {
        i = (i + 1) & (table->size - 1);
    }
    return &table->nodes[i];
}

static void grow(table_t *table, apr_pool_t *p)
{
    table_t larger = *table;
    apr_size_t i;

    larger.size = table->size ? table->size * 2 : 64;
    larger.nodes = apr_pcalloc(p, sizeof(node_t) * larger.size);
    for (i = 0; i < table->size; ++i) {
        const node_t *node = &table->nodes[i];
        if (node->literal) {
            *find_place(&larger, node->hash, node->literal, node->len) = *node;
        }
    }
    *table = larger;
}

static node_t *add_node(table_t *table, const char *literal, apr_size_t len, apr_pool_t *p)
{
    node_t *node;

    if (table->used * 2 >= table->size) {
        grow(table, p);
    }
    node = find_place(table, hash_of(literal, len), literal, len);
    if (!node->literal) {
        node->literal = literal;
        node->len = len;
        node->hash = hash_of(literal, len);
        table->used++;
        if (len > table->max_len) {
            table->max_len = len;
        }
    }
    return node;
}

static void note_lengths(table_t *table, apr_pool_t *p)
{
    apr_size_t i;

    table->has_len = apr_pcalloc(p, table->max_len + 1);
    for (i = 0; i < table->size; ++i) {
        if (table->nodes[i].literal) {
            table->has_len[table->nodes[i].len] = 1;
        }
    }
}

/* -- building: patterns -------------------------------------------------------------- */

typedef struct builder_t {
    wlm_route_index_t *index;
    apr_hash_t *patterns;          /* text -> pattern_t * */
    int order;
    apr_pool_t *p;
} builder_t;

static const char *merge_stars(const char *text, apr_pool_t *p)
{
    char *merged = apr_pstrdup(p, text), *to = merged;

    for (; *text; ++text) {
        if (*text != '*' || to == merged || to[-1] != '*') {
            *to++ = *text;
        }
    }
    *to = '\0';
    return merged;
}

static const char *reversed(const char *text, apr_size_t len, apr_pool_t *p)
{
    char *copy = apr_palloc(p, len + 1);
    apr_size_t i;

    for (i = 0; i < len; ++i) {
        copy[i] = text[len - 1 - i];
    }
    copy[len] = '\0';
    return copy;
}

/* Put a pattern where look-ups find it */
static void place_pattern(builder_t *b, pattern_t *pattern)
{
    const char *text = pattern->text, *star = strchr(text, '*');
    apr_size_t len = strlen(text);
    table_t *beginnings = &b->index->beginnings;
    node_t *node;

    if (!star) {
        pattern->is_exact = 1;
        add_node(beginnings, text, len, b->p)->exact = pattern;
    }
    else if (star == text + len - 1) {
        add_node(beginnings, text, len - 1, b->p)->open = pattern;
        if (len > 2 && star[-1] == '/') {
            add_node(beginnings, text, len - 2, b->p)->without_slash = pattern;
        }
    }
    else if (star == text && !strchr(text + 1, '*')) {
        add_node(&b->index->ends, reversed(text + 1, len - 1, b->p), len - 1, b->p)->open = pattern;
    }
    else {
        node = add_node(beginnings, text, (apr_size_t)(star - text), b->p);
        pattern->next = node->general;
        node->general = pattern;
    }
}

static pattern_t *add_pattern(builder_t *b, const char *text)
{
    pattern_t *pattern;
    const char *c;

    text = merge_stars(text, b->p);
    pattern = apr_hash_get(b->patterns, text, APR_HASH_KEY_STRING);
    if (!pattern) {
        pattern = apr_pcalloc(b->p, sizeof(*pattern));
        pattern->text = text;
        pattern->id = (int)apr_hash_count(b->patterns);
        for (c = text; *c; ++c) {
            pattern->literal_len += *c != '*';
        }
        apr_hash_set(b->patterns, text, APR_HASH_KEY_STRING, pattern);
        place_pattern(b, pattern);
    }
    return pattern;
}

/* -- building: hosts and entries ------------------------------------------------------- */

/* port (0: any), then the host in lower case ("" : any). @return the key's length, 0 when the host is too long */
static apr_ssize_t host_key(char *key, const char *host, int port)
{
    apr_ssize_t len = 2;

    key[0] = (char)(port >> 8);
    key[1] = (char)port;
    for (; host && *host; ++host) {
        if (len == HOST_MAX + 2) {
            return 0;
        }
        key[len++] = (char)apr_tolower(*host);
    }
    return len;
}

static int host_id(const wlm_route_index_t *index, const char *host, int port)
{
    char key[HOST_MAX + 2];
    apr_ssize_t len = host_key(key, host, port);
    const int *id = len ? apr_hash_get(index->hosts, key, len) : NULL;

    return id ? *id : -1;
}

static int add_host(builder_t *b, const plugin_cfg_virtual_host_t *host)
{
    char *key = apr_palloc(b->p, HOST_MAX + 2);
    apr_ssize_t len = host_key(key, host->host, host->port);
    int *id = len ? apr_hash_get(b->index->hosts, key, len) : NULL;

    if (len && !id) {
        id = apr_palloc(b->p, sizeof(*id));
        *id = (int)apr_hash_count(b->index->hosts);
        apr_hash_set(b->index->hosts, key, len, id);
    }
    return id ? *id : -1;
}

static void add_entry(builder_t *b, const pattern_t *pattern, int host, const wlm_route_match_t *match)
{
    entry_key_t *key = apr_palloc(b->p, sizeof(*key));
    entry_t *entry;

    key->pattern = pattern->id;
    key->host = host;
    if (host == -1 || apr_hash_get(b->index->entries, key, sizeof(*key))) {
        return; /* an earlier route has it */
    }
    entry = apr_palloc(b->p, sizeof(*entry));
    entry->match = *match;
    entry->order = b->order;
    apr_hash_set(b->index->entries, key, sizeof(*key), entry);
}

static void add_uri(builder_t *b, const plugin_cfg_route_t *route, const plugin_cfg_uri_t *uri)
{
    const pattern_t *pattern = add_pattern(b, uri ? uri->name : "*");
    wlm_route_match_t match = { route, uri, NULL };
    int i;

    b->order++;
    if (!route->virtual_host_group) {
        add_entry(b, pattern, b->index->any_host, &match);
        return;
    }
    for (i = 0; i < route->virtual_host_group->hosts->nelts; ++i) {
        match.host = APR_ARRAY_IDX(route->virtual_host_group->hosts, i, plugin_cfg_virtual_host_t *);
        add_entry(b, pattern, add_host(b, match.host), &match);
    }
}

wlm_route_index_t *wlm_route_index_make(const plugin_cfg_t *cfg, apr_pool_t *p)
{
    builder_t b = { apr_pcalloc(p, sizeof(wlm_route_index_t)), apr_hash_make(p), 0, p };
    int i, k;

    b.index->hosts = apr_hash_make(p);
    b.index->entries = apr_hash_make(p);
    b.index->any_host = -2; /* no virtual host has it */
    grow(&b.index->beginnings, p);
    grow(&b.index->ends, p);
    for (i = 0; i < cfg->routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *);

        for (k = 0; route->uri_group && k < route->uri_group->uris->nelts; ++k) {
            add_uri(&b, route, APR_ARRAY_IDX(route->uri_group->uris, k, plugin_cfg_uri_t *));
        }
        if (!route->uri_group) {
            add_uri(&b, route, NULL);
        }
    }
    note_lengths(&b.index->beginnings, p);
    note_lengths(&b.index->ends, p);
    return b.index;
}

/* -- looking up ----------------------------------------------------------------------- */

#define HOSTS_MAX 5                /* host:port, host:*, *:port, *:*, no group: in the order of preference */

typedef struct search_t {
    const wlm_route_index_t *index;
    int hosts[HOSTS_MAX];          /* host ids; -1: no route has such a virtual host */
    const entry_t *best;
    int literal_len, is_exact, host_rank; /* of the best */
} search_t;

/* A pattern matches the path: does it beat the best so far? */
static void consider(search_t *s, const pattern_t *pattern, int literal_len)
{
    int rank;

    if (s->best && (literal_len < s->literal_len
                    || (literal_len == s->literal_len && pattern->is_exact < s->is_exact))) {
        return;
    }
    for (rank = 0; rank < HOSTS_MAX; ++rank) {
        entry_key_t key = { pattern->id, s->hosts[rank] };
        const entry_t *entry = key.host == -1 ? NULL : apr_hash_get(s->index->entries, &key, sizeof(key));

        if (!entry) {
            continue;
        }
        if (!s->best || literal_len > s->literal_len || pattern->is_exact > s->is_exact || rank < s->host_rank
            || (rank == s->host_rank && entry->order < s->best->order)) {
            s->best = entry;
            s->literal_len = literal_len;
            s->is_exact = pattern->is_exact;
            s->host_rank = rank;
        }
        return; /* of one pattern's hosts the first found is the most exact */
    }
}

/* Does a pattern match the whole path? The literal beginning has been compared. */
static int glob_matches(const char *pattern, const char *path)
{
    const char *star = NULL, *retry = NULL;

    while (*path) {
        if (*pattern == '*') {
            star = pattern++;
            retry = path;
        }
        else if (*pattern == *path) {
            ++pattern;
            ++path;
        }
        else if (star) {
            pattern = star + 1;
            path = ++retry;
        }
        else {
            return 0;
        }
    }
    while (*pattern == '*') {
        ++pattern;
    }
    return !*pattern;
}

static void consider_node(search_t *s, const node_t *node, const char *path, int at_end)
{
    const pattern_t *general;

    if (at_end && node->exact) {
        consider(s, node->exact, node->exact->literal_len);
    }
    if (at_end && node->without_slash) {
        consider(s, node->without_slash, node->without_slash->literal_len - 1);
    }
    if (node->open) {
        consider(s, node->open, node->open->literal_len);
    }
    for (general = node->general; general; general = general->next) {
        if (glob_matches(general->text, path)) {
            consider(s, general, general->literal_len);
        }
    }
}

static void search_beginnings(search_t *s, const char *path, apr_size_t path_len)
{
    const table_t *table = &s->index->beginnings;
    apr_uint64_t hash = HASH_BEGIN;
    apr_size_t len;

    for (len = 0; len <= path_len && len <= table->max_len; ++len) {
        if (table->has_len[len]) {
            const node_t *node = find_place(table, hash, path, len);
            if (node->literal) {
                consider_node(s, node, path, len == path_len);
            }
        }
        hash = HASH_STEP(hash, path[len]);
    }
}

static int ends_with_reversed(const char *end, const char *reversed_literal, apr_size_t len)
{
    while (len--) {
        if (*--end != *reversed_literal++) {
            return 0;
        }
    }
    return 1;
}

static void search_ends(search_t *s, const char *path, apr_size_t path_len)
{
    const table_t *table = &s->index->ends;
    const char *end = path + path_len;
    apr_uint64_t hash = HASH_BEGIN;
    apr_size_t len, i;

    for (len = 1; len <= path_len && len <= table->max_len; ++len) {
        hash = HASH_STEP(hash, end[-(apr_ssize_t)len]);
        if (!table->has_len[len]) {
            continue;
        }
        /* the table's literals are reversed, the path is not: compared here instead of in find_place() */
        for (i = (apr_size_t)(hash ^ hash >> 32) & (table->size - 1); table->nodes[i].literal;
             i = (i + 1) & (table->size - 1)) {
            const node_t *node = &table->nodes[i];
            if (node->hash == hash && node->len == len && ends_with_reversed(end, node->literal, len)) {
                consider(s, node->open, node->open->literal_len);
            }
        }
    }
}

int wlm_route_find(wlm_route_match_t *match, const wlm_route_index_t *index,
                   const char *host, int port, const char *path)
{
    apr_size_t path_len = strlen(path);
    int named = host && *host;
    search_t s = {
        index,
        { named ? host_id(index, host, port) : -1, named ? host_id(index, host, 0) : -1, host_id(index, NULL, port),
          host_id(index, NULL, 0), index->any_host },
        NULL, 0, 0, 0
    };

    search_beginnings(&s, path, path_len);
    if (s.index->ends.used) {
        search_ends(&s, path, path_len);
    }
    if (!s.best) {
        return 0;
    }
    *match = s.best->match;
    return 1;
}
