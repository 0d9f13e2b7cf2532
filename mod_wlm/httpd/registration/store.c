/* The registry on the disk: the file, a plugin-cfg.xml that all processes load, and the journal of what has changed
 * since it was written. Each process keeps the registry that it has read, and reads on in the journal from where it is.
 *
 * Two locks of the system, which end with the process however that ends, each with a mutex, since such a lock is the
 * process': the one on FILE.lock is held for microseconds, to read on in the journal and to add a line; the one on
 * FILE.commit while the file is written and taken up. Whoever has both took the latter first. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <apr_file_info.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "base/whole_file.h"
#include "httpd/context/context.h"
#include "httpd/context/static_members.h"
#include "httpd/registration/journal.h"
#include "httpd/registration/store.h"
#include "httpd/runtime/periodic.h"
#include "httpd/runtime/reload.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/version.h"
#include "registry/info.h"
#include "registry/plugin_cfg_text.h"

#define LOCK ".lock"
#define COMMIT ".commit"
#define COMMIT_INTERVAL apr_time_from_msec(200)
#define REST 4                     /* between two writes that nobody waits for, in times that the last one took */
#define JOURNAL_MAX (1024 * 1024)  /* bytes; then a new one begins, and each process reads all again */
#define COPIES_MAX 20000           /* messages of which the kept registry may have copies that it does not use */

/* of this process */
static apr_thread_mutex_t *mutex;  /* with LOCK; of `kept` */
static apr_thread_mutex_t *commit_mutex; /* with COMMIT */
static _Atomic apr_interval_time_t took; /* the last write */
static struct {
    apr_pool_t *p;                 /* NULL: nothing is kept */
    wlm_registry_t *registry;
    int has_journal;               /* there is one of the registry's number */
    int copies;
    int fd;                        /* of the journal, to look at; -1: not open. Only where `p` is not NULL */
    apr_uint64_t fd_journal;       /* its number */
} kept;

void wlm_store_child_init(apr_pool_t *pchild)
{
    apr_thread_mutex_create(&mutex, APR_THREAD_MUTEX_DEFAULT, pchild);
    apr_thread_mutex_create(&commit_mutex, APR_THREAD_MUTEX_DEFAULT, pchild);
}

static const wlm_mcmp_error_t *report(const char *what, const char *path, apr_status_t rv, server_rec *s, apr_pool_t *p)
{
    ap_log_error(APLOG_MARK, APLOG_ERR, rv, s, WLMNO(0247) "the registry %s cannot be %s", path, what);
    return wlm_mcmp_error("MEM", p, "the registry cannot be %s", what);
}

/* -- reading: with LOCK -------------------------------------------------------------------------------------------- */

static void close_journal(void)
{
    if (kept.fd >= 0) {
        close(kept.fd);
    }
    kept.fd = -1;
}

static void forget(void)
{
    if (kept.p) {
        close_journal();
        apr_pool_destroy(kept.p);
        kept.p = NULL;
    }
}

static const wlm_mcmp_error_t *damaged(const char *path, const wlm_mcmp_error_t *error, server_rec *s, apr_pool_t *p)
{
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0249) "%s is damaged as a registry: %s", path, error->why);
    error = wlm_mcmp_error("MEM", p, "the registry is damaged: %s", error->why);
    forget();
    return error;
}

/* What the journal has since. kept.has_journal says whether it is that of the registry */
static const wlm_mcmp_error_t *read_on(const char *path, server_rec *s, apr_pool_t *p)
{
    const wlm_mcmp_error_t *error;
    char *text;
    int rv = wlm_journal_read(path, kept.registry->journal, &kept.registry->position, &text, p);

    kept.has_journal = rv > 0;
    if (rv < 0) {
        apr_status_t why = errno;

        forget();
        return report("read", path, why, s, p);
    }
    error = wlm_registry_apply_lines(kept.registry, text, kept.p);
    return error ? damaged(path, error, s, p) : NULL;
}

