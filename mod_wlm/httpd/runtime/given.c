/* Members from elsewhere in the versions of a file. */
#include <apr_strings.h>
#include "base/count.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/runtime/given.h"
#include "httpd/runtime/retained.h"
#include "httpd/runtime/version.h"
#include "plugin-cfg/join.h"

#define TOLD_MOST 10               /* lines of members that are left out */

const apr_array_header_t *wlm_given_sources(void)
{
    static const apr_array_header_t none;

    return wlm_config_global()->members ? wlm_config_global()->members : &none;
}

static plugin_cfg_given_t *make_given(const wlm_dns_source_t *source, const apr_array_header_t *servers, apr_pool_t *p)
{
    plugin_cfg_given_t *given = apr_palloc(p, sizeof(*given));

    *given = (plugin_cfg_given_t){ source->cluster, source->text, source->name, servers };
    return given;
}

apr_array_header_t *wlm_given_of(const plugin_cfg_t *cfg, apr_pool_t *p)
{
    const apr_array_header_t *sources = wlm_given_sources();
    apr_array_header_t *given = apr_array_make(p, sources->nelts + 1, sizeof(plugin_cfg_given_t *));
    int i;

    for (i = 0; i < sources->nelts; ++i) {
        const wlm_dns_source_t *source = APR_ARRAY_IDX(sources, i, const wlm_dns_source_t *);
        const plugin_cfg_cluster_t *cluster = plugin_cfg_find_cluster(cfg, source->cluster);

        if (cluster) {
            APR_ARRAY_PUSH(given, plugin_cfg_given_t *) =
                make_given(source, wlm_dns_as_known(source, plugin_cfg_given_servers(cluster, source->text, p), p), p);
        }
    }
    return given;
}

plugin_cfg_given_t *wlm_given_find(const apr_array_header_t *given, const char *cluster, const char *from)
{
    int i;

    for (i = 0; i < given->nelts; ++i) {
        plugin_cfg_given_t *its = APR_ARRAY_IDX(given, i, plugin_cfg_given_t *);

        if (strcmp(its->cluster, cluster) == 0 && strcmp(its->from, from) == 0) {
            return its;
        }
    }
    return NULL;
}

apr_array_header_t *wlm_given_retained(const char *path, apr_pool_t *p)
{
    plugin_cfg_t *before;
    uint64_t signature;
    apr_size_t length;
    const char *text = wlm_given_sources()->nelts ? wlm_retained_text(path, &signature, &length) : NULL;

    return text && plugin_cfg_read_memory(&before, text, length, path, p) == APR_SUCCESS
           ? wlm_given_of(before, p) : apr_array_make(p, 1, sizeof(plugin_cfg_given_t *));
}

/* -- reading ------------------------------------------------------------------------------------------------------- */

/* What a file has clusters for, with the members that are known */
static apr_array_header_t *for_file(const plugin_cfg_t *cfg, const apr_array_header_t *known, apr_pool_t *p)
{
    apr_array_header_t *given = wlm_given_of(cfg, p);
    int i;

    for (i = 0; i < given->nelts; ++i) {
        plugin_cfg_given_t *its = APR_ARRAY_IDX(given, i, plugin_cfg_given_t *);
        const plugin_cfg_given_t *other = wlm_given_find(known, its->cluster, its->from);

        its->servers = other ? other->servers : its->servers;
    }
    return given;
}

static const char *describe(const plugin_cfg_clash_t *clash, apr_pool_t *p)
{
    return apr_psprintf(p, "member %s of cluster %s, of WLMMembers, is left out: member %s of the file has the same %s",
                        clash->server, clash->cluster, clash->other, clash->by);
}

