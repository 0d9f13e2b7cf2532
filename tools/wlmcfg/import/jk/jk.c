/* `wlmcfg import mod_jk`: workers.properties and uriworkermap.properties. On main()'s thread. */
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/jk/jk.h"
#include "tools/wlmcfg/wlmcfg.h"

static void report_unused(jk_t *jk)
{
    apr_hash_t *known = apr_hash_copy(jk->import->p, jk->templates); /* workers that are used, or reported */
    int i;

    for (i = 0; i < jk->properties->nelts; ++i) {
        const jk_property_t *property = APR_ARRAY_IDX(jk->properties, i, jk_property_t *);
        if (property->is_used) {
            apr_hash_set(known, property->worker, APR_HASH_KEY_STRING, property);
        }
    }
    for (i = 0; i < jk->properties->nelts; ++i) {
        const jk_property_t *property = APR_ARRAY_IDX(jk->properties, i, jk_property_t *);
        if (*property->worker && !apr_hash_get(known, property->worker, APR_HASH_KEY_STRING)) {
            apr_hash_set(known, property->worker, APR_HASH_KEY_STRING, property);
            wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_NOTE, property->at, "unused",
                                      "worker \"%s\" is left out: neither worker.list nor a balancer nor a reference "
                                      "names it",
                                      property->worker);
        }
    }
}

int wlmcfg_import_jk(import_t *import, char **words, int n)
{
    apr_pool_t *p = import->p;
    jk_t jk = { .import = import, .properties = apr_array_make(p, 64, sizeof(jk_property_t *)),
                .by_key = apr_hash_make(p), .workers = apr_hash_make(p), .templates = apr_hash_make(p),
                .targets = apr_hash_make(p),
                .mounts = apr_array_make(p, 16, sizeof(import_rule_t *)) };

    if (n > 2 || import->uris->nelts || import->cluster_name) {
        tool_misuse("import mod_jk", "it takes workers.properties, perhaps uriworkermap.properties, and neither --uri "
                    "nor --cluster");
        return 0;
    }
    wlmcfg_jk_read_properties(&jk, words[0]);
    wlmcfg_jk_make_clusters(&jk);
    report_unused(&jk);
    wlmcfg_jk_read_rules(&jk, n > 1 ? words[1] : NULL);
    return 1;
}
