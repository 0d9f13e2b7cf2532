/* route/affinity.h: the clone ids by which a request names the members that have its session. Pure, any thread.
 *
 *   WebSphere, Liberty   JSESSIONID=0000A2MB4IJozU_VM8IffsMNfdR:clone1:clone2    separator ':' (or '+')
 *   Tomcat, Jetty        JSESSIONID=4E1D7C.route                                 first '.'
 *   WildFly, ranked      JSESSIONID=4E1D7C.node1.node2.node3                     first '.', then each
 *   URL                  /app/page;jsessionid=0000A2..:clone1?query
 *
 * The clone ids are in order of preference: the first one that is configured and usable wins.
 * A '.' begins a route that reaches to the end of the value, and is one clone id (routes may contain dots);
 * its parts between dots follow as clone ids of their own (ranked routes: several servers, the first is the
 * session's owner). Every other separator may occur several times and divides several clone ids. A value
 * that has one of the other separators is not searched for '.' (clone ids may contain dots). The session id before the
 * first separator may be empty (":clone1"): the clone ids count.
 */
#ifndef WLM_ROUTE_AFFINITY_H
#define WLM_ROUTE_AFFINITY_H

#include "plugin-cfg/plugin_cfg.h"

/** More clone ids than this in one request are ignored (a bound on work with bytes from outside). */
#define WLM_AFFINITY_MAX_IDS 16

typedef enum {
    WLM_AFFINITY_NO_SESSION,    /* no session id: a new client */
    WLM_AFFINITY_COOKIE,
    WLM_AFFINITY_URL
} wlm_affinity_source_t;

typedef struct wlm_affinity_t {
    wlm_affinity_source_t source;           /* where a session id was found, with or without clone ids */
    int nids;
    struct {
        const char *id;                     /* not NUL-terminated */
        apr_size_t len;                     /* > 0 */
        int is_name;                        /* a member's name, not a clone id (WLMAffinity) */
    } ids[WLM_AFFINITY_MAX_IDS];            /* without repetitions */
} wlm_affinity_t;

typedef struct wlm_affinity_rule_t {
    const char *cookie_name;                /* case sensitive; NULL, "": cookies are ignored */
    const char *url_identifier;             /* case sensitive; NULL, "": the path is ignored */
    const char *separators;                 /* e.g. ":."; each character is one separator */
} wlm_affinity_rule_t;

/**
 * The rule for requests of a route. Pure.
 * @param uri         the URI that won; NULL: the route has no URI group
 * @param separators  set by a directive; NULL: those of plugin-cfg.xml
 */
wlm_affinity_rule_t wlm_affinity_rule_of(const plugin_cfg_cluster_t *cluster, const plugin_cfg_uri_t *uri,
                                         const char *separators);

/** A member that the request's session is bound to by WLMAffinity; behind those that were added before.
 *  @param name  in its cluster; must live as long */
void wlm_affinity_add_member(wlm_affinity_t *affinity, const char *name);

/**
 * Read the clone ids of a request, behind the ids that are there. Pure, any thread.
 *
 * Every cookie of the name is parsed, in all Cookie headers, in order; their clone ids are appended. The path is parsed
 * only when there is no cookie of the name (one with an empty value counts). A cookie ends at ';' or ',' (httpd joins
 * several Cookie headers by commas), also inside quotes; quotes around its value are not part of it. Every path
 * parameter of the name is parsed, in any segment; its value is percent-decoded. Takes linear time.
 *
 * @param affinity in and out, zeroed at first; points into cookies and p
 * @param cookies  values of the Cookie headers
 * @param path     percent-encoded path with its parameters, without query; may be NULL
 * @param p        for a decoded path parameter only
 */
void wlm_affinity_read(wlm_affinity_t *affinity, const wlm_affinity_rule_t *rule,
                       const char *const *cookies, int ncookies, const char *path, apr_pool_t *p);

#endif
