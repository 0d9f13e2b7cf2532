/* plugin-cfg.xml: whatever the bytes are, they are used and hold together, or there is an error that says why not. What
 * can be used is reviewed, and every host and URI in it is looked up: the index finds the route that the rule says. */
#include "fuzz.h"
#include "plugin_cfg_truth.h"
#include "route_rule.h"
#include "tools/wlmcfg/check/review.h"

#define MOST_PROBES 64             /* look-ups an input */
#define MOST_PAIRS  2000           /* of URI and virtual host in all routes: an input shall not take long */
#define LONGEST     400

/* A path that the pattern matches: without its stars */
static const char *path_of(const plugin_cfg_uri_t *uri, apr_pool_t *p)
{
    char *path = apr_pcalloc(p, strlen(uri->name) + 2), *to = path;
    const char *c;

    *to++ = '/';
    for (c = uri->name + (*uri->name == '/'); *c; ++c) {
        if (*c != '*') {
            *to++ = *c;
        }
    }
    return path;
}

static void probe(const plugin_cfg_t *cfg, const wlm_route_index_t *index, const plugin_cfg_virtual_host_t *host,
                  const char *path, apr_pool_t *p)
{
    const char *name = host && host->host ? host->host : "h.example";
    int port = host && host->port ? host->port : 8080;
    wlm_route_match_t match = { NULL, NULL, NULL }, wanted = route_rule_find(cfg, name, port, path, p);

    FUZZ_ASSERT(wlm_route_find(&match, index, name, port, path) == (wanted.route != NULL));
    FUZZ_ASSERT(match.route == wanted.route && match.uri == wanted.uri && match.host == wanted.host);
    FUZZ_ASSERT(!match.route || plugin_cfg_has(cfg->routes, match.route));
}

static int count(const apr_array_header_t *array)
{
    return array ? array->nelts : 1;
}

/* @return how many pairs of URI and virtual host there are */
static int pairs(const plugin_cfg_t *cfg)
{
    int i, n = 0;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *);

        n += count(route->uri_group ? route->uri_group->uris : NULL)
             * count(route->virtual_host_group ? route->virtual_host_group->hosts : NULL);
    }
    return n;
}

static void look_up(const plugin_cfg_t *cfg, apr_pool_t *p)
{
    const wlm_route_index_t *index = wlm_route_index_make(cfg, p);
    int probes = 0, i, h, u;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *);
        const apr_array_header_t *hosts = route->virtual_host_group ? route->virtual_host_group->hosts : NULL;
        const apr_array_header_t *uris = route->uri_group ? route->uri_group->uris : NULL;

        for (h = 0; h < count(hosts); ++h) {
            for (u = 0; u < count(uris) && probes < MOST_PROBES; ++u) {
                const char *path = uris ? path_of(APR_ARRAY_IDX(uris, u, plugin_cfg_uri_t *), p) : "/";

                if (strlen(path) < LONGEST) {
                    probe(cfg, index, hosts ? APR_ARRAY_IDX(hosts, h, plugin_cfg_virtual_host_t *) : NULL, path, p);
                    ++probes;
                }
            }
        }
    }
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    plugin_cfg_t *cfg;
    apr_status_t rv = plugin_cfg_read_memory(&cfg, fuzz_copy(data, size, p), size, "input", p);

    FUZZ_ASSERT(!plugin_cfg_contradiction(cfg, rv));
    FUZZ_ASSERT(!cfg->text || (cfg->length == size && memcmp(cfg->text, data, size) == 0));
    if (rv == APR_SUCCESS && pairs(cfg) <= MOST_PAIRS) {
        look_up(cfg, p);
        wlm_review(cfg, p);
        FUZZ_ASSERT(!plugin_cfg_contradiction(cfg, rv));
    }
}
