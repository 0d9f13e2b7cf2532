/* `wlmcfg explain --json`. The keys and their order are part of the interface: docs/man/wlmcfg.1.
 * On main()'s thread. */
#include "tools/wlmcfg/explain/explain.h"
#include "tools/wlmcfg/common/json.h"

#define SHARE_DIGITS 6

static const rival_t *winner_of(const explained_t *e)
{
    return e->verdict == SERVED ? &APR_ARRAY_IDX(e->rivals, 0, rival_t) : NULL;
}

static json_t *clone_ids(const explained_t *e)
{
    json_t *ids = json_array();
    int i;

    for (i = 0; i < e->affinity.nids; ++i) {
        if (e->affinity.ids[i].is_name) {
            continue;
        }
        json_array_append_new(ids, wlmcfg_json_text_of(e->affinity.ids[i].id, e->affinity.ids[i].len));
    }
    return ids;
}

static json_t *bindings(const explained_t *e)
{
    static const char *const states[] = {
        [BINDING_NONE] = "none", [BINDING_FOREIGN] = "foreign", [BINDING_MEMBER] = "member",
        [BINDING_SEALED] = "sealed", [BINDING_TABLE] = "table"
    };
    json_t *list = json_array();
    int i;

    for (i = 0; e->bindings && i < e->bindings->nelts; ++i) {
        const binding_t *binding = &APR_ARRAY_IDX(e->bindings, i, binding_t);
        json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:o}", "affinity",
                                              wlmcfg_json_text(binding->rule->text), "value",
                                              wlmcfg_json_text(binding->value), "state", states[binding->state],
                                              "member", wlmcfg_json_text(binding->member)));
    }
    return list;
}

static json_t *affinity(const explained_t *e)
{
    static const char *const sources[] = {
        [WLM_AFFINITY_NO_SESSION] = NULL, [WLM_AFFINITY_COOKIE] = "cookie", [WLM_AFFINITY_URL] = "url"
    };

    return json_pack("{s:s?, s:o, s:o, s:o}", "source", sources[e->affinity.source], "clone_ids", clone_ids(e),
                     "member", wlmcfg_json_text(e->has_session_member ? e->session.member->cfg->name : NULL),
                     "bindings", bindings(e));
}

static json_t *candidates(const explained_t *e)
{
    json_t *list = json_array();
    int i;

    for (i = 0; e->candidates && i < e->candidates->nelts; ++i) {
        const candidate_t *candidate = &APR_ARRAY_IDX(e->candidates, i, candidate_t);
        json_array_append_new(list, json_pack("{s:o, s:f}", "name", wlmcfg_json_text(candidate->member->cfg->name),
                                              "share", candidate->share));
    }
    return list;
}

/* As `wlmcfg show` has them */
static json_t *directives(const explained_t *e, apr_pool_t *p)
{
    const apr_array_header_t *lines;
    json_t *list = json_array();
    int i;

    if (e->verdict == SERVED && e->directives->options) {
        lines = wlmcfg_directives_text(e->state->options, p);
        for (i = 0; i < lines->nelts; ++i) {
            json_array_append_new(list, wlmcfg_json_text(APR_ARRAY_IDX(lines, i, const char *)));
        }
    }
    return list;
}

int wlmcfg_explain_json(const explained_t *e, apr_pool_t *p)
{
    const rival_t *winner = winner_of(e);
    const plugin_cfg_virtual_host_group_t *hosts = winner ? winner->match.route->virtual_host_group : NULL;
    const plugin_cfg_uri_t *uri = winner ? winner->match.uri : NULL;

    return wlmcfg_json_print(json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b}",
                                       "virtual_host_group", wlmcfg_json_text(hosts ? hosts->name : NULL),
                                       "uri", wlmcfg_json_text(uri ? uri->name : NULL),
                                       "cluster", wlmcfg_json_text(e->cluster ? e->cluster->name : NULL),
                                       "affinity", affinity(e), "candidates", candidates(e),
                                       "directives", directives(e, p), "second_member",
                                       e->verdict == SERVED && !wlmcfg_explain_no_second(e),
                                       "declined", e->verdict == DECLINED, "refused", e->verdict == REFUSED),
                             JSON_REAL_PRECISION(SHARE_DIGITS));
}
