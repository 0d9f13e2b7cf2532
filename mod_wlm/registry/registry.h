/* registry/registry.h: what members have registered: nodes, and the contexts that each has. Pure; a registry belongs to
 * who made it. Written as text it is the sequence of messages that makes it, so there is one parser for both.
 */
#ifndef WLM_REGISTRY_REGISTRY_H
#define WLM_REGISTRY_REGISTRY_H

#include <apr_hash.h>
#include "registry/message.h"

/** Nodes of a registry. */
#define WLM_REGISTRY_NODES_MAX 4096
/** Contexts of a node. */
#define WLM_REGISTRY_APPS_MAX 256

typedef enum {
    WLM_APP_ENABLED,
    WLM_APP_DISABLED,              /* gets requests of its sessions only */
    WLM_APP_STOPPED                /* gets no requests */
} wlm_app_state_t;

/** What a node says of itself by STATUS. */
typedef enum {
    WLM_NODE_READY,
    WLM_NODE_STANDBY,              /* Load=0: where no other one is there */
    WLM_NODE_BROKEN                /* Load=-1: gets no requests */
} wlm_node_state_t;

typedef struct wlm_app_t {
    const char *context;
    apr_array_header_t *aliases;   /* const char *: hosts of its routes, sorted; empty: any host */
    wlm_app_state_t state;
} wlm_app_t;

typedef struct wlm_node_t {
    const char *route, *balancer, *host, *cookie, *parameter; /* as in the message */
    int port, is_https;
    wlm_node_state_t state;
    const char *note;              /* who has added it by hand, and why; NULL: it has registered itself */
    apr_int64_t until;             /* s since 1970: then it is removed; 0: never */
    apr_array_header_t *apps;      /* wlm_app_t * */
} wlm_node_t;

typedef struct wlm_registry_t {
    apr_array_header_t *nodes;     /* wlm_node_t *, in the order in which they came */
    apr_hash_t *by_route;          /* the same ones */
    apr_uint64_t journal, position; /* what of which journal it has (httpd/registration/journal.h); 0: of none */
    apr_uint64_t statics;          /* signature of what stands beside it in its file; 0: nothing */
    apr_pool_t *p;                 /* holds it; messages that are applied must live as long */
} wlm_registry_t;

/** What nodes may claim: patterns (apr_fnmatch()), const char *. NULL: anything; but without `aliases` no alias counts,
 *  and a context is served for any host. A node of another route or host is refused. A context that may not be claimed,
 *  or has no alias that may, is left out without an error: a listener that gets one for a single context (Tomcat has
 *  some of its own) ends its registration altogether. */
typedef struct wlm_registry_bounds_t {
    const apr_array_header_t *routes, *hosts, *contexts, *aliases;
    int members_max, clusters_max; /* for which there is room; 0: any number */
} wlm_registry_bounds_t;

/** What a message has done. Texts for the log, in the pool of the call. */
typedef struct wlm_registry_change_t {
    const char *what;              /* NULL: nothing has changed */
    const char *left_out;          /* NULL: nothing */
    const char *shadowed;          /* what is new, and that another balancer has it, too; NULL: it has not */
    const wlm_mcmp_message_t *applied; /* the message, without what is left out; NULL unless it was accepted */
} wlm_registry_change_t;

/** An empty registry in p. */
wlm_registry_t *wlm_registry_make(apr_pool_t *p);

/** @return NULL: there is no such node */
wlm_node_t *wlm_registry_node(const wlm_registry_t *registry, const char *route);

/** The names of the nodes whose time is over: const char *, in p. @param now  s since 1970 */
apr_array_header_t *wlm_registry_over(const wlm_registry_t *registry, apr_int64_t now, apr_pool_t *p);

/** The state of a node that says this load. */
wlm_node_state_t wlm_node_state_of(int load);

/** An app's state, in the protocol's word. */
const char *wlm_app_state_name(wlm_app_state_t state);

/**
 * Apply a message that can change something: CONFIG to STATUS.
 *
 * CONFIG of a node that is there keeps its contexts, when its address and balancer are the same; otherwise the node
 * begins anew. A node of another name at the same address is removed: there is only one server. A context that is not
 * known is added in the state that the message gives it.
 * @param message  lives as long as the registry
 * @param bounds   NULL: none, and all aliases count
 * @return NULL; or why the message is refused: then the registry is as it was
 */
const wlm_mcmp_error_t *wlm_registry_apply(wlm_registry_t *registry, const wlm_mcmp_message_t *message,
                                           const wlm_registry_bounds_t *bounds, wlm_registry_change_t *change,
                                           apr_pool_t *p);

/** How many clusters there are: one for each context of a balancer, and its first alias. */
int wlm_registry_count_clusters(const wlm_registry_t *registry, apr_pool_t *p);

/** A message as a line, by which wlm_registry_apply_lines() applies it again; without a line feed. */
const char *wlm_registry_line(const wlm_mcmp_message_t *message, apr_pool_t *p);

/**
 * Apply such lines, up to an empty one or the end.
 * @param text  each line ends with a line feed; it is changed
 * @return NULL; or what is wrong, in p: then the lines before that one count
 */
const wlm_mcmp_error_t *wlm_registry_apply_lines(wlm_registry_t *registry, char *text, apr_pool_t *p);

/** The messages that make the registry: lines "METHOD BODY", without "--", '<', '>' and '&' only between fields. */
const char *wlm_registry_print(const wlm_registry_t *registry, apr_pool_t *p);

/**
 * Read such lines, up to an empty one or the end.
 * @return NULL; or what is wrong, in p
 */
const wlm_mcmp_error_t *wlm_registry_read(wlm_registry_t **pregistry, const char *text, apr_pool_t *p);

#endif
