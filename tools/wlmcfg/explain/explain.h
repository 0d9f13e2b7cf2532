/* tools/wlmcfg/explain/explain.h: what the files of `wlmcfg explain` share. On main()'s thread.
 *
 * request.c makes a request of the words of the command line, routes.c finds its route and those that lose,
 * members.c the members that can serve it, bindings.c what WLMAffinity says of its session, load.c what directives do
 * with it under load: with the functions that the module calls. text.c and json.c print it.
 */
#ifndef WLMCFG_EXPLAIN_EXPLAIN_H
#define WLMCFG_EXPLAIN_EXPLAIN_H

#include "balance/pick.h"
#include "route/affinity.h"
#include "route/binding_rule.h"
#include "route/target.h"
#include "tools/wlmcfg/explain/request.h"

/** A route that matches the path: by one of its URIs. */
typedef struct rival_t {
    wlm_route_match_t match;       /* host: the best one that matches; NULL also when none does */
    wlm_route_rank_t rank;
    int matches_host;
} rival_t;

typedef struct candidate_t {
    const wlm_member_t *member;
    double share;                  /* percent */
} candidate_t;

/** What the value of a WLMAffinity says. */
typedef enum {
    BINDING_NONE,                  /* the request has no value of it */
    BINDING_FOREIGN,               /* it names no member of this cluster */
    BINDING_MEMBER,                /* it names this one */
    BINDING_SEALED,                /* it may name one: who has the server's key knows */
    BINDING_TABLE                  /* the server's table may know one */
} binding_state_t;

typedef struct binding_t {
    const wlm_binding_rule_t *rule;
    const char *value;             /* NULL for NONE, and for what an expression of httpd finds */
    binding_state_t state;
    const char *member;            /* NULL for all but MEMBER */
} binding_t;

typedef enum { SERVED, DECLINED, REFUSED } verdict_t;

typedef struct explained_t {
    const plugin_cfg_t *cfg;
    const wlmcfg_directives_t *directives;
    request_t request;
    verdict_t verdict;
    const char *why;               /* not SERVED: the reason, a sentence */
    /* the route; path is NULL when the request is refused before it is routed */
    const char *path;              /* the path that was matched */
    apr_array_header_t *rivals;    /* rival_t, the winner first; then those that match path and host; then the others */
    apr_array_header_t *lost;      /* const plugin_cfg_lost_route_t *: those without effect that would match */
    int has_winner;                /* the first of them is for this host */
    /* the members, when SERVED */
    const plugin_cfg_cluster_t *cluster;
    wlm_affinity_rule_t rule;
    apr_array_header_t *bindings;  /* binding_t: in the order in which each WLMAffinity is asked */
    int may_be_bound;              /* one that only the server can tell comes before a member that can serve */
    wlm_affinity_t affinity;
    const wlm_cluster_t *state;    /* the cluster, its members up or down */
    apr_time_t now;
    wlm_pick_t session;            /* the choice for the request with its session */
    int has_session_member;        /* ... which is a member that the session names */
    apr_array_header_t *candidates; /* candidate_t: members that get requests without session */
    int is_last_resort;            /* no member is usable; the candidate is tried all the same */
} explained_t;

/** Sets path, rivals, lost, has_winner, verdict and why. */
void wlmcfg_explain_routes(explained_t *e, apr_pool_t *p);

/** For the route that won: the rest. @param down  const char *: names of members that are down */
void wlmcfg_explain_members(explained_t *e, const apr_array_header_t *down, apr_pool_t *p);

/** Ask each WLMAffinity of the cluster: sets bindings, and begins affinity. (bindings.c) */
void wlmcfg_explain_bindings(explained_t *e, apr_pool_t *p);

/** The member with a clone id. @return NULL: none has it */
const wlm_member_t *wlmcfg_explain_clone(const explained_t *e, int id);

/** Why it goes to no second member, whatever time its member takes (WLMHedge). @return NULL: it may (load.c) */
const char *wlmcfg_explain_no_second(const explained_t *e);
/** Print what the directives do with it when members are slow or full, if any of them were given (load.c). */
void wlmcfg_explain_text_load(const explained_t *e, apr_pool_t *p);

/** Print it for people, on standard output. */
void wlmcfg_explain_text(const explained_t *e, apr_pool_t *p);
/** Print it as JSON. @return 0 when memory ran out or the output cannot be written */
int wlmcfg_explain_json(const explained_t *e, apr_pool_t *p);

#endif