static const wlm_mcmp_error_t *read_all(const char *path, server_rec *s, apr_pool_t *p)
{
    const wlm_mcmp_error_t *error;
    const char *text = "";         /* of a file that is not there */
    apr_status_t rv;

    forget();
    kept.p = wlm_version_pool();
    kept.copies = 0;
    kept.fd = -1;
    rv = wlm_whole_file_read(&text, NULL, path, PLUGIN_CFG_MAX_SIZE, kept.p);
    if (rv != APR_SUCCESS && !APR_STATUS_IS_ENOENT(rv)) {
        forget();
        return report("read", path, rv, s, p);
    }
    error = wlm_registry_of_plugin_cfg(&kept.registry, text, kept.p);
    return error ? damaged(path, error, s, p) : read_on(path, s, p);
}

/* The registry as it is now: other processes may have changed it */
static const wlm_mcmp_error_t *load(const char *path, server_rec *s, apr_pool_t *p)
{
    const wlm_mcmp_error_t *error = NULL;

    if (kept.p && kept.copies <= COPIES_MAX && kept.has_journal) {
        error = read_on(path, s, p);
    }
    return error || (kept.p && kept.copies <= COPIES_MAX && kept.has_journal) ? error : read_all(path, s, p);
}

/* -- writing ------------------------------------------------------------------------------------------------------- */

/* With LOCK: what the file is to be */
static const char *make_text(server_rec *s, apr_pool_t *p)
{
    const wlm_static_members_t *statics = wlm_static_members(s);

    kept.registry->statics = statics->signature;
    wlm_static_members_write_copy(s, p);
    return wlm_static_members_add(statics, wlm_registry_plugin_cfg(kept.registry, p), s,
                                  &wlm_segment.work->clashes, p);
}

static apr_status_t write_text(const char *path, const char *text, apr_pool_t *p)
{
    return wlm_whole_file_write(path, text, strlen(text), &(wlm_whole_file_t){ .mode = 0644 }, p);
}

/* With LOCK: a journal of a new number, which the file has before there is one. Both are on the disk then */
static apr_status_t begin_journal(const char *path, server_rec *s, apr_pool_t *p)
{
    apr_uint64_t now = wlm_clock_today(), number = kept.registry->journal + 1;
    apr_status_t rv;

    kept.registry->journal = number > now ? number : now;
    kept.registry->position = wlm_journal_first(kept.registry->journal, p);
    rv = write_text(path, make_text(s, p), p);
    if (rv == APR_SUCCESS) {
        rv = wlm_journal_begin(path, kept.registry->journal, &kept.registry->position, p);
    }
    kept.has_journal = rv == APR_SUCCESS;
    return rv;
}

/* What of which journal is in the file? Its first bytes say so. @return 0: it does not say that */
static int read_position(wlm_registry_position_t *position, const char *path)
{
    char begin[WLM_REGISTRY_BEGIN_SIZE + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, begin, WLM_REGISTRY_BEGIN_SIZE);

    if (fd >= 0) {
        close(fd);
    }
    begin[n < 0 ? 0 : n] = '\0';
    return wlm_registry_read_position(position, begin);
}

/* Is all that has been registered in the file? */
static int is_written(const char *path)
{
    wlm_registry_position_t in_file;

    return read_position(&in_file, path) && in_file.journal == kept.registry->journal
           && in_file.position == kept.registry->position && in_file.statics == kept.registry->statics;
}

/* With LOCK. @return APR_SUCCESS; *ptext is NULL when there is nothing to write */
static apr_status_t find_text(const char **ptext, const char *path, server_rec *s, apr_pool_t *p)
{
    const wlm_static_members_t *statics = wlm_static_members(s); /* first: it is not a reason to come again then */

    *ptext = NULL;
    if (load(path, s, p)) { /* it is in the log */
        return APR_EGENERAL;
    }
    kept.registry->statics = statics->signature;
    if (is_written(path)) {
        return APR_SUCCESS;
    }
    if (kept.registry->position > JOURNAL_MAX) {
        return begin_journal(path, s, p);
    }
    *ptext = make_text(s, p);
    return APR_SUCCESS;
}

static apr_status_t locked_text(const char **ptext, const char *path, server_rec *s, apr_pool_t *p)
{
    apr_status_t rv;
    int lock;

    apr_thread_mutex_lock(mutex);
    lock = wlm_journal_lock(path, LOCK, 1, p);
    rv = lock < 0 ? errno : find_text(ptext, path, s, p);
    if (lock >= 0) {
        close(lock); /* that ends the lock */
    }
    apr_thread_mutex_unlock(mutex);
    return rv;
}

