/* Reloads a plugin-cfg.xml that has changed. The process that holds the lease checks the file at its RefreshInterval;
 * an administrator can make any process do so. A valid file is published as text in shared memory, and all processes
 * adopt it within a second. Requests end on the version that they began with. Runs in the parent before there are
 * children, then in the one thread of each child that loads (httpd/runtime/loader.h), for which the watchdog's thread
 * and an administrator's request wait.
 */
#include <apr_strings.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/count.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/runtime/change.h"
#include "httpd/runtime/given.h"
#include "httpd/runtime/loader.h"
#include "httpd/runtime/records.h"
#include "httpd/runtime/reload.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/version.h"

#define SETTLED_AFTER apr_time_from_sec(1) /* a file that did not change for so long is taken as complete */
/* for slots of the version before: the other processes leave it within 200 ms, and most requests on it end soon */
#define SLOTS_PATIENCE apr_time_from_sec(2)
#define SLOTS_INTERVAL apr_time_from_msec(10)
#define OVERTAKEN_MOST 10          /* by other processes, in one reload by an administrator */

/* -- the first version and the last ----------------------------------------------------------------- */

static wlm_shared_file_t *shared_of(const wlm_file_t *file)
{
    return &wlm_segment.files[file->number];
}

/* @return 0: another process has published one */
static int publish(wlm_version_t *version, const wlm_records_plan_t *plan, apr_pool_t *ptemp)
{
    wlm_shared_file_t *shared = shared_of(version->file);

    if (!wlm_records_publish(version, plan, ptemp)) {
        return 0;
    }
    plugin_cfg_forget_text(version->cfg); /* from now on it is in shared memory */
    atomic_fetch_add(&shared->generation, 1); /* for the status only; after what the processes compare */
    atomic_store(&shared->loaded, wlm_clock_today());
    atomic_store(&shared->refused, 0);
    return 1;
}

/* An event has little room: a finding without the path, which stands beside it */
static void note(const wlm_file_t *file, const char *what, const char *text)
{
    apr_size_t length = strlen(file->path);
    char line[WLM_SHARED_TEXT_SIZE + sizeof("\xe2\x80\xa6")];

    text += strncmp(text, file->path, length) == 0 && text[length] == ':' ? length + 1 : 0;
    apr_snprintf(line, sizeof(line), "%s%s", what, text);
    wlm_event_ring_add(&shared_of(file)->events, wlm_clock_today(), line);
}

/* @param shortage  of slots; NULL: that is not why */
static void note_refusal(wlm_file_t *file, uint64_t signature, const char *why, const wlm_records_shortage_t *shortage)
{
    wlm_shared_file_t *shared = shared_of(file);
    int kind;

    apr_cpystrn(shared->why, why, sizeof(shared->why));
    if (!atomic_load(&shared->refused)) {
        atomic_store(&shared->refused_since, wlm_clock_today());
    }
    for (kind = 0; kind < WLM_SLOT_KINDS; ++kind) {
        atomic_store(&shared->needs_slots[kind],
                     shortage && (int)shortage->kind == kind ? (uint32_t)shortage->needed : 0);
    }
    atomic_store(&shared->refused, signature);
    note(file, "refused: ", why);
}

/* A missing file has a signature, too */
static uint64_t or_gone(uint64_t signature)
{
    return signature ? signature : WLM_SIGNATURE_GONE;
}

/* A restart has found an invalid file */
static void report_bad(wlm_file_t *file, server_rec *s)
{
    note_refusal(file, or_gone(file->bad_signature), file->why, NULL);
    if (file->signature == WLM_SIGNATURE_NONE) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0171) "%s cannot be used, and there is no version from before "
                     "the restart: no request has a route until the file is good: %s", file->path, file->why);
        return;
    }
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0050) "%s cannot be used; the version from before the restart "
                 "stays in use: %s", file->path, file->why);
}

