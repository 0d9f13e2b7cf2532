/* Which route wins: what the index finds is what the rule says. Input, a line each: the request's host, its port, its
 * path, then routes in the language of route_rule.h ("h:80,*:*|/a,/b/" and a star ">c"). */
#include "fuzz.h"
#include "route_rule.h"
#include "route/target.h"

#define MOST_ROUTES 12
#define LONGEST     400            /* the rule takes time in proportion to the product of pattern and path */

static const plugin_cfg_t *read_routes(fuzz_input_t *input, apr_pool_t *p)
{
    const char *texts[MOST_ROUTES + 1];
    int n = 0;

    while (input->size && n < MOST_ROUTES) {
        char *line = fuzz_line(input, p);
        if (strlen(line) < LONGEST) {
            texts[n++] = line;
        }
    }
    texts[n] = NULL;
    return route_rule_cfg(texts, p);
}

static void compare(const plugin_cfg_t *cfg, const char *host, int port, const char *path, apr_pool_t *p)
{
    const wlm_route_index_t *index = wlm_route_index_make(cfg, p);
    char *lower = apr_pstrdup(p, host), *c;
    wlm_route_match_t wanted, match = { NULL, NULL, NULL }, target = { NULL, NULL, NULL };
    wlm_route_rank_t rank;
    const char *matched;
    int found = wlm_route_find_rank(&match, &rank, index, host, port, path);

    for (c = lower; *c; ++c) {
        *c = (char)tolower((unsigned char)*c);
    }
    wanted = route_rule_find(cfg, lower, port, path, p);
    FUZZ_ASSERT(found == (wanted.route != NULL));
    FUZZ_ASSERT(match.route == wanted.route && match.uri == wanted.uri && match.host == wanted.host);
    FUZZ_ASSERT(!found || (rank.literal_len >= 0 && rank.literal_len <= (int)strlen(path)
                           && rank.host_rank >= 0 && rank.host_rank <= 4));
    if (!strpbrk(path, "%;") && wlm_target_find(&target, &matched, index, host, port, path, p) == WLM_TARGET_FOUND) {
        FUZZ_ASSERT(strstr(path, "//") || (target.route == match.route && target.uri == match.uri));
    }
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    const char *host = fuzz_line(&input, p);
    int port = atoi(fuzz_line(&input, p)) & 0xffff;
    const char *path = apr_pstrcat(p, "/", fuzz_line(&input, p), NULL);

    if (strlen(path) < LONGEST) {
        compare(read_routes(&input, p), host, port, path, p);
    }
}