/* With COMMIT: what has been registered until now is in the file, and in use */
static void commit(wlm_file_t *file, server_rec *s, apr_pool_t *p)
{
    const char *text, *what; /* the latter is in the log */
    apr_status_t rv = locked_text(&text, file->path, s, p);

    rv = rv == APR_SUCCESS && text ? write_text(file->path, text, p) : rv;
    if (rv != APR_SUCCESS) {
        report("written", file->path, rv, s, p);
        return;
    }
    wlm_reload_now(file, s, &what, apr_array_make(p, 4, sizeof(const char *)));
}

/* @param waits  0: not when another one does it just now */
static void commit_alone(wlm_file_t *file, int waits, server_rec *s)
{
    apr_time_t begun;
    apr_pool_t *p;
    int lock;

    if (waits) {
        apr_thread_mutex_lock(commit_mutex);
    }
    else if (apr_thread_mutex_trylock(commit_mutex) != APR_SUCCESS) {
        return;
    }
    p = wlm_version_pool(); /* the text of many members is large */
    begun = wlm_now();
    lock = wlm_journal_lock(file->path, COMMIT, waits, p);
    if (lock >= 0) {
        commit(file, s, p);
        close(lock);
        atomic_store(&took, wlm_now() - begun);
    }
    apr_pool_destroy(p);
    apr_thread_mutex_unlock(commit_mutex);
}

/* So long after the last one another write takes only a part of a processor */
static int is_rested(const wlm_file_t *file, apr_pool_t *p)
{
    apr_interval_time_t since;
    apr_finfo_t info;

    if (apr_stat(&info, file->path, APR_FINFO_MTIME, p) != APR_SUCCESS) {
        return 1;
    }
    since = wlm_moment().day - info.mtime; /* the time of day may have been set back */
    return since < 0 || since >= REST * atomic_load(&took);
}

/* Has the journal more than the file, or WLMRegistryStatic? */
static int is_behind(const char *path, apr_pool_t *p)
{
    wlm_registry_position_t in_file;

    return read_position(&in_file, path)
           && ((in_file.journal && wlm_journal_length(path, in_file.journal, p) > in_file.position)
               || wlm_static_members_have_changed(p));
}

int wlm_store_is_used(const wlm_file_t *file, apr_pool_t *p)
{
    wlm_registry_position_t in_file;

    return read_position(&in_file, file->path) && in_file.journal
           && wlm_journal_length(file->path, in_file.journal, p);
}

/* In each process; the one with the lease writes what nobody waits for */
static apr_status_t write_rest(int state, void *data, apr_pool_t *p)
{
    wlm_file_t *file = wlm_files_registry();

    if (state == AP_WATCHDOG_STATE_RUNNING && file
        && wlm_lease_hold(&wlm_segment.work->reload, (uint32_t)getpid(), wlm_now())
        && is_behind(file->path, p) && is_rested(file, p)) {
        commit_alone(file, 0, data);
    }
    return APR_SUCCESS;
}

apr_status_t wlm_store_register(apr_pool_t *pconf, server_rec *s)
{
    return wlm_files_registry() ? wlm_periodic_add("_wlm_registry_", COMMIT_INTERVAL, write_rest, s, pconf)
           : APR_SUCCESS;
}

/* -- messages: with LOCK ------------------------------------------------------------------------------------------- */

/* Slots that are left for registered members, when those of other files have theirs */
static wlm_registry_bounds_t find_bounds(const wlm_file_t *registry, server_rec *s, apr_pool_t *p)
{
    const wlm_global_conf_t *conf = wlm_config_global();
    const wlm_static_members_t *statics = wlm_static_members(s);
    wlm_registry_bounds_t bounds = {
        conf->registry_routes, conf->registry_hosts, conf->registry_contexts, conf->registry_aliases,
        wlm_segment.max_members - statics->members, wlm_segment.max_clusters - statics->clusters
    };
    int i;

    for (i = 0; i < wlm_files()->nelts; ++i) {
        wlm_file_t *file = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *);

        if (file != registry) {
            const wlm_snapshot_t *snapshot = wlm_version_use(file, p)->snapshot;
            bounds.members_max -= snapshot->nmembers;
            bounds.clusters_max -= snapshot->nclusters;
        }
    }
    bounds.members_max = bounds.members_max > 0 ? bounds.members_max : 1;
    bounds.clusters_max = bounds.clusters_max > 0 ? bounds.clusters_max : 1;
    return bounds;
}

