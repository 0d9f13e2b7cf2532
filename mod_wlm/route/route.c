/* Looks up the route of a request in the index, whose layout route/private.h describes. Pure; any thread. */
#include <string.h>
#include "base/hash.h"
#include "route/private.h"

#define SEEN 8                     /* pieces that are remembered */

typedef struct search_t {
    const wlm_route_index_t *index;
    const char *path;
    apr_size_t path_len;
    int hosts[WLM_ROUTE_HOSTS];    /* ids */
    const wlm_route_entry_t *best;
    wlm_route_rank_t rank;         /* of the best */
} search_t;

int wlm_route_compare(wlm_route_reason_t *preason, const wlm_route_rank_t *a, const wlm_route_rank_t *b)
{
    const int advantages[] = {
        [WLM_ROUTE_BY_LENGTH] = a->literal_len - b->literal_len,
        [WLM_ROUTE_BY_EXACTNESS] = a->is_exact - b->is_exact,
        [WLM_ROUTE_BY_HOST] = b->host_rank - a->host_rank,
        [WLM_ROUTE_BY_FILE_ORDER] = b->order - a->order
    };
    int reason = WLM_ROUTE_BY_LENGTH;

    while (reason < WLM_ROUTE_BY_FILE_ORDER && !advantages[reason]) {
        ++reason;
    }
    *preason = advantages[reason] ? (wlm_route_reason_t)reason : WLM_ROUTE_EQUAL;
    return advantages[reason];
}

/* A pattern matches the path: has it a route for the request's host, and does that beat the best so far? */
static void consider(search_t *s, const wlm_route_pattern_t *pattern, int literal_len)
{
    wlm_route_rank_t rank = { literal_len, pattern->is_exact, 0, 0 };
    wlm_route_reason_t reason;

    /* a shorter URI, or a wildcard as long as an exact URI, loses whatever its hosts are */
    if (s->best && (literal_len < s->rank.literal_len
                    || (literal_len == s->rank.literal_len && pattern->is_exact < s->rank.is_exact))) {
        return;
    }
    for (; rank.host_rank < WLM_ROUTE_HOSTS; ++rank.host_rank) {
        const wlm_route_entry_t *entry = NULL;

        if (s->hosts[rank.host_rank] != WLM_ROUTE_NO_HOST) {
            entry = wlm_route_entries_find(&s->index->entries, pattern->id, s->hosts[rank.host_rank]);
        }
        if (!entry) {
            continue;
        }
        rank.order = entry->order;
        if (!s->best || wlm_route_compare(&reason, &rank, &s->rank) > 0) {
            s->best = entry;
            s->rank = rank;
        }
        return; /* of one pattern's hosts the first found is the most exact */
    }
}

/* '*' stands for any characters. Backtracking to the last star is enough: quadratic at worst. */
int wlm_route_glob_matches(const char *pattern, const char *path)
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
    return !pattern[strspn(pattern, "*")];
}

static void consider_crowded(search_t *s, const wlm_route_pattern_t *pattern)
{
    if (wlm_route_glob_matches(pattern->text, s->path)) {
        consider(s, pattern, pattern->literal_len);
    }
    else if (pattern->without_slash && wlm_route_glob_matches(pattern->without_slash, s->path)) {
        consider(s, pattern, pattern->literal_len - 1);
    }
}

static void search_after(search_t *s, const wlm_route_after_t *after, apr_size_t from);

/* The path matches as far as a node's piece, which ends at `pos` */
static void consider_node(search_t *s, const wlm_route_node_t *node, apr_size_t pos)
{
    if (node->ended && pos == s->path_len) {
        consider(s, node->ended, node->ended->literal_len);
    }
    if (node->without_slash && pos == s->path_len) {
        consider(s, node->without_slash, node->without_slash->literal_len - 1);
    }
    if (node->open) {
        consider(s, node->open, node->open->literal_len);
    }
    if (node->after) {
        search_after(s, node->after, pos);
    }
}

