/* A route for a path of 60 bytes, as the URIs of the configuration become more: as consoles write them, and with a star
 * that is neither their first character only nor their last one. */
#include "tests/measure/bench/micro/micro.h"
#include "route/route.h"

#define PATHS 1024                 /* a power of two */

typedef struct routing_t {
    const wlm_route_index_t *index;
    const char *paths[PATHS];
} routing_t;

/* As consoles write them: applications of one host, most of them as a whole, some by servlet or extension */
static const char *uri_of(int i, apr_pool_t *p)
{
    switch (i % 10) {
    case 0:
        return apr_psprintf(p, "<Uri Name=\"/app%05d/servlet/*\"/>", i);
    case 1:
        return apr_psprintf(p, "<Uri Name=\"/app%05d/index.html\"/>", i);
    default:
        return apr_psprintf(p, "<Uri Name=\"/app%05d/*\"/>", i);
    }
}

/* Tenants that have the same applications */
static const char *inner_uri_of(int i, apr_pool_t *p)
{
    switch (i % 3) {
    case 0:
        return apr_psprintf(p, "<Uri Name=\"/*/app%05d/*\"/>", i);
    case 1:
        return apr_psprintf(p, "<Uri Name=\"*/app%05d/*.html\"/>", i);
    default:
        return apr_psprintf(p, "<Uri Name=\"/tenant/*/item-%08d.html\"/>", i);
    }
}

typedef const char *uri_maker_t(int i, apr_pool_t *p);

static const char *cfg_text(uri_maker_t *maker, int nuris, apr_pool_t *p)
{
    apr_array_header_t *uris = apr_array_make(p, nuris, sizeof(const char *));
    int i;

    for (i = 0; i < nuris; ++i) {
        APR_ARRAY_PUSH(uris, const char *) = maker(i, p);
    }
    return apr_pstrcat(p, "<Config><ServerCluster Name=\"c\"><Server Name=\"a\">"
                       "<Transport Hostname=\"localhost\" Port=\"80\" "
                       "Protocol=\"http\"/></Server></ServerCluster><VirtualHostGroup Name=\"h\">" "<VirtualHost "
                       "Name=\"*:80\"/><VirtualHost Name=\"*:443\"/></VirtualHostGroup><UriGroup Name=\"u\">",
                       apr_array_pstrcat(p, uris, 0), "</UriGroup>"
                       "<Route ServerCluster=\"c\" VirtualHostGroup=\"h\" UriGroup=\"u\"/></Config>", NULL);
}

static const char *path_of(int uri, apr_pool_t *p)
{
    uri -= uri % 10 == 1;              /* its URI is one path only */
    return apr_psprintf(p, "/app%05d/servlet/catalogue/of/all/things/item-%08d.html", uri, uri);
}

static const char *inner_path_of(int uri, apr_pool_t *p)
{
    return apr_psprintf(p, "/tenant/app%05d/catalogue/of/all/objects/item-%08d.html", uri, uri);
}

static void *make_of(uri_maker_t *uri_maker, uri_maker_t *path_maker, int nuris, apr_pool_t *p)
{
    routing_t *routing = apr_palloc(p, sizeof(*routing));
    int i;

    routing->index = wlm_route_index_make(micro_cfg(cfg_text(uri_maker, nuris, p), p), p);
    for (i = 0; i < PATHS; ++i) {
        routing->paths[i] = path_maker((int)((unsigned)i * 7919u % (unsigned)nuris), p);
        if (strlen(routing->paths[i]) != 60) {
            micro_fail("a path is not of 60 bytes");
        }
    }
    return routing;
}

static void *make(int nuris, apr_pool_t *p)
{
    return make_of(uri_of, path_of, nuris, p);
}

static void *make_inner(int nuris, apr_pool_t *p)
{
    return make_of(inner_uri_of, inner_path_of, nuris, p);
}

static void call(void *thing, unsigned seed, long times)
{
    const routing_t *routing = thing;
    wlm_route_match_t match;

    for (; times > 0; --times, ++seed) {
        if (!wlm_route_find(&match, routing->index, "www.example.com", 80, routing->paths[seed % PATHS])) {
            micro_fail("no route");
        }
    }
}

static const int sizes[] = { 10, 100, 1000, 10000, 0 };
const micro_t micro_route = {
    .name = "route", .grows = "URIs", .sizes = sizes, .make = make, .call = call
};
const micro_t micro_route_inner = {
    .name = "route by a star inside", .grows = "URIs", .sizes = sizes, .make = make_inner, .call = call
};
