/* httpd/request/routed.h: what is known of a request that may belong to a member. Made by translate.c; read by all
 * that serves it. On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_ROUTED_H
#define WLM_HTTPD_REQUEST_ROUTED_H

#include <httpd.h>
#include "httpd/context/context.h"
#include "httpd/context/files.h"

/** A subrequest can ask httpd about another form of a request's path (httpd/request/questions.c). */
typedef enum {
    WLM_ASKS_NOTHING,
    WLM_ASKS_RULES,                /* do the rules for translation give it to a member, too? */
    WLM_ASKS_AUTHORISATION         /* may this client have it? */
} wlm_question_t;

/** What is known of a request that may be a member's; in r->request_config from before translation on. */
typedef struct wlm_routed_t {
    const char *original;          /* the normalised path, still percent-encoded */
    const char *decoded;           /* r->uri as other modules' rules for translation found it */
    const char *encoded;           /* the path that goes to the member: `original`, or what it was rewritten to */
    const char *path;              /* `encoded` as the member maps it (wlm_path_canonical) */
    char *filename;                /* r->filename of a member's request; NULL: not yet */
    char *uri;                     /* r->uri, while httpd authorises `path` */
    wlm_question_t asks;           /* what a subrequest asks that is being made just now */
    wlm_question_t question;       /* what this one asks, as a subrequest of `asked_by` */
    request_rec *asked_by;         /* NULL: it asks nothing */
    wlm_version_t *version;        /* in use until the request ends */
    wlm_cluster_t *cluster;        /* NULL until a route was found */
    wlm_route_match_t match;
    const char *host;              /* the host and port that the route was found by */
    int port;
    int names_port;                /* the client itself has named a port */
    int for_error;                 /* it is for the error document of r->prev; r->status says so at first only */
    int admitted;                  /* httpd has authorised it */
} wlm_routed_t;

/** NULL: this server has no WLMConfig. */
static inline wlm_routed_t *wlm_routed_of(const request_rec *r)
{
    return ap_get_module_config(r->request_config, &wlm_module);
}

/** The client's own request, of which this is a subrequest, an internal redirect, or itself. Only that has the request
 *  line. */
static inline request_rec *wlm_routed_client_request(request_rec *r)
{
    while (r->main || r->prev) {
        r = r->main ? r->main : r->prev;
    }
    return r;
}

/** Does it have a route, so that a member gets it? */
static inline int wlm_routed_is_ours(const request_rec *r)
{
    const wlm_routed_t *request = wlm_routed_of(r);

    return request && request->cluster;
}

#endif