/* @param lines  without a line feed at the end */
static const wlm_mcmp_error_t *record(const char *lines, const char *path, server_rec *s, apr_pool_t *p)
{
    apr_status_t rv = kept.has_journal ? wlm_journal_add(path, &kept.registry->position, lines, p)
                                       : begin_journal(path, s, p);

    if (rv != APR_SUCCESS) {
        forget(); /* it has what nobody else knows */
        return report("written", path, rv, s, p);
    }
    return NULL;
}

static const wlm_mcmp_error_t *apply(wlm_store_result_t *result, wlm_file_t *file, const wlm_mcmp_message_t *message,
                                     server_rec *s, apr_pool_t *p)
{
    const wlm_registry_bounds_t bounds = find_bounds(file, s, p);
    const wlm_mcmp_error_t *error;

    if (message->command != WLM_MCMP_STATUS) { /* which leaves nothing of itself in the registry */
        message = wlm_mcmp_copy(message, kept.p);
        ++kept.copies;
    }
    error = wlm_registry_apply(kept.registry, message, &bounds, &result->change, p);
    if (!error && result->change.what) {
        error = record(wlm_registry_line(result->change.applied, p), file->path, s, p);
    }
    result->change.applied = NULL; /* its texts are those of the registry */
    return error;
}

static const wlm_mcmp_error_t *process(wlm_store_result_t *result, wlm_file_t *file, const wlm_mcmp_message_t *message,
                                       server_rec *s, apr_pool_t *p)
{
    const wlm_mcmp_error_t *error = load(file->path, s, p);

    if (error) {
        return error;
    }
    result->is_known = message->route && wlm_registry_node(kept.registry, message->route);
    result->clusters = wlm_registry_clusters_of(kept.registry, message, p);
    if (message->command == WLM_MCMP_INFO) {
        result->info = wlm_registry_info(kept.registry, p);
    }
    if (message->command == WLM_MCMP_DUMP) {
        result->dump = wlm_registry_print(kept.registry, p);
    }
    return message->command < WLM_MCMP_PING ? apply(result, file, message, s, p) : NULL;
}

const wlm_mcmp_error_t *wlm_store_read(wlm_file_t *file, wlm_store_reader_t *reader, void *data, server_rec *s,
                                       apr_pool_t *p)
{
    const wlm_mcmp_error_t *error;
    int lock;

    apr_thread_mutex_lock(mutex);
    lock = wlm_journal_lock(file->path, LOCK, 1, p);
    error = lock < 0 ? report("locked", file->path, errno, s, p) : load(file->path, s, p);
    if (lock >= 0) {
        close(lock);
    }
    if (!error) {
        reader(kept.registry, data, p);
    }
    apr_thread_mutex_unlock(mutex);
    return error;
}

/* What nodes say all the time: STATUS that changes nothing. It needs a look at the journal, whether what is kept is all
 * that there is, and no lock on files.
 * @return 1: the node is known, and its state is what it says */
static int changes_nothing(const wlm_file_t *file, const wlm_mcmp_message_t *message, apr_pool_t *p)
{
    const wlm_node_t *node;

    if (message->command != WLM_MCMP_STATUS || !kept.p || !kept.has_journal) {
        return 0;
    }
    if (kept.fd < 0 || kept.fd_journal != kept.registry->journal) {
        close_journal();
        kept.fd_journal = kept.registry->journal;
        kept.fd = wlm_journal_open(file->path, kept.fd_journal, p);
    }
    node = wlm_registry_node(kept.registry, message->route);
    return node && kept.fd >= 0 && node->state == wlm_node_state_of(message->load)
           && wlm_journal_ends_at(kept.fd, kept.registry->position);
}

/* A node that takes something back goes on to end it when it has the answer */
static int takes_back(const wlm_mcmp_message_t *message)
{
    return message->command == WLM_MCMP_DISABLE_APP || message->command == WLM_MCMP_STOP_APP
           || message->command == WLM_MCMP_REMOVE_APP;
}

