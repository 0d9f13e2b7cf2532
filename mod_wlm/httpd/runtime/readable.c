/* Whether `User` can read the configuration files, and write a registry. Only an attempt as that user shows it: rights
 * of folders, groups and access lists count, too. Runs in the parent, which forks a process for the attempt. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unixd.h>
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/runtime/readable.h"

/* In the forked process. @param folder  NULL, or where files are to be written instead
 * @return an errno; 0: it can be done */
static int try_as_user(const char *path, const char *folder)
{
    if (initgroups(ap_unixd_config.user_name, ap_unixd_config.group_id) != 0 || setgid(ap_unixd_config.group_id) != 0
        || setuid(ap_unixd_config.user_id) != 0) {
        return 0; /* httpd itself says that it cannot become that user */
    }
    return (folder ? access(folder, W_OK | X_OK) : open(path, O_RDONLY | O_CLOEXEC)) < 0 ? errno : 0;
}

static int find_error(const char *path, const char *folder)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        _exit(try_as_user(path, folder));
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

static void check_registry(const server_rec *s, apr_pool_t *ptemp)
{
    const wlm_file_t *file = wlm_files_registry();
    int error = file ? find_error(file->path, ap_make_dirstr_parent(ptemp, file->path)) : 0;

    if (error) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, error, s, WLMNO(0251) "User %s cannot write to the directory of %s: no "
                     "member can register", ap_unixd_config.user_name, file->path);
    }
}

void wlm_readable_check(const server_rec *s, apr_pool_t *ptemp)
{
    int i, error;

    if (geteuid() != 0 || ap_unixd_config.user_id == 0) {
        return;
    }
    for (i = 0; i < wlm_files()->nelts; ++i) {
        const char *path = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *)->path;

        if ((error = find_error(path, NULL)) != 0 && error != ENOENT) { /* one that is gone has messages of its own */
            ap_log_error(APLOG_MARK, APLOG_WARNING, error, s, WLMNO(0175) "User %s cannot read %s: it is used as it is "
                         "now, and changes of it will be refused", ap_unixd_config.user_name, path);
        }
    }
    check_registry(s, ptemp);
}
