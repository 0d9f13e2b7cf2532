/* Reloads a plugin-cfg.xml that has changed. The process that holds the lease checks the file at its RefreshInterval;
 * an administrator can make any process do so. A valid file is published as text in shared memory, and all processes
 * adopt it within a second. Requests end on the version that they began with. Runs in the parent before there are
 * children, then in the watchdog's thread of each child, and in a request thread for an administrator's reload.
 */
#include <apr_strings.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/count.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/runtime/change.h"
#include "httpd/runtime/records.h"
#include "httpd/runtime/reload.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/version.h"

#define SETTLED_AFTER apr_time_from_sec(1) /* a file that did not change for so long is taken as complete */

/* -- the first version and the last ----------------------------------------------------------------- */

static wlm_shared_file_t *shared_of(const wlm_file_t *file)
{
    return &wlm_segment.files[file->number];
}

static void publish(wlm_file_t *file, const wlm_version_t *version)
{
    wlm_file_text_put(wlm_segment_text(file), version->signature, version->cfg->text, version->cfg->length);
    atomic_fetch_add(&shared_of(file)->generation, 1); /* for the status only; after what the processes compare */
    atomic_store(&shared_of(file)->loaded, wlm_clock_today());
}

static void note_refusal(wlm_file_t *file, uint64_t signature, const char *why)
{
    wlm_shared_file_t *shared = shared_of(file);

    apr_cpystrn(shared->why, why, sizeof(shared->why));
    if (!atomic_load(&shared->refused)) {
        atomic_store(&shared->refused_since, wlm_clock_today());
    }
    atomic_store(&shared->refused, signature);
}

/* A missing file has a signature, too */
static uint64_t or_gone(uint64_t signature)
{
    return signature ? signature : WLM_SIGNATURE_GONE;
}

/* A restart has found an invalid file */
static void report_bad(wlm_file_t *file, server_rec *s)
{
    note_refusal(file, or_gone(file->bad_signature), file->why);
    if (file->signature == WLM_SIGNATURE_NONE) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0171) "%s cannot be used, and there is no version from before "
                     "the restart: no request has a route until the file is good: %s", file->path, file->why);
        return;
    }
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0050) "%s cannot be used; the version from before the restart "
                 "stays in use: %s", file->path, file->why);
}

apr_status_t wlm_reload_begin(wlm_file_t *file, apr_pool_t *pconf, server_rec *s)
{
    wlm_version_t *version;
    const char *why;
    apr_pool_t *p;

    if (file->bad) {
        report_bad(file, s);
    }
    apr_thread_mutex_create(&file->lock, APR_THREAD_MUTEX_DEFAULT, pconf);
    apr_thread_mutex_create(&file->reload_lock, APR_THREAD_MUTEX_DEFAULT, pconf);
    apr_pool_create(&p, NULL);
    version = wlm_version_make(file, file->cfg, or_gone(file->signature), p, s, &why);
    if (!version) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, WLMNO(0045) "%s cannot be used: %s", file->path, why);
        apr_pool_destroy(p);
        return APR_ENOSPC;
    }
    publish(file, version);
    wlm_version_install(file, version);
    return APR_SUCCESS;
}

void wlm_reload_end(wlm_file_t *file)
{
    if (file->current) {
        wlm_version_free(file->current);
        file->current = NULL;
    }
}

/* -- a changed file ---------------------------------------------------------------------------- */

/* A published text. @return NULL: it cannot be used; *pwhy in ptemp */
static wlm_version_t *read_text(wlm_file_t *file, const char *text, apr_size_t length, uint64_t signature,
                                server_rec *s, const char **pwhy, apr_pool_t *ptemp)
{
    wlm_version_t *version = NULL;
    plugin_cfg_t *cfg;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    if (plugin_cfg_read_memory(&cfg, text, length, file->path, p) != APR_SUCCESS) {
        *pwhy = plugin_cfg_first_error(cfg, ptemp);
    }
    else if (!(version = wlm_version_make(file, cfg, signature, p, s, pwhy))) {
        *pwhy = apr_pstrdup(ptemp, *pwhy);
    }
    if (!version) {
        apr_pool_destroy(p);
    }
    return version;
}

/* The file as it is now; its findings are reported. @return likewise */
static wlm_version_t *read_file(wlm_file_t *file, uint64_t signature, server_rec *s, const char **pwhy,
                                apr_array_header_t *details, apr_pool_t *ptemp)
{
    wlm_version_t *version = NULL;
    plugin_cfg_t *cfg;
    apr_status_t rv;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    rv = plugin_cfg_read(&cfg, file->path, p);
    wlm_change_report_findings(cfg, s, details);
    if (rv != APR_SUCCESS) {
        *pwhy = plugin_cfg_first_error(cfg, ptemp);
    }
    else if (!(*pwhy = wlm_change_objection(file->current->cfg, cfg, ptemp))
             && !(version = wlm_version_make(file, cfg, signature, p, s, pwhy))) {
        *pwhy = apr_pstrdup(ptemp, *pwhy);
    }
    if (!version) {
        apr_pool_destroy(p);
    }
    return version;
}

static wlm_reload_result_t refuse(wlm_file_t *file, uint64_t signature, const char *why, server_rec *s,
                                  const char **pwhat, apr_pool_t *ptemp)
{
    note_refusal(file, signature, why);
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0046) "%s has changed and cannot be used; the version before "
                 "stays in use: %s", file->path, why);
    *pwhat = apr_psprintf(ptemp, "refused, the version before stays in use: %s", why);
    return WLM_RELOAD_REFUSED;
}

