/* A file, written as a whole. On main()'s thread. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/whole_file.h"
#include "tools/wlmcfg/wlmcfg.h"
#include "tools/wlmcfg/common/output.h"

static int fail(const char *path, const char *why, apr_pool_t *p)
{
    return tool_failure(apr_pstrcat(p, path, " cannot be written: ", why, NULL));
}

static int write_stdout(const char *bytes, apr_size_t len)
{
    if (fwrite(bytes, 1, len, stdout) != len || fflush(stdout) != 0) {
        return tool_failure("the output cannot be written");
    }
    return WLMCFG_FINE;
}

static mode_t usual_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

/* The file that is to be replaced, behind a link, and what it is to have. @return NULL; or why it cannot be written */
static const char *find_file(wlm_whole_file_t *file, const char **ppath, const char *path, apr_pool_t *p)
{
    struct stat now;

    *ppath = path;
    *file = (wlm_whole_file_t){ .mode = usual_mode() };
    if (stat(path, &now) == 0) {
        char *target = realpath(path, NULL);
        if (!target) {
            return strerror(errno);
        }
        *ppath = apr_pstrdup(p, target);
        free(target);
        *file = (wlm_whole_file_t){ now.st_mode & 0777, 1, now.st_uid, now.st_gid };
        if (!S_ISREG(now.st_mode)) {
            return "it is there and is no file; name a file, or - for standard output";
        }
    }
    else if (lstat(path, &now) == 0) {
        return "it is a symbolic link to a file that cannot be reached; remove it, or name that file";
    }
    else if (errno != ENOENT) {
        return strerror(errno);
    }
    return *apr_filepath_name_get(*ppath) ? NULL : "it ends in a slash; name a file";
}

int wlmcfg_output_write(const char *path, const char *bytes, apr_size_t len, apr_pool_t *p)
{
    wlm_whole_file_t file;
    const char *why;
    int error;

    if (!path || strcmp(path, "-") == 0) {
        return write_stdout(bytes, len);
    }
    why = find_file(&file, &path, path, p);
    if (why) {
        return fail(path, why, p);
    }
    error = wlm_whole_file_write(path, bytes, len, &file, p);
    return error ? fail(path, strerror(error), p) : WLMCFG_FINE;
}