/* As many slots as the files need are there: find_capacities() in httpd/runtime/segment.c */
static apr_status_t begin(wlm_version_t *version, server_rec *s, apr_pool_t *ptemp)
{
    wlm_records_plan_t *plan = wlm_records_plan(version->file, version->cfg, NULL, ptemp);
    wlm_records_shortage_t shortage;

    if (!wlm_records_acquire(version, plan, &shortage, ptemp)) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, WLMNO(0045) "%s cannot be used: %s", version->file->path,
                     wlm_records_shortage_text(&shortage, ptemp));
        return APR_ENOSPC;
    }
    wlm_version_complete(version, s);
    publish(version, plan, ptemp);
    return APR_SUCCESS;
}

apr_status_t wlm_reload_begin(wlm_file_t *file, apr_pool_t *pconf, server_rec *s)
{
    wlm_version_t *version;
    apr_pool_t *ptemp;
    apr_status_t rv;

    apr_thread_mutex_create(&file->lock, APR_THREAD_MUTEX_DEFAULT, pconf);
    apr_thread_mutex_create(&file->reload_lock, APR_THREAD_MUTEX_DEFAULT, pconf);
    apr_pool_create(&ptemp, NULL);
    version = wlm_version_make(file, file->cfg, or_gone(file->signature), file->pool);
    rv = begin(version, s, ptemp);
    apr_pool_destroy(ptemp);
    if (rv != APR_SUCCESS) {
        wlm_version_free(version);
        return rv;
    }
    if (file->bad) {
        report_bad(file, s);
    }
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

/* -- what another process has published ------------------------------------------------------------------ */

/* Is the current version of this process the published one? */
static int is_published(const wlm_file_t *file)
{
    return wlm_file_text_generation(wlm_segment_text(file)) == file->current->generation;
}

/* @return NULL: it cannot be used; *pwhy, in ptemp, is NULL when a newer one has been published meanwhile */
static wlm_version_t *read_published(wlm_file_t *file, const wlm_published_t *published, server_rec *s,
                                     const char **pwhy, apr_pool_t *ptemp)
{
    wlm_version_t *version;
    plugin_cfg_t *cfg;
    apr_pool_t *p;

    p = wlm_version_pool();
    if (plugin_cfg_read_memory(&cfg, published->text, published->length, file->path, p) != APR_SUCCESS) {
        *pwhy = plugin_cfg_first_error(cfg, ptemp);
        apr_pool_destroy(p);
        return NULL;
    }
    plugin_cfg_forget_text(cfg);
    version = wlm_version_make(file, cfg, published->signature, p);
    if (!wlm_records_fit(version, published) || !wlm_records_adopt(version, published)) {
        *pwhy = wlm_records_fit(version, published) ? NULL
              : "its clusters and members are others than the published ones";
        wlm_version_free(version);
        return NULL;
    }
    wlm_version_complete(version, s);
    return version;
}

/* From its text: the file itself may have changed again, or be invalid by now */
static void adopt_published(wlm_file_t *file, server_rec *s, apr_pool_t *ptemp)
{
    wlm_version_t *version = NULL;
    wlm_published_t published;
    const char *why = NULL;

    while (!is_published(file) && wlm_file_text_generation(wlm_segment_text(file)) != file->cannot_adopt && !version
           && !why) {
        wlm_file_text_get(wlm_segment_text(file), &published, ptemp);
        version = read_published(file, &published, s, &why, ptemp);
    }
    if (version) {
        wlm_version_install(file, version);
        ap_log_error(APLOG_MARK, APLOG_DEBUG, 0, s, WLMNO(0051) "this process follows: %s: %s, %s",
                     file->path, wlm_count_text(version->snapshot->nclusters, "cluster", ptemp),
                     wlm_count_text(version->snapshot->nmembers, "member", ptemp));
    }
    else if (why) {
        file->cannot_adopt = published.generation;
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0048) "this process cannot load %s, which another one has "
                     "loaded: %s", file->path, why);
    }
}

