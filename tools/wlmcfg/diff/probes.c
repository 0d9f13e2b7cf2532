/* `wlmcfg diff`, the probes: hosts and paths that stand for all others, so that two files can be compared by these.
 * On main()'s thread.
 *
 * A probe is a name or pattern of one of the files. In its request each '*' is replaced by something that neither
 * file names, so of all requests that it fits it is the one that fits nothing else by chance. That is not enough
 * where two of them overlap, for then requests that fit both may change while neither probe does. So there are
 * probes for these, too:
 *
 *     www:*, *:443      www:443
 *     /app/(*)          /app, which that pattern matches, but less well (the brackets keep this a comment)
 *     /a(*), *.jsp      /a(*).jsp; and where the end of one can be the beginning of the other, such as for /a.j(*)
 *                       and *.jsp, also /a.jsp
 *
 * Patterns with a '*' elsewhere than at one end are probes, but no overlaps with others are made of them.
 */
#include <string.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "route/route.h"
#include "tools/wlmcfg/diff/probes.h"

#define MAX_PORT 65535

typedef struct probes_t {
    apr_array_header_t *list;      /* probe_t */
    apr_hash_t *known;             /* text -> itself */
    apr_pool_t *p;
} probes_t;

static probes_t make_probes(apr_pool_t *p)
{
    return (probes_t){ apr_array_make(p, 16, sizeof(probe_t)), apr_hash_make(p), p };
}

static void add(probes_t *probes, const probe_t *probe)
{
    if (!apr_hash_get(probes->known, probe->text, APR_HASH_KEY_STRING)) {
        apr_hash_set(probes->known, probe->text, APR_HASH_KEY_STRING, probe->text);
        APR_ARRAY_PUSH(probes->list, probe_t) = *probe;
    }
}

static const probe_t *probe_at(const probes_t *probes, int i)
{
    return &APR_ARRAY_IDX(probes->list, i, probe_t);
}

/* @return int: the positions of the probes of one kind */
static apr_array_header_t *select_probes(const probes_t *probes, int (*is_one)(const probe_t *probe))
{
    apr_array_header_t *selected = apr_array_make(probes->p, 4, sizeof(int));
    int i;

    for (i = 0; i < probes->list->nelts; ++i) {
        if (is_one(probe_at(probes, i))) {
            APR_ARRAY_PUSH(selected, int) = i;
        }
    }
    return selected;
}

typedef void (*add_route_t)(probes_t *probes, const plugin_cfg_route_t *route);

static void add_routes(probes_t *probes, const plugin_cfg_t *cfg, add_route_t add_of)
{
    int i;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        add_of(probes, APR_ARRAY_IDX(cfg->routes, i, const plugin_cfg_route_t *));
    }
}

/* -- hosts ------------------------------------------------------------------------------- */

static void add_host(probes_t *probes, const char *host, int port, int wide, int other)
{
    const char *name = !host ? "*" : strchr(host, ':') ? apr_pstrcat(probes->p, "[", host, "]", NULL) : host;
    probe_t probe = { .text = apr_pstrcat(probes->p, name, ":", port ? apr_itoa(probes->p, port) : "*", NULL),
                      .host = host, .port = port, .general = { wide, other } };

    add(probes, &probe);
}

static void add_hosts_of(probes_t *probes, const plugin_cfg_route_t *route)
{
    const plugin_cfg_virtual_host_group_t *group = route->virtual_host_group;
    int i;

    for (i = 0; group && i < group->hosts->nelts; ++i) {
        const plugin_cfg_virtual_host_t *host = APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *);
        if (!host->host || !strpbrk(host->host, " \t/@?#[]*$")) { /* no request names such a host; `check` warns */
            add_host(probes, host->host, host->port, -1, -1);
        }
    }
}

static int is_port(const probe_t *probe)
{
    return !probe->host && probe->port;
}

static void overlap_hosts(probes_t *probes)
{
    apr_array_header_t *ports = select_probes(probes, is_port);
    int i, k, n = probes->list->nelts;

    for (i = 0; i < n; ++i) {
        const char *host = probe_at(probes, i)->host;
        for (k = 0; host && !probe_at(probes, i)->port && k < ports->nelts; ++k) {
            int other = APR_ARRAY_IDX(ports, k, int);
            add_host(probes, host, probe_at(probes, other)->port, i, other);
        }
    }
}

