/* Looks up the route of a request in the index, whose layout route/private.h describes. Pure; any thread. */
#include <string.h>
#include "base/hash.h"
#include "route/private.h"

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

static void consider_general(search_t *s, const wlm_route_pattern_t *pattern)
{
    if (wlm_route_glob_matches(pattern->text, s->path)) {
        consider(s, pattern, pattern->literal_len);
    }
    else if (pattern->without_slash && wlm_route_glob_matches(pattern->without_slash, s->path)) {
        consider(s, pattern, pattern->literal_len - 1);
    }
}

static void consider_node(search_t *s, const wlm_route_node_t *node)
{
    const wlm_route_pattern_t *general;

    if (node->len == s->path_len && node->exact) {
        consider(s, node->exact, node->exact->literal_len);
    }
    if (node->len == s->path_len && node->without_slash) {
        consider(s, node->without_slash, node->without_slash->literal_len - 1);
    }
    if (node->open) {
        consider(s, node->open, node->open->literal_len);
    }
    for (general = node->general; general; general = general->next) {
        consider_general(s, general);
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
                consider_node(s, node);
            }
        }
        hash = wlm_hash_byte(hash, s->path[len]);
    }
}

static void search_ends(search_t *s)
{
    const wlm_route_literals_t *literals = &s->index->ends;
    const char *end = s->path + s->path_len;
    apr_uint64_t hash = WLM_HASH_START;
    apr_size_t len;

    for (len = 1; len <= s->path_len && len <= literals->max_len; ++len) {
        hash = wlm_hash_byte(hash, *(end - len));
        if (literals->has_len[len]) {
            const wlm_route_node_t *node = wlm_route_literals_find(literals, hash, end - len, len);

            if (node) {
                consider(s, node->open, node->open->literal_len);
            }
        }
    }
}

int wlm_route_find_rank(wlm_route_match_t *match, wlm_route_rank_t *rank, const wlm_route_index_t *index,
                        const char *host, int port, const char *path)
{
    search_t s = { .index = index, .path = path, .path_len = strlen(path) };

    wlm_route_hosts_find(s.hosts, index->hosts, host, port);
    search_beginnings(&s);
    search_ends(&s);
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
