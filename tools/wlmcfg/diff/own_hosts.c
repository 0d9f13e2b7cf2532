/* `wlmcfg diff`, the hosts to which a path may lead elsewhere than for most hosts. On main()'s thread.
 *
 * VirtualHostGroups are found by the literal beginnings, or ends, of the URIs of their routes; whether all of such a
 * URI matches is not looked at. */
#include <stdlib.h>
#include <string.h>
#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/host.h"
#include "tools/wlmcfg/diff/own_hosts.h"

#define FEW_HOSTS 2

/* The groups by one kind of literal */
typedef struct literals_t {
    apr_hash_t *groups;            /* literal -> host_list_t *[] */
    apr_array_header_t *lens;      /* int: of the literals, each once */
    apr_hash_t *known_lens;
} literals_t;

typedef apr_array_header_t host_list_t; /* int: positions of the hosts of one group */

struct own_hosts_t {
    literals_t exact, beginnings, ends;
    apr_hash_t *by_name;           /* "host" -> host_list_t *, with any port; "host 80" -> with that one */
    apr_hash_t *by_group;          /* plugin_cfg_virtual_host_group_t * -> host_list_t * */
    int are_few;                   /* all hosts are told for each path: to look at them costs less than to find fewer */
    apr_array_header_t *found;     /* int: for the path that is asked about */
    int *asked;                    /* for each host: the number of the last path for which it was found */
    int number;
    apr_pool_t *p;
};

/* -- hosts ------------------------------------------------------------------------------- */

/* @param port  0: any */
static const char *name_of(const char *host, int port, apr_pool_t *p)
{
    char address[WLM_HOST_SIZE], *name, *c;

    name = apr_psprintf(p, port ? "%s %d" : "%s", host ? wlm_host_canonical(host, address) : "*", port);
    for (c = name; *c; ++c) {
        *c = apr_tolower(*c);
    }
    return name;
}

static void add_name(own_hosts_t *own, const char *name, int host)
{
    host_list_t *list = apr_hash_get(own->by_name, name, APR_HASH_KEY_STRING);

    if (!list) {
        list = apr_array_make(own->p, 1, sizeof(int));
        apr_hash_set(own->by_name, name, APR_HASH_KEY_STRING, list);
    }
    APR_ARRAY_PUSH(list, int) = host;
}

static void add_host(own_hosts_t *own, const probe_t *probe, int host)
{
    add_name(own, name_of(probe->host, probe->port, own->p), host);
    if (probe->host) {
        add_name(own, name_of(probe->host, 0, own->p), host);
    }
}

static host_list_t *find_hosts(own_hosts_t *own, const plugin_cfg_virtual_host_group_t *group)
{
    host_list_t *list = apr_array_make(own->p, group->hosts->nelts, sizeof(int));
    int i;

    for (i = 0; i < group->hosts->nelts; ++i) {
        const plugin_cfg_virtual_host_t *host = APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *);
        const host_list_t *same = apr_hash_get(own->by_name, name_of(host->host, host->port, own->p),
                                               APR_HASH_KEY_STRING);
        if (same) {
            apr_array_cat(list, same);
        }
    }
    return list;
}

static const host_list_t *hosts_of(own_hosts_t *own, const plugin_cfg_virtual_host_group_t *group)
{
    host_list_t *list = apr_hash_get(own->by_group, &group, sizeof(group));

    if (!list) {
        list = find_hosts(own, group);
        apr_hash_set(own->by_group, apr_pmemdup(own->p, &group, sizeof(group)), sizeof(group), list);
    }
    return list;
}

/* -- literals ---------------------------------------------------------------------------- */

static literals_t make_literals(apr_pool_t *p)
{
    return (literals_t){ apr_hash_make(p), apr_array_make(p, 32, sizeof(int)), apr_hash_make(p) };
}

static void note_len(literals_t *literals, int len)
{
    if (!apr_hash_get(literals->known_lens, &len, sizeof(len))) {
        apr_pool_t *p = apr_hash_pool_get(literals->groups);
        apr_hash_set(literals->known_lens, apr_pmemdup(p, &len, sizeof(len)), sizeof(len), literals);
        APR_ARRAY_PUSH(literals->lens, int) = len;
    }
}

static void add_literal(literals_t *literals, const char *literal, size_t len, const host_list_t *hosts)
{
    apr_pool_t *p = apr_hash_pool_get(literals->groups);
    apr_array_header_t *lists = apr_hash_get(literals->groups, literal, (apr_ssize_t)len);

    if (!lists) {
        lists = apr_array_make(p, 1, sizeof(const host_list_t *));
        apr_hash_set(literals->groups, literal, (apr_ssize_t)len, lists);
        note_len(literals, (int)len);
    }
    if (!lists->nelts || APR_ARRAY_IDX(lists, lists->nelts - 1, const host_list_t *) != hosts) {
        APR_ARRAY_PUSH(lists, const host_list_t *) = hosts;
    }
}