/* -- a changed file ---------------------------------------------------------------------------- */

/* The file as it is now, without slots; its findings are reported. @return NULL: it cannot be used; *pwhy in ptemp */
static wlm_version_t *read_file(wlm_file_t *file, uint64_t signature, server_rec *s, const char **pwhy,
                                apr_array_header_t *details, apr_pool_t *ptemp)
{
    plugin_cfg_t *cfg;
    apr_status_t rv;
    apr_pool_t *p;

    p = wlm_version_pool();
    rv = wlm_given_read(&cfg, file->path, wlm_given_of(file->current->cfg, ptemp), s, p);
    wlm_change_report_findings(cfg, s, details);
    *pwhy = rv != APR_SUCCESS ? plugin_cfg_first_error(cfg, ptemp)
                              : wlm_change_objection(file, file->current->cfg, cfg, ptemp);
    if (*pwhy) {
        apr_pool_destroy(p);
        return NULL;
    }
    return wlm_version_make(file, cfg, signature, p);
}

static wlm_reload_result_t refuse(wlm_file_t *file, uint64_t signature, const char *why,
                                  const wlm_records_shortage_t *shortage, server_rec *s, const char **pwhat,
                                  apr_pool_t *ptemp)
{
    note_refusal(file, signature, why, shortage);
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0046) "%s has changed and cannot be used; the version before "
                 "stays in use: %s", file->path, why);
    *pwhat = apr_psprintf(ptemp, "refused, the version before stays in use: %s", why);
    return WLM_RELOAD_REFUSED;
}

/* This thread waits in the change of one file, and no other one follows those of others. The watchdog's may have the
 * lock of one, to look whether there is something to do. */
static void adopt_others(const wlm_file_t *file, server_rec *s, apr_pool_t *ptemp)
{
    int i;

    for (i = 0; i < wlm_files()->nelts; ++i) {
        wlm_file_t *other = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *);

        if (other != file && apr_thread_mutex_trylock(other->reload_lock) == APR_SUCCESS) {
            adopt_published(other, s, ptemp);
            apr_thread_mutex_unlock(other->reload_lock);
        }
    }
}

/* Waits a while for slots of earlier versions. This process keeps none of them for longer than its requests do. */
static wlm_reload_result_t find_slots(wlm_version_t *version, wlm_records_plan_t *plan,
                                      wlm_records_shortage_t *shortage, server_rec *s, apr_pool_t *ptemp)
{
    apr_time_t until = wlm_now() + SLOTS_PATIENCE;
    apr_pool_t *p;
    int found;

    apr_pool_create(&p, ptemp);
    while (!(found = wlm_records_acquire(version, plan, shortage, p)) && wlm_records_may_be_freed(shortage)
           && is_published(version->file) && wlm_now() < until) {
        apr_pool_clear(p);
        adopt_others(version->file, s, p);
        apr_sleep(SLOTS_INTERVAL);
    }
    apr_pool_destroy(p);
    return found ? WLM_RELOAD_DONE : is_published(version->file) ? WLM_RELOAD_REFUSED : WLM_RELOAD_OVERTAKEN;
}

/* Put a version into use in place of the current one. When that fails it is freed */
static wlm_reload_result_t replace(wlm_version_t *version, wlm_records_shortage_t *shortage, server_rec *s,
                                   apr_pool_t *ptemp)
{
    wlm_file_t *file = version->file;
    wlm_records_plan_t *plan = wlm_records_plan(file, version->cfg, file->current, ptemp);
    wlm_reload_result_t result = find_slots(version, plan, shortage, s, ptemp);

    if (result == WLM_RELOAD_DONE) {
        version->generation = file->current->generation;
        wlm_version_complete(version, s);
        result = publish(version, plan, ptemp) ? WLM_RELOAD_DONE : WLM_RELOAD_OVERTAKEN;
    }
    if (result != WLM_RELOAD_DONE) {
        wlm_version_free(version);
    }
    return result;
}