const wlm_mcmp_error_t *wlm_store_process(wlm_store_result_t *result, wlm_file_t *file,
                                          const wlm_mcmp_message_t *message, server_rec *s, apr_pool_t *p)
{
    const wlm_mcmp_error_t *error;
    int lock;

    memset(result, 0, sizeof(*result));
    apr_thread_mutex_lock(mutex);
    if (changes_nothing(file, message, p)) {
        apr_thread_mutex_unlock(mutex);
        result->is_known = 1;
        return NULL;
    }
    lock = wlm_journal_lock(file->path, LOCK, 1, p);
    error = lock < 0 ? report("locked", file->path, errno, s, p) : process(result, file, message, s, p);
    if (lock >= 0) {
        close(lock);
    }
    apr_thread_mutex_unlock(mutex);
    if (!error && result->change.what && (takes_back(message) || is_rested(file, p))) {
        commit_alone(file, takes_back(message), s);
    }
    return error;
}

/* -- several messages as one ------------------------------------------------------------------------------------- */

/* With LOCK. When one is refused, those before it are in what is kept, but not in the journal: it is read again */
static const wlm_mcmp_error_t *apply_all(apr_array_header_t *done, const apr_array_header_t *messages,
                                         const wlm_file_t *file, server_rec *s, apr_pool_t *p)
{
    const wlm_registry_bounds_t bounds = find_bounds(file, s, p);
    apr_array_header_t *lines = apr_array_make(p, messages->nelts + 1, sizeof(const char *)),
                       *whats = apr_array_make(p, messages->nelts + 1, sizeof(const char *));
    const wlm_mcmp_error_t *error = NULL;
    wlm_registry_change_t change;
    int i;

    for (i = 0; !error && i < messages->nelts; ++i, ++kept.copies) {
        error = wlm_registry_apply(kept.registry,
                                   wlm_mcmp_copy(APR_ARRAY_IDX(messages, i, const wlm_mcmp_message_t *), kept.p),
                                   &bounds, &change, p);
        error = !error && change.left_out ? wlm_mcmp_error("SYNTAX", p, "%s", change.left_out) : error;
        if (!error && change.what) {
            APR_ARRAY_PUSH(lines, const char *) = wlm_registry_line(change.applied, p);
            APR_ARRAY_PUSH(whats, const char *) = change.what;
        }
    }
    if (!error && lines->nelts) {
        error = record(apr_array_pstrcat(p, lines, '\n'), file->path, s, p);
    }
    else if (error) {
        forget();
    }
    if (!error) {
        apr_array_cat(done, whats);
    }
    return error;
}

static const wlm_mcmp_error_t *process_all(apr_array_header_t *done, int *pis_awaited, const wlm_file_t *file,
                                           wlm_store_author_t *author, void *data, server_rec *s, apr_pool_t *p)
{
    apr_array_header_t *messages = apr_array_make(p, 2, sizeof(wlm_mcmp_message_t *));
    const wlm_mcmp_error_t *error = load(file->path, s, p);
    int i;

    error = error ? error : author(messages, kept.registry, data, p);
    for (i = 0; i < messages->nelts; ++i) {
        *pis_awaited |= takes_back(APR_ARRAY_IDX(messages, i, const wlm_mcmp_message_t *));
    }
    return error ? error : apply_all(done, messages, file, s, p);
}

const wlm_mcmp_error_t *wlm_store_process_all(apr_array_header_t *done, wlm_file_t *file, wlm_store_author_t *author,
                                              void *data, server_rec *s, apr_pool_t *p)
{
    const wlm_mcmp_error_t *error;
    int lock, before = done->nelts, is_awaited = 0;

    apr_thread_mutex_lock(mutex);
    lock = wlm_journal_lock(file->path, LOCK, 1, p);
    error = lock < 0 ? report("locked", file->path, errno, s, p)
                     : process_all(done, &is_awaited, file, author, data, s, p);
    if (lock >= 0) {
        close(lock);
    }
    apr_thread_mutex_unlock(mutex);
    if (!error && done->nelts > before && (is_awaited || is_rested(file, p))) {
        commit_alone(file, is_awaited, s);
    }
    return error;
}
