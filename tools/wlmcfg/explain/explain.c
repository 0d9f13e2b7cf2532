/* `wlmcfg explain`: what becomes of one request. Its steps: tools/wlmcfg/explain/explain.h. On main()'s thread. */
#include <string.h>
#include "tools/wlmcfg/explain/explain.h"
#include "tools/wlmcfg/explain/request.h"
#include "tools/wlmcfg/wlmcfg.h"

static int is_member(const plugin_cfg_t *cfg, const char *name)
{
    int i, k;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        const apr_array_header_t *members = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *)->members;
        for (k = 0; k < members->nelts; ++k) {
            if (strcmp(APR_ARRAY_IDX(members, k, plugin_cfg_server_t *)->name, name) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

/* With a mistyped name the answer would be wrong without a message */
static const char *find_unknown(const plugin_cfg_t *cfg, const apr_array_header_t *names)
{
    int i;

    for (i = 0; i < names->nelts; ++i) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);
        if (!is_member(cfg, name)) {
            return name;
        }
    }
    return NULL;
}

static int explain(const call_t *call, apr_pool_t *p)
{
    explained_t e = { .cfg = NULL };
    const char *unknown;
    plugin_cfg_t *cfg;

    if (wlmcfg_read(&cfg, call->file, p) != APR_SUCCESS) {
        wlmcfg_print_findings(stderr, cfg, 0);
        return WLMCFG_ERRORS;
    }
    e.cfg = cfg;
    e.directives = &call->directives;
    if (!wlmcfg_explain_request(&e.request, call, cfg, p)) {
        return WLMCFG_MISUSE;
    }
    if ((unknown = find_unknown(cfg, call->down)) != NULL) {
        return tool_misuse(unknown, "no cluster has a member of that name");
    }
    wlmcfg_explain_routes(&e, p);
    if (e.verdict == SERVED) {
        wlmcfg_explain_members(&e, call->down, p);
    }
    if (!call->json) {
        wlmcfg_explain_text(&e, p);
        return WLMCFG_FINE;
    }
    return wlmcfg_explain_json(&e, p) ? WLMCFG_FINE : tool_failure("out of memory, or the output cannot be written");
}

int wlmcfg_run_explain(int argc, char **argv, apr_pool_t *p)
{
    call_t call = { .method = "GET", .headers = apr_array_make(p, 4, sizeof(const char *)),
                    .down = apr_array_make(p, 4, sizeof(const char *)), .directives = wlmcfg_directives_make(p) };
    const tool_option_t options[] = {
        { .name = "json", .flag = &call.json }, { .name = "header", .values = call.headers },
        { .name = "down", .values = call.down }, WLMCFG_DIRECTIVES_OPTIONS(call.directives), { .name = NULL }
    };
    char **words;
    int n = tool_read_call(argc, argv, options, &words);

    if (n != 2 && n != 3) {
        return n < 0 ? WLMCFG_MISUSE
                     : tool_misuse("explain", "name a file and a URL, and between them a method if it is not GET");
    }
    call.file = words[0];
    call.method = n == 3 ? words[1] : call.method;
    call.url = words[n - 1];
    return wlmcfg_directives_read(&call.directives, p) ? explain(&call, p) : WLMCFG_MISUSE;
}