static void report(const wlm_version_t *version, server_rec *s, const char **pwhat, apr_array_header_t *details,
                   apr_pool_t *ptemp)
{
    const wlm_file_t *file = version->file;

    if (!file->is_registry) { /* there, a member that goes has said so */
        wlm_change_report_losses(file->current->cfg, file->current->snapshot->routes, version->cfg,
                                 version->snapshot->routes, s, details);
    }
    *pwhat = apr_pstrcat(ptemp, "loaded: ", wlm_count_text(version->snapshot->nclusters, "cluster", ptemp), ", ",
                         wlm_count_text(version->snapshot->nmembers, "member", ptemp),
                         details->nelts ? "; " : NULL, wlm_count_text(details->nelts, "warning", ptemp), NULL);
    note(file, "", *pwhat);
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0047) "%s has changed and is %s", file->path, *pwhat);
}

/* @param signature  of the file, 0: it is not there */
static wlm_reload_result_t load_changed(wlm_file_t *file, uint64_t signature, server_rec *s, const char **pwhat,
                            apr_array_header_t *details, apr_pool_t *ptemp)
{
    wlm_records_shortage_t shortage;
    wlm_reload_result_t result;
    wlm_version_t *version;
    const char *why;

    version = signature ? read_file(file, signature, s, &why, details, ptemp) : NULL;
    if (!version) {
        return refuse(file, or_gone(signature), signature ? why : "it is not there", NULL, s, pwhat, ptemp);
    }
    result = replace(version, &shortage, s, ptemp);
    if (result == WLM_RELOAD_REFUSED) {
        return refuse(file, signature, wlm_records_shortage_text(&shortage, ptemp), &shortage, s, pwhat, ptemp);
    }
    if (result == WLM_RELOAD_DONE) {
        report(version, s, pwhat, details, ptemp);
        wlm_version_install(file, version);
    }
    return result;
}

/* The file is the current version */
static void confirm(wlm_file_t *file)
{
    atomic_store(&shared_of(file)->refused, 0);
}

/* A file that was refused for want of slots can be loaded when there are enough */
static int has_slots_now(const wlm_file_t *file, apr_pool_t *ptemp)
{
    wlm_slots_t *tables[WLM_SLOT_KINDS] = { &wlm_segment.clusters, &wlm_segment.members };
    int kind, used, has_waited = 0;

    for (kind = 0; kind < WLM_SLOT_KINDS; ++kind) {
        uint32_t needed = atomic_load(&shared_of(file)->needs_slots[kind]);

        if (needed) {
            wlm_slots_used(tables[kind], &used, ptemp);
            if (tables[kind]->table->capacity - (uint32_t)used < needed) {
                return 0;
            }
            has_waited = 1;
        }
    }
    return has_waited;
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
    else if (or_gone(signature) != atomic_load(&shared_of(file)->refused) || has_slots_now(file, ptemp)) {
        load_changed(file, signature, s, &what, apr_array_make(ptemp, 4, sizeof(const char *)), ptemp);
    }
}

/* -- exported -------------------------------------------------------------------------------- */

/* In the process that holds the lease, or gets it now */
static int is_check_due(const wlm_file_t *file, apr_time_t now)
{
    return file->current->cfg->refresh_interval > 0
           && wlm_lease_hold(&wlm_segment.work->reload, (uint32_t)getpid(), now) && now >= file->next_check;
}

/* What the thread that loads is asked for, and what has come of it */
typedef struct call_t {
    wlm_file_t *file;
    server_rec *server;
    apr_time_t now;
    const char **pwhat;            /* in the pool of `details` */
    apr_array_header_t *details;
    wlm_reload_result_t result;
} call_t;