/* @param signature  of the file, 0: it is not there */
static wlm_reload_result_t load_changed(wlm_file_t *file, uint64_t signature, server_rec *s, const char **pwhat,
                            apr_array_header_t *details, apr_pool_t *ptemp)
{
    wlm_version_t *version;
    const char *why;

    version = signature ? read_file(file, signature, s, &why, details, ptemp) : NULL;
    if (!version) {
        return refuse(file, or_gone(signature), signature ? why : "it is not there", s, pwhat, ptemp);
    }
    wlm_change_report_losses(file->current->cfg, file->current->snapshot->routes, version->cfg,
                             version->snapshot->routes, s,
                           details);
    *pwhat = apr_pstrcat(ptemp, "loaded: ", wlm_count_text(version->snapshot->nclusters, "cluster", ptemp), ", ",
                         wlm_count_text(version->snapshot->nmembers, "member", ptemp),
                         details->nelts ? "; " : NULL, wlm_count_text(details->nelts, "warning", ptemp), NULL);
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0047) "%s has changed and is %s", file->path, *pwhat);
    publish(file, version);
    atomic_store(&shared_of(file)->refused, 0);
    wlm_version_install(file, version);
    return WLM_RELOAD_DONE;
}

/* The file is the current version. A slower process may have published an older one meanwhile. */
static void confirm(wlm_file_t *file)
{
    if (wlm_file_text_signature(wlm_segment_text(file)) != file->current->signature) {
        publish(file, file->current);
    }
    atomic_store(&shared_of(file)->refused, 0);
}

/* A changed file is loaded when two checks found it the same: at the first one it may have been incomplete */
static void check_file(wlm_file_t *file, server_rec *s, apr_time_t now, apr_pool_t *ptemp)
{
    uint64_t signature = wlm_files_signature(file->path, ptemp);
    int is_stable = signature == file->last_signature;
    const char *what; /* it is in the log */

    file->last_signature = signature;
    if (signature == file->current->signature) {
        confirm(file);
    }
    else if (!is_stable) {
        file->next_check = now + SETTLED_AFTER;
    }
    else if (or_gone(signature) != atomic_load(&shared_of(file)->refused)) {
        load_changed(file, signature, s, &what, apr_array_make(ptemp, 4, sizeof(const char *)), ptemp);
    }
}

/* Load the version that another process has published, from its text: the file itself may have changed again, or be
 * invalid by now. */
static void adopt_published(wlm_file_t *file, server_rec *s, apr_pool_t *ptemp)
{
    wlm_file_text_t *shared = wlm_segment_text(file);
    uint64_t wanted = wlm_file_text_signature(shared);
    wlm_version_t *version;
    const char *text, *why;
    apr_size_t length;

    if (!wanted || wanted == file->current->signature || wanted == file->cannot_adopt
        || !(text = wlm_file_text_get(shared, &wanted, &length, ptemp))) {
        return;
    }
    version = read_text(file, text, length, wanted, s, &why, ptemp);
    if (version) {
        wlm_version_install(file, version);
        ap_log_error(APLOG_MARK, APLOG_DEBUG, 0, s, WLMNO(0051) "this process follows: %s: %s, %s",
                     file->path, wlm_count_text(version->snapshot->nclusters, "cluster", ptemp),
                     wlm_count_text(version->snapshot->nmembers, "member", ptemp));
        return;
    }
    file->cannot_adopt = wanted;
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0048) "this process cannot load %s, which another one has "
                 "loaded: %s", file->path, why);
}

/* -- exported -------------------------------------------------------------------------------- */

void wlm_reload_run(wlm_file_t *file, server_rec *s, apr_time_t now, apr_pool_t *ptemp)
{
    int interval;

    apr_thread_mutex_lock(file->reload_lock);
    adopt_published(file, s, ptemp);
    interval = file->current->cfg->refresh_interval;
    if (interval > 0 && wlm_lease_hold(&wlm_segment.work->reload, (uint32_t)getpid(), now) && now >= file->next_check) {
        file->next_check = now + apr_time_from_sec(interval);
        check_file(file, s, now, ptemp);
    }
    apr_thread_mutex_unlock(file->reload_lock);
}

wlm_reload_result_t wlm_reload_now(wlm_file_t *file, server_rec *s, const char **pwhat, apr_array_header_t *details,
                             apr_pool_t *ptemp)
{
    wlm_reload_result_t result = WLM_RELOAD_UNCHANGED;
    uint64_t signature;

    apr_thread_mutex_lock(file->reload_lock);
    adopt_published(file, s, ptemp);
    signature = file->last_signature = wlm_files_signature(file->path, ptemp);
    if (signature == file->current->signature) {
        confirm(file);
        *pwhat = "not changed";
    }
    else {
        result = load_changed(file, signature, s, pwhat, details, ptemp);
    }
    apr_thread_mutex_unlock(file->reload_lock);
    return result;
}

void wlm_reload_child_init(wlm_file_t *file, server_rec *s)
{
    apr_pool_t *ptemp;

    wlm_records_bind(file->current);
    file->last_signature = file->current->signature;
    apr_pool_create(&ptemp, NULL);
    adopt_published(file, s, ptemp);
    apr_pool_destroy(ptemp);
}
