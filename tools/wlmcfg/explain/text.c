/* `wlmcfg explain`, the printer for people: request, route, session, members, result. On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "balance/availability.h"
#include "balance/transports.h"
#include "base/count.h"
#include "tools/wlmcfg/common/member.h"
#include "tools/wlmcfg/explain/explain.h"
#include "tools/wlmcfg/explain/request.h"

static void print_request(const request_t *request)
{
    printf("request\n    %s, %s, ", request->method, request->scheme);
    if (request->host) {
        printf("host %s, port %d\n", request->host, request->port);
    }
    else {
        printf("no host (only hosts * match), port %d\n", request->port);
    }
    printf("    path %s\n", request->sent);
    if (request->encoded && strcmp(request->encoded, request->sent) != 0) {
        printf("    httpd makes of it %s\n", request->encoded);
    }
    if (request->has_encoded_slash) {
        puts("    it has %2F: httpd itself answers 404, unless AllowEncodedSlashes allows it, as is assumed here");
    }
}

/* -- routes ------------------------------------------------------------------------------ */

static const char *hosts_of(const rival_t *rival, apr_pool_t *p)
{
    const plugin_cfg_virtual_host_group_t *group = rival->match.route->virtual_host_group;
    apr_array_header_t *names;
    int i;

    if (!group) {
        return "every host";
    }
    if (rival->match.host) {
        return apr_psprintf(p, "host %s, of %s", rival->match.host->name, group->name);
    }
    names = apr_array_make(p, group->hosts->nelts, sizeof(const char *));
    for (i = 0; i < group->hosts->nelts; ++i) {
        APR_ARRAY_PUSH(names, const char *) = APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *)->name;
    }
    return apr_psprintf(p, "hosts %s, of %s", apr_array_pstrcat(p, names, ' '), group->name);
}

static const char *uri_of(const rival_t *rival, apr_pool_t *p)
{
    const plugin_cfg_route_t *route = rival->match.route;

    return rival->match.uri ? apr_psprintf(p, "URI %s, of %s", rival->match.uri->name, route->uri_group->name)
                            : "every URI";
}

static const char *defeat_of(const rival_t *loser, const rival_t *winner, apr_pool_t *p)
{
    wlm_route_reason_t reason;

    wlm_route_compare(&reason, &winner->rank, &loser->rank);
    switch (reason) {
    case WLM_ROUTE_BY_LENGTH:
        return apr_psprintf(p, "shorter URI: %s without *, the winner's has %d",
                            wlm_count_text(loser->rank.literal_len, "character", p), winner->rank.literal_len);
    case WLM_ROUTE_BY_EXACTNESS:
        return "wildcard instead of exact URI";
    case WLM_ROUTE_BY_HOST:
        return "less exact host";
    case WLM_ROUTE_BY_FILE_ORDER:
    case WLM_ROUTE_EQUAL:
        break;
    }
    return "later in the file";
}

static const char *result_for(const explained_t *e, const rival_t *rival, apr_pool_t *p)
{
    const rival_t *first = &APR_ARRAY_IDX(e->rivals, 0, rival_t);

    return !rival->matches_host ? "not for this host"
         : rival == first ? "wins"
         : apr_pstrcat(p, "loses: ", defeat_of(rival, first, p), NULL);
}

static void print_lost(const plugin_cfg_lost_route_t *lost)
{
    int is_known = !lost->uri_group_name == !lost->uri_group
                   && !lost->virtual_host_group_name == !lost->virtual_host_group;

    printf("    has no effect, but %s\n        line %d, cluster %s\n        %s\n", is_known ? "would match"
           : "may be meant", lost->line, lost->cluster, lost->why);
}

static void print_routes(const explained_t *e, apr_pool_t *p)
{
    int i;

    printf("route for path %s\n", e->path);
    for (i = 0; i < e->rivals->nelts; ++i) {
        const rival_t *rival = &APR_ARRAY_IDX(e->rivals, i, rival_t);
        printf("    %s\n        line %d, cluster %s\n        %s\n        %s\n", result_for(e, rival, p),
               rival->match.route->line, rival->match.route->cluster->name, hosts_of(rival, p), uri_of(rival, p));
    }
    for (i = 0; i < e->lost->nelts; ++i) {
        print_lost(APR_ARRAY_IDX(e->lost, i, const plugin_cfg_lost_route_t *));
    }
    if (!e->rivals->nelts && !e->lost->nelts) {
        puts(e->cfg->routes->nelts ? "    no URI in the file matches"
             : e->cfg->lost_routes->nelts ? "    no route of the file has an effect" : "    the file has no routes");
    }
}