static void follow(void *data)
{
    const call_t *call = data;
    wlm_file_t *file = call->file;
    apr_pool_t *ptemp = wlm_version_pool();

    apr_thread_mutex_lock(file->reload_lock);
    adopt_published(file, call->server, ptemp);
    if (is_check_due(file, call->now)) {
        file->next_check = call->now + apr_time_from_sec(file->current->cfg->refresh_interval);
        check_file(file, call->server, call->now, ptemp);
    }
    apr_thread_mutex_unlock(file->reload_lock);
    apr_pool_destroy(ptemp);
    wlm_version_trim();
}

/* Most looks find nothing to do */
static int is_work(wlm_file_t *file, apr_time_t now)
{
    int is;

    apr_thread_mutex_lock(file->reload_lock);
    is = !is_published(file) || is_check_due(file, now);
    apr_thread_mutex_unlock(file->reload_lock);
    return is;
}

void wlm_reload_run(wlm_file_t *file, server_rec *s, apr_time_t now)
{
    if (is_work(file, now)) {
        wlm_loader_do(follow, &(call_t){ .file = file, .server = s, .now = now });
    }
}

static wlm_reload_result_t reload_once(wlm_file_t *file, server_rec *s, const char **pwhat, apr_array_header_t *details,
                                       apr_pool_t *ptemp)
{
    uint64_t signature;

    adopt_published(file, s, ptemp);
    signature = file->last_signature = wlm_files_signature(file->path, ptemp);
    if (signature == file->current->signature) {
        confirm(file);
        *pwhat = "not changed";
        return WLM_RELOAD_UNCHANGED;
    }
    return load_changed(file, signature, s, pwhat, details, ptemp);
}

static wlm_reload_result_t reload(wlm_file_t *file, server_rec *s, const char **pwhat, apr_array_header_t *details,
                                  apr_pool_t *ptemp)
{
    wlm_reload_result_t result;
    int i;

    apr_thread_mutex_lock(file->reload_lock);
    result = reload_once(file, s, pwhat, details, ptemp);
    for (i = 0; result == WLM_RELOAD_OVERTAKEN && i < OVERTAKEN_MOST; ++i) {
        details->nelts = 0;
        result = reload_once(file, s, pwhat, details, ptemp);
    }
    if (result == WLM_RELOAD_OVERTAKEN) {
        *pwhat = "not loaded: other processes load other versions of it all the time";
        result = WLM_RELOAD_REFUSED;
    }
    apr_thread_mutex_unlock(file->reload_lock);
    return result;
}

/* The work needs as much memory as the file has routes, which the pool of a connection would keep for the next one */
static void load_now(void *data)
{
    call_t *call = data;
    apr_pool_t *work = wlm_version_pool();
    apr_array_header_t *lines = apr_array_make(work, 4, sizeof(const char *));
    int i;

    call->result = reload(call->file, call->server, call->pwhat, lines, work);
    *call->pwhat = apr_pstrdup(call->details->pool, *call->pwhat);
    for (i = 0; i < lines->nelts; ++i) {
        APR_ARRAY_PUSH(call->details, const char *) = apr_pstrdup(call->details->pool,
                                                                  APR_ARRAY_IDX(lines, i, const char *));
    }
    apr_pool_destroy(work);
    wlm_version_trim();
}

wlm_reload_result_t wlm_reload_now(wlm_file_t *file, server_rec *s, const char **pwhat, apr_array_header_t *details)
{
    call_t call = { .file = file, .server = s, .pwhat = pwhat, .details = details };

    wlm_loader_do(load_now, &call);
    return call.result;
}

/* -- other members in the same file */

typedef struct given_call_t {
    wlm_file_t *file;
    server_rec *server;
    wlm_reload_given_t *choose;
    void *data;
    const char *why;               /* it is refused, in p */
    apr_pool_t *p;
    wlm_reload_result_t result;
} given_call_t;