static void add_pattern(own_hosts_t *own, const char *pattern, const host_list_t *hosts)
{
    size_t len = strlen(pattern), before_star = strcspn(pattern, "*");
    const char *after_star = strrchr(pattern, '*');

    if (!after_star) {
        add_literal(&own->exact, pattern, len, hosts);
        return;
    }
    if (!before_star && after_star[1]) {
        add_literal(&own->ends, after_star + 1, strlen(after_star + 1), hosts);
        return;
    }
    add_literal(&own->beginnings, pattern, before_star, hosts);
    if (before_star > 1 && pattern[before_star - 1] == '/') { /* /app, which such a pattern matches, too */
        add_literal(&own->exact, pattern, before_star - 1, hosts);
    }
}

static void add_route(own_hosts_t *own, const plugin_cfg_route_t *route)
{
    const plugin_cfg_uri_group_t *uris = route->uri_group;
    const host_list_t *hosts;
    int i;

    if (!route->virtual_host_group) {
        return;
    }
    hosts = hosts_of(own, route->virtual_host_group);
    if (!uris) {
        add_pattern(own, "*", hosts);
    }
    for (i = 0; uris && i < uris->uris->nelts; ++i) {
        add_pattern(own, APR_ARRAY_IDX(uris->uris, i, plugin_cfg_uri_t *)->name, hosts);
    }
}

static void add_routes(own_hosts_t *own, const plugin_cfg_t *cfg)
{
    int i;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        add_route(own, APR_ARRAY_IDX(cfg->routes, i, const plugin_cfg_route_t *));
    }
}

own_hosts_t *wlmcfg_diff_own_hosts_make(const plugin_cfg_t *from, const plugin_cfg_t *to,
                                        const apr_array_header_t *hosts, apr_pool_t *p)
{
    own_hosts_t *own = apr_pcalloc(p, sizeof(*own));
    int i;

    *own = (own_hosts_t){ .are_few = hosts->nelts <= FEW_HOSTS, .exact = make_literals(p),
                          .beginnings = make_literals(p), .ends = make_literals(p), .by_name = apr_hash_make(p),
                          .by_group = apr_hash_make(p), .found = apr_array_make(p, 16, sizeof(int)),
                          .asked = apr_pcalloc(p, sizeof(int) * (size_t)hosts->nelts), .p = p };
    for (i = 0; i < hosts->nelts; ++i) {
        add_host(own, &APR_ARRAY_IDX(hosts, i, probe_t), i);
    }
    for (i = 0; own->are_few && i < hosts->nelts; ++i) {
        APR_ARRAY_PUSH(own->found, int) = i;
    }
    if (!own->are_few) {
        add_routes(own, from);
        add_routes(own, to);
    }
    return own;
}

/* -- a path ------------------------------------------------------------------------------ */

static void find_literal(own_hosts_t *own, const literals_t *literals, const char *literal, size_t len)
{
    const apr_array_header_t *lists = apr_hash_get(literals->groups, literal, (apr_ssize_t)len);
    int i, k;

    for (i = 0; lists && i < lists->nelts; ++i) {
        const host_list_t *hosts = APR_ARRAY_IDX(lists, i, const host_list_t *);
        for (k = 0; k < hosts->nelts; ++k) {
            int host = APR_ARRAY_IDX(hosts, k, int);
            if (own->asked[host] != own->number) {
                own->asked[host] = own->number;
                APR_ARRAY_PUSH(own->found, int) = host;
            }
        }
    }
}

static int compare_ints(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

const apr_array_header_t *wlmcfg_diff_own_hosts(own_hosts_t *own, const probe_t *path)
{
    size_t len = strlen(path->path);
    int i;

    if (own->are_few) {
        return own->found;
    }
    ++own->number;
    own->found->nelts = 0;
    find_literal(own, &own->exact, path->path, len);
    for (i = 0; i < own->beginnings.lens->nelts; ++i) {
        size_t n = (size_t)APR_ARRAY_IDX(own->beginnings.lens, i, int);
        if (n <= len) {
            find_literal(own, &own->beginnings, path->path, n);
        }
    }
    for (i = 0; i < own->ends.lens->nelts; ++i) {
        size_t n = (size_t)APR_ARRAY_IDX(own->ends.lens, i, int);
        if (n <= len) {
            find_literal(own, &own->ends, path->path + len - n, n);
        }
    }
    qsort(own->found->elts, (size_t)own->found->nelts, sizeof(int), compare_ints);
    return own->found;
}
