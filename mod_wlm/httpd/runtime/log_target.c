/* Opens a file, or starts a program, for lines of a log, and writes them. */
#include "httpd/runtime/log_target.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <apr_portable.h>
#include <apr_shm.h>
#include <httpd.h>
#include <http_config.h>
#include <http_log.h>

#define PIPE_SIZE (1 << 20)        /* for bursts: what Linux lets any user have */

struct wlm_log_target_t {
    apr_file_t *file;
    _Atomic int *cut;              /* of all processes: the last line has no end */
};

/* -- opening. In the parent ----------------------------------------------------------------------------- */

/* Does the file end in the midst of a line? One that cannot be read is taken for one that does not */
static int ends_cut(const char *path, apr_pool_t *pconf)
{
    apr_off_t last = -1;
    apr_file_t *file;
    char byte = '\n';

    if (apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_LARGEFILE, 0, pconf) != APR_SUCCESS) {
        return 0;
    }
    if (apr_file_seek(file, APR_END, &last) == APR_SUCCESS) {
        apr_file_getc(&byte, file);
    }
    apr_file_close(file);
    return byte != '\n';
}

/* Writable by its owner only, whatever the umask is */
static apr_status_t open_file(wlm_log_target_t *target, const char *name, apr_pool_t *pconf)
{
    const char *path = ap_server_root_relative(pconf, name);
    struct stat info;

    if (!path) {
        return APR_EBADPATH;
    }
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) { /* opening a FIFO would wait for its writer */
        atomic_store(target->cut, ends_cut(path, pconf));
    }
    return apr_file_open(&target->file, path,
                         APR_FOPEN_APPEND | APR_FOPEN_WRITE | APR_FOPEN_CREATE | APR_FOPEN_LARGEFILE,
                         APR_FPROT_UREAD | APR_FPROT_UWRITE | APR_FPROT_GREAD | APR_FPROT_WREAD, pconf);
}

/* @param program  as for CustomLog: behind a second "|" as without it, behind "$" by a shell */
static apr_status_t open_pipe(wlm_log_target_t *target, const char *program, apr_pool_t *pconf)
{
    piped_log *pipe;
    int is_shell;

    program += *program == '|';
    is_shell = *program == '$';
    pipe = ap_open_piped_log_ex(pconf, program + is_shell, is_shell ? APR_SHELLCMD_ENV : APR_PROGRAM_ENV);

    target->file = pipe ? ap_piped_log_write_fd(pipe) : NULL;
    return pipe ? APR_SUCCESS : APR_EGENERAL;
}

apr_status_t wlm_log_target_open(wlm_log_target_t **ptarget, const char *name, apr_pool_t *pconf)
{
    wlm_log_target_t *target = apr_pcalloc(pconf, sizeof(*target));
    apr_shm_t *shm;
    apr_status_t rv = apr_shm_create(&shm, sizeof(*target->cut), NULL, pconf);

    *ptarget = target;
    if (rv != APR_SUCCESS) {
        return rv;
    }
    target->cut = apr_shm_baseaddr_get(shm);
    atomic_init(target->cut, 0);
    return *name == '|' ? open_pipe(target, name + 1, pconf) : open_file(target, name, pconf);
}

/* A FIFO may have been opened as a file, too (/dev/stdout of a container) */
void wlm_log_target_set_nonblocking(wlm_log_target_t *target, apr_pool_t *pconf)
{
    apr_os_file_t fd;
    struct stat info;

    if (apr_os_file_get(&fd, target->file) != APR_SUCCESS || fstat(fd, &info) != 0 || !S_ISFIFO(info.st_mode)) {
        return;
    }
    apr_os_pipe_put_ex(&target->file, &fd, 0, pconf); /* as APR knows pipes; it is closed with what it was opened as */
    apr_file_pipe_timeout_set(target->file, 0);
#ifdef F_SETPIPE_SZ
    fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE); /* otherwise it is as large as it is */
#endif
}

/* -- writing -------------------------------------------------------------------------------------------- */

apr_status_t wlm_log_target_write(wlm_log_target_t *target, const struct iovec *parts, int count)
{
    struct iovec line[1 + WLM_LOG_TARGET_PARTS] = { { (void *)"\n", 1 } };
    int is_cut = atomic_load(target->cut) && atomic_exchange(target->cut, 0), i;
    apr_size_t length = is_cut ? 1 : 0, written = 0;
    apr_status_t rv;

    for (i = 0; i < count; ++i) {
        line[1 + i] = parts[i];
        length += parts[i].iov_len;
    }
    rv = apr_file_writev(target->file, line + !is_cut, (apr_size_t)(count + is_cut), &written);
    if (written < length && (is_cut || written > 0)) {
        atomic_store(target->cut, 1);
    }
    return rv == APR_SUCCESS && written < length ? ENOSPC : rv;
}