/* The text that is in use with other members: whatever the file on the disk is like by now.
 * @return NULL: it cannot be used; *pwhy in ptemp */
static wlm_version_t *read_given(wlm_file_t *file, const apr_array_header_t *given, const char **pwhy, server_rec *s,
                                 apr_pool_t *ptemp)
{
    apr_pool_t *p = wlm_version_pool();
    wlm_published_t published;
    plugin_cfg_t *cfg;

    wlm_file_text_get(wlm_segment_text(file), &published, ptemp);
    if (wlm_given_read_text(&cfg, published.text, file->path, given, s, p) != APR_SUCCESS) {
        *pwhy = plugin_cfg_first_error(cfg, ptemp);
        apr_pool_destroy(p);
        return NULL;
    }
    return wlm_version_make(file, cfg, file->current->signature, p);
}

static wlm_reload_result_t give(given_call_t *call, apr_pool_t *ptemp)
{
    wlm_file_t *file = call->file;
    wlm_records_shortage_t shortage;
    const apr_array_header_t *given;
    wlm_reload_result_t result;
    wlm_version_t *version;

    adopt_published(file, call->server, ptemp);
    given = call->choose(file->current->cfg, call->data, ptemp);
    if (!given) {
        return WLM_RELOAD_UNCHANGED;
    }
    version = read_given(file, given, &call->why, call->server, ptemp);
    result = version ? replace(version, &shortage, call->server, ptemp) : WLM_RELOAD_REFUSED;
    if (result == WLM_RELOAD_DONE) {
        wlm_version_install(file, version);
    }
    else if (version && result == WLM_RELOAD_REFUSED) {
        call->why = wlm_records_shortage_text(&shortage, ptemp);
    }
    return result;
}

static void load_given(void *data)
{
    given_call_t *call = data;
    apr_pool_t *work = wlm_version_pool();

    apr_thread_mutex_lock(call->file->reload_lock);
    call->result = give(call, work);
    apr_thread_mutex_unlock(call->file->reload_lock);
    call->why = apr_pstrdup(call->p, call->why);
    apr_pool_destroy(work);
    wlm_version_trim();
}

wlm_reload_result_t wlm_reload_give(wlm_file_t *file, wlm_reload_given_t *choose, void *data, const char **pwhy,
                                    server_rec *s, apr_pool_t *p)
{
    given_call_t call = { file, s, choose, data, NULL, p, WLM_RELOAD_UNCHANGED };

    wlm_loader_do(load_given, &call);
    *pwhy = call.why;
    return call.result;
}

/* A process that has no version whose slots are its own answers no request by one, until it can load a newer one */
static void use_nothing(wlm_file_t *file, server_rec *s)
{
    static const char nothing[] = "<Config/>";
    wlm_version_t *version;
    plugin_cfg_t *cfg;
    apr_pool_t *p;

    p = wlm_version_pool();
    plugin_cfg_read_memory(&cfg, nothing, sizeof(nothing) - 1, file->path, p);
    version = wlm_version_make(file, cfg, WLM_SIGNATURE_NONE, p);
    wlm_version_complete(version, s);
    wlm_version_install(file, version);
}

/* The slots of the parent's version are in use as long as it is the published one: from the next one on other members
 * may have them, and its records must not be touched. */
void wlm_reload_child_init(wlm_file_t *file, server_rec *s)
{
    wlm_version_t *inherited = file->current;
    wlm_published_t published;
    apr_pool_t *ptemp;

    apr_pool_create(&ptemp, NULL);
    wlm_file_text_get(wlm_segment_text(file), &published, ptemp);
    if (published.generation == inherited->generation && wlm_records_adopt(inherited, &published)) {
        wlm_records_bind(inherited);
    }
    else {
        adopt_published(file, s, ptemp);
        if (file->current == inherited) {
            use_nothing(file, s);
        }
    }
    file->last_signature = file->current->signature;
    apr_pool_destroy(ptemp);
}
