/* Which version of a plugin-cfg.xml is at work. One process, the one with the lease, looks for a changed file; when it can
 * be used, it says so in shared memory, and all processes go over to it within a second. Requests end on the version that
 * they began with.
 */
#include <apr_file_info.h>
#include <apr_strings.h>
#include <unistd.h>
#include "mod_wlm_state.h"

static _Atomic unsigned changes;

unsigned wlm_live_changes(void)
{
    return atomic_load(&changes);
}

uint64_t wlm_live_signature(const char *path, apr_pool_t *ptemp)
{
    apr_finfo_t info;

    /* what a link leads to: another file behind it has another inode */
    if (apr_stat(&info, path, APR_FINFO_MTIME | APR_FINFO_SIZE | APR_FINFO_IDENT, ptemp) != APR_SUCCESS) {
        return 0;
    }
    return wlm_slots_key(apr_psprintf(ptemp, "%" APR_TIME_T_FMT " %" APR_OFF_T_FMT " %lu %lu", info.mtime, info.size,
                                      (unsigned long)info.inode, (unsigned long)info.device));
}

/* -- using a version ---------------------------------------------------------------------- */

wlm_version_t *wlm_live_use(wlm_file_t *file)
{
    wlm_version_t *version;

    if (!file->lock) {
        return NULL;
    }
    apr_thread_mutex_lock(file->lock);
    version = file->current;
    if (version) {
        version->users++;
    }
    apr_thread_mutex_unlock(file->lock);
    return version;
}

void wlm_live_leave(wlm_version_t *version)
{
    int users;

    apr_thread_mutex_lock(version->file->lock);
    users = --version->users;
    apr_thread_mutex_unlock(version->file->lock);
    if (!users) {
        wlm_version_free(version);
    }
}

static void go_over(wlm_file_t *file, wlm_version_t *version)
{
    wlm_version_t *before;

    apr_thread_mutex_lock(file->lock);
    before = file->current;
    version->users = 1;
    file->current = version;
    apr_thread_mutex_unlock(file->lock);
    atomic_fetch_add(&changes, 1);
    if (before) {
        wlm_live_leave(before);
    }
}

/* -- the first and the last ----------------------------------------------------------------- */

apr_status_t wlm_live_begin(wlm_file_t *file, apr_pool_t *pconf, server_rec *s)
{
    wlm_version_t *version;
    const char *why;
    apr_pool_t *p;

    apr_thread_mutex_create(&file->lock, APR_THREAD_MUTEX_DEFAULT, pconf);
    apr_pool_create(&p, NULL);
    version = wlm_version_make(file, file->cfg, file->signature, p, s, &why);
    if (!version) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, WLMNO(0045) "%s cannot be used: %s", file->path, why);
        apr_pool_destroy(p);
        return APR_ENOSPC;
    }
    go_over(file, version);
    return APR_SUCCESS;
}

void wlm_live_end(wlm_file_t *file)
{
    if (file->current) {
        wlm_version_free(file->current);
        file->current = NULL;
    }
}

/* -- a changed file ---------------------------------------------------------------------------- */

static const plugin_cfg_finding_t *first_error(const plugin_cfg_t *cfg)
{
    int i;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *);
        if (finding->severity == PLUGIN_CFG_ERROR) {
            return finding;
        }
    }
    return NULL;
}

/* Read the file as it is now. @return NULL: it cannot be used; *pwhy in ptemp */
static wlm_version_t *read_version(wlm_file_t *file, uint64_t signature, server_rec *s, const char **pwhy, apr_pool_t *ptemp)
{
    const plugin_cfg_finding_t *error;
    wlm_version_t *version = NULL;
    plugin_cfg_t *cfg;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    if (plugin_cfg_read(&cfg, file->path, p) != APR_SUCCESS) {
        error = first_error(cfg);
        *pwhy = error ? apr_psprintf(ptemp, "%s:%d: %s [%s]", error->file, error->line, error->message, error->id)
                      : "it cannot be read";
    }
    else if (!(version = wlm_version_make(file, cfg, signature, p, s, pwhy))) {
        *pwhy = apr_pstrdup(ptemp, *pwhy);
    }
    if (!version) {
        apr_pool_destroy(p);
    }
    return version;
}

static void refuse(wlm_file_t *file, uint64_t signature, const char *why, server_rec *s)
{
    wlm_shared_file_t *shared = &wlm_state.files[file->number];

    apr_cpystrn(shared->why, why, sizeof(shared->why));
    if (!atomic_load(&shared->refused)) {
        atomic_store(&shared->refused_since, (uint64_t)apr_time_sec(apr_time_now()));
    }
    atomic_store(&shared->refused, signature);
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0046) "%s has changed and cannot be used; the version before stays at "
                 "work: %s", file->path, why);
}

/* A file that has changed is looked at twice: who writes it may not have finished */
static void look(wlm_file_t *file, server_rec *s, apr_pool_t *ptemp)
{
    wlm_shared_file_t *shared = &wlm_state.files[file->number];
    uint64_t signature = wlm_live_signature(file->path, ptemp);
    int settled = signature == file->seen;
    wlm_version_t *version;
    const char *why = "it is not there";

    file->seen = signature;
    if (!settled) {
        file->look_at = 0;
        return;
    }
    signature = signature ? signature : 1;
    if (signature == file->current->signature || signature == atomic_load(&shared->refused)) {
        return;
    }
    version = signature > 1 ? read_version(file, signature, s, &why, ptemp) : NULL;
    if (!version) {
        refuse(file, signature, why, s);
        return;
    }
    atomic_store(&shared->wanted, signature);
    atomic_store(&shared->refused, 0);
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0047) "%s has changed and is taken up: %d clusters, %d members",
                 file->path, version->snapshot->nclusters, version->snapshot->nmembers);
    go_over(file, version);
}

/* Another process has found a good one */
static void follow(wlm_file_t *file, server_rec *s, apr_pool_t *ptemp)
{
    uint64_t wanted = atomic_load(&wlm_state.files[file->number].wanted);
    wlm_version_t *version;
    const char *why;

    if (!wanted || wanted == file->current->signature || wlm_live_signature(file->path, ptemp) != wanted) {
        return; /* when it has changed again, the next look will tell what becomes of it */
    }
    version = read_version(file, wanted, s, &why, ptemp);
    if (version) {
        go_over(file, version);
    }
    else {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0048) "this process cannot take up %s, which another one has taken "
                     "up: %s", file->path, why);
    }
}

void wlm_live_run(wlm_file_t *file, server_rec *s, apr_time_t now, apr_pool_t *ptemp)
{
    int interval = file->current->cfg->refresh_interval;

    follow(file, s, ptemp);
    if (interval > 0 && wlm_lease_hold(&wlm_state.work->look, (uint32_t)getpid(), now) && now >= file->look_at) {
        file->look_at = now + apr_time_from_sec(interval);
        look(file, s, ptemp);
    }
}

void wlm_live_child_init(wlm_file_t *file, server_rec *s)
{
    apr_pool_t *ptemp;

    wlm_version_bind(file->current);
    file->seen = file->current->signature;
    apr_pool_create(&ptemp, NULL);
    follow(file, s, ptemp);
    apr_pool_destroy(ptemp);
}