/* @return the smallest port that no probe has */
static int find_other_port(const probes_t *probes)
{
    char *is_used = apr_pcalloc(probes->p, MAX_PORT + 2);
    int i, port = 1;

    for (i = 0; i < probes->list->nelts; ++i) {
        is_used[probe_at(probes, i)->port] = 1;
    }
    while (is_used[port]) {
        ++port;
    }
    return port;
}

apr_array_header_t *wlmcfg_diff_hosts(const plugin_cfg_t *from, const plugin_cfg_t *to, apr_pool_t *p)
{
    probes_t probes = make_probes(p);
    int i, other_port;

    add_routes(&probes, to, add_hosts_of);
    add_routes(&probes, from, add_hosts_of);
    add_host(&probes, NULL, 0, -1, -1);
    overlap_hosts(&probes);
    other_port = find_other_port(&probes);
    for (i = 0; i < probes.list->nelts; ++i) {
        probe_t *probe = &APR_ARRAY_IDX(probes.list, i, probe_t);
        probe->port = probe->port ? probe->port : other_port;
    }
    return probes.list;
}

/* -- paths ------------------------------------------------------------------------------- */

static void add_pattern(probes_t *probes, const char *pattern, int one, int other)
{
    probe_t probe = { .text = pattern, .path = wlm_route_sample(pattern, probes->p), .general = { one, other } };

    if (*probe.path == '/') { /* others match nothing; `check` warns */
        add(probes, &probe);
    }
}

static void add_patterns_of(probes_t *probes, const plugin_cfg_route_t *route)
{
    int i;

    if (!route->uri_group) {
        add_pattern(probes, "*", -1, -1);
    }
    for (i = 0; route->uri_group && i < route->uri_group->uris->nelts; ++i) {
        add_pattern(probes, APR_ARRAY_IDX(route->uri_group->uris, i, plugin_cfg_uri_t *)->name, -1, -1);
    }
}

static void add_without_slash(probes_t *probes, int i)
{
    const char *pattern = probe_at(probes, i)->text;
    size_t len = strlen(pattern);

    if (len > 2 && strcmp(pattern + len - 2, "/*") == 0) {
        add_pattern(probes, apr_pstrmemdup(probes->p, pattern, len - 2), i, -1);
    }
}

static int is_beginning(const char *pattern)
{
    const char *star = strchr(pattern, '*');

    return star && star > pattern && !star[1];
}

static int is_end(const probe_t *probe)
{
    const char *pattern = probe->text;

    return *pattern == '*' && pattern[1] && !strchr(pattern + 1, '*');
}

static void add_overlaps(probes_t *probes, int beginning, int end)
{
    const char *left = probe_at(probes, beginning)->text, *right = probe_at(probes, end)->text + 1;
    size_t len = strlen(left) - 1, n;

    add_pattern(probes, apr_pstrcat(probes->p, left, right, NULL), beginning, end);
    for (n = 1; n <= len && n <= strlen(right); ++n) {
        if (strncmp(left + len - n, right, n) == 0) {
            add_pattern(probes, apr_pstrcat(probes->p, apr_pstrmemdup(probes->p, left, len), right + n, NULL),
                        beginning, end);
        }
    }
}

apr_array_header_t *wlmcfg_diff_paths(const plugin_cfg_t *from, const plugin_cfg_t *to, apr_pool_t *p)
{
    probes_t probes = make_probes(p);
    apr_array_header_t *ends;
    int i, k, n;

    add_routes(&probes, to, add_patterns_of);
    add_routes(&probes, from, add_patterns_of);
    n = probes.list->nelts;
    ends = select_probes(&probes, is_end);
    for (i = 0; i < n; ++i) {
        add_without_slash(&probes, i);
        for (k = 0; k < ends->nelts && is_beginning(probe_at(&probes, i)->text); ++k) {
            add_overlaps(&probes, i, APR_ARRAY_IDX(ends, k, int));
        }
    }
    return probes.list;
}