static void log_clashes(const apr_array_header_t *clashes, const server_rec *s, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, clashes->nelts + 1, sizeof(const char *));
    int i;

    for (i = 0; i < clashes->nelts; ++i) {
        APR_ARRAY_PUSH(lines, const char *) = describe(&APR_ARRAY_IDX(clashes, i, plugin_cfg_clash_t), p);
    }
    wlm_count_cut(lines, TOLD_MOST, "more members of WLMMembers are left out, because the file has them", p);
    for (i = 0; i < lines->nelts; ++i) {
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, s, WLMNO(0294) "%s", APR_ARRAY_IDX(lines, i, const char *));
    }
}

/* Does it say of a cluster that gets members what only those tell? */
static int is_of_members(const plugin_cfg_finding_t *finding, const plugin_cfg_t *own, const plugin_cfg_t *cfg)
{
    static const plugin_cfg_finding_id_t ids[] = {
        PLUGIN_CFG_FINDING_CLUSTER_WITHOUT_MEMBER, PLUGIN_CFG_FINDING_NO_WEIGHT, PLUGIN_CFG_FINDING_NO_CLONE_IDS,
        PLUGIN_CFG_FINDING_SOME_CLONE_IDS
    };
    int i, is = 0;

    for (i = 0; i < (int)(sizeof(ids) / sizeof(*ids)); ++i) {
        is |= strcmp(finding->id, plugin_cfg_finding_kinds[ids[i]].id) == 0;
    }
    for (i = 0; is && i < cfg->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *given = APR_ARRAY_IDX(cfg->clusters, i, const plugin_cfg_cluster_t *);
        const plugin_cfg_cluster_t *cluster = given->from ? plugin_cfg_find_cluster(own, given->name) : NULL;

        if (cluster && cluster->line == finding->line) {
            return 1;
        }
    }
    return 0;
}

/* The file's own findings, with its lines */
static void copy_findings(plugin_cfg_t *to, const plugin_cfg_t *own)
{
    apr_pool_t *p = to->findings->pool;
    int i;

    to->findings->nelts = 0;
    for (i = 0; i < own->findings->nelts; ++i) {
        const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(own->findings, i, const plugin_cfg_finding_t *);

        if (!is_of_members(finding, own, to)) {
            plugin_cfg_finding_t *copy = apr_pmemdup(p, finding, sizeof(*finding));

            copy->file = to->file;
            copy->message = apr_pstrdup(p, finding->message);
            APR_ARRAY_PUSH(to->findings, plugin_cfg_finding_t *) = copy;
        }
    }
}

apr_status_t wlm_given_read_text(plugin_cfg_t **pcfg, const char *text, const char *path,
                                 const apr_array_header_t *given, const server_rec *s, apr_pool_t *p)
{
    apr_pool_t *work = wlm_version_pool();
    apr_array_header_t *clashes = apr_array_make(work, 4, sizeof(plugin_cfg_clash_t));
    const char *joined = plugin_cfg_give(clashes, text, given, work);
    apr_status_t rv;

    text = joined ? joined : text;
    rv = plugin_cfg_read_memory(pcfg, text, strlen(text), path, p);
    log_clashes(clashes, s, work);
    apr_pool_destroy(work);
    return rv;
}

apr_status_t wlm_given_read(plugin_cfg_t **pcfg, const char *path, const apr_array_header_t *given,
                            const server_rec *s, apr_pool_t *p)
{
    plugin_cfg_t *own;
    apr_pool_t *work;
    apr_status_t rv;

    if (!wlm_given_sources()->nelts) {
        return plugin_cfg_read(pcfg, path, p);
    }
    work = wlm_version_pool();
    rv = plugin_cfg_read(&own, path, work);
    given = rv == APR_SUCCESS ? for_file(own, given, work) : NULL;
    if (!given || !given->nelts) {
        apr_pool_destroy(work);
        return plugin_cfg_read(pcfg, path, p);
    }
    rv = wlm_given_read_text(pcfg, own->text, path, given, s, p);
    if (rv == APR_SUCCESS) {
        copy_findings(*pcfg, own);
    }
    apr_pool_destroy(work);
    return rv;
}