static void search_beginnings(search_t *s)
{
    const wlm_route_literals_t *literals = &s->index->beginnings;
    apr_uint64_t hash = WLM_HASH_START;
    apr_size_t len;

    for (len = 0; len <= s->path_len && len <= literals->max_len; ++len) {
        if (literals->has_len[len]) {
            const wlm_route_node_t *node = wlm_route_literals_find(literals, hash, s->path, len);

            if (node) {
                consider_node(s, node, len);
            }
        }
        hash = wlm_hash_byte(hash, s->path[len]);
    }
}

/* The ends of the path, which lie behind `from` */
static void search_ends(search_t *s, const wlm_route_literals_t *ends, apr_size_t from)
{
    const char *end = s->path + s->path_len;
    apr_uint64_t hash = WLM_HASH_START;
    apr_size_t len;

    for (len = 0; len <= s->path_len - from && len <= ends->max_len; ++len) {
        if (len) {
            hash = wlm_hash_byte(hash, *(end - len));
        }
        if (ends->has_len[len]) {
            const wlm_route_node_t *node = wlm_route_literals_find(ends, hash, end - len, len);

            if (node) {
                consider_node(s, node, s->path_len);
            }
        }
    }
}

/* Does a piece that is found at `start` occur for the first time? In a path that repeats a piece often `seen` spares
 * most searches. */
static int is_first(const search_t *s, const wlm_route_node_t *node, apr_size_t from, apr_size_t start,
                    const wlm_route_node_t *seen[SEEN])
{
    const wlm_route_node_t **last = &seen[node->hash % SEEN];

    if (*last == node) {
        return 0;
    }
    *last = node;
    return !memmem(s->path + from, start - from + node->len - 1, node->literal, node->len);
}

/* Pieces between stars that begin at `start`. They have a character at least. */
static void search_at(search_t *s, const wlm_route_literals_t *inner, apr_size_t from, apr_size_t start,
                      const wlm_route_node_t *seen[SEEN])
{
    apr_uint64_t hash = WLM_HASH_START;
    apr_size_t len;

    for (len = 1; len <= s->path_len - start && len <= inner->max_len; ++len) {
        hash = wlm_hash_byte(hash, s->path[start + len - 1]);
        if (inner->has_len[len]) {
            const wlm_route_node_t *node = wlm_route_literals_find(inner, hash, s->path + start, len);

            if (node && is_first(s, node, from, start, seen)) {
                consider_node(s, node, start + len);
            }
        }
    }
}

static void search_after(search_t *s, const wlm_route_after_t *after, apr_size_t from)
{
    const wlm_route_node_t *seen[SEEN] = { NULL };
    apr_size_t start;

    search_ends(s, &after->ends, from);
    for (start = from; after->inner.used && start < s->path_len; ++start) {
        if (wlm_route_literals_begin(&after->inner, s->path[start])) {
            search_at(s, &after->inner, from, start, seen);
        }
    }
}

int wlm_route_find_rank(wlm_route_match_t *match, wlm_route_rank_t *rank, const wlm_route_index_t *index,
                        const char *host, int port, const char *path)
{
    search_t s = { .index = index, .path = path, .path_len = strlen(path) };
    const wlm_route_pattern_t *crowded;

    wlm_route_hosts_find(s.hosts, index->hosts, host, port);
    search_beginnings(&s);
    for (crowded = index->crowded; crowded; crowded = crowded->next) {
        consider_crowded(&s, crowded);
    }
    if (!s.best) {
        return 0;
    }
    *match = s.best->match;
    *rank = s.rank;
    return 1;
}

int wlm_route_find(wlm_route_match_t *match, const wlm_route_index_t *index,
                   const char *host, int port, const char *path)
{
    wlm_route_rank_t rank;

    return wlm_route_find_rank(match, &rank, index, host, port, path);
}
