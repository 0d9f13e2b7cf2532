/* The registry on the disk. One process writes at a time: it holds a lock of the system on FILE.lock, which ends with
 * the process however that ends, and in the process a mutex, since such a lock is the process'. The registry that was
 * read is kept as long as the file is the same, so that what changes nothing (a STATUS) costs one look at the file's
 * time. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <apr_strings.h>
#include "base/whole_file.h"
#include "httpd/context/context.h"
#include "httpd/registration/store.h"
#include "httpd/runtime/reload.h"
#include "registry/info.h"
#include "registry/plugin_cfg_text.h"

/* of this process; under the mutex */
static apr_thread_mutex_t *mutex;
static struct {
    apr_pool_t *p;                 /* NULL: nothing is kept */
    wlm_registry_t *registry;
    const char *text;              /* that of the file */
    uint64_t signature;            /* of the file */
} kept;

void wlm_store_child_init(apr_pool_t *pchild)
{
    apr_thread_mutex_create(&mutex, APR_THREAD_MUTEX_DEFAULT, pchild);
}

/* -- the lock ------------------------------------------------------------------------------------------------------ */

/* @return -1, with errno */
static int lock_file(const char *path, apr_pool_t *p)
{
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = open(apr_pstrcat(p, path, ".lock", NULL), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), rv = -1;

    while (fd >= 0 && (rv = fcntl(fd, F_SETLKW, &whole)) != 0 && errno == EINTR) {
    }
    if (fd >= 0 && rv != 0) {
        int error = errno;

        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* -- reading ------------------------------------------------------------------------------------------------------- */

static void forget(void)
{
    if (kept.p) {
        apr_pool_destroy(kept.p);
        kept.p = NULL;
    }
}

/* @return NULL: it cannot be read; a file that is not there is empty */
static const char *read_text(const char *path, apr_status_t *prv, apr_pool_t *p)
{
    apr_file_t *file;
    apr_finfo_t info;
    char *text;

    *prv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY | APR_FOPEN_NONBLOCK, APR_OS_DEFAULT, p);
    if (APR_STATUS_IS_ENOENT(*prv)) {
        return "";
    }
    if (*prv != APR_SUCCESS
        || (*prv = apr_file_info_get(&info, APR_FINFO_SIZE | APR_FINFO_TYPE, file)) != APR_SUCCESS) {
        return NULL;
    }
    if (info.filetype != APR_REG || info.size > PLUGIN_CFG_MAX_SIZE) {
        *prv = APR_EINVAL;
        return NULL;
    }
    text = apr_pcalloc(p, (apr_size_t)info.size + 1);
    *prv = apr_file_read_full(file, text, (apr_size_t)info.size, NULL);
    apr_file_close(file);
    return *prv == APR_SUCCESS || APR_STATUS_IS_EOF(*prv) ? text : NULL;
}

static const wlm_mcmp_error_t *report(const char *what, const char *path, apr_status_t rv, server_rec *s, apr_pool_t *p)
{
    ap_log_error(APLOG_MARK, APLOG_ERR, rv, s, WLMNO(0247) "the registry %s cannot be %s", path, what);
    return wlm_mcmp_error("MEM", p, "the registry cannot be %s", what);
}

/* The registry as it is on the disk, which another process may have changed */
static const wlm_mcmp_error_t *load(const char *path, server_rec *s, apr_pool_t *p)
{
    uint64_t signature = wlm_files_signature(path, p);
    const wlm_mcmp_error_t *error;
    apr_status_t rv;

    if (kept.p && kept.signature == signature) {
        return NULL;
    }
    forget();
    apr_pool_create(&kept.p, NULL);
    kept.signature = signature;
    kept.text = read_text(path, &rv, kept.p);
    if (!kept.text) {
        forget();
        return report("read", path, rv, s, p);
    }
    error = wlm_registry_of_plugin_cfg(&kept.registry, kept.text, kept.p);
    if (error) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0249) "%s is damaged as a registry: %s", path, error->why);
        error = wlm_mcmp_error("MEM", p, "the registry is damaged: %s", error->why);
        forget();
    }
    return error;
}

/* -- changing ------------------------------------------------------------------------------------------------------ */

static apr_status_t write_text(const char *path, const char *text, apr_pool_t *p)
{
    return wlm_whole_file_write(path, text, strlen(text), &(wlm_whole_file_t){ .mode = 0644 }, p);
}

/* Write what has changed, and take it up. What cannot be taken up is not left on the disk either */
static const wlm_mcmp_error_t *save(wlm_file_t *file, const char *before, server_rec *s, apr_pool_t *p)
{
    const char *what, *text = wlm_registry_plugin_cfg(kept.registry, p);
    apr_status_t rv = write_text(file->path, text, p);

    if (rv != APR_SUCCESS) {
        return report("written", file->path, rv, s, p);
    }
    if (wlm_reload_now(file, s, &what, apr_array_make(p, 4, sizeof(const char *)), p) != WLM_RELOAD_REFUSED) {
        return NULL;
    }
    write_text(file->path, before, p);
    wlm_reload_now(file, s, &(const char *){ NULL }, apr_array_make(p, 4, sizeof(const char *)), p);
    return wlm_mcmp_error("MEM", p, "%s", what);
}

/* The message is in a request's pool, so a registry that it has changed cannot be kept */
static const wlm_mcmp_error_t *apply(wlm_store_result_t *result, wlm_file_t *file, const wlm_mcmp_message_t *message,
                                     server_rec *s, apr_pool_t *p)
{
    const wlm_global_conf_t *conf = wlm_config_global();
    const wlm_registry_bounds_t bounds = {
        conf->registry_routes, conf->registry_hosts, conf->registry_contexts, conf->registry_aliases
    };
    const wlm_mcmp_error_t *error = wlm_registry_apply(kept.registry, message, &bounds, &result->change, p);

    if (!error && result->change.what) {
        error = save(file, apr_pstrdup(p, kept.text), s, p);
        forget();
    }
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

const wlm_mcmp_error_t *wlm_store_process(wlm_store_result_t *result, wlm_file_t *file,
                                          const wlm_mcmp_message_t *message, server_rec *s, apr_pool_t *p)
{
    const wlm_mcmp_error_t *error;
    int lock;

    memset(result, 0, sizeof(*result));
    apr_thread_mutex_lock(mutex);
    lock = lock_file(file->path, p);
    error = lock < 0 ? report("locked", file->path, errno, s, p) : process(result, file, message, s, p);
    if (lock >= 0) {
        close(lock); /* that ends the lock */
    }
    apr_thread_mutex_unlock(mutex);
    return error;
}
