/* WLMRegistryStatic: reads the file, keeps the last good one, and joins it with the registry. */
#include <stdatomic.h>
#include <string.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "base/count.h"
#include "base/hash.h"
#include "base/whole_file.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/static_members.h"
#include "plugin-cfg/join.h"

#define SETTLED_AFTER apr_time_from_sec(1) /* a file that did not change for so long is taken as complete */
#define TOLD_MOST 10               /* lines of what is left out; a file can have thousands of names that register */

/* of this process */
static struct {
    apr_pool_t *p;                 /* NULL: nothing is kept */
    wlm_static_members_t members;
    uint64_t copied;               /* signature of the copy that this process has written; 0: none */
} kept;
static _Atomic uint64_t seen;      /* signature of the file that was read last, good or bad; 0: none */

static const char *path_of_copy(apr_pool_t *p)
{
    return apr_pstrcat(p, wlm_config_global()->registry, ".static", NULL);
}

/* -- reading ------------------------------------------------------------------------------------------------------- */

static void count(const plugin_cfg_t *cfg)
{
    int i;

    kept.members.clusters = cfg->clusters->nelts;
    kept.members.members = 0;
    for (i = 0; i < cfg->clusters->nelts; ++i) {
        kept.members.members += APR_ARRAY_IDX(cfg->clusters, i, const plugin_cfg_cluster_t *)->members->nelts;
    }
}

/* @param ptemp  becomes that of what is kept, if it can be used @return NULL; or why it cannot, in ptemp */
static const char *take(const char *path, apr_pool_t *ptemp)
{
    plugin_cfg_t *cfg;
    const char *text;
    apr_pool_t *before;
    apr_status_t rv = wlm_whole_file_read(&text, NULL, path, PLUGIN_CFG_MAX_SIZE, ptemp);

    if (rv != APR_SUCCESS) {
        return apr_psprintf(ptemp, "%pm", &rv);
    }
    if (plugin_cfg_read_memory(&cfg, text, strlen(text), path, ptemp) != APR_SUCCESS) {
        return plugin_cfg_first_error(cfg, ptemp);
    }
    before = kept.p;
    kept.p = ptemp;
    kept.members.text = text;
    kept.members.signature = wlm_hash_key(text);
    count(cfg);
    if (before) {
        apr_pool_destroy(before);
    }
    return NULL;
}

void wlm_static_members_write_copy(server_rec *s, apr_pool_t *p)
{
    const char *path = path_of_copy(p), *text = kept.members.text;
    apr_status_t rv;

    if (!text || kept.copied == kept.members.signature) {
        return;
    }
    kept.copied = kept.members.signature;
    rv = wlm_whole_file_write(path, text, strlen(text), &(wlm_whole_file_t){ .mode = 0644 }, p);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, rv, s, WLMNO(0286) "%s, the last good version of WLMRegistryStatic, "
                     "cannot be written", path);
    }
}

/* The configuration ends: in the parent this may be another one's memory soon */
static apr_status_t forget(void *data)
{
    if (kept.p == data) {
        memset(&kept, 0, sizeof(kept));
        atomic_store(&seen, 0);
    }
    return APR_SUCCESS;
}

static apr_pool_t *make_pool(server_rec *s)
{
    apr_pool_t *p;

    apr_pool_create(&p, s->process->pconf);
    apr_pool_cleanup_register(p, p, forget, apr_pool_cleanup_null);
    return p;
}

static void read_file(const char *path, server_rec *s)
{
    apr_pool_t *p = make_pool(s);
    const char *why = take(path, p);

    if (!why) {
        return;
    }
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0285) "%s (WLMRegistryStatic) cannot be used, and the last good "
                 "version stays in use: %s", path, why);
    apr_pool_destroy(p);
    if (!kept.p) {
        p = make_pool(s);
        if (take(path_of_copy(p), p)) { /* there is none */
            apr_pool_destroy(p);
        }
    }
}

static int is_settled(const char *path, apr_pool_t *p)
{
    apr_interval_time_t since;
    apr_finfo_t info;

    if (apr_stat(&info, path, APR_FINFO_MTIME, p) != APR_SUCCESS) {
        return 1;
    }
    since = wlm_moment().day - info.mtime; /* the time of day may have been set back */
    return since < 0 || since >= SETTLED_AFTER;
}

int wlm_static_members_have_changed(apr_pool_t *p)
{
    const char *path = wlm_config_global()->registry_static;
    uint64_t signature = path ? wlm_files_signature(path, p) : 0;

    return path && (signature ? signature : WLM_SIGNATURE_GONE) != atomic_load(&seen)
           && (!atomic_load(&seen) || is_settled(path, p));
}

const wlm_static_members_t *wlm_static_members(server_rec *s)
{
    const char *path = wlm_config_global()->registry_static;
    apr_pool_t *p;

    apr_pool_create(&p, s->process->pconf);
    if (wlm_static_members_have_changed(p)) {
        uint64_t signature = wlm_files_signature(path, p);

        atomic_store(&seen, signature ? signature : WLM_SIGNATURE_GONE);
        read_file(path, s);
    }
    apr_pool_destroy(p);
    return &kept.members;
}

/* -- joining ------------------------------------------------------------------------------------------------------- */

static const char *describe(const plugin_cfg_clash_t *clash, apr_pool_t *p)
{
    return clash->server
           ? apr_psprintf(p, "member %s of cluster %s has registered, and is left out there: member %s of "
                          "WLMRegistryStatic has the same %s", clash->server, clash->cluster, clash->other, clash->by)
           : apr_psprintf(p, "cluster %s has registered, and is left out: a %s of WLMRegistryStatic has its name",
                          clash->cluster, clash->other);
}

static void tell(const apr_array_header_t *clashes, _Atomic uint64_t *ptold, server_rec *s, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, 4, sizeof(const char *));
    uint64_t all, before;
    int i;

    for (i = 0; i < clashes->nelts; ++i) {
        APR_ARRAY_PUSH(lines, const char *) = describe(&APR_ARRAY_IDX(clashes, i, const plugin_cfg_clash_t), p);
    }
    all = lines->nelts ? wlm_hash_key(apr_array_pstrcat(p, lines, '\n')) : 0;
    before = atomic_exchange(ptold, all);
    wlm_count_cut(lines, TOLD_MOST, "more members or clusters have registered and are left out, because "
                  "WLMRegistryStatic has them", p);
    for (i = 0; all != before && i < lines->nelts; ++i) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0284) "%s", APR_ARRAY_IDX(lines, i, const char *));
    }
}

const char *wlm_static_members_add(const wlm_static_members_t *statics, const char *registered, server_rec *s,
                                   _Atomic uint64_t *ptold, apr_pool_t *p)
{
    apr_array_header_t *clashes = apr_array_make(p, 4, sizeof(plugin_cfg_clash_t));
    const char *end = strstr(registered, "-->\n"), *joined; /* of the comment with the registry */

    if (!statics->text || !end) {
        return registered;
    }
    joined = plugin_cfg_join(clashes, statics->text, registered, p);
    if (!joined) {
        return registered;
    }
    tell(clashes, ptold, s, p);
    end += strlen("-->\n");
    return apr_pstrcat(p, apr_pstrmemdup(p, registered, (apr_size_t)(end - registered)), joined, "\n", NULL);
}