/* -- session ----------------------------------------------------------------------------- */

/* Ranked routes are tried as one route with dots first */
static const char *why_unknown(const char *id, apr_size_t len)
{
    return memchr(id, '.', len) ? "no member has it as a whole" : "no member has it";
}

static void print_binding(const binding_t *binding)
{
    printf("    WLMAffinity %s: ", binding->rule->text);
    switch (binding->state) {
    case BINDING_NONE:
        puts("the request has none");
        return;
    case BINDING_FOREIGN:
        printf("%s names no member of this cluster\n", binding->value);
        break;
    case BINDING_MEMBER:
        printf("%s names member %s\n", binding->value, binding->member);
        break;
    case BINDING_SEALED:
        printf("%s may name a member: tell the key by WLMAffinityKey\n", binding->value);
        break;
    case BINDING_TABLE:
        printf("%s: only the server's table knows its member\n", binding->value ? binding->value
               : "what httpd's expression finds");
        break;
    }
}

/* @return the number of those that name a member */
static int print_bindings(const explained_t *e)
{
    int i, known = 0;

    for (i = 0; i < e->bindings->nelts; ++i) {
        const binding_t *binding = &APR_ARRAY_IDX(e->bindings, i, binding_t);

        print_binding(binding);
        known += binding->state == BINDING_MEMBER;
    }
    return known;
}

/* @return the number of those that a member has */
static int print_clone_ids(const explained_t *e)
{
    int i, known = 0;

    for (i = 0; i < e->affinity.nids; ++i) {
        if (e->affinity.ids[i].is_name) {
            continue;
        }
        const wlm_member_t *member = wlmcfg_explain_clone(e, i);
        const char *id = e->affinity.ids[i].id;
        apr_size_t len = e->affinity.ids[i].len;

        printf("    clone id %.*s: %s%s\n", (int)len, id, member ? "member " : why_unknown(id, len),
               member ? member->cfg->name : "");
        known += member != NULL;
    }
    return known;
}

static int has_clone_ids(const explained_t *e)
{
    return e->affinity.nids && !e->affinity.ids[e->affinity.nids - 1].is_name; /* they stand behind the names */
}

static const char *session_result(const explained_t *e, int known, apr_pool_t *p)
{
    if (e->has_session_member) {
        return apr_psprintf(p, "goes to %s%s", e->session.member->cfg->name,
                            e->session.failed_over ? ", for the members named before it cannot serve" : "");
    }
    if (!e->state->by_clone_id && !e->bindings->nelts) {
        return "the cluster keeps no sessions: no member has a clone id";
    }
    return known ? "none of these members can serve: it goes where a new session goes"
                 : "it goes where a new session goes";
}

static void print_session(const explained_t *e, apr_pool_t *p)
{
    int known;

    puts("session");
    known = print_bindings(e);
    switch (e->affinity.source) {
    case WLM_AFFINITY_NO_SESSION:
        printf("    none: no cookie %s, no path parameter %s\n", e->rule.cookie_name, e->rule.url_identifier);
        break;
    case WLM_AFFINITY_COOKIE:
        printf("    from cookie %s%s\n", e->rule.cookie_name, has_clone_ids(e) ? "" : ", without clone id");
        break;
    case WLM_AFFINITY_URL:
        printf("    from path parameter %s%s\n", e->rule.url_identifier, has_clone_ids(e) ? "" : ", without clone id");
        break;
    }
    known += print_clone_ids(e);
    printf("    %s%s\n", e->may_be_bound ? "otherwise " : "", session_result(e, known, p));
}

/* -- members ----------------------------------------------------------------------------- */

/* @return of each member of e->state, in percent; 0: it is no candidate */
static const double *shares_of(const explained_t *e, apr_pool_t *p)
{
    double *shares = apr_pcalloc(p, sizeof(*shares) * (apr_size_t)(e->state->nmembers + 1));
    int i;

    for (i = 0; i < e->candidates->nelts; ++i) {
        const candidate_t *candidate = &APR_ARRAY_IDX(e->candidates, i, candidate_t);
        shares[candidate->member->index] = candidate->share;
    }
    return shares;
}

static void print_remark(const char *remark)
{
    printf("             %s\n", remark);
}

static const char *retry_of(const explained_t *e, const wlm_member_t *member, apr_pool_t *p)
{
    apr_time_t wait = wlm_availability_back_at(member, e->now) - e->now;

    return wait > 0 ? apr_psprintf(p, "down, tried again after %d s", (int)apr_time_sec(wait + APR_USEC_PER_SEC - 1))
                    : "down, tried again at once";
}

/* The keyring is not known to httpd's TLS, and what follows from that for this client */
static const char *https_remark(const wlm_member_t *member, apr_pool_t *p)
{
    const char *keyring = wlm_transports_by(member->cfg, PLUGIN_CFG_HTTPS)->keyring;

    return apr_psprintf(p, "its https transport is not used, for OpenSSL cannot read the keyring %s (unless "
                        "WLMTLSTrust is given)%s", keyring, wlm_transports_is_reachable(member)
                        || !wlm_transports_by(member->cfg, PLUGIN_CFG_HTTP) ? ""
                        : "; its http transport is not for https clients, unless UseInsecure is true");
}

/* All remarks about a member, whether they keep requests from it or not */
static void print_remarks(const explained_t *e, const wlm_member_t *member, double share, apr_pool_t *p)
{
    if (!wlmcfg_is_usable(wlm_transports_by(member->cfg, PLUGIN_CFG_HTTPS), p)) {
        print_remark(https_remark(member, p));
    }
    if (member->cfg->weight == 0) {
        print_remark("weight 0: it has no new sessions");
    }
    if (member->cfg->tier == PLUGIN_CFG_BACKUP) {
        print_remark("backup: it serves while no primary can");
    }
    if (wlm_transports_is_reachable(member) && wlm_availability_of(member, e->now) != WLM_MEMBER_USABLE) {
        print_remark(retry_of(e, member, p));
    }
    if (e->is_last_resort && share > 0) {
        print_remark("the last resort, for no member is up");
    }
}

static void print_members(const explained_t *e, apr_pool_t *p)
{
    const double *shares = shares_of(e, p);
    int i;

    printf("members of cluster %s, with shares of new sessions\n", e->cluster->name);
    for (i = 0; i < e->state->nmembers; ++i) {
        const wlm_member_t *member = &e->state->members[i];

        printf("    %5.1f %%  %s, %s\n", shares[i], member->cfg->name, member->host_port);
        print_remarks(e, member, shares[i], p);
    }
    if (!e->candidates->nelts) {
        puts("    no member can serve a new session: the answer is 503");
    }
}

/* -- the whole ----------------------------------------------------------------------------- */

static const char *result_of(const explained_t *e, apr_pool_t *p)
{
    const char *before = e->may_be_bound ? "the member that only the server knows; otherwise " : "";

    if (e->verdict != SERVED) {
        return apr_pstrcat(p, e->verdict == DECLINED ? "declined, httpd serves it itself: " : "refused: ", e->why,
                           NULL);
    }
    if (e->has_session_member || e->candidates->nelts == 1) {
        const wlm_member_t *member = e->has_session_member ? e->session.member
                                                           : APR_ARRAY_IDX(e->candidates, 0, candidate_t).member;
        return apr_psprintf(p, "cluster %s, %smember %s", e->cluster->name, before, member->cfg->name);
    }
    return apr_psprintf(p, "cluster %s, %s%s", e->cluster->name, before,
                        e->candidates->nelts ? "one of its members by share" : "no member");
}

void wlmcfg_explain_text(const explained_t *e, apr_pool_t *p)
{
    print_request(&e->request);
    if (e->path) {
        print_routes(e, p);
    }
    if (e->verdict == SERVED) {
        print_session(e, p);
        print_members(e, p);
        wlmcfg_explain_text_load(e, p);
    }
    printf("result\n    %s\n", result_of(e, p));
}
